"""The claims that the map shows on its day, as a table."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from geo.ledger.ledger import Ledger
from geo.selection.address import View
from panels.download import download
from panels.labels import SIDE_NAMES, STATUS_NAMES, plain, say
from panels.record import load
from panels.table import show_table


def show(view: View) -> None:
    """Every shape of the map: who claims what, how much, and when it was last said."""
    record, asked = load(), view.selection
    ledger = record.ledger
    shapes = pd.concat(
        pd.DataFrame(record.dissolved(asked, rows)).assign(counts=counts)
        for counts, rows in (("current", record.rows(asked)), ("lapsed", record.lapsed(asked)))
    )
    tags = shapes[["side", "source_id", "status"]]
    shapes = shapes[~tags.isin(view.hide).any(axis=1)]
    _say_who_speaks(view, ledger, set(shapes.source_id[shapes.counts == "current"]))
    if shapes.empty:
        st.info("No source that is switched on has a claim in force on this day.")
        return
    named = sorted(set().union(*shapes.settlements))
    names = ledger.settlements.name_en[named].to_dict()
    table = pd.DataFrame(
        {
            "Source": shapes.source,
            "Side": shapes.side.map(SIDE_NAMES),
            "Partisanship": shapes.partisanship,
            "Claims": shapes.status.map(STATUS_NAMES),
            "Counts": shapes.counts,
            "Settlements": shapes.settlements.map(len),
            "km²": shapes.area_km2.round(0).astype(int),
            "Last said": shapes.last_said.dt.date,
            "Age, days": shapes.age_days,
            "Places": [", ".join(names[i] for i in ids) for ids in shapes.settlements],
        }
    )
    show_table(table, "Claims on this day")
    st.caption(
        "Area is that of the cells of the settlements named, in an equal-area projection "
        "(EPSG:3035). A claim counts until the same source says otherwise of the same ground, or "
        "until it lapses because it was said too long ago. Age below zero: said later."
    )
    download(table, f"kursk-claims_{view.date}")


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
