"""The claims that the map shows on its day, as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

import geo
from geo.ledger.ledger import Ledger
from geo.selection.address import View
from geo.selection.selection import Selection
from panels.download import download
from panels.labels import SIDE_NAMES, STATUS_NAMES, plain, say
from panels.record import kept, load
from panels.table import show_table


def show(view: View) -> None:
    """Every shape of the map: who claims what, how much, and when it was last said."""
    record = load()
    table, speaking = _table(record, view.selection, view.hide)
    _say_who_speaks(view, record.ledger, speaking)
    if table.empty:
        st.info("No source that is switched on has a claim in force on this day.")
        return
    show_table(table, "Claims on this day")
    st.caption(
        "Area is that of the cells of the settlements named, in an equal-area projection "
        "(EPSG:3035). A claim counts until the same source says otherwise of the same ground, or "
        "until it lapses because it was said too long ago. Age below zero: said later."
    )
    download(table, f"kursk-claims_{view.date}")


@kept()
def _known(record: geo.Record) -> tuple[dict[Any, Any], dict[Any, str]]:
    """Sources and names of settlements; in a dictionary they are found faster than in a table."""
    return record.ledger.sources.to_dict("index"), record.ledger.settlements.name_en.to_dict()


@kept()
def _table(
    record: geo.Record, asked: Selection, hide: Sequence[str]
) -> tuple[pd.DataFrame, set[str]]:
    """What sources that are not hidden say, current, then lapsed; those with a current claim."""
    sources, names = _known(record)
    found = [
        (counts, said)
        for counts, rows in (("current", record.rows(asked)), ("lapsed", record.lapsed(asked)))
        for said in record.stated(asked, rows)
        if {said.source_id, said.status, sources[said.source_id]["side"]}.isdisjoint(hide)
    ]
    table = pd.DataFrame(
        [
            {
                "Source": sources[said.source_id]["name"],
                "Side": SIDE_NAMES[sources[said.source_id]["side"]],
                "Partisanship": sources[said.source_id]["partisanship"],
                "Claims": STATUS_NAMES[said.status],
                "Counts": counts,
                "Settlements": len(said.settlements),
                "km²": round(said.area_km2),
                "Last said": said.last_said,
                "Age, days": (asked.on - said.last_said).days,
                "Places": ", ".join(names[place] for place in said.settlements),
            }
            for counts, said in found
        ],
        columns=["Source", "Side", "Partisanship", "Claims", "Counts", "Settlements", "km²",
                 "Last said", "Age, days", "Places"],
    )  # fmt: skip
    return table, {said.source_id for counts, said in found if counts == "current"}


def _say_who_speaks(view: View, ledger: Ledger, speaking: set[str]) -> None:
    """Silence is shown too: a source that says nothing is not one that agrees."""
    off = ledger.sources.side.isin(view.hide) | ledger.sources.index.isin(view.hide)
    silent = ledger.sources.name[~off & ~ledger.sources.index.isin(list(speaking))]
    many = "" if len(speaking) == 1 else "s"
    words = f"**{say(view.date)}**: {len(speaking)} source{many} with a current claim"
    if len(silent):
        words += f"; silent: {plain(', '.join(silent))}"
    if off.any():
        words += f"; switched off: {plain(', '.join(ledger.sources.name[off]))}"
    st.markdown(f"{words}.")
