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
from panels.table import printed, show_table

#: Rows per page.
PAGE = 50
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
    record = load()
    filters = st.session_state.filters = _ask(record.ledger, view)
    place = view.place if filters.here else None
    found = _found(record, filters, place)
    table = _table(record, filters, place)
    if filters.concedes:
        _count(_conceded(record).loc[found.claim_id], record.ledger)
    if table.empty:
        st.info("No claim matches all filters. Remove one, or choose other days.")
        return
    # Other filters start on the first page, with no row chosen.
    asked = zlib.crc32(repr((filters, place)).encode())
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

    show_table(
        table.iloc[begin : begin + PAGE],
        "Claims that match the filters",
        key=f"claims_{asked}_{page}",
        choose=go,
        paper=_paper(record, filters, place),
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


@kept(20)
def _found(record: geo.Record, filters: Filters, place: int | None) -> pd.DataFrame:
    """The claims that match, in order."""
    ledger = record.ledger
    only = filters.model_dump(include={column for column, *_ in _choices(ledger)})
    if place is not None:
        only["settlement_id"] = [place]
    words = filters.model_dump(include={"place", "text", "start", "end"})
    found = geo.find_claims(ledger, {name: kept for name, kept in only.items() if kept}, **words)
    if filters.concedes:
        conceded = _conceded(record)
        found = found[found.claim_id.isin(conceded.index[conceded.kind.isin(filters.concedes)])]
    _, column, ascending = ORDERS[filters.order]
    return found.sort_values(column, ascending=ascending, kind="stable")


@kept(20)
def _table(record: geo.Record, filters: Filters, place: int | None) -> pd.DataFrame:
    """The same, as the reader sees it."""
    found, conceded = _found(record, filters, place), _conceded(record).conceded
    return pd.DataFrame(
        {
            "Day": found.day.dt.date,
            "Place": found.settlement,
            "Side": found.side.map(SIDE_NAMES),
            "Claims": found.status.map(STATUS_NAMES),
            "Concedes": conceded.reindex(found.claim_id, fill_value="").to_numpy(),
            "Statement": found.statement,
            "Citation": found.url,
            "Source": found.source_id.map(record.ledger.sources.name),
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


@kept(20)
def _paper(record: geo.Record, filters: Filters, place: int | None) -> bytes:
    """The same in fewer columns, all rows, for paper."""
    table = _table(record, filters, place).astype(str)
    sources = _found(record, filters, place).source_id.map(short_names(record.ledger.sources))

    def and_(column: str, before: str = "; ", after: str = "") -> pd.Series:
        """What else a row says, if anything."""
        return (before + table[column] + after).where(table[column] != "", "")

    joined = pd.DataFrame(
        {
            "Day": table.Day,
            "Place": table.Place,
            "Side": table.Side,
            "Claims": table.Claims + and_("Basis", " (", ")"),
            "Statement": table.Statement
            + and_("Concedes", " Concedes: ")
            + and_("Note", " Note: ")
            + and_("Not on the map", " Not on the map: "),
            "Source": sources + and_("Speaker", ": ") + and_("Said on", ", said on "),
            "Published by": table["Published by"] + and_("Tier", ", ") + and_("Citation", ": "),
            "Id": table.Id,
        }
    )
    return printed(joined, "Claims that match the filters").encode()


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
