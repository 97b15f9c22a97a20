"""One settlement over time: a strip per source."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st
from jinja2 import Environment

from geo.analysis.settlement import contradictions, strips
from geo.selection.address import View
from geo.style.look import style
from geo.tables.schema import DRAWN
from panels.download import download
from panels.record import load
from panels.table import show_table
from panels.words import SIDE_NAMES, STATUS_NAMES, palette, say

CHART = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string("""
<style>
  .strips { {{ palette }} container-type: inline-size; font-size: 0.85rem; line-height: 1.25; }
  .strips .ukrainian { --side: var(--ukrainian); } .strips .russian { --side: var(--russian); }
  .strips .third_party { --side: var(--third_party); }
  .strips .chart { --label: 15rem; position: relative; padding-top: 2.1rem; }
  .strips .under { position: absolute; inset: 0 0 0 var(--label); overflow: hidden; }
  .strips .under > * { position: absolute; top: 0; bottom: 0; }
  .strips .month { border-left: 1px solid color-mix(in srgb, currentColor 25%, transparent);
    padding-left: 3px; font-size: 0.75rem; white-space: nowrap; }
  .strips .under .odds { top: 1.3rem; min-width: 3px; border-top: 10px solid transparent;
    background: color-mix(in srgb, var(--against) {{ 100 * look.strips.shade }}%, transparent)
    content-box; }
  .strips .legend .odds, .strips .under .odds::before { background: repeating-linear-gradient(
    45deg, var(--against) 0 {{ look.hatch.width }}px,
    transparent {{ look.hatch.width }}px {{ look.strips.hatch }}px); }
  .strips .under .odds::before { content: ""; position: absolute; inset: -10px 0 auto;
    height: 9px; }
  .strips .today { border-left: 2px solid currentColor; }
  .strips .row { display: grid; grid-template-columns: var(--label) 1fr; align-items: center;
    position: relative; min-height: 2rem; }
  .strips .name { padding-right: 0.6rem; }
  .strips .track { position: relative; height: 14px; }
  .strips .track > * { position: absolute; top: 0; bottom: 0; min-width: 3px; }
  .strips .ukrainian_control { background: var(--side); }
  .strips .contested {
    background: radial-gradient(var(--side) {{ dot }}px, transparent {{ dot + 0.3 }}px)
      0 0 / {{ look.strips.contested }}px {{ look.strips.contested }}px; }
  .strips .russian_control {
    background: repeating-linear-gradient(var(--side) 0 {{ look.rules.width }}px,
      transparent {{ look.rules.width }}px {{ look.strips.russian_control }}px); }
  .strips .contested, .strips .russian_control { border: {{ look.outline.width }}px solid; }
  .strips .implied { border: {{ look.implied.width }}px dotted; }
  .strips .track > *, .strips .legend i { border-color: var(--side); box-sizing: border-box; }
  .strips .old { opacity: {{ look.faded }}; }
  .strips .legend { display: flex; flex-wrap: wrap; gap: 0.2rem 1.1rem; margin-top: 0.5rem; }
  .strips .legend i { --side: inherit; display: inline-block; width: 26px; height: 12px;
    vertical-align: -1px; margin-right: 0.35rem; }
  .strips .legend .any { --side: currentColor; }
  .strips .legend .side { width: 12px; border-radius: 50%; background: var(--side); }
  @container (max-width: 640px) {
    .strips .chart { --label: 0px; }
    .strips .row { grid-template-columns: 1fr; min-height: 2.6rem; align-content: center; }
  }
