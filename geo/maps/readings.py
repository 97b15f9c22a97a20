"""What a source's maps say at the settlements, in the form of `claims.csv`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import shapely

from geo._io.text import in_one_line
from geo.maps.archive import Archive
from geo.tables.schema import Claim

_WORDS = {
    "ukrainian_control": "as held by Ukraine",
    "russian_control": "as held by Russia",
    "contested": "as ground of unclear status",
}


class Reading(NamedTuple):
    """From its day on a map says this of a settlement."""

    settlement: int
    day: pd.Timestamp
    #: The edition before, which said otherwise; None for the first of all.
    before: pd.Timestamp | None
    #: `blank` where the settlement has left the painted ground.
    status: str
    blank: bool


def inside(shapes: Any, settlements: pd.DataFrame) -> list[list[int]]:
    """Ids of the settlements whose sites lie in each shape, in order."""
    places, number = np.unique(shapely.to_wkb(shapes), return_inverse=True)
    distinct = shapely.from_wkb(places)
    shapely.prepare(distinct)
    sites = shapely.STRtree(shapely.points(settlements.lon, settlements.lat))
    at, site = sites.query(distinct, predicate="intersects")
    found: list[list[int]] = [[] for _ in distinct]
    for shape, place in zip(at.tolist(), settlements.index[site].tolist(), strict=True):
        found[shape].append(place)
    ordered = [sorted(own) for own in found]
    return [ordered[n] for n in number.tolist()]


def readings(archive: Archive, settlements: pd.DataFrame, blank: str) -> list[Reading]:
    """Each settlement's status whenever it changes from one edition to the next.

    Parameters
    ----------
    archive
        The maps of a source.
    settlements
        The gazetteer, by `settlement_id`.
    blank
        What it means that ground is no longer painted.

    Returns
    -------
    list of Reading
        By day and settlement. Where shapes of two statuses hold a site, it is `contested`.
    """
    shapes = archive.shapes
    held = inside(shapes.geometry.to_numpy(), settlements)
    begin, end = (shapes[column].to_numpy() for column in ("valid_from", "valid_to"))
    statuses = shapes.status.tolist()
    days = sorted(set(archive.editions.day))
    now: dict[int, str] = {}
    found = []
    for day, before in zip(days, [None, *days[:-1]], strict=True):
        said: dict[int, str] = {}
        for row in np.flatnonzero((begin <= day) & ~(end <= day)).tolist():
            for place in held[row]:
                status = statuses[row]
                said[place] = status if said.get(place, status) == status else "contested"
        for place in sorted(set(now) | set(said)):
            status = said.get(place, "")
            if now.get(place, "") != status:
                found.append(Reading(place, day, before, status or blank, not status))
        now = said
    return found


def as_claims(
    archive: Archive, found: list[Reading], settlements: pd.DataFrame, source: pd.Series
) -> pd.DataFrame:
    """Readings as rows of `claims.csv`.

    Parameters
    ----------
    archive, found, settlements
        As in `readings`, and what that gave.
    source
        Its row of `sources.csv`.
    """
    editions = {edition.day: edition for edition in archive.editions.itertuples()}
    names = settlements.name_en.to_dict()
    return pd.DataFrame(
        list(_rows(found, editions, names, source)), columns=list(Claim.model_fields)
    )


def _rows(
    found: list[Reading], editions: dict[Any, Any], names: dict[Any, str], source: pd.Series
) -> Iterator[dict[str, Any]]:
    who, url = source["name"], source.url
    for number, reading in enumerate(found, start=1):
        day, edition = reading.day, editions[reading.day]
        name = names[reading.settlement]
        if reading.blank:
            words = f"no longer paints {name}"
        else:
            words = f"shows {name} {_WORDS[reading.status]}"
        before = _spoken(reading.before) if reading.before else ""
        last = f"the map of {before} was the last without this change" if before else ""
        yield {
            "claim_id": f"{source.name}-{number:05}"[-40:],
            "source_id": source.name,
            "settlement_id": reading.settlement,
            "settlement": name,
            "status": reading.status,
            "basis": "map_reading",
            "retaken": "",
            "claimed_on": day.date(),
            "effective_on": "",
            "speaker": "",
            "statement": f"{who}: its map of {_spoken(day)} {words}{'; ' if last else ''}{last}.",
            "publisher": who,
            "url": url,
            "published_on": day.date(),
            "citation_tier": "primary",
            "retrieved_on": edition.read_on,
            "note": f"read at the settlement point; file {in_one_line(edition.file)}, "
            f"SHA-256 {edition.sha256}",
        }


def _spoken(day: pd.Timestamp) -> str:
    return f"{day.day} {day:%B %Y}"
