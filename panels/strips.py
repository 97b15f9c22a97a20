"""One settlement over time: a strip per source."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

import geo
from geo.analysis.settlement import contradictions, strips
from geo.selection.address import View
from geo.selection.selection import Selection
from geo.style.look import style
from geo.tables.schema import DRAWN
from panels.download import download
from panels.labels import SIDE_NAMES, STATUS_NAMES, palette, say
from panels.record import load, of_place, over_time
from panels.table import show_table
from panels.template import template


def show_strips(view: View, place: int) -> None:
    """One strip per source over time, and the same as a table."""
    asked = over_time(view.selection)
    chart = of_place(_chart, place, asked)
    if not chart:
        return
    st.html(f"<style>.strips {{ --today: {_share(pd.Timestamp(view.date))}% }}</style>{chart}")
    st.caption(
        "A strip lasts until the same source says otherwise of the same ground; only its outline "
        "is left when it has lapsed, said too long ago to count. The upright line is the day of "
        "the map. Striped: Ukrainian and Russian sources contradict each other."
    )
    below = st.expander("The strips as a table", key="strips_table", on_change="rerun")
    if not below.open:
        return
    with below:
        table, names = of_place(strips, place, asked), load().ledger.sources.name
        twin = pd.DataFrame(
            {
                "Source": table.source_id.map(names).astype(str),
                "Side": table.side.map(SIDE_NAMES),
                "Claims": table.status.map(STATUS_NAMES).astype(str),
                "From": table.start.dt.date,
                "Until (not included)": table.end.dt.date,
                "Last said": table.last_said.dt.date,
                "Lapses": table.lapses.dt.date,
                "Statements": table.claim_ids.map(len),
                "Ids": table.claim_ids.map(", ".join),
            }
        )
        show_table(twin, "What each source said over time")
        download(twin, f"kursk-place_{place}")


def _share(day: pd.Timestamp) -> float:
    """Where a day lies in the record, percent."""
    first, last = load().period
    return round(100 * min(max((day - first) / (last - first + pd.Timedelta(days=1)), 0), 1), 3)


def _chart(place: int, record: geo.Record, asked: Selection) -> str:
    """The strips as HTML, all but the day of the map."""
    table = strips(place, record, asked)
    if table.empty:
        return ""
    ledger, (first, last) = record.ledger, record.period
    end = min(last, pd.Timestamp(asked.known_day or last)) + pd.Timedelta(days=1)

    def stretch(start: pd.Timestamp, stop: pd.Timestamp) -> dict[str, float]:
        left = _share(min(start, end))
        return {"left": left, "width": round(_share(min(stop, end)) - left, 3)}

    def clash(span: Any) -> dict[str, float]:
        return stretch(span.start, end if pd.isna(span.end) else span.end)

    sources = []
    for source, own in table.groupby("source_id", observed=True, sort=False):
        parts: list[dict[str, Any]] = []
        strip: Any
        for strip in own.itertuples():
            stop = end if pd.isna(strip.end) else strip.end
            # As long as it is current, and then what has lapsed.
            lapse = stop if pd.isna(strip.lapses) else min(max(strip.lapses, strip.start), stop)
            until = "" if pd.isna(strip.end) else f" to {say(strip.end - pd.Timedelta(days=1))}"
            told = (
                f"{STATUS_NAMES[strip.status]}, from {say(strip.start)}{until}; "
                f"last said {say(strip.last_said)}"
            )
            tags = {"status": strip.status, "told": told}
            parts.append(tags | stretch(strip.start, lapse) | {"lapsed": False})
            gone = f"{told}; lapsed {say(lapse)}"
            parts.append(tags | stretch(lapse, stop) | {"lapsed": True, "told": gone})
        parts = [part for part in parts if part["width"] > 0]
        side = SIDE_NAMES[ledger.sources.side[source]]
        sources.append({"name": ledger.sources.name[source], "side": side, "parts": parts})
    spans = contradictions(place, record, asked)
    months = pd.date_range(first + pd.offsets.MonthBegin(), last, freq="3MS")
    return template("strips.html").render(
        palette=palette(),
        look=style(),
        told=f"What {len(sources)} sources said of this place over time. "
        "The table below holds the same.",
        months=[{"left": _share(m), "name": f"{m:%b %Y}"} for m in months],
        odds=[clash(span) for span in spans.itertuples()],
        sources=sources,
        statuses={s: STATUS_NAMES[s] for s in DRAWN if (table.status == s).any()},
    )
