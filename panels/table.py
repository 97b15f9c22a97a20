"""Showing a table, of which a row can be chosen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st


def show_table(
    table: pd.DataFrame,
    alt: str,
    *,
    columns: dict[str, Any] | None = None,
    key: str = "",
    choose: Callable[[int], None] | None = None,
) -> None:
    """A table as wide as the page; `choose` hears the position of a row that is chosen.

    A click on the row that is chosen already unticks it, and counts as well.
    `alt` names it for those who do not see it; `key` is needed where rows can
    be chosen.
    """
    last = f"{key}_last"

    def chosen() -> None:
        rows = st.session_state[key].selection.rows
        # What comes from a browser may be anything; what is no row chooses nothing.
        rows = rows if isinstance(rows, list) else []
        before = st.session_state.get(last)
        row = rows[0] if rows else before[0] if before else None
        if type(row) is not int or not 0 <= row < len(table):
            return
        words = table.iloc[row].astype(str).to_list()
        # Nothing chosen any more: the same row again, unless the table is another by now.
        if choose and (rows or before == (row, words)):
            st.session_state[last] = (row, words)
            choose(row)

    choice: dict[str, Any] = (
        {"key": key, "on_select": chosen, "selection_mode": "single-row"} if choose else {}
    )
    st.dataframe(
        table, hide_index=True, width="stretch", alt=alt, column_config=columns, placeholder="",
        **choice,
    )  # fmt: skip
