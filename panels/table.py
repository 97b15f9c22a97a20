"""A table in which a row can be chosen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.runtime import get_instance

from panels.template import template


def _width(text: str) -> str:
    """How a cell is laid out: on one line, in words, or broken anywhere, as an address is."""
    if len(text) < 13:
        return "short"
    return "long" if max(map(len, text.split()), default=0) > 25 else ""


def printed(table: pd.DataFrame, name: str) -> str:
    """The HTML of a table for paper, on which the one on screen would be a window of its rows."""
    figures = dict.fromkeys(table.select_dtypes("float"), 2)
    rows = table.round(figures).to_numpy(dtype=object, na_value="")
    return template("table.html").render(name=name, columns=table.columns, rows=rows, width=_width)


def show_table(  # noqa: PLR0913 - all but two by name
    table: pd.DataFrame,
    alt: str,
    *,
    columns: dict[str, Any] | None = None,
    key: str = "",
    choose: Callable[[int], None] | None = None,
    paper: bytes | None = None,
) -> None:
    """A table as wide as the page; `choose` is called with the position of a chosen row.

    A click on a row already chosen deselects it, and counts as well. `alt` is the
    name for screen readers; `key` is needed if rows can be chosen or with `paper`: HTML
    that is fetched for printing, in place of the same table inside the page.
    """
    last = f"{key}_last"

    def chosen() -> None:
        rows = st.session_state[key].selection.rows
        # Browser input is untrusted; anything but a row is ignored.
        rows = rows if isinstance(rows, list) else []
        before = st.session_state.get(last)
        row = rows[0] if rows else before[0] if before else None
        if type(row) is not int or not 0 <= row < len(table):
            return
        words = table.iloc[row].astype(str).to_list()
        # Deselected: the same row again, unless the table has changed.
        if choose and (rows or before == (row, words)):
            st.session_state[last] = (row, words)
            choose(row)
            # The map shows itself, if it is out of sight.
            st.session_state.command = st.session_state.command | {"sight": True}

    choice: dict[str, Any] = (
        {"key": key, "on_select": chosen, "selection_mode": "single-row"} if choose else {}
    )
    st.dataframe(
        table, hide_index=True, width="stretch", alt=alt, column_config=columns, placeholder="",
        **choice,
    )  # fmt: skip
    if paper is None:
        st.html(printed(table, alt))
    else:
        url = get_instance().media_file_mgr.add(paper, "text/html", key)
        st.html(
            f'<div class="claims-printed" data-paper="{url}">This table is not printed, '
            "because the server could not be reached.</div>"
        )
