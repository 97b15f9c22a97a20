"""Downloading tables as CSV."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from geo._io.csv_text import csv_text


def download(table: pd.DataFrame, name: str, label: str = "Download as CSV") -> None:
    """A button that saves a table as `name`.csv without rerunning the page.

    Text that a spreadsheet would run as a formula is escaped.
    """
    # Built on click, not whenever the clock moves.
    st.download_button(
        label, lambda: csv_text(table).encode(), f"{name}.csv", "text/csv", on_click="ignore"
    )
