"""KML for Google Earth: a folder per layer, a style per side and status, time spans, citations."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any
from xml.etree import ElementTree as ET

import geopandas as gpd
import pandas as pd
import shapely

from geo._io.geojson import DECIMALS
from geo._io.text import sound_xml
from geo.claims.comparison import CHANGES
from geo.export.citations import RIGHTS, TITLE, left_out, words
from geo.style.look import style
from geo.tables.schema import DRAWN, SIDES

_NAMESPACE = "http://www.opengis.net/kml/2.2"


def kml(layers: Mapping[str, gpd.GeoDataFrame], *, name: str, provenance: str) -> bytes:
    """A KML document.

    Parameters
    ----------
    layers
        As `geo.export.write.layers` gives them; EPSG:4326.
    name
        Name of the document.
    provenance
        The record, kept in the document's `ExtendedData`.

    Returns
    -------
    bytes
        UTF-8. Each placemark has the first and the last day on which it holds
        (KML 2.2, `TimeSpan`), all tags as `ExtendedData` and the citations as
        text. The first layer is switched on.
    """
    root = ET.Element("kml", xmlns=_NAMESPACE)
    document = ET.SubElement(root, "Document")
    _text(document, "name", name)
    _text(document, "description", f"{TITLE}. Claims, not verified control. {RIGHTS}")
    for look, (colour, fill, width) in _styles().items():
        _style(document, look, colour, fill, width)
    _data(document, {"provenance": provenance})
    for number, (layer, table) in enumerate(layers.items()):
        folder = ET.SubElement(document, "Folder")
        _text(folder, "name", layer)
        if number:
            _text(folder, "visibility", "0")
        for tags in table.to_dict("records"):
            row = {str(key): value for key, value in tags.items()}
            _placemark(folder, layer, row, shown=not number)
    text: bytes = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    # An unescaped one would be read as a line break.
    return text.replace(b"\r", b"&#13;") + b"\n"


def _styles() -> dict[str, tuple[str, float, float]]:
    """Colour, opacity of the fill and width of the outline, by the id of the style."""
    light, plain = style().light, style().plain
    colours = {f"{side}-{status}": light[side] for side in SIDES for status in DRAWN}
    colours |= dict.fromkeys(("one_sided", "agree"), light.soft)
    colours |= dict.fromkeys(("differing", "contradictory"), light.against)
    colours |= dict.fromkeys(CHANGES, light.ink)
    areas = {name: plain[name.rpartition("-")[2]] for name in colours}
    return {name: (colours[name], area.fill, area.width) for name, area in areas.items()}


def _style(document: ET.Element, name: str, colour: str, fill: float, width: float) -> None:
    own = ET.SubElement(document, "Style", id=name)
    # KML writes opacity, blue, green, red.
    turned = colour[5:7] + colour[3:5] + colour[1:3]
    line = ET.SubElement(own, "LineStyle")
    _text(line, "color", f"ff{turned}")
    _text(line, "width", f"{width:g}")
    area = ET.SubElement(own, "PolyStyle")
    _text(area, "color", f"{round(fill * 255):02x}{turned}")
    _text(area, "fill", "1" if fill else "0")


def _placemark(folder: ET.Element, layer: str, tags: dict[str, Any], *, shown: bool) -> None:
    shape, citations = tags.pop("geometry"), tags.pop("citations", [])
    look = tags.get("disagreement") or tags.get("change") or f"{tags['side']}-{tags['status']}"
    placemark = ET.SubElement(folder, "Placemark")
    _text(placemark, "name", _title(tags))
    if not shown:
        # Google Earth shows a folder that is switched off if anything in it is on.
        _text(placemark, "visibility", "0")
    more = left_out(citations, tags.get("claim_ids", ()))
    _text(placemark, "description", _description(citations, more) or _summary(tags))
    first, end = (tags.get(key, pd.NaT) for key in ("valid_from", "valid_to"))
    if pd.notna(first) or pd.notna(end):
        span = ET.SubElement(placemark, "TimeSpan")
        # <end> is inclusive, so it is one second before `valid_to`. A date without a time
        # is read as its start by some programs, as the whole day by others.
        for key, instant in (("begin", first), ("end", end - pd.Timedelta(seconds=1))):
            if pd.notna(instant):
                _text(span, key, f"{instant:%Y-%m-%dT%H:%M:%SZ}")
    _text(placemark, "styleUrl", f"#{look}")
    _data(placemark, {"layer": layer} | {key: _plain(value) for key, value in tags.items()})
    _geometry(placemark, shape)


def _title(tags: Mapping[str, Any]) -> str:
    """Source and status or class, and the place if there is only one."""
    words = [tags.get(key) for key in ("source", "status", "disagreement", "change")]
    titled = [str(word).replace("_", " ") for word in words if word]
    places = tags["settlements"]
    return ", ".join([*titled, *(places if len(places) == 1 else ())])


def _summary(tags: Mapping[str, Any]) -> str:
    """The description of a shape without citations, as HTML."""
    items = [f"{tags['area_km2']} km²", ", ".join(tags["settlements"]), tags.get("says", "")]
    return "".join(f"<p>{escape(item)}</p>" for item in items if item)


def _plain(value: Any) -> str | None:
    if isinstance(value, (list, tuple)):
        return "; ".join(map(str, value))
    if pd.isna(value):
        return None
    return value.date().isoformat() if isinstance(value, pd.Timestamp) else str(value)


def _description(citations: list[Mapping[str, str]], more: list[str]) -> str:
    """Citations as HTML; untrusted text is escaped."""
    items = []
    for claim in citations:
        page = escape(claim.get("publisher", claim["url"]))
        if claim["url"].startswith(("http://", "https://")):
            page = f'<a href="{escape(claim["url"])}">{page}</a>'
        items.append(f"<li>{escape(words(claim))} ({page})</li>")
    items += [f"<li>{line}</li>" for line in more]
    return f"<ul>{''.join(items)}</ul>" if items else ""


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = sound_xml(text)


def _data(parent: ET.Element, values: Mapping[str, str | None]) -> None:
    extended = ET.SubElement(parent, "ExtendedData")
    for name, value in values.items():
        if value is not None:
            _text(ET.SubElement(extended, "Data", name=name), "value", value)


def _geometry(placemark: ET.Element, shape: shapely.Geometry) -> None:
    # Outer rings must run counter-clockwise, or Google Earth fills the wrong side.
    whole = shapely.orient_polygons(shapely.normalize(shape))
    several = ET.SubElement(placemark, "MultiGeometry")
    for part in shapely.get_parts(whole):
        polygon = ET.SubElement(several, "Polygon")
        _text(polygon, "tessellate", "1")  # lines follow the relief
        for ring, side in ((part.exterior, "outer"), *((r, "inner") for r in part.interiors)):
            boundary = ET.SubElement(polygon, f"{side}BoundaryIs")
            points = (f"{x:.{DECIMALS}f},{y:.{DECIMALS}f}" for x, y in ring.coords)
            _text(ET.SubElement(boundary, "LinearRing"), "coordinates", " ".join(points))
