"""What every panel reads: the record of claims, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from functools import lru_cache, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast
from weakref import WeakKeyDictionary, ref

import streamlit as st

import geo
from geo.claims.record import served
from geo.selection.address import Scope
from geo.selection.selection import Selection
from geo.tables.schema import DRAWN, SIDES
from panels.own_maps import OwnMaps

P = ParamSpec("P")
R = TypeVar("R")

#: What was computed of each record, by function; it goes with the record.
_KEPT: WeakKeyDictionary[geo.Record, dict[Any, Any]] = WeakKeyDictionary()


def kept(
    most: int = 200, *, words: str = ""
) -> Callable[[Callable[Concatenate[geo.Record, P], R]], Callable[Concatenate[geo.Record, P], R]]:
    """Keep what a function says of a record as long as the record, for all who share that.

    A cache of Streamlit's would hand what follows from one session's maps to another.

    Parameters
    ----------
    most
        How many answers are kept; the least used are forgotten first.
    words
        What is shown meanwhile.
    """

    def keeping(
        find: Callable[Concatenate[geo.Record, P], R],
    ) -> Callable[Concatenate[geo.Record, P], R]:
        @wraps(find)
        def answer(record: geo.Record, *args: P.args, **kwargs: P.kwargs) -> R:
            own = _KEPT.setdefault(record, {})
            if find not in own:
                # It must not hold the record, or neither would ever go.
                weak: Any = ref(record)

                def compute(*args: P.args, **kwargs: P.kwargs) -> R:
                    with st.spinner(words) if words else nullcontext():
                        return find(weak(), *args, **kwargs)

                own[find] = lru_cache(most)(compute)
            found: R = own[find](*args, **kwargs)
            return found

        return cast("Callable[Concatenate[geo.Record, P], R]", answer)

    return keeping


@st.cache_resource(show_spinner="Reading the claims …")
def shared() -> geo.Record:
    """The record of all visitors who added nothing."""
    return served()


def own_maps() -> OwnMaps | None:
    """The maps that this session's reader added, if any."""
    return st.session_state.get("own_maps")


def load() -> geo.Record:
    """The record: the one shared by all visitors, or that with this session's own maps."""
    own = own_maps()
    return (own and own.record) or shared()


def folders() -> dict[str, str]:
    """The environment in which `geo.claims.record.served` gives the same record."""
    own = own_maps()
    return own.environment if own and own.record else {}


def scope() -> Scope:
    """What can be shown, to validate readers' input."""
    return _scope(load())


@kept()
def _scope(record: geo.Record) -> Scope:
    ledger = record.ledger
    first, last = (day.date() for day in record.period)
    ids = {*SIDES, *DRAWN, *ledger.sources.index}
    claims = ledger.claims
    days = claims.effective_on.fillna(claims.claimed_on).dt.date.clip(first, last)
    about = dict(zip(claims.index, zip(days, claims.settlement_id, strict=True), strict=True))
    return Scope((first, last), ids, set(ledger.settlements.index), about)


def of_place(find: Callable[..., Any], place: int, asked: Selection) -> Any:
    """What `find` says of a place, computed once for all visitors; not to be changed."""
    return _of_place(load(), find, place, asked)


@kept(500)
def _of_place(record: geo.Record, find: Callable[..., Any], place: int, asked: Selection) -> Any:
    return find(place, record, asked)


def over_time(selection: Selection) -> Selection:
    """The same for every day: of a history only the day of knowledge counts."""
    known = selection.known_day or "now"
    return selection.model_copy(update={"on": scope().period[1], "known_by": known})
