"""Coverage: how much of what was said is in the record, its gaps, how direct its citations are.

Counted are the claims of `claims.csv`, all of them, strikes included, as they
stand in the record; nothing lapses here. A claim belongs to the day on which it was made
(transaction time). Claims read off a map are told apart from statements: a
map's reader writes a row only where a status changed, so a month without a
row is no gap as long as the map was read.

A gap is a gap in the record. It does not mean that nothing was said.
"""

from __future__ import annotations

from typing import Any, get_args

import numpy as np
import pandas as pd

from geo.ledger.ledger import Ledger, every_claim, shipped_ledger
from geo.style.words import say
from geo.tables.schema import CAMPAIGN_START, SIDES, Tier

#: How near a cited page is to the source, nearest first.
TIERS: tuple[str, ...] = get_args(Tier)
#: Kinds of claims, see above.
KINDS = ("statement", "map_reading")

#: What a page of each tier is, in words.
_TIERS = {
    "primary": "the source's own page",
    "agency": "a news agency",
    "outlet": "an outlet",
    "aggregator": "a copy, translation or digest",
}
_DAY = pd.Timedelta(days=1)
_OF_BULLETINS = [
    "side", "source_id", "bulletin_id", "title", "first_on", "last_on", "appeared", "in_record",
    "longest_gap", "gap_from", "gap_to",
]  # fmt: skip


def coverage_by_month(ledger: Ledger | None = None) -> pd.DataFrame:
    """How many claims each source made in each month of the record.

    Parameters
    ----------
    ledger
        As `load_ledger` returns it; by default the shipped tables.

    Returns
    -------
    DataFrame
        One row per source and month, every month from the first of the campaign to
        the last of the record, by side: `side`, `source_id`, `month` (its first
        day), `statements` and `map_readings` (numbers of claims), `days` (on
        which it made any of them), `days_read` (of the month, on which its map was being
        read). A month in which all four are 0 is a gap.

    Examples
    --------
    >>> found = coverage_by_month()
    >>> own = found[found.source_id == "tsaryov"].set_index("month")
    >>> own.statements["2024-08":"2024-12"].tolist()
    [0, 0, 0, 8, 30]
    """
    ledger = shipped_ledger() if ledger is None else ledger
    claims, sources = _of_kind(ledger), ledger.sources
    months = pd.date_range(CAMPAIGN_START.replace(day=1), _last_day(ledger), freq="MS")
    rows = pd.MultiIndex.from_product([_by_side(sources), months], names=["source_id", "month"])
    by = [claims.source_id, claims.claimed_on.dt.to_period("M").dt.to_timestamp().rename("month")]
    counts = pd.crosstab(by, claims.kind).reindex(columns=KINDS, fill_value=0)
    counts.columns = ["statements", "map_readings"]
    counts["days"] = claims.claimed_on.groupby(by).nunique()
    found = counts.reindex(rows, fill_value=0).reset_index()
    start, end = found.month, found.month + pd.offsets.MonthEnd()
    first, last = (found.source_id.map(sources[f"map_read_{name}"]) for name in ("from", "to"))
    read: Any = end.where(end < last, last) - start.where(start > first, first) + _DAY
    found["days_read"] = read.dt.days.fillna(0).clip(lower=0).astype(int)
    found.insert(0, "side", found.source_id.map(sources.side))
    return found


