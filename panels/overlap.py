"""Two maps compared: the Ukrainian-held ground that both show, and that only one of them does."""

from __future__ import annotations

import pandas as pd
import streamlit as st

import geo
from geo.selection.address import View
from geo.style.look import style
from panels.command import go_to
from panels.download import download
from panels.labels import say
from panels.record import kept, load
from panels.table import show_table


@kept(words="Comparing …")
def _series(record: geo.Record, one: str, other: str) -> pd.DataFrame:
    pair = (geo.Selection(on=record.period[1], sources=[name]) for name in (one, other))
    return geo.overlap_series(*pair, record=record)


def show(view: View) -> None:
    """km² day by day, the figures of the day shown, and the table to download."""
    names = load().ledger.sources.name
    maps = list(geo.held_maps(load()))
    line = st.container(horizontal=True)
    one, other = (
        line.selectbox(
            label, maps, place, format_func=names.__getitem__, key=f"overlap_{place}",
            persist_state="page",
        )
        for place, label in enumerate(("One map", "The other"))
    )  # fmt: skip
    if one == other:
        st.info("Choose two different maps.")
        return
    table = _series(load(), one, other)
    if table.empty:
        st.info("There is no day on which both speak.")
        return
    kinds = {
        "only_first_km2": f"only {names[one]}",
        "only_second_km2": f"only {names[other]}",
        "both_km2": "both",
    }
    today = table[table.date == pd.Timestamp(view.date)]
    if today.empty:
        st.info(f"One of the two is silent on {say(view.date)}.")
    for row in today.to_dict("records"):
        parts = ", ".join(f"{words} {row[name]:,.0f} km²" for name, words in kinds.items())
        iou = "" if pd.isna(row["iou"]) else f"; they share {row['iou']:.0%} of what either shows"
        st.markdown(f"**{say(view.date)}**: {parts}{iou}")
    shown = pd.DataFrame(
        {"Day": table.date.dt.date, **{words: table[name] for name, words in kinds.items()}}
    )
    look = style()
    theme = look.dark if st.context.theme.type == "dark" else look.light
    st.vega_lite_chart(
        shown.melt("Day", var_name="Ground", value_name="km²"),
        {
            "mark": {
                "type": "line",
                "aria": False,  # screen readers read the table below
                "color": theme.ink,
                "strokeWidth": look.chart.width,
                "opacity": look.strength.series,
            },
            "encoding": {
                "x": {"field": "Day", "type": "temporal", "title": None},
                "y": {"field": "km²", "type": "quantitative"},
                "strokeDash": {
                    "field": "Ground",
                    "type": "nominal",
                    # As long as a dash takes to be told from another.
                    "legend": {"title": None, "orient": "top", "labelLimit": 0, "symbolSize": 1200},
                    # What both show is solid.
                    "scale": {
                        "domain": list(kinds.values())[::-1],
                        "range": [list(dash) or [1, 0] for dash in look.chart.dash.values()],
                    },
                },
            },
        },
    )
    show_table(
        shown.assign(IoU=table.iou),
        "Ground that only one map shows, and that both do, on every day",
        key=f"overlap_{one}_{other}",
        choose=lambda row: go_to(table.date.iloc[row].date()),
        columns={
            words: st.column_config.NumberColumn(format="%.0f km²") for words in kinds.values()
        }
        | {"IoU": st.column_config.NumberColumn(format="%.2f")},
    )
    st.caption(
        "Ground that each gives as Ukrainian-held, as known now, on days on which neither is "
        "silent; shapes where maps were imported, otherwise the cells of settlements (EPSG:3035). "
        "What they share of what either shows is the IoU. Choose a row to move the clock."
    )
    download(table, f"kursk-overlap_{one}_{other}")