</style>
<div class="strips">
  <div class="chart" role="img" aria-label="{{ told }}">
    <div class="under">
      {% for month in months %}
      <span class="month" style="left: {{ month.left }}%">{{ month.name }}</span>
      {% endfor %}
      {% for span in odds %}
      <span class="odds" style="left: {{ span.left }}%; width: {{ span.width }}%"></span>
      {% endfor %}
      <span class="today" style="left: {{ today }}%"></span>
    </div>
    {% for source in sources %}
    <div class="row">
      <span class="name">{{ source.name }}</span>
      <span class="track">
        {% for part in source.parts %}
        <span class="{{ part.side }} {{ part.status }}{{ ' old' if part.old }}"
          style="left: {{ part.left }}%; width: {{ part.width }}%" title="{{ part.told }}"></span>
        {% endfor %}
      </span>
    </div>
    {% endfor %}
  </div>
  <div class="legend">
    {% for side, name in sides.items() %}
    <span class="{{ side }}"><i class="side"></i>{{ name }}</span>
    {% endfor %}
    {% for status, name in statuses.items() %}
    <span class="any"><i class="{{ status }}"></i>{{ name }}</span>
    {% endfor %}
    <span class="any"><i class="ukrainian_control old"></i>not said again</span>
    <span><i class="odds"></i>sides contradict each other</span>
  </div>
</div>
""")


def show_strips(view: View, place: int) -> None:
    """One strip per source over time, and the same as a table."""
    record = load()
    ledger = record.ledger
    table = strips(place, record, known_by=view.known_by)
    if table.empty:
        return
    first, last = record.period
    end = min(last, pd.Timestamp(view.known_by or last)) + pd.Timedelta(days=1)
    days = (last - first).days + 1

    def at(day: pd.Timestamp) -> float:
        return round(100 * min(max((day - first).days / days, 0), 1), 3)

    def stretch(start: pd.Timestamp, stop: pd.Timestamp) -> dict[str, float]:
        left = at(min(start, end))
        return {"left": left, "width": round(at(min(stop, end)) - left, 3)}

    def clash(span: Any) -> dict[str, float]:
        return stretch(span.start, end if pd.isna(span.end) else span.end)

    names = ledger.sources.name
    sources = []
    for source, own in table.groupby("source_id", observed=True, sort=False):
        parts: list[dict[str, Any]] = []
        strip: Any
        for strip in own.itertuples():
            stop = end if pd.isna(strip.end) else strip.end
            # Up to the day it was last said, and then what only follows from silence.
            said = min(max(strip.last_said + pd.Timedelta(days=1), strip.start), stop)
            until = "" if pd.isna(strip.end) else f" to {say(strip.end - pd.Timedelta(days=1))}"
            told = (
                f"{STATUS_NAMES[strip.status]}, from {say(strip.start)}{until}; "
                f"last said {say(strip.last_said)}"
            )
            tags = {"side": strip.side, "status": strip.status, "told": told}
            parts.append(tags | stretch(strip.start, said) | {"old": False})
            parts.append(tags | stretch(said, stop) | {"old": True})
        sources.append({"name": names[source], "parts": [p for p in parts if p["width"] > 0]})
    spans = contradictions(place, record, known_by=view.known_by)
    months = pd.date_range(first + pd.offsets.MonthBegin(), last, freq="3MS")
    st.html(
        CHART.render(
            palette=palette(),
            look=style(),
            dot=style().marks["ukrainian"].width / 2,
            told=f"What {len(sources)} sources said of this place over time. "
            "The table below holds the same.",
            months=[{"left": at(m), "name": f"{m:%b %Y}"} for m in months],
            odds=[clash(span) for span in spans.itertuples()],
            today=at(pd.Timestamp(view.date)),
            sources=sources,
            sides={s: name for s, name in SIDE_NAMES.items() if (table.side == s).any()},
            statuses={s: STATUS_NAMES[s] for s in DRAWN if (table.status == s).any()},
        )
    )
    st.caption(
        "A strip lasts until the same source says otherwise of the same ground; it pales after the "
        "day on which the source last said so. The upright line is the day of the map. Hatched: "
        "two sides say opposite things of this ground."
    )
    with st.expander("The strips as a table", key="strips_table"):
        twin = pd.DataFrame(
            {
                "Source": table.source_id.map(names).astype(str),
                "Side": table.side.map(SIDE_NAMES),
                "Claims": table.status.map(STATUS_NAMES).astype(str),
                "From": table.start.dt.date,
                "Until (not included)": table.end.dt.date,
                "Last said": table.last_said.dt.date,
                "Statements": table.claim_ids.map(len),
                "Ids": table.claim_ids.map(", ".join),
            }
        )
        show_table(twin, "What each source said over time")
        download(twin, f"kursk-place_{place}")
