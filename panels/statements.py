"""Narrative statements, and what each source's claims show about them."""

from __future__ import annotations

import pandas as pd
import streamlit as st

import geo
from geo.selection.address import View
from panels.download import download
from panels.labels import SIDE_NAMES
from panels.record import kept, load
from panels.template import template

_TESTS = {
    "area_at": "ground given as Ukrainian-held on the day",
    "area_growth": "ground given as Ukrainian-held on two days",
    "area_peak_share": "most ground given as Ukrainian-held until then, and on the day",
    "newly_claimed_after": "settlements newly Ukrainian-held or fought over between the days",
    "held_after": "settlements given as Ukrainian-held or fought over on the day after",
}


@kept(words="Counting …")
def _findings(record: geo.Record) -> pd.DataFrame:
    return geo.check_statements(record)


def show(_view: View) -> None:
    """Each statement with its citation, and figures; never a verdict."""
    ledger = load().ledger
    findings = _findings(load())
    sides = st.pills(
        "Sides",
        list(SIDE_NAMES),
        selection_mode="multi",
        format_func=SIDE_NAMES.__getitem__,
        key="statement_sides",
        persist_state="page",
    )
    statements = ledger.statements.sort_values("stated_on", kind="stable")
    if sides:
        statements = statements[statements.side.isin(sides)]
    if statements.empty:
        st.info("The record holds no statement of these sides.")
        return
    maps = geo.held_maps(load())
    told = []
    for name, one in statements.iterrows():
        own = findings[(findings.statement_id == name) & (findings.test != "none")]
        # Only maps cover the whole incursion; they come first.
        own = own.assign(of_map=own.source_id.isin(maps))
        own = own.sort_values("of_map", ascending=False, kind="stable")
        told.append(
            {
                "side_name": SIDE_NAMES[one.side],
                "stated_on": one.stated_on,
                "who": ", ".join(filter(None, [one.speaker, one.source])),
                "statement": one.statement,
                "publisher": one.publisher,
                "url": one.url if isinstance(one.url, str) else "",
                "note": one.note,
                "test": _TESTS.get(one.test, ""),
                "limit": "Partly testable" if one.testable == "partly" else "Not testable",
                "why_not": one.why_not,
                "findings": list(zip(own.finding, own.of_map, strict=True)),
            }
        )
    st.html(template("statements.html").render(statements=told))
    st.caption(
        "Figures from the claims in this record, as known now; no verdict. "
        "Areas are those of the cells of the settlements (EPSG:3035). Only the maps show the whole "
        "incursion; the other sources named single places, and their figures cover only these."
    )
    table = findings[findings.statement_id.isin(statements.index)]
    words = ledger.statements[["stated_on", "side", "statement"]].loc[table.statement_id]
    download(
        pd.concat([words.reset_index(), table.drop(columns="statement_id").reset_index(drop=True)],
                  axis=1),
        "kursk-statements",
    )  # fmt: skip
