"""Lead and lag: how long after one source announces a change another shows it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

import geo
from geo.analysis.lag import OUTCOMES
from geo.selection.address import View
from panels.command import go_to
from panels.download import download
from panels.labels import STATUS_NAMES, plain
from panels.record import kept, load
from panels.table import show_table


@kept(words="Counting …")
def _lags(record: geo.Record, announcer: str, shower: str) -> pd.DataFrame:
    return geo.lags(announcer, shower, ledger=record.ledger)


def show(_view: View) -> None:
    """Days between two sources, overall and by place; a row moves map and clock."""
    ledger = load().ledger
    names = ledger.sources.name
    sources = list(names.index)
    line = st.container(horizontal=True)
    one, other = (
        line.selectbox(
            label,
            sources,
            sources.index(source) if source in sources else place,
            format_func=names.__getitem__,
            key=f"lag_{role}",
            persist_state="page",
        )
        for role, label, source, place in (
            ("from", "Announced by", "ru_mod", 0),
            ("to", "Shown by", "deepstate", len(sources) - 1),
        )
    )
    if one == other:
        st.info("Choose two different sources.")
        return
    table = _lags(load(), one, other)
    if table.empty:
        st.info("Neither source reports a change of control of any place.")
        return
    row: Any
    for row in geo.lag_summary(table).itertuples():
        counts = "; ".join(
            f"{words}: {getattr(row, name)}"
            for name, words in OUTCOMES.items()
            if name != "shown" and getattr(row, name)
        )
        st.markdown(f"**To {STATUS_NAMES[row.status]}**: {_spread(row)}; {counts}")
    _show_bars(table, ledger.settlements.name_en)
    _show_changes(table, f"kursk-lag_{one}_{other}")


def _spread(row: object) -> str:
    """The distribution of the days, as text."""
    if not row.n:  # type: ignore[attr-defined]
        return "no change common to both"
    return (
        "{n} changes in both sources; median {median:g} days, half of them from {lower_quartile:g} "
        "to {upper_quartile:g}, all from {earliest:g} to {latest:g}"
    ).format(**row._asdict())  # type: ignore[attr-defined]


def _show_bars(table: pd.DataFrame, names: pd.Series) -> None:
    bars = geo.lag_bars(table)
    if bars.empty:
        return
    most = int(bars.n.max())
    shown = pd.DataFrame(
        {
            "To": bars.status.map(STATUS_NAMES),
            "Days from announced to shown": [
                f"{a} to {b}" for a, b in zip(bars.first_day, bars.last_day, strict=True)
            ],
            "Changes": bars.n,
            "Settlements": [", ".join(names[i] for i in ids) for ids in bars.settlements],
        }
    )
    show_table(
        shown,
        "Distribution of the days between the two sources",
        columns={
            "Changes": st.column_config.ProgressColumn(format="%d", min_value=0, max_value=most),
            "Settlements": st.column_config.TextColumn(width="large"),
        },
    )


def _show_changes(table: pd.DataFrame, name: str) -> None:
    outcomes = [outcome for outcome in OUTCOMES if (table.outcome == outcome).any()]
    chosen = st.pills(
        "Outcome",
        outcomes,
        selection_mode="multi",
        format_func=OUTCOMES.__getitem__,
        key=f"{name}_outcomes",
    )
    found = table[table.outcome.isin(chosen)] if chosen else table
    found = found.sort_values(["days", "settlement"], kind="stable", ignore_index=True)

    def go(row: int) -> None:
        change = found.iloc[row]
        days = [day for day in (change.announced_on, change.shown_on) if pd.notna(day)]
        go_to(min(days).date(), int(change.settlement_id))

    show_table(
        pd.DataFrame(
            {
                "Place": found.settlement,
                "To": found.status.map(STATUS_NAMES),
                "Announced on": found.announced_on.dt.date,
                "Shown on": found.shown_on.dt.date,
                "Days": found.days,
                "Outcome": found.outcome.map(OUTCOMES),
                "Announced in": found.announced_claims.map(", ".join),
                "Shown in": found.shown_claims.map(", ".join),
            }
        ),
        "Every change, place by place",
        key=f"{name}_{'_'.join(chosen)}",
        choose=go,
    )
    st.caption(plain(
        "Negative days: it was shown before it was announced. A change is the day on which a "
        "source turns to the control of one side; it is paired with the change of the other to "
        "the same status while the earlier claim was in force. A map shows a change on the first "
        "reading that has it. Choose a row to move map and clock there."
    ))  # fmt: skip
    download(found, name)
