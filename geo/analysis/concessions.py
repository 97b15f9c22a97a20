"""Claims against interest: where a side concedes ground.

- `explicit`, Russian side: a source says that a place of the oblast, its own
  country's ground, is under Ukrainian control.
- `explicit`, Ukrainian side: a source says that a place is under Russian control
  after a source of its side had said, of an earlier day, that it was under
  Ukrainian control. For other places it concedes nothing: nobody on its side
  ever claimed them.
- `implied`: a Russian source says that a place was taken back, so it was not
  held before (rule 5 of `geo.claims.intervals`). A second such announcement concedes
  again.

`contested` concedes nothing here: reports of fighting do not say who holds a
place, and a map's "unclear" states no control. Third parties have no
interest to speak against.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.ledger.ledger import Ledger, shipped_ledger

#: Kinds of concession.
KINDS = ("explicit", "implied")

_COLUMNS = [
    "kind", "conceded", "source_id", "side", "settlement_id", "settlement", "claimed_on",
    "effective_on", "status", "basis", "speaker", "statement", "publisher", "url",
    "citation_tier", "note",
]  # fmt: skip


def conceded_claims(ledger: Ledger | None = None) -> pd.DataFrame:
    """Claims about settlements in which a side concedes ground.

    The rules are in the docstring of this module.

    Parameters
    ----------
    ledger
        As `load_ledger` returns it; by default the shipped tables.

    Returns
    -------
    DataFrame
        Rows of `ledger.claims`, indexed by `claim_id`, in the order in which they
        were said, with `kind` (`explicit` or `implied`), `conceded` (what, as
        text), the `side` of the source, and `effective_on` always filled.

    Examples
    --------
    >>> found = conceded_claims()
    >>> found.loc["c1133", ["source_id", "settlement", "kind", "conceded"]].tolist()
    ['ru_state_media', 'Gornal', 'explicit', 'under Ukrainian control on 2025-04-08']
    >>> found.loc["c1158", "conceded"]
    'not under Russian control before 2025-04-26'
    """
    ledger = shipped_ledger() if ledger is None else ledger
    claims = ledger.claims.assign(
        side=ledger.claims.source_id.map(ledger.sources.side),
        effective_on=ledger.claims.effective_on.fillna(ledger.claims.claimed_on),
    )
    russian, ukrainian = claims.side == "russian", claims.side == "ukrainian"
    own, other = claims.status == "russian_control", claims.status == "ukrainian_control"
    lost = _once_held(claims, claims[ukrainian & other])
    explicit = (russian & other) | (ukrainian & own & lost)
    implied = russian & own & (claims.retaken == "yes")
    day = claims.effective_on.dt.strftime("%Y-%m-%d")
    claims["kind"] = np.where(explicit, *KINDS)
    claims["conceded"] = np.where(
        implied,
        "not under Russian control before " + day,
        np.where(other, "under Ukrainian control on ", "under Russian control on ") + day,
    )
    found = claims.loc[explicit | implied, _COLUMNS]
    return found.sort_values("claimed_on", kind="stable")


def _once_held(claims: pd.DataFrame, held: pd.DataFrame) -> pd.Series:
    """Mask of the claims about a place that was said to be held earlier, on an earlier day."""
    days = ["claimed_on", "effective_on"]
    pairs = claims.reset_index()[["claim_id", "settlement_id", *days]].merge(
        held[["settlement_id", *days]], on="settlement_id", suffixes=("", "_held")
    )
    before = (pairs.claimed_on_held < pairs.claimed_on) & (
        pairs.effective_on_held < pairs.effective_on
    )
    return pd.Series(claims.index.isin(pairs.claim_id[before]), index=claims.index)


def count_concessions(table: pd.DataFrame) -> pd.DataFrame:
    """How often each source concedes ground.

    Parameters
    ----------
    table
        As `conceded_claims` returns it, or some of its rows.

    Returns
    -------
    DataFrame
        One row per source and kind: `source_id`, `side`, `kind`, `claims`,
        `settlements` (how many distinct ones), `first` and `last` (days on
        which they were said). Most claims first.

    Examples
    --------
    >>> counts = count_concessions(conceded_claims())
    >>> counts.loc[counts.source_id == "ru_mod", ["kind", "claims", "settlements"]].values.tolist()
    [['implied', 66, 60]]
    """
    groups = table.groupby(["source_id", "side", "kind"])
    counts = groups.agg(
        claims=("status", "size"),
        settlements=("settlement_id", "nunique"),
        first=("claimed_on", "min"),
        last=("claimed_on", "max"),
    ).reset_index()
    return counts.sort_values("claims", ascending=False, kind="stable", ignore_index=True)
