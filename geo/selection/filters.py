"""Which of all claims a reader asks for, in a form for an address and a file name."""

from __future__ import annotations

import datetime as dt
import re
import zlib
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from geo.selection.address import Scope, written
from geo.selection.selection import Day
from geo.tables.schema import DRAWN, SIDES, Basis, Side, Status, Tier

#: What the parameters of an address begin with.
_PREFIX = "find_"
#: Maximum length of a search text, characters.
LONGEST = 100
_Words = Annotated[str, Field(max_length=LONGEST)]


class Filters(BaseModel):
    """What is asked of the list of all claims, as `find_claims` takes it.

    Attributes
    ----------
    place, text
        Part of a place's name; words that must all occur.
    start, end
        First and last day that the claims are about.
    side, source_id, status, basis, citation_tier
        Values to keep; none for all.
    concedes
        Kinds of concession to keep; none for all claims.
    here
        Whether only the chosen place counts.
    order
        How the list is sorted.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    place: _Words = ""
    text: _Words = ""
    start: Day | None = None
    end: Day | None = None
    side: tuple[Side, ...] = ()
    source_id: tuple[str, ...] = ()
    status: tuple[Status, ...] = ()
    basis: tuple[Basis, ...] = ()
    citation_tier: tuple[Tier, ...] = ()
    concedes: tuple[Literal["explicit", "implied"], ...] = ()
    here: bool = False
    order: Literal["oldest", "newest", "said", "place", "source"] = "oldest"

    @field_validator("source_id")
    @classmethod
    def _are_sources(cls, ids: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        scope: Scope | None = info.context
        if scope is not None and not (scope.ids - {*SIDES, *DRAWN}).issuperset(ids):
            msg = "not in the record"
            raise ValueError(msg)
        return ids

    @field_validator("end")
    @classmethod
    def _ends_after_start(cls, end: dt.date | None, info: ValidationInfo) -> dt.date | None:
        start = info.data.get("start")
        if end is not None and start is not None and end < start:
            msg = "before the first day"
            raise ValueError(msg)
        return end


def read_filters(query: Mapping[str, str], scope: Scope) -> tuple[Filters, list[str]]:
    """Filters from the parameters of an address; notes say what did not fit.

    Examples
    --------
    >>> scope = Scope((dt.date(2024, 8, 6), dt.date(2025, 10, 15)), {"ru_mod"}, set())
    >>> filters, notes = read_filters({"find_source_id": "ru_mod", "find_basis": "rumour"}, scope)
    >>> filters.source_id, notes
    (('ru_mod',), ["find_basis was 'rumour', which is not one of its values"])
    """
    asked: dict[str, Any] = {}
    notes = []
    for name, field in Filters.model_fields.items():
        value = query.get(_PREFIX + name)
        if value is None:
            continue
        given = [part for part in value.split(",") if part] if field.default == () else value
        try:
            found = Filters.model_validate(asked | {name: given}, context=scope)
            asked[name] = getattr(found, name)
        except ValidationError:
            notes.append(f"{_PREFIX}{name} was {value[:60]!r}, which is not one of its values")
    return Filters(**asked), notes


def write_filters(filters: Filters) -> dict[str, str]:
    """The parameters of an address; defaults are left out.

    Examples
    --------
    >>> write_filters(Filters(side=["russian"], text="drone footage", here=True))
    {'find_text': 'drone footage', 'find_side': 'russian', 'find_here': 'true'}
    """
    asked = filters.model_dump(mode="json", exclude_defaults=True)
    return {_PREFIX + name: written(value) for name, value in asked.items()}


def table_name(filters: Filters, place: int | None) -> str:
    """A name for a file of the claims asked for, without an ending; safe on every system.

    What it cannot hold is told apart by a checksum.

    Examples
    --------
    >>> table_name(Filters(side=["russian"], start="2025-03-01", order="newest"), None)
    'kursk-claims_start-2025-03-01_side-russian'
    >>> table_name(Filters(place="Суджа", here=True), 115637)
    'kursk-claims_place-_here-115637_ad8aed64'
    """
    asked = filters.model_dump(mode="json", exclude_defaults=True, exclude={"order"})
    if filters.here:
        asked["here"] = place
    whole = "_".join(["kursk-claims", *(f"{name}-{written(asked[name])}" for name in asked)])
    joined = re.sub(r"[ ,]", "+", whole)
    name = re.sub(r"[^A-Za-z0-9_+-]", "", joined)[:120]
    return name if name == joined else f"{name}_{zlib.crc32(whole.encode()):08x}"
