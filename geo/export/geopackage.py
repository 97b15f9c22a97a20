"""GeoPackage: layers with their styles for QGIS, and the provenance record."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from xml.sax.saxutils import quoteattr

import geopandas as gpd
import pyogrio

from geo._io.text import sound_xml
from geo.export.layers import CONTEXT, in_words
from geo.style.look import SIGNS, Dash, style
from geo.style.words import say

# Millimetres per CSS pixel.
_MM = 25.4 / 96
_ORDER = (*SIGNS, "implied", "kept")
_METADATA = """
CREATE TABLE gpkg_metadata (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, md_scope TEXT NOT NULL DEFAULT 'dataset',
  md_standard_uri TEXT NOT NULL, mime_type TEXT NOT NULL DEFAULT 'text/xml',
  metadata TEXT NOT NULL DEFAULT '');
CREATE TABLE gpkg_metadata_reference (
  reference_scope TEXT NOT NULL, table_name TEXT, column_name TEXT, row_id_value INTEGER,
  timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  md_file_id INTEGER NOT NULL, md_parent_id INTEGER,
  CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id),
  CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id));
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT, f_table_schema TEXT,
  f_table_name TEXT, f_geometry_column TEXT, styleName TEXT, styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT, ui TEXT, update_time DATETIME);