def coverage_by_source(ledger: Ledger | None = None) -> pd.DataFrame:
    """How much each source said, how direct the citations are, and how soon they appeared.

    Parameters
    ----------
    ledger
        As `load_ledger` returns it; by default the shipped tables.

    Returns
    -------
    DataFrame
        One row per source and kind (`statement`, `map_reading`) of which there is
        any, by side: `side`, `source_id`, `kind`, `claims`, `settlements`, `days`,
        `first`, `last` (when they were made), the number of claims cited from each
        tier (`primary`, `agency`, `outlet`, `aggregator`), `undated` (claims whose
        page shows no date), `median_delay` and `longest_delay` (days from said to
        published, of the others; empty where there are none).

    Examples
    --------
    >>> found = coverage_by_source()
    >>> own = found[found.kind == "statement"]
    >>> f"{own.aggregator.sum() / own.claims.sum():.0%}"
    '31%'
    """
    ledger = shipped_ledger() if ledger is None else ledger
    claims = _of_kind(ledger)
    claims["delay"] = (claims.published_on - claims.claimed_on).dt.days.astype("Int64")
    for tier in TIERS:
        claims[tier] = claims.citation_tier == tier
    by = ["source_id", "kind"]
    found = claims.groupby(by).agg(
        claims=("kind", "size"),
        settlements=("settlement_id", "nunique"),
        days=("claimed_on", "nunique"),
        first=("claimed_on", "min"),
        last=("claimed_on", "max"),
        **{tier: (tier, "sum") for tier in TIERS},
        undated=("published_on", lambda days: days.isna().sum()),
        median_delay=("delay", "median"),
        longest_delay=("delay", "max"),
    )
    rows = pd.MultiIndex.from_product([_by_side(ledger.sources), KINDS], names=by)
    found = found.loc[rows[rows.isin(found.index)]].reset_index()
    found.insert(0, "side", found.source_id.map(ledger.sources.side))
    return found


def coverage_of_bulletins(ledger: Ledger | None = None) -> pd.DataFrame:
    """On how many days each daily bulletin appeared, and on how many of them it is in the record.

    A bulletin is in the record on a day on which its speaker made a claim or a
    statement that could not be placed, or published a total. On other days it
    named no place of the oblast, or nobody read it for this record: the two cannot
    be told apart. A map is in the record on the days on which it was read.

    Parameters
    ----------
    ledger
        As `load_ledger` returns it; by default the shipped tables.

    Returns
    -------
    DataFrame
        One row per bulletin, by side: `side`, `source_id`, `bulletin_id`, `title`,
        `first_on`, `last_on` (the last day of the record, if it still appeared
        then), `appeared` (days from one to the other), `in_record` (days),
        `longest_gap` (days in a row without it), `gap_from` and `gap_to` (first and
        last of these). What is not known is empty: when it appeared, and for a
        map on which days it was read.

    Examples
    --------
    >>> found = coverage_of_bulletins().set_index("bulletin_id")
    >>> found.loc["mod-kursk", ["appeared", "in_record"]].tolist()
    [263, 102]
    >>> found.loc["tsaryov-review", ["appeared", "in_record"]].tolist()
    [<NA>, 15]
    """
    ledger = shipped_ledger() if ledger is None else ledger
    said = every_claim(ledger)
    said = pd.concat([said[said.basis != "map_reading"], ledger.totals])
    end = _last_day(ledger)
    rows = []
    for name, one in ledger.bulletins.iterrows():
        first, last = one.first_on, one.last_on
        if pd.notna(first) and pd.isna(last):
            last = end
        own = said[(said.source_id == one.source_id) & (said.speaker == one.speaker)]
        days = own.claimed_on.drop_duplicates().sort_values()
        gap: tuple[Any, Any, Any] = (None, pd.NaT, pd.NaT)
        if pd.notna(first):
            days = days[days.between(first, last)]
            if pd.isna(one.days_read):
                gap = longest_gap(days, first, last)
        held = len(days) if pd.isna(one.days_read) else one.days_read
        rows.append(
            (ledger.sources.side[one.source_id], one.source_id, name, one.title, first, last,
             (last - first) / _DAY + 1, held, *gap)
        )  # fmt: skip
    found = pd.DataFrame(rows, columns=_OF_BULLETINS)
    for column in ("appeared", "in_record", "longest_gap"):
        found[column] = found[column].astype("Int64")
    order = found.side.map(SIDES.index).sort_values(kind="stable").index
    return found.loc[order].reset_index(drop=True)


