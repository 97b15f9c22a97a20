"""How near are our outlines to OpenStreetMap's? Compare oblast and raions with a reference.

The reference is a GeoJSON file of the 33 raions and cities of Kursk Oblast
(OpenStreetMap, admin_level 6); it is not shipped with this project. Each is taken
for the raion of ours with which it shares most ground, so its cities are put
together with the raions around them, as ours are.
"""

from __future__ import annotations

import statistics
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import geo
from geo.tables.boundaries import EQUAL_AREA

#: Lowest shared area over joint area of the oblast, and of raions in the median and at the least.
OBLAST_IOU, RAION_MEDIAN, RAION_LEAST = 0.999, 0.90, 0.85
#: Longest mean distance of the oblast's outline, metres.
DISTANCE = 30
#: Metres between two places at which a distance is taken.
STEP = 50
USAGE = """usage: python benchmarks/boundaries.py FILE
FILE is a GeoJSON file of the raions of Kursk Oblast, for example raions of the GitHub
repository timurkanaz/Russia_geojson_OSM."""


def main(arguments: list[str]) -> int:
    file = Path(arguments[0]) if len(arguments) == 1 else None
    if file is None or not file.is_file():
        print(USAGE, file=sys.stderr)
        return 2
    ours = geo.load_boundaries("raion").to_crs(EQUAL_AREA).set_index("name_en").geometry
    theirs = reference(file, ours)
    (own,) = geo.load_boundaries("oblast").to_crs(EQUAL_AREA).geometry
    whole = shapely.union_all(theirs.to_numpy())
    mean, far = distances(own, whole)
    print("                 area km2  theirs km2    IoU  mean m  p95 m")
    print(row("oblast", own, whole, mean, far))
    found = {}
    for name, shape in sorted(theirs.items()):
        found[name] = iou(ours[name], shape)
        print(row(name, ours[name], shape, *distances(ours[name], shape)))
    median, least = statistics.median(found.values()), min(found.values())
    results = (
        (f"oblast: IoU {iou(own, whole):.4f}", f">= {OBLAST_IOU}", iou(own, whole) >= OBLAST_IOU),
        (f"oblast: mean distance {mean:.0f} m", f"<= {DISTANCE} m", mean <= DISTANCE),
        (f"raions: median IoU {median:.3f}", f">= {RAION_MEDIAN:.2f}", median >= RAION_MEDIAN),
        (f"raions: least IoU {least:.3f}", f">= {RAION_LEAST:.2f}", least >= RAION_LEAST),
    )
    print()
    for text, target, met in results:
        print(f"{text} (target {target}: {'met' if met else 'MISSED'})")
    return 0 if all(met for *_, met in results) else 1


def reference(file: Path, ours: gpd.GeoSeries) -> gpd.GeoSeries:
    """The reference by our names, EPSG:3035."""
    shapes = gpd.read_file(file).to_crs(EQUAL_AREA).geometry
    shared = [ours.intersection(shape).area.idxmax() for shape in shapes]
    return gpd.GeoDataFrame({"name_en": shared}, geometry=shapes).dissolve("name_en").geometry


def iou(ours: shapely.Geometry, theirs: shapely.Geometry) -> float:
    return float(ours.intersection(theirs).area / ours.union(theirs).area)


def distances(ours: shapely.Geometry, theirs: shapely.Geometry) -> tuple[float, float]:
    """Mean and 95th percentile of the distance of our line from theirs, metres."""
    line = shapely.boundary(ours)
    points = shapely.line_interpolate_point(line, np.arange(0, line.length, STEP))
    found = shapely.distance(points, shapely.boundary(theirs))
    return float(found.mean()), float(np.quantile(found, 0.95))


def row(
    name: str, ours: shapely.Geometry, theirs: shapely.Geometry, mean: float, far: float
) -> str:
    return (
        f"{name:16}{ours.area / 1e6:9,.0f}{theirs.area / 1e6:12,.0f}"
        f"{iou(ours, theirs):7.4f}{mean:8.0f}{far:7.0f}"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