"""


def geopackage(  # noqa: PLR0913 - what a file holds
    layers: Mapping[str, gpd.GeoDataFrame],
    folder: Path,
    *,
    on: dt.date,
    provenance: str,
    rights: str,
    title: str,
    titles: Mapping[str, str],
) -> bytes:
    """A GeoPackage of some layers.

    Parameters
    ----------
    layers
        Flat tables, EPSG:4326.
    folder
        An empty folder to work in.
    on
        Written as the day of the last change, so that equal input gives equal
        bytes.
    provenance
        The record, kept in the table `gpkg_metadata`.
    title, rights
        What it is called and the notice that goes with it: the description of each layer.
    titles
        As `geo.export.layers.titles_of` gives them.

    Returns
    -------
    bytes
        OGC GeoPackage; a default style for each layer, and one for what each voice
        says, are in the table `layer_styles`, as QGIS keeps them.
    """
    file = folder / "snapshot.gpkg"
    for name, table in layers.items():
        pyogrio.write_dataframe(
            table,
            file,
            layer=name,
            driver="GPKG",
            append=file.exists(),
            geometry_type=CONTEXT.get(name, "MultiPolygon"),
            promote_to_multi=True,
            use_arrow=True,
        )
    changed = f"{on}T00:00:00.000Z"
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.executescript(_METADATA)
        database.execute(
            "INSERT INTO gpkg_metadata VALUES (1, 'dataset', ?, 'application/ld+json', ?)",
            ("http://www.w3.org/ns/prov#", provenance),
        )
        database.execute(
            "INSERT INTO gpkg_metadata_reference (reference_scope, timestamp, md_file_id)"
            " VALUES ('geopackage', ?, 1)",
            (changed,),
        )
        for own in ("gpkg_metadata", "gpkg_metadata_reference"):
            database.execute(
                "INSERT INTO gpkg_extensions VALUES (?, NULL, 'gpkg_metadata', ?, 'read-write')",
                (own, "http://www.geopackage.org/spec120/#extension_metadata"),
            )
        database.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier)"
            " VALUES ('layer_styles', 'attributes', 'layer_styles')"
        )
        database.executemany(
            "INSERT INTO layer_styles VALUES"
            " (NULL, '', '', ?, 'geom', ?, ?, '', ?, '', '', NULL, ?)",
            [(*style, changed) for style in _styles(layers, on, titles)],
        )
        database.execute(
            "UPDATE gpkg_contents SET last_change = ?, description = ?",
            (changed, f"{title}. {rights}"),
        )
        # Page order would differ from run to run.
        database.execute("VACUUM")
    return file.read_bytes()


def _styles(
    layers: Mapping[str, gpd.GeoDataFrame], on: dt.date, titles: Mapping[str, str]
) -> Iterator[tuple[str, str, str, bool]]:
    """Layer, name, QML, and whether it is the default style of the layer."""
    for layer, table in layers.items():
        if layer == "agreement":
            yield layer, layer, _qml(table, layer), True
            for voice in [voice for voice in titles if voice in table]:
                yield layer, titles[voice], _qml(table, voice), False
        elif layer in CONTEXT:
            yield layer, layer, _context_qml(table), True
        elif layer == "changes":
            yield layer, layer, _qml(table, "change", "status"), True
        else:
            times, lapsed = _times(table, on), layer == "lapsed"
            yield layer, layer, _qml(table, "status", "source_id", times, lapsed=lapsed), True


def _qml(
    table: gpd.GeoDataFrame, column: str, outer: str = "", times: str = "", *, lapsed: bool = False
) -> str:
    """A QGIS style: a rule per value of a column, inside one per value of another, if any.

    Of several outer rules all are switched off, since their shapes overlap.
    """
    symbols: list[str] = []

    def rules(own: gpd.GeoDataFrame, within: str = "") -> str:
        found = []
        for value in sorted(set(own[column]), key=_ORDER.index):
            number = str(len(symbols))
            symbols.append(_symbol("fill", number, *_painted(value, lapsed=lapsed)))
            chosen, label = f"\"{column}\" = '{value}'", in_words(column, value)
            found.append(_rule(f"{within}{value}", chosen, label, f' symbol="{number}"'))
        return "".join(found)

    drawn = "" if outer else rules(table)
    groups = list(table.groupby(outer, sort=False)) if outer else []
    state = ' checkstate="0"' if len(groups) > 1 else ""
    for value, own in groups:
        label = own.source.iloc[0] if "source" in own else in_words(outer, value)
        chosen = f"\"{outer}\" = '{value}'"
        drawn += _rule(value, chosen, label, state, rules(own, f"{value}/"))
    return _qgis(drawn, symbols, times)


def _context_qml(table: gpd.GeoDataFrame) -> str:
    """A QGIS style: a rule per kind of line or site."""
    look, light = style(), style().light
    size, edge = _mm(size=look.site.size), _mm(outline_width=look.site.edge)
    square = {"name": "square", "color": _rgb(light.paper), "outline_color": _rgb(light.ink)}
    symbols, rules = [], []
    for number, kind in enumerate(dict.fromkeys(table.kind)):
        line = look.context.get(kind)
        if line is None:
            marker = _layer("SimpleMarker", **square, **size, **edge)
            symbols.append(_symbol("marker", str(number), marker))
        else:
            stroke = _line(light[line.colour], line.width, line.dash)
            symbols.append(_symbol("line", str(number), stroke))
        label = kind if line is None else say(kind, "en")
        rules.append(_rule(kind, f"\"kind\" = '{kind}'", label, f' symbol="{number}"'))
    return _qgis("".join(rules), symbols)


def _qgis(drawn: str, symbols: list[str], times: str = "") -> str:
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
        f'<qgis version="3.22.0" styleCategories="Symbology|Temporal">{times}'
        f'<renderer-v2 type="RuleRenderer" symbollevels="0" enableorderby="0">'
        f'<rules key="{{rules}}">{drawn}</rules><symbols>{"".join(symbols)}</symbols>'
        "</renderer-v2></qgis>"
    )


def _rule(key: str, chosen: str, label: str, more: str, inner: str = "") -> str:
    # QGIS evaluates what is between [% and %].
    label = quoteattr(sound_xml(label).replace("[%", "[ %"))
    return f'<rule key="{{{key}}}" filter={quoteattr(chosen)} label={label}{more}>{inner}</rule>'


def _times(table: gpd.GeoDataFrame, on: dt.date) -> str:
    """Let the temporal controller of QGIS play the history."""
    if "known_from" not in table:
        return ""
    # Expressions, since QGIS sorts a date after its own midnight, and leaves out rows without
    # an end.
    after = max([on, *table.valid_to.dropna()]) + dt.timedelta(days=1)
    start = 'to_datetime("valid_from")'
    end = f"make_datetime({after.year},{after.month},{after.day},0,0,0)"
    end = f'coalesce(to_datetime("valid_to"), {end})'
    return (
        '<temporal enabled="1" mode="4" limitMode="0" accumulate="0" durationUnit="d"'
        f' fixedDuration="0" startExpression={quoteattr(start)} endExpression={quoteattr(end)}/>'
    )


def _painted(name: str, *, lapsed: bool) -> tuple[str, ...]:
    """The layers of a symbol; without a sign, or if lapsed, an outline."""
    look, light = style(), style().light
    sign = look.signs.get(name)
    if sign is None or lapsed:
        colour = light[sign.fill] if sign else light.soft
        if lapsed:
            return (_line(colour, look.lapsed.width, look.lapsed.dash),)
        return (_line(colour, look.width.outline),)
    layers = [_area(light[sign.fill])]
    if sign.stripes:
        period = look.stripes.period
        layers.append(_lines(_line(light[sign.stripes], period / 2), period))
    if sign.hatches:
        layers.append(_lines(_line(light[sign.hatches], look.hatches.width), look.hatches.period))
    if sign.dots:
        layers.append(_dots(light[sign.dots], look.dots.radius, look.dots.period))
    if sign.edge:
        layers.append(_line(light.ink, sign.edge))
    return tuple(layers)


def _area(colour: str) -> str:
    # A hairline closes the seams between cells.
    own = _rgb(colour)
    return _layer("SimpleFill", color=own, style="solid", outline_color=own, outline_width="0")


def _lines(line: str, apart: float) -> str:
    """Parallel diagonal lines."""
    own = _symbol("line", "@lines", line)
    return _layer("LinePatternFill", own, angle="45", **_mm(distance=apart))


def _line(colour: str, width: float, dash: Dash = ()) -> str:
    return _layer(
        "SimpleLine",
        line_color=_rgb(colour),
        capstyle="flat",
        use_custom_dash="1" if dash else "0",
        customdash=";".join(f"{length * _MM:.4f}" for length in dash or (1, 0)),
        customdash_unit="MM",
        **_mm(line_width=width),
    )


def _dots(colour: str, radius: float, apart: float) -> str:
    """Dots in staggered rows."""
    look = {"name": "circle", "color": _rgb(colour), "outline_style": "no"}
    own = _symbol("marker", "@dots", _layer("SimpleMarker", **look, **_mm(size=2 * radius)))
    lengths = {"distance_x": apart, "distance_y": apart / 2, "displacement_x": apart / 2}
    return _layer("PointPatternFill", own, **_mm(**lengths))


def _mm(**pixels: float) -> dict[str, str]:
    """Lengths in millimetres from pixels, with their unit."""
    found = {name: f"{length * _MM:.4f}" for name, length in pixels.items()}
    return found | {f"{name}_unit": "MM" for name in pixels}


def _rgb(colour: str) -> str:
    return ",".join(map(str, [*bytes.fromhex(colour[1:]), 255]))


def _layer(kind: str, inner: str = "", **options: str) -> str:
    written = "".join(
        f'<Option type="QString" name="{name}" value="{value}"/>' for name, value in options.items()
    )
    return (
        f'<layer class="{kind}" enabled="1" locked="0" pass="0">'
        f'<Option type="Map">{written}</Option>{inner}</layer>'
    )


def _symbol(kind: str, name: str, *layers: str) -> str:
    return (
        f'<symbol type="{kind}" name="{name}" alpha="1" clip_to_extent="1" force_rhr="0">'
        f"{''.join(layers)}</symbol>"
    )