def coverage_matrix(ledger: Ledger | None = None) -> pd.DataFrame:
    """Claims by side and source and, across, by month; gaps are empty.

    Parameters
    ----------
    ledger
        As `load_ledger` returns it; by default the shipped tables.

    Returns
    -------
    DataFrame
        One row per side, in which `source_id` is empty, and below it one per source:
        `side`, `source_id`, and the number of claims of each month, `2024-08` and so
        on. 0: the source's map was read and showed no change.

    Examples
    --------
    >>> found = coverage_matrix().set_index("source_id")
    >>> found.loc["tsaryov", ["2024-10", "2024-11", "2024-12"]].tolist()
    [<NA>, 8, 30]
    """
    found = coverage_by_month(ledger)
    claims = (found.statements + found.map_readings).astype("Int64")
    found["claims"] = claims.where((claims > 0) | (found.days_read > 0))
    found["month"] = found.month.dt.strftime("%Y-%m")
    whole = found.groupby(["side", "month"], sort=False).claims.sum(min_count=1).reset_index()
    rows = ["side", "source_id"]
    both = pd.concat([whole.assign(source_id=""), found])
    cells = both.pivot(index=rows, columns="month", values="claims")  # noqa: PD010 - no sums
    cells = cells.rename_axis(columns=None).reset_index()
    order = ["", *_by_side(found.drop_duplicates("source_id").set_index("source_id"))]
    places = [cells.side.map(SIDES.index), cells.source_id.map(order.index)]
    return cells.iloc[np.lexsort(places[::-1])].reset_index(drop=True)


def coverage_sentences(ledger: Ledger | None = None) -> list[str]:
    """The figures of coverage in words: what there is, citations, delay, each bulletin.

    Parameters
    ----------
    ledger
        As `load_ledger` returns it; by default the shipped tables.

    Examples
    --------
    >>> print(coverage_sentences()[1])
    cited from the source's own page 3 %, a news agency 13 %, an outlet 52 %,
    a copy, translation or digest 31 % of the statements
    """
    ledger = shipped_ledger() if ledger is None else ledger
    claims = _of_kind(ledger)
    side = claims.source_id.map(ledger.sources.side)
    each = pd.crosstab(side, claims.kind).reindex(index=SIDES, columns=KINDS, fill_value=0)
    stated = claims[claims.kind == "statement"]
    many, tiers = len(stated), stated.citation_tier.value_counts()
    delay = (stated.published_on - stated.claimed_on).dt.days
    undated = int(delay.isna().sum())
    return [
        f"{many:,} statements and {len(claims) - many:,} changes on maps: "
        + ", ".join(
            f"{one.statement:,} and {one.map_reading:,} of {say(f'{side}_sources', 'en')}"
            for side, one in each.iterrows()
        ),
        "cited from "
        + ", ".join(f"{_TIERS[tier]} {_share(tiers.get(tier, 0), many)}" for tier in TIERS)
        + " of the statements",
        f"from said to published: {delay.median():g} days in the median, {delay.max():g} at most; "
        f"the pages of {undated:,} statements ({_share(undated, many)}) show no date",
        *(f"{one.title}: {_told(one)}" for one in coverage_of_bulletins(ledger).itertuples()),
    ]


def _told(bulletin: Any) -> str:
    """On how many days a bulletin is in the record, in words."""
    held, appeared, gap = bulletin.in_record, bulletin.appeared, bulletin.longest_gap
    if pd.isna(appeared):
        return f"in the record on {held} days; on how many it appeared is not known"
    told = f"in the record on {held} of {appeared} days ({_share(held, appeared)})"
    if pd.isna(gap) or not gap:
        return told
    return f"{told}, missing longest from {bulletin.gap_from.date()} to {bulletin.gap_to.date()}"


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "0 %"


def longest_gap(days: pd.Series, first: pd.Timestamp, last: pd.Timestamp) -> tuple[int, Any, Any]:
    """Days in a row without a bulletin, and the first and the last of them."""
    edges = pd.Series([first - _DAY, *days, last + _DAY])
    gaps = edges.diff().dt.days - 1
    if not gaps.max():
        return 0, pd.NaT, pd.NaT
    at = gaps.idxmax()
    return int(gaps[at]), edges[at - 1] + _DAY, edges[at] - _DAY


def _of_kind(ledger: Ledger) -> pd.DataFrame:
    """The claims, with their kind."""
    by_map = ledger.claims.basis == "map_reading"
    return ledger.claims.assign(kind=by_map.map(dict(zip((False, True), KINDS, strict=True))))


def _last_day(ledger: Ledger) -> pd.Timestamp:
    """The last day on which a claim was made or a map was read."""
    return pd.concat([ledger.claims.claimed_on, ledger.sources.map_read_to]).max()  # type: ignore[no-any-return]


def _by_side(sources: pd.DataFrame) -> list[str]:
    """Ids of the sources, by side."""
    return [str(one) for one in sources.side.map(SIDES.index).sort_values(kind="stable").index]
