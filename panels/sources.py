"""Who makes claims, and what control means to them."""

from __future__ import annotations

import streamlit as st

from geo.view import View
from panels.download import download
from panels.record import load
from panels.table import show_table
from panels.words import SIDE_NAMES


def show(_view: View) -> None:
    """Every source with its side, its partisanship, its terms."""
    ledger, _ = load()
    table = ledger.sources.assign(side=ledger.sources.side.map(SIDE_NAMES))
    table = table[
        ["name", "side", "partisanship", "kind", "definition_of_control", "publishes_by",
         "attribution", "licence", "url"]
    ]  # fmt: skip
    show_table(
        table,
        "Sources",
        columns={"url": st.column_config.LinkColumn("Address", display_text="open")},
    )
    st.caption(
        "Partisanship: -2 Ukrainian official, -1 aligned with Ukraine, 0 third party, "
        "+1 aligned with Russia, +2 Russian official. It is not a measure of reliability."
    )
    download(table, "kursk-sources")
