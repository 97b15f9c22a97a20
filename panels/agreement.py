"""Where the two belligerents agree on the day of the map, and where they contradict each other."""

from __future__ import annotations

import pandas as pd
import streamlit as st

import geo
from geo.analysis.agreement import CLASSES
from geo.selection.address import View
from geo.tables.schema import SIDES
from panels.command import go_to
from panels.download import download
from panels.labels import CLASS_NAMES, VOICE_NAMES, WORD_NAMES, say
from panels.record import load
from panels.table import show_table


def show(view: View) -> None:
    """How much ground falls into each class, and the word of every side on each cell."""
    cells = geo.agreement_on(view.selection, record=load())
    sums = cells.groupby("agreement").area_km2.sum()
    st.markdown(f"**{say(view.date)}**, in the words of Ukrainian and of Russian sources:")
    for name in CLASSES[::-1]:
        if name in sums:
            st.markdown(f"- {CLASS_NAMES[name]}: {sums[name]:,.0f} km²")
    spoken = cells[(cells[list(SIDES)] != "silent").any(axis=1)]
    order = spoken.agreement.map(CLASSES.index)
    spoken = spoken.assign(order=-order).sort_values(["order", "area_km2"], ascending=[True, False])
    # Several settlements can share a cell.
    places = load().ledger.settlements
    here = places[places.cell_id.isin(spoken.index)]
    names = here.name_en.groupby(here.cell_id).agg(", ".join)
    largest = here.reset_index().sort_values("population").groupby("cell_id").settlement_id.last()
    table = pd.DataFrame(
        {
            "Place": names.loc[spoken.index],
            "Together": spoken.agreement.map(CLASS_NAMES),
            **{VOICE_NAMES[side]: spoken[side].map(WORD_NAMES) for side in SIDES},
            "km²": spoken.area_km2.round(1),
        }
    )
    show_table(
        table,
        "What each side says of each place, and what that comes to",
        key="agreement",
        choose=lambda row: go_to(place=int(largest.loc[spoken.index[row]])),
    )
    st.caption(
        "Only the two belligerents make the class; third parties stand beside it as witnesses. A "
        "side that is silent does not agree. All sources count, whatever is switched on, as long "
        "as their words are current. The classes of a day add up to the theatre: the cells to "
        "which any source ever gave a status other than Russian-held (areas in EPSG:3035). "
        "Choose a row to move the map there."
    )
    download(table, f"kursk-agreement_{view.date}")
