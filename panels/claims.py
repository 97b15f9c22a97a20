"""All claims, with filters."""

from __future__ import annotations

import datetime as dt
import zlib
from typing import Any, get_args

import pandas as pd
import streamlit as st

import geo
from geo.analysis.concessions import KINDS
from geo.analysis.totals import short_names
from geo.selection.address import View
from geo.selection.filters import LONGEST, Filters, table_name
from geo.tables.schema import BASES, STATUSES, Tier
from panels.command import go_to
from panels.download import download
from panels.labels import SIDE_NAMES, STATUS_NAMES, plain
from panels.record import kept, load
from panels.table import show_table

#: Rows per page; rows of all pages that are printed together.
PAGE, PRINTED = 50, 500
#: Sort orders of the whole list, not only of the visible page: label, column, ascending.
ORDERS = {
    "oldest": ("Oldest day first", "day", True),
    "newest": ("Newest day first", "day", False),
    "said": ("Last said first", "claimed_on", False),
    "place": ("By place", "settlement", True),
    "source": ("By source", "source_id", True),
}


def show(view: View) -> None:
    """The claims that match the filters, 50 per page; choosing one moves map and clock."""
    ledger = load().ledger
    filters = st.session_state.filters = _ask(ledger, view)
    only = filters.model_dump(include={column for column, *_ in _choices(ledger)})
    if filters.here:
        only["settlement_id"] = [view.place]
    words = filters.model_dump(include={"place", "text", "start", "end"})
    found = geo.find_claims(ledger, {name: kept for name, kept in only.items() if kept}, **words)
    conceded = _conceded(load())
    if filters.concedes:
        conceded = conceded[conceded.kind.isin(filters.concedes)]
        found = found[found.claim_id.isin(conceded.index)]
        _count(conceded.loc[found.claim_id], ledger)
    _, column, ascending = ORDERS[filters.order]
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
    asked = zlib.crc32(repr((filters, only)).encode())
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
        place, own = (
            None if pd.isna(value) else value for value in (claim.settlement_id, claim.claim_id)
        )
        go_to(claim.day.date(), place and int(place), own)

    whole = len(table) <= PRINTED
    if not whole:
        st.html(
            f'<p class="claims-printed">Claims {begin + 1:,} to {begin + len(shown):,} of '
            f"{len(table):,}. At most {PRINTED} are printed together: filter them.</p>"
        )
    show_table(
        table.iloc[begin : begin + PAGE],
        "Claims that match the filters",
        key=f"claims_{asked}_{page}",
        choose=go,
        printed=table if whole else None,
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
    download(table, table_name(filters, view.place))


@kept()
def _conceded(record: geo.Record) -> pd.DataFrame:
    return geo.conceded_claims(record.ledger)


def _count(conceded: pd.DataFrame, ledger: geo.Ledger) -> None:
    """How many claims against interest each source made."""
    counts, names = geo.count_concessions(conceded), short_names(ledger.sources)

    def tell(row: Any) -> str:
        return f"{names[row.source_id]}: {row.claims} {row.kind}"

    told = [tell(row) for row in counts.itertuples()]
    st.markdown(f"Against interest: {plain('; '.join(told)) or 'none'}")


def use(filters: Filters) -> None:
    """Begin with these filters: to be called before the panel is shown."""
    first, last = _days(load())
    asked: dict[str, Any] = filters.model_dump(exclude={"start", "end"})
    between = (filters.start or first, filters.end or last)
    # A widget for two days takes its first value as an argument only.
    asked["between"] = tuple(min(max(day, first), last) for day in between)
    st.session_state.filters = filters
    st.session_state.update({f"claims_{name}": value for name, value in asked.items()})


@kept()
def _days(record: geo.Record) -> tuple[dt.date, dt.date]:
    """First and last day that claims are about."""
    days = geo.find_claims(record.ledger).day
    return days.min().date(), days.max().date()


def _ask(ledger: geo.Ledger, view: View) -> Filters:
    """The filters; kept while other panels are shown."""
    first, last = _days(load())
    line = st.container(horizontal=True)
    asked: dict[str, Any] = {
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
        "Days",
        st.session_state.claims_between,
        first,
        last,
        key="claims_days",
        persist_state="page",
        width=250,
    )
    asked["order"] = line.selectbox(
        "Order",
        list(ORDERS),
        format_func=lambda order: ORDERS[order][0],
        key="claims_order",
        persist_state="page",
    )
    # While the reader is choosing, there may be no last day yet.
    days = zip(("start", "end"), sorted(between), strict=False)
    asked |= {name: day for name, day in days if day not in {first, last}}
    with st.expander("Side, source, status, basis, citation, against interest"):
        boxes = st.columns(6)
    choices = [*_choices(ledger), ("concedes", "Against interest", {kind: kind for kind in KINDS})]
    for box, (name, label, values) in zip(boxes, choices, strict=True):
        asked[name] = box.multiselect(
            label,
            list(values),
            format_func=values.__getitem__,
            key=f"claims_{name}",
            persist_state="page",
            placeholder="all",
        )
    # Always there: what a reader points at must not move when a place is chosen.
    here = st.toggle(
        "Only the chosen place",
        key="claims_here",
        persist_state="page",
        disabled=view.place is None,
    )
    return Filters(**asked, here=here and view.place is not None)


def _choices(ledger: geo.Ledger) -> list[tuple[str, str, dict[str, str]]]:
    """Column, label and the values it can have, with their names."""
    return [
        ("side", "Side", SIDE_NAMES),
        ("source_id", "Source", dict(ledger.sources.name)),
        ("status", "Claims", {status: STATUS_NAMES[status] for status in STATUSES}),
        ("basis", "Basis", {basis: basis.replace("_", " ") for basis in BASES}),
        ("citation_tier", "Citation", {tier: tier for tier in get_args(Tier)}),
    ]
