"""All claims, with filters."""

from __future__ import annotations

import zlib
from typing import Any, get_args

import pandas as pd
import streamlit as st

import geo
from geo.analysis.concessions import KINDS
from geo.analysis.totals import short_names
from geo.selection.address import View
from geo.tables.schema import BASES, STATUSES, Tier
from panels.command import go_to
from panels.download import download
from panels.labels import SIDE_NAMES, STATUS_NAMES, plain
from panels.record import load
from panels.table import show_table

#: Rows per page.
PAGE = 50
#: Maximum length of a search text, characters.
LONGEST = 100
#: Sort orders of the whole list, not only of the visible page: column, ascending.
ORDERS = {
    "Oldest day first": ("day", True),
    "Newest day first": ("day", False),
    "Last said first": ("claimed_on", False),
    "By place": ("settlement", True),
    "By source": ("source_id", True),
}


def show(view: View) -> None:
    """The claims that match the filters, 50 per page; choosing one moves map and clock."""
    ledger = load().ledger
    only, words, kinds = _ask(ledger, view)
    found = geo.find_claims(ledger, only, **words)
    conceded = _conceded()
    if kinds:
        conceded = conceded[conceded.kind.isin(kinds)]
        found = found[found.claim_id.isin(conceded.index)]
        _count(conceded.loc[found.claim_id], ledger)
    column, ascending = ORDERS[st.session_state.claims_order]
    found = found.sort_values(column, ascending=ascending, kind="stable")
    names = ledger.sources.name
    table = pd.DataFrame(
        {
            "Day": found.day.dt.date,
            "Place": found.settlement,
            "Side": found.side.map(SIDE_NAMES),
            "Claims": found.status.map(STATUS_NAMES),
            "Concedes": found.claim_id.map(conceded.conceded).fillna(""),
            "Statement": found.statement,
            "Citation": found.url,
            "Source": found.source_id.map(names),
            "Speaker": found.speaker,
            "Said on": found.claimed_on.dt.date,
            "Basis": found.basis.str.replace("_", " "),
            "Published by": found.publisher,
            "Tier": found.citation_tier.fillna(""),
            "Note": found.note,
            "Not on the map": found.reason.fillna(""),
            "Id": found.claim_id.fillna(""),
        }
    )
    if table.empty:
        st.info("No claim matches all filters. Remove one, or choose other days.")
        return
    # Other filters start on the first page, with no row chosen.
    asked = zlib.crc32(repr((only, words, kinds, column, ascending)).encode())
    with st.container(horizontal=True, vertical_alignment="center"):
        many = "" if len(table) == 1 else "s"
        st.markdown(f"**{len(table):,} claim{many}**", width="content")
        page = st.pagination(
            -(-len(table) // PAGE), key=f"claims_page_{asked}", persist_state="page"
        )
    begin = (page - 1) * PAGE
    shown = found.iloc[begin : begin + PAGE]

    def go(row: int) -> None:
        claim = shown.iloc[row]
        place = claim.settlement_id
        go_to(claim.day.date(), None if pd.isna(place) else int(place))

    show_table(
        table.iloc[begin : begin + PAGE],
        "Claims that match the filters",
        key=f"claims_{asked}_{page}",
        choose=go,
        columns={
            "Citation": st.column_config.LinkColumn(display_text="open"),
            "Statement": st.column_config.TextColumn(width="large"),
            "Source": st.column_config.TextColumn(width="medium"),
        },
    )
    st.caption(
        "Day: the day the statement is about; choose a row to move map and clock there. All "
        "sources count, whatever is switched on, and so do statements that could not be placed. "
        "Concedes: what a side says against its own interest, explicitly, or by announcing ground "
        "as retaken, which implies that it was not held before. Third parties concede nothing."
    )
    download(table, "kursk-claims")


@st.cache_resource(show_spinner=False)
def _conceded() -> pd.DataFrame:
    return geo.conceded_claims(load().ledger)


def _count(conceded: pd.DataFrame, ledger: geo.Ledger) -> None:
    """How many claims against interest each source made."""
    counts, names = geo.count_concessions(conceded), short_names(ledger.sources)

    def tell(row: Any) -> str:
        return f"{names[row.source_id]}: {row.claims} {row.kind}"

    told = [tell(row) for row in counts.itertuples()]
    st.markdown(f"Against interest: {plain('; '.join(told)) or 'none'}")


def _ask(ledger: geo.Ledger, view: View) -> tuple[dict[str, list[Any]], dict[str, Any], list[str]]:
    """The filters, as `find_claims` takes them; kept while other panels are shown."""
    days = geo.find_claims(ledger).day
    first, last = days.min().date(), days.max().date()
    line = st.container(horizontal=True)
    words: dict[str, Any] = {
        "place": line.text_input(
            "Place",
            placeholder="any part of its name, Latin or Cyrillic",
            max_chars=LONGEST,
            key="claims_place",
            persist_state="page",
        ),
        "text": line.text_input(
            "Text",
            placeholder="in statement, speaker, publisher, note",
            max_chars=LONGEST,
            key="claims_text",
            persist_state="page",
        ),
    }
    between = line.date_input(
        "Days", (first, last), first, last, key="claims_days", persist_state="page", width=250
    )
    line.selectbox("Order", ORDERS, key="claims_order", persist_state="page")
    # While the reader is choosing, there may be no last day yet.
    words |= dict(zip(("start", "end"), sorted(between), strict=False))
    with st.expander("Side, source, status, basis, citation, against interest"):
        *boxes, last_box = st.columns(6)
    only: dict[str, list[Any]] = {
        column: box.multiselect(
            label,
            list(names),
            format_func=names.__getitem__,
            key=f"claims_{column}",
            persist_state="page",
            placeholder="all",
        )
        for box, (column, label, names) in zip(boxes, _choices(ledger), strict=True)
    }
    only = {column: values for column, values in only.items() if values}
    kinds = last_box.multiselect(
        "Against interest",
        KINDS,
        key="claims_against_interest",
        persist_state="page",
        placeholder="all",
    )
    if view.place is not None and st.toggle(
        f"Only {plain(ledger.settlements.name_en[view.place])}",
        key="claims_here",
        persist_state="page",
    ):
        only["settlement_id"] = [view.place]
    return only, words, kinds


def _choices(ledger: geo.Ledger) -> list[tuple[str, str, dict[str, str]]]:
    """Column, label and the values it can have, with their names."""
    return [
        ("side", "Side", SIDE_NAMES),
        ("source_id", "Source", dict(ledger.sources.name)),
        ("status", "Claims", {status: STATUS_NAMES[status] for status in STATUSES}),
        ("basis", "Basis", {basis: basis.replace("_", " ") for basis in BASES}),
        ("citation_tier", "Citation", {tier: tier for tier in get_args(Tier)}),
    ]
