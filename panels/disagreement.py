"""Where the sides differ on the day of the map, and who says what."""

from __future__ import annotations

import streamlit as st

import geo
from geo.selection.address import View
from panels.download import download
from panels.record import load
from panels.table import show_table
from panels.words import STATUS_NAMES


def show(view: View) -> None:
    """The cells that are contradictory or differing, with the word of every source."""
    ledger = load().ledger
    cells = geo.disagreement_on(view.date, known_by=view.known_by, record=load())
    sums = cells.groupby("disagreement").area_km2.sum()
    st.write(
        " · ".join(f"{name.replace('_', '-')}: {area:,.0f} km²" for name, area in sums.items())
    )
    differ = cells[cells.disagreement.isin(["contradictory", "differing"])]
    if differ.empty:
        st.info("On this day the sides that speak say the same everywhere.")
        return
    places = ledger.settlements
    names = places.name_en.groupby(places.cell_id).agg(", ".join)
    voices = {source: ledger.sources.name[source] for source in ledger.sources.index}
    table = (
        differ.drop(columns="geometry")
        .assign(place=names.loc[differ.index])
        .sort_values(["disagreement", "area_km2"], ascending=[True, False])
    )
    spoken = [source for source in voices if (table[source] != "").any()]
    table = table[["place", "disagreement", "area_km2", *spoken]].rename(
        columns={"place": "Place", "disagreement": "Class", "area_km2": "km²", **voices}
    )
    table = table.replace(STATUS_NAMES)
    show_table(
        table,
        "Where the sides differ",
        columns={"km²": st.column_config.NumberColumn(format="%.1f")},
    )
    st.caption(
        "Contradictory: two sides say opposite things of the same ground. Differing: one says "
        "contested, another control. All sources count, whatever is switched on. The classes of "
        "a day add up to the theatre: all cells to which any source ever gave a status other "
        "than Russian control."
    )
    download(table, f"kursk-disagreement_{view.date}")
