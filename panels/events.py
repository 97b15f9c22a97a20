"""The campaign's dated events."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from geo.selection.address import View
from geo.tables.schema import CAMPAIGN_START
from panels.command import go_to
from panels.download import download
from panels.record import load
from panels.table import show_table


def show(_view: View) -> None:
    """All events; choosing one moves the clock."""
    ledger = load().ledger
    events = ledger.events[ledger.events.date >= pd.Timestamp(CAMPAIGN_START)]
    if events.empty:
        st.info("The record holds no event of the campaign.")
        return
    table = pd.DataFrame(
        {
            "Day": events.date.dt.date,
            "Event": events.title,
            "Description": events.description,
            "Published by": events.publisher,
            "Citation": events.url,
        }
    )
    show_table(
        table,
        "Events of the campaign",
        key="events",
        choose=lambda row: go_to(table.Day.iloc[row]),
        columns={"Citation": st.column_config.LinkColumn(display_text="open")},
    )
    st.caption(
        "Dated acts and statements of either side, in our own words, each with its citation. "
        "Choose a row to move the clock to its day."
    )
    download(table, "kursk-events")
