"""How well do cells stand for ground? Compare them with a published polygon map.

The cells of the settlements inside the published polygon of Ukrainian-held
ground are put together and laid over that polygon. The map is UAControlMap by
Project Owl, one file a day (YYYYMMDD.json); it is not shipped with this
project.
"""

from __future__ import annotations

import json
import statistics
import sys
from pathlib import Path

import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import geo
from geo.tables.boundaries import EQUAL_AREA

#: Lowest median IoU with which the method is still as good as we say.
TARGET = 0.82
#: With fewer cells than this a single village decides, and no method would be good.
LEAST = 10
USAGE = """usage: python benchmarks/cells.py FOLDER
FOLDER holds daily files of UAControlMap, named YYYYMMDD.json, as archived in the
folder data of the GitHub repository owlmaps/map-data."""


def main(arguments: list[str]) -> int:
    folder = Path(arguments[0]) if len(arguments) == 1 else None
    files = sorted(folder.glob("[0-9]" * 8 + ".json")) if folder else []
    if not files:
        if folder:
            print(f"error: no file named YYYYMMDD.json in {folder}", file=sys.stderr)
        print(USAGE, file=sys.stderr)
        return 2
    places = geo.load_settlements()
    sites = gpd.GeoSeries.from_xy(places.lon, places.lat, index=places.index, crs=4326)
    # One projection for everything, so that lines that are one stay one.
    cells = geo.load_cells().to_crs(EQUAL_AREA).geometry
    oblast = geo.load_boundaries("oblast").to_crs(EQUAL_AREA).geometry.iloc[0]
    print("Cells of the settlements inside UAControlMap's polygon, against that polygon")
    print("clipped to the oblast; areas in EPSG:3035.\n")
    print("date        cells  polygon km2  cells km2   error    IoU")
    found = []
    for file in files:
        date = f"{file.stem[:4]}-{file.stem[4:6]}-{file.stem[6:]}"
        polygon = published(file)
        if polygon is None:
            print(f"{date}  no polygon of Ukrainian-held ground")
            continue
        inside = places.cell_id[sites.intersects(polygon)].unique()
        ours = shapely.coverage_union_all(cells.loc[inside].to_numpy())
        theirs = gpd.GeoSeries([polygon], crs=4326).to_crs(EQUAL_AREA).iloc[0]
        theirs = shapely.make_valid(theirs).intersection(oblast)
        iou = ours.intersection(theirs).area / ours.union(theirs).area
        found.append((len(inside), iou))
        print(
            f"{date}  {len(inside):5}  {theirs.area / 1e6:11.1f}  {ours.area / 1e6:9.1f}  "
            f"{ours.area / theirs.area - 1:+6.1%}  {iou:5.3f}"
        )
    if not found:
        print("\nno file holds a polygon; nothing to compare", file=sys.stderr)
        return 2
    print(f"\nmedian IoU of all {len(found)} dates: {statistics.median(i for _, i in found):.3f}")
    settled = [iou for cells_inside, iou in found if cells_inside >= LEAST]
    if not settled:
        return 0
    median = statistics.median(settled)
    met = median >= TARGET
    print(
        f"median IoU of the {len(settled)} dates with at least {LEAST} cells: {median:.3f} "
        f"(target >= {TARGET}: {'met' if met else 'MISSED'})"
    )
    return 0 if met else 1


def published(file: Path) -> BaseGeometry | None:
    """Ground under Ukrainian control in Russia, EPSG:4326; None if the map has none."""
    # `areas_ua` is a list of rings of [latitude, longitude].
    rings = json.loads(file.read_text(encoding="utf-8")).get("areas_ua") or []
    shapes = [shapely.Polygon([(lon, lat) for lat, lon in ring]) for ring in rings]
    return shapely.union_all(shapely.make_valid(shapes)) if shapes else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
