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
        rows = st.session_state[key].selection.rows or st.session_state.get(last, [])
        st.session_state[last] = rows
        if rows and choose:
            choose(rows[0])

    choice = {"key": key, "on_select": chosen, "selection_mode": "single-row"} if choose else {}
    st.dataframe(
        table, hide_index=True, width="stretch", alt=alt, column_config=columns, placeholder="",
        **choice,
    )  # fmt: skip
