"""Who makes claims, and what control means to them."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from geo.selection.address import View
from panels.download import download
from panels.labels import SIDE_NAMES, STATUS_NAMES
from panels.record import load
from panels.table import show_table


def show(_view: View) -> None:
    """Every source with its side, partisanship and terms."""
    ledger = load().ledger
    sources = ledger.sources
    status = "ukrainian_control"
    table = pd.DataFrame(
        {
            "Source": sources.name,
            "Side": sources.side.map(SIDE_NAMES),
            "Partisanship": sources.partisanship,
            "Kind": sources.kind.str.replace("_", " "),
            "What control means to it": sources.definition_of_control.str.replace(
                status, STATUS_NAMES[status]
            ),
            "Publishes": sources.publishes_by,
            "Attribution": sources.attribution,
            "Licence": sources.licence,
            "Address": sources.url,
        }
    )
    show_table(
        table, "Sources", columns={"Address": st.column_config.LinkColumn(display_text="open")}
    )
    st.caption(
        "Partisanship: -2 Ukrainian official, -1 aligned with Ukraine, 0 third party, "
        "+1 aligned with Russia, +2 Russian official or state. It is not a measure of reliability."
    )
    download(table, "kursk-sources")
