"""Published areas and counts beside what was named and mapped by that day."""

from __future__ import annotations

import pandas as pd
import streamlit as st

import geo
from geo.selection.address import View
from geo.selection.selection import CurrentFor
from panels.command import go_to
from panels.download import download
from panels.labels import plain, say
from panels.record import load
from panels.table import show_table

#: Number of latest figures shown as sentences.
LATEST = 3
_WHAT = {
    "ukrainian_held": "Ukrainian-held",
    "remaining": "still Ukrainian-held",
    "ukrainian_captured_cumulative": "taken by Ukraine so far",
    "russian_retaken_cumulative": "retaken by Russia so far",
}


@st.cache_resource(show_spinner="Counting …", max_entries=5)
def _figures(current_for: CurrentFor) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Published figures that have a counterpart on the maps; areas of every day."""
    table = geo.stated_and_mapped(load(), current_for=current_for)
    series = geo.held_series(current_for=current_for, record=load())
    return table[table.counterpart != ""], series


def show(view: View) -> None:
    """What was stated, named and mapped; choosing a row moves the clock to its day."""
    ledger = load().ledger
    figures, series = _figures(view.current)
    by_then = figures[figures.claimed_on <= pd.Timestamp(view.date)]
    if by_then.empty:
        st.info(f"No figure had been published by {say(view.date)}.")
    else:
        st.markdown(f"**The latest figures by {say(view.date)}**")
        for sentence in geo.stated_sentences(by_then.tail(LATEST), ledger.sources):
            st.markdown(f"- {plain(sentence)}")
    maps = [name for name in ledger.sources.index if f"{name}_km2" in figures]
    names = ledger.sources.name
    table = pd.DataFrame(
        {
            "Said on": figures.claimed_on.dt.date,
            "Of": figures.day.dt.date,
            "Source": figures.source_id.map(names),
            "Speaker": figures.speaker,
            "What": figures.what.map(_WHAT),
            "Stated km²": figures.stated_km2,
            "Stated settlements": figures.stated_settlements,
            "Named settlements": figures.named_settlements,
            "Named km²": figures.named_km2.round(),
        }
        | {
            f"{names[name]}, {unit}": figures[f"{name}_{column}"].round()
            for name in maps
            for column, unit in (("settlements", "settlements"), ("km2", "km²"))
        }
        | {
            "Statement": figures.statements.map(" / ".join),
            "Citation": figures.urls.map(lambda urls: urls[0]),
        }
    )

    show_table(
        table,
        "Published figures beside named and mapped ground",
        key="figures",
        choose=lambda row: go_to(table.Of.iloc[row]),
        columns={
            "Citation": st.column_config.LinkColumn(display_text="open"),
            "Statement": st.column_config.TextColumn(width="large"),
        },
    )
    st.caption(
        "Named: places named by then by the officials of the speaker's side, or by the source "
        "itself. Maps: the same day, as known on the day of the figure. Empty: nothing "
        "named, or the map was not read that day. Areas are those of the cells of the settlements "
        "(EPSG:3035). Only figures for the whole incursion. Choose a row to move the clock."
    )
    with st.container(horizontal=True):
        download(table, "kursk-figures")
        download(series, "kursk-areas_by_day", "Download the chart of daily areas as CSV")
