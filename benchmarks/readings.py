"""Do imported maps give the readings that are shipped? Compares them day by day and place by place.

The maps are not shipped; import the archives that the shipped readings came from, or
some of their files, with `python -m geo import`. On the day of every map imported, what
the import read at each settlement is set against what the shipped rows of that source
say of that day. With gaps between the maps imported, their days are still decided.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import geo
from geo.maps.archive import Archive, read
from geo.maps.mapping import Mapping
from geo.maps.readings import readings
from geo.tables.boundaries import EQUAL_AREA
from geo.tables.reading import load_table

USAGE = """usage: python benchmarks/readings.py DIR
DIR is a folder that `python -m geo import ... --into DIR` made."""


def main(arguments: list[str]) -> int:
    files = sorted(Path(arguments[0]).glob("*.parquet")) if len(arguments) == 1 else []
    if not files:
        print(USAGE, file=sys.stderr)
        return 2
    places, claims = geo.load_settlements(), load_table("claims.csv")
    shipped = claims[claims.basis == "map_reading"]
    print("source         days  places   same  differ")
    all_differ = 0
    for file in files:
        source, archive = file.stem, read(file)
        mapping = Mapping.load(file.with_suffix(".toml"))
        mine = pd.DataFrame(readings(archive, places, mapping.blank))
        theirs = shipped[shipped.source_id == source]
        days = sorted(set(archive.editions.day))
        days = [d for d in days if theirs.claimed_on.min() <= d <= theirs.claimed_on.max()]
        ids = sorted({*mine.settlement, *theirs.settlement_id})
        ours = states(mine.settlement, mine.day, mine.status, ids, days)
        shown = states(theirs.settlement_id, theirs.claimed_on, theirs.status, ids, days)
        # A place painted only between two imported maps is blank on both: they cannot tell.
        ours, shown = (np.where(one == mapping.blank, "", one) for one in (ours, shown))
        wrong = np.argwhere(ours != shown)
        print(f"{source:13} {len(days):5} {len(ids):7} {ours.size - len(wrong):6} {len(wrong):7}")
        all_differ += len(wrong)
        for at, number in wrong.tolist():
            place, day = ids[at], days[number]
            print(
                f"  {day.date()} {places.name_en[place]} ({place}): imported "
                f"{ours[at, number] or 'blank'}, shipped {shown[at, number] or 'blank'}; "
                f"{distance(archive, places.loc[place], day)}"
            )
    return 1 if all_differ else 0


def states(
    place: pd.Series, day: pd.Series, status: pd.Series, ids: list[int], days: list[pd.Timestamp]
) -> np.ndarray:
    """The status of each place on each day; empty before the first."""
    found = np.full((len(ids), len(days)), "", dtype=object)
    row = {number: n for n, number in enumerate(ids)}
    for one, since, said in sorted(zip(place, day, status, strict=True), key=lambda x: x[1]):
        found[row[one], np.searchsorted(days, since) :] = said
    return found


def distance(archive: Archive, place: pd.Series, day: pd.Timestamp) -> str:
    """How far a site lies from the nearest line that the map of a day draws."""
    shapes = archive.shapes
    own = shapes[(shapes.valid_from <= day) & ~(shapes.valid_to <= day)].to_crs(EQUAL_AREA)
    if own.empty:
        return "the map draws nothing"
    site = geo_point(place)
    metres = shapely.distance(own.boundary.to_numpy(), site).min()
    return f"the site lies {metres:,.0f} m from the nearest line"


def geo_point(place: pd.Series) -> shapely.Point:
    import geopandas as gpd

    return gpd.GeoSeries([shapely.Point(place.lon, place.lat)], crs=4326).to_crs(EQUAL_AREA).iloc[0]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
