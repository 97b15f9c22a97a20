"""KML for Google Earth: a folder per layer and side, styles by sign, time spans, citations."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from types import MappingProxyType
from typing import Any
from xml.etree import ElementTree as ET

import geopandas as gpd
import pandas as pd
import shapely

from geo._io.geojson import DECIMALS
from geo._io.text import sound_xml
from geo.export.citations import TITLE, left_out, words
from geo.export.layers import CONTEXT, in_words
from geo.style.look import style
from geo.style.words import say

_NAMESPACE = "http://www.opengis.net/kml/2.2"


def kml(
    layers: Mapping[str, gpd.GeoDataFrame],
    *,
    title: str,
    titles: Mapping[str, str],
    provenance: str,
    rights: str,
) -> bytes:
    """A KML document.

    Parameters
    ----------
    layers
        As `geo.export.layers.layers` gives them; EPSG:4326.
    title
        Name of the document.
    titles
        As `geo.export.layers.titles_of` gives them.
    provenance
        The record, kept in the document's `ExtendedData`.
    rights
        The notice that goes with it.

    Returns
    -------
    bytes
        UTF-8. A folder per layer and side, of which the first is switched on; claims
        have a folder per source. Each placemark has the first and the last day on
        which it holds (KML 2.2, `TimeSpan`), all tags as `ExtendedData` and the
        citations as text.
    """
    root = ET.Element("kml", xmlns=_NAMESPACE)
    document = ET.SubElement(root, "Document")
    _text(document, "name", title)
    _text(document, "description", f"{TITLE}. Claims, not verified control. {rights}")
    _styles(document)
    _data(document, {"provenance": provenance})
    for number, (layer, table) in enumerate(layers.items()):
        folder = _folder(document, layer, shown=not number)
        if layer == "claims":
            for _, own in table.groupby("source_id", sort=False):
                _placemarks(_folder(folder, own.source.iloc[0]), layer, own, "status")
        elif layer in CONTEXT:
            _features(folder, layer, table)
        elif layer != "agreement":
            _placemarks(folder, layer, table, "change" if "change" in table else "status")
        else:
            own_titles = {voice: name for voice, name in titles.items() if voice in table}
            _placemarks(folder, layer, table, layer, own_titles)
            for voice, called in own_titles.items():
                spoken = table[table[voice] != "silent"]
                _placemarks(_folder(document, called), voice, spoken, voice, own_titles)
    text: bytes = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    # An unescaped one would be read as a line break.
    return text.replace(b"\r", b"&#13;") + b"\n"


def _styles(document: ET.Element) -> None:
    """A style per sign, and one for each as an outline, of what has lapsed.

    KML has no patterns: stripes are mixed to one colour, the colour of dots and
    hatches is that of the line.
    """
    look, light, thin = style(), style().light, style().width.outline
    looks = dict.fromkeys(("implied", "kept"), ("", light.soft, thin))
    for name, sign in look.signs.items():
        fill = light[sign.fill]
        if sign.stripes:
            both = bytes.fromhex(fill[1:]), bytes.fromhex(light[sign.stripes][1:])
            fill = "#" + bytes((one + other) // 2 for one, other in zip(*both, strict=True)).hex()
        over = "ink" if sign.edge else sign.dots or sign.hatches
        looks[name] = (fill, light[over] if over else fill, sign.edge or thin)
    looks |= {f"lapsed-{name}": ("", own[1], look.lapsed.width) for name, own in looks.items()}
    for name, stroke in look.context.items():
        looks[name] = ("", light[stroke.colour], stroke.width)
    looks["site"] = ("", light.ink, look.site.edge)
    for name, (fill, line, width) in looks.items():
        own = ET.SubElement(document, "Style", id=name)
        edge, area = ET.SubElement(own, "LineStyle"), ET.SubElement(own, "PolyStyle")
        _text(edge, "color", _colour(line, 1))
        _text(edge, "width", f"{width:g}")
        _text(area, "color", _colour(fill or line, look.strength.ground))
        _text(area, "fill", "1" if fill else "0")


def _colour(colour: str, opacity: float) -> str:
    """As KML writes it: opacity, blue, green, red."""
    return f"{round(opacity * 255):02x}{colour[5:7]}{colour[3:5]}{colour[1:3]}"


def _folder(parent: ET.Element, name: str, *, shown: bool = False) -> ET.Element:
    folder = ET.SubElement(parent, "Folder")
    _text(folder, "name", name)
    if not shown:
        _text(folder, "visibility", "0")
    return folder


def _placemarks(
    folder: ET.Element,
    layer: str,
    table: gpd.GeoDataFrame,
    column: str,
    titles: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """A placemark per row, styled by a column."""
    for row in table.to_dict("records"):
        tags = {str(key): value for key, value in row.items()}
        shape, citations = tags.pop("geometry"), tags.pop("citations", [])
        look, places = tags[column], tags["settlements"]
        placemark = ET.SubElement(folder, "Placemark")
        named = [tags.get("source"), in_words(column, look), *(places if len(places) == 1 else ())]
        _text(placemark, "name", ", ".join(filter(None, named)))
        if folder.find("visibility") is not None:
            # Google Earth shows a folder that is switched off if anything in it is on.
            _text(placemark, "visibility", "0")
        told = [f"{title}: {say(f'short_{tags[one]}', 'en')}" for one, title in titles.items()]
        told += [f"{tags['area_km2']} km²", ", ".join(places)]
        summary = "".join(f"<p>{escape(item)}</p>" for item in told if item)
        more = left_out(citations, tags.get("claim_ids", ()))
        _text(placemark, "description", _description(citations, more) or summary)
        _span(placemark, tags.get("valid_from", pd.NaT), tags.get("valid_to", pd.NaT))
        _text(placemark, "styleUrl", f"#lapsed-{look}" if layer == "lapsed" else f"#{look}")
        _data(placemark, {"layer": layer} | {key: _plain(value) for key, value in tags.items()})
        _geometry(placemark, shape)


def _features(folder: ET.Element, layer: str, table: gpd.GeoDataFrame) -> None:
    """A placemark per line or site of the context."""
    for row in table.to_dict("records"):
        tags = {str(key): value for key, value in row.items()}
        shape = tags.pop("geometry")
        placemark = ET.SubElement(folder, "Placemark")
        _text(placemark, "name", tags["name_en"])
        _text(placemark, "visibility", "0")
        _text(placemark, "description", _link(tags["publisher"], tags["url"]))
        _text(placemark, "styleUrl", f"#{tags['kind']}")
        _data(placemark, {"layer": layer} | {key: _plain(value) for key, value in tags.items()})
        _geometry(placemark, shape)


def _span(placemark: ET.Element, first: pd.Timestamp, end: pd.Timestamp) -> None:
    if pd.isna(first) and pd.isna(end):
        return
    span = ET.SubElement(placemark, "TimeSpan")
    # <end> is inclusive, so it is one second before `valid_to`. A date without a time
    # is read as its start by some programs, as the whole day by others.
    for key, instant in (("begin", first), ("end", end - pd.Timedelta(seconds=1))):
        if pd.notna(instant):
            _text(span, key, f"{instant:%Y-%m-%dT%H:%M:%SZ}")


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
        page = _link(claim.get("publisher", claim["url"]), claim["url"])
        items.append(f"<li>{escape(words(claim))} ({page})</li>")
    items += [f"<li>{line}</li>" for line in more]
    return f"<ul>{''.join(items)}</ul>" if items else ""


def _link(name: str, url: str) -> str:
    linked = url.startswith(("http://", "https://"))
    return f'<a href="{escape(url)}">{escape(name)}</a>' if linked else escape(name)


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
        if part.geom_type != "Polygon":
            line = ET.SubElement(several, part.geom_type)
            if part.geom_type == "LineString":
                _text(line, "tessellate", "1")
            _text(line, "coordinates", _positions(part))
            continue
        polygon = ET.SubElement(several, "Polygon")
        _text(polygon, "tessellate", "1")  # lines follow the relief
        for ring, side in ((part.exterior, "outer"), *((r, "inner") for r in part.interiors)):
            boundary = ET.SubElement(polygon, f"{side}BoundaryIs")
            _text(ET.SubElement(boundary, "LinearRing"), "coordinates", _positions(ring))


def _positions(line: shapely.Geometry) -> str:
    return " ".join(f"{x:.{DECIMALS}f},{y:.{DECIMALS}f}" for x, y in line.coords)
