"""How good the record is: claims per source and month, citations, delays, daily bulletins."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import streamlit as st

import geo
from geo.analysis.coverage import TIERS
from geo.analysis.totals import short_names
from geo.ledger.ledger import Ledger
from geo.selection.address import View
from geo.style.look import style
from panels.download import download
from panels.labels import SIDE_NAMES, VOICE_NAMES, palette, plain
from panels.record import kept, load
from panels.table import show_table
from panels.template import template

#: Levels of the heat map: from how many claims on, in words.
_LEVELS = {
    0: "0: the map was read and showed no change",
    1: "1 to 9 claims",
    10: "10 to 29",
    30: "30 to 99",
    100: "100 and more",
}


@kept(words="Counting …")
def _counts(
    record: geo.Record,
) -> tuple[list[str], pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    ledger = record.ledger
    return (
        geo.coverage_sentences(ledger),
        geo.coverage_matrix(ledger),
        geo.coverage_by_month(ledger),
        geo.coverage_by_source(ledger),
        geo.coverage_of_bulletins(ledger),
    )


def show(_view: View) -> None:
    """Figures in words, a heat map, and tables of citations and bulletins; gaps are shown."""
    ledger = load().ledger
    sentences, matrix, months, sources, bulletins = _counts(load())
    st.markdown("**How good is the record?**")
    for sentence in sentences[:3]:
        st.markdown(f"- {plain(sentence)}")
    _show_matrix(matrix, short_names(ledger.sources))
    _show_bulletins(bulletins, ledger)
    _show_sources(sources, ledger)
    with st.container(horizontal=True):
        download(months, "kursk-coverage")
        download(bulletins, "kursk-coverage_bulletins", "Download the bulletins as CSV")
        download(sources, "kursk-coverage_sources", "Download the citations as CSV")


def _show_matrix(matrix: pd.DataFrame, names: pd.Series) -> None:
    months = list(matrix.columns[2:])
    every = matrix[months].sum(axis=1)
    rows = []
    for row, total in zip(matrix.to_dict("records"), every, strict=True):
        source = row["source_id"]
        name = names[source] if source else VOICE_NAMES[row["side"]]
        cells = [_cell(row[month]) for month in months]
        rows.append({"side": not source, "name": name, "cells": cells, "all": f"{total:,}"})
    days = [dt.date.fromisoformat(f"{month}-01") for month in months]
    st.html(
        template("coverage.html").render(
            palette=palette(),
            look=style(),
            levels=[
                {"name": f"from{least}", "strength": strength, "told": told}
                for (least, told), strength in zip(
                    _LEVELS.items(), (0, *style().strength.heat), strict=True
                )
            ],
            months=days,
            rows=rows,
        )
    )
    st.caption(
        "A claim counts in the month in which it was made, not the one it is about; nothing "
        "lapses here. For a map, the changes its readings showed count, and its source's words. "
        "A gap is one of this record: it does not mean that nothing was said."
    )


def _cell(count: Any) -> dict[str, str]:
    if pd.isna(count):
        return {"level": "gap", "text": "–"}
    level = max(least for least in _LEVELS if least <= count)
    return {"level": f"from{level}", "text": f"{count:,}"}


def _show_bulletins(bulletins: pd.DataFrame, ledger: Ledger) -> None:
    st.markdown("**Daily bulletins: days on which they appeared, and days in the record**")
    told = ledger.bulletins.loc[bulletins.bulletin_id].reset_index()
    show_table(
        pd.DataFrame(
            {
                "Daily bulletin": bulletins.title,
                "Side": bulletins.side.map(SIDE_NAMES),
                "From": bulletins.first_on.dt.date,
                "To": bulletins.last_on.dt.date,
                "Days it appeared": bulletins.appeared,
                "Days in the record": bulletins.in_record,
                "Share": (100 * bulletins.in_record / bulletins.appeared).round(),
                "Longest gap, days": bulletins.longest_gap,
                "Gap from": bulletins.gap_from.dt.date,
                "Gap to": bulletins.gap_to.dt.date,
                "Citation": told.url,
                "Note": told.note,
            }
        ),
        "Daily bulletins",
        columns={
            "Share": st.column_config.ProgressColumn(format="%d %%", min_value=0, max_value=100),
            "Citation": st.column_config.LinkColumn(display_text="open"),
        },
    )
    st.caption(
        "A bulletin is in the record on a day on which its speaker made a claim or published a "
        "figure that is here. On other days it named no place of the oblast, or nobody read it for "
        "this record: the two cannot be told apart. A map is in the record on the days on which "
        "it was read. Empty: not known."
    )


def _show_sources(sources: pd.DataFrame, ledger: Ledger) -> None:
    st.markdown("**Citations and delays, by source**")
    shares = {
        f"{tier.capitalize()}, %": (100 * sources[tier] / sources.claims).round() for tier in TIERS
    }
    show_table(
        pd.DataFrame(
            {
                "Source": sources.source_id.map(ledger.sources.name),
                "Side": sources.side.map(SIDE_NAMES),
                "Kind": sources.kind.str.replace("_", " "),
                "Claims": sources.claims,
                "Places": sources.settlements,
                "Days": sources.days,
                "First": sources["first"].dt.date,
                "Last": sources["last"].dt.date,
                **shares,
                "Page without a date": sources.undated,
                "Median days to publication": sources.median_delay,
                "Longest": sources.longest_delay,
            }
        ),
        "Citations and delays, by source",
    )
    st.caption(
        "Primary: the source's own page. Agency: a news agency. Outlet: a newspaper, broadcaster "
        "or site with a desk of its own. Aggregator: a copy, translation or digest. Days to "
        "publication run from the day a claim was made to the date of the cited page; of a map "
        "both are the day of the map."
    )
