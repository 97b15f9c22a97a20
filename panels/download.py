"""Tables to take home."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st


def download(table: pd.DataFrame, name: str, label: str = "Download as CSV") -> None:
    """A button that saves a table as `name`.csv and does not disturb the page."""
    # Written when it is asked for, not whenever the clock moves.
    st.download_button(
        label,
        lambda: as_csv(table),
        f"{name}.csv",
        "text/csv",
        on_click="ignore",
    )


def as_csv(table: pd.DataFrame) -> bytes:
    """A table as CSV that no spreadsheet takes for formulas.

    Text that begins as a formula does gets a quote before it; numbers stay.
    """
    return table.map(_quoted).rename(columns=_quoted).to_csv(index=False).encode()


def _quoted(value: Any) -> Any:
    starts = ("=", "+", "-", "@", "\t", "\r", "\n")
    return f"'{value}" if isinstance(value, str) and value.startswith(starts) else value
