"""GeoPackage: layers with their styles for QGIS, and the provenance record."""

from __future__ import annotations

import datetime as dt
import math
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import quoteattr

import geopandas as gpd
import pyogrio

from geo._io.text import sound_xml
from geo.claims.comparison import CHANGES
from geo.style.look import Dash, Dashes, style
from geo.style.words import say
from geo.tables.schema import DRAWN, SIDES

# Millimetres per CSS pixel.
_MM = 25.4 / 96
# The outline shows which status is gained or lost; pen style names of Qt.
_LINES = dict(zip(DRAWN, ("solid", "dash", "dot", "dash dot"), strict=True))
_CHANGED = {
    "gained": "in the second picture only",
    "lost": "in the first picture only",
    "kept": "in both pictures",
}
_DIFFERENCES = {
    "one_sided": "one sided: only one side speaks",
    "agree": "agree: the sides say the same",
    "differing": "differing: one says contested, another control",
    "contradictory": say("contradictory", "en"),
}
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


def geopackage(
    layers: Mapping[str, gpd.GeoDataFrame],
    folder: Path,
    *,
    on: dt.date,
    provenance: str,
    dash: Dashes,
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
    dash
        Outline dashes by source id, as `geo.style.look.dashes` gives them.

    Returns
    -------
    bytes
        OGC GeoPackage; a default style for each layer is in the table
        `layer_styles`, as QGIS keeps it.
    """
    file = folder / "snapshot.gpkg"
    for name, table in layers.items():
        pyogrio.write_dataframe(
            table,
            file,
            layer=name,
            driver="GPKG",
            append=file.exists(),
            geometry_type="MultiPolygon",
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
        for number, (name, table) in enumerate(layers.items(), start=1):
            database.execute(
                "INSERT INTO layer_styles VALUES"
                " (?, '', '', ?, 'geom', ?, ?, '', 1, '', '', NULL, ?)",
                (number, name, name, _style(table, on, dash), changed),
            )
        database.execute("UPDATE gpkg_contents SET last_change = ?", (changed,))
        # Page order would differ from run to run.
        database.execute("VACUUM")
    return file.read_bytes()


class _Rule(NamedTuple):
    """Which rows are drawn how: a filter, its legend label, the layers of the symbol."""

    condition: str
    label: str
    layers: tuple[str, ...]


def _style(table: gpd.GeoDataFrame, on: dt.date, dash: Dashes) -> str:
    """A QGIS style (QML), with a rule per source and status, change or class."""
    rules = _rules(table, dash)
    root = "".join(
        f'<rule key="{{rule-{number}}}" symbol="{number}" filter={quoteattr(rule.condition)}'
        f" label={quoteattr(_label(rule.label))}/>"
        for number, rule in enumerate(rules)
    )
    symbols = "".join(
        _symbol("fill", str(number), *rule.layers) for number, rule in enumerate(rules)
    )
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
        f'<qgis version="3.22.0" styleCategories="Symbology|Temporal">{_times(table, on)}'
        f'<renderer-v2 type="RuleRenderer" symbollevels="0" enableorderby="0">'
        f'<rules key="{{rules}}">{root}</rules><symbols>{symbols}</symbols></renderer-v2></qgis>'
    )


def _label(text: str) -> str:
    """Escaped label text: QGIS evaluates what is between [% and %]."""
    return sound_xml(text).replace("[%", "[ %")


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


def _rules(table: gpd.GeoDataFrame, dash: Dashes) -> list[_Rule]:
    """One rule per combination that occurs in the table."""
    if "side" in table:
        rows = table[["side", "source_id", "source", "status"]].drop_duplicates()
        return [
            _Rule(
                f"\"source_id\" = '{row.source_id}' AND \"status\" = '{row.status}'",
                f"{row.source}: {_short(row.status)}",
                _claimed(row.side, row.status, dash[row.source_id]),
            )
            for side in SIDES
            for source_id in dash
            for status in DRAWN
            for row in rows[
                (rows.side == side) & (rows.source_id == source_id) & (rows.status == status)
            ].itertuples()
        ]
    if "change" in table:
        there = set(zip(table.status, table.change, strict=True))
        return [
            _Rule(
                f"\"status\" = '{status}' AND \"change\" = '{change}'",
                f"{_short(status)}: {_CHANGED[change]}",
                _changed(change, _LINES[status]),
            )
            for status in DRAWN
            for change in CHANGES
            if (status, change) in there
        ]
    return [
        _Rule(f"\"disagreement\" = '{kind}'", label, _differing(kind))
        for kind, label in _DIFFERENCES.items()
        if (table.disagreement == kind).any()
    ]


def _short(status: str) -> str:
    return say(status, "en").partition(":")[0]


def _claimed(side: str, status: str, dash: Dash) -> tuple[str, ...]:
    """Hue shows the side, texture the status, dash the source, as on the map."""
    look, colour = style(), style().light[side]
    if status == "implied":
        return (_line(colour, look.implied.width, look.implied.dash),)
    edge = _line(colour, look.outline.width, dash)
    if status == "ukrainian_control":
        # Half as opaque as on the map: shapes of several sources overlap.
        return (_area(colour, fill=look.fill[status][side] / 2, line="no"), edge)
    # Offset by thirds, so that the sides do not overlap.
    turn = look.period / 3 * SIDES.index(side)
    if status == "russian_control":
        rule = _line(colour, look.rules.width, look.rules.dash[side])
        return (_lines(rule, distance=look.period, offset=turn), edge)
    own = look.marks[side]
    across, up = own.arm
    if own.cap == "round":
        mark = _mark("circle", colour, own.width)
    else:
        turned = math.degrees(math.atan2(across, up))
        mark = _mark("line", colour, 2 * math.hypot(across, up), own.width, turned)
    return (_marks(look.period, mark, turn=turn), edge)


def _changed(change: str, line: str) -> tuple[str, ...]:
    """Plus signs on ground gained, minus signs on ground lost; black, as in pictures."""
    look, light = style(), style().light
    if change == "kept":
        return (_area(light.ink, line=line, width=look.plain["kept"].width),)
    name, turned = ("cross", 0) if change == "gained" else ("line", 90)
    sign = look.changes.paper
    signs = [
        _mark(name, colour, 2 * sign.arm, width, turned)
        for colour, width in ((light.paper, sign.halo), (light.ink, sign.width))
    ]
    return (_marks(sign.period, *signs), _area(light.ink, line=line, width=look.changes.edge))


def _differing(kind: str) -> tuple[str, ...]:
    hatch, plain = style().hatch, style().plain
    soft, against = style().light.soft, style().light.against
    lines = _lines(_line(against, hatch.width), 45, distance=hatch.period)
    return {
        "one_sided": (_area(soft, line="dot", width=plain["one_sided"].width),),
        "agree": (_area(soft, fill=plain["agree"].fill, width=plain["agree"].width),),
        "differing": (_area(against, line="dash", width=hatch.edge),),
        "contradictory": (lines, _area(against, width=hatch.edge)),
    }[kind]


def _area(colour: str, *, fill: float = 0, line: str = "solid", width: float = 1) -> str:
    """An outline, and a plain fill unless fully transparent."""
    return _layer(
        "SimpleFill",
        color=_rgb(colour, fill),
        style="solid" if fill else "no",
        outline_color=_rgb(colour),
        outline_style=line,
        **_mm(outline_width=width),
    )


def _lines(line: str, angle: float = 0, **lengths: float) -> str:
    """Parallel lines, horizontal or at an angle."""
    own = _symbol("line", "@lines", line)
    return _layer("LinePatternFill", own, angle=f"{angle:g}", **_mm(**lengths))


def _line(colour: str, weight: float, dash: Dash = ()) -> str:
    return _layer(
        "SimpleLine",
        line_color=_rgb(colour),
        capstyle="flat",
        use_custom_dash="1" if dash else "0",
        customdash=";".join(f"{length * _MM:.4f}" for length in dash or (1, 0)),
        customdash_unit="MM",
        **_mm(line_width=weight),
    )


def _marks(apart: float, *marks: str, turn: float = 0) -> str:
    """Marks in staggered rows."""
    own = _symbol("marker", "@marks", *marks)
    lengths = {"distance_x": apart, "distance_y": apart / 2, "displacement_x": apart / 2}
    return _layer("PointPatternFill", own, **_mm(**lengths, offset_x=turn))


def _mark(name: str, colour: str, size: float, weight: float = 0, turned: float = 0) -> str:
    """A marker by its QGIS name, rotated clockwise; without `weight` it has no outline."""
    return _layer(
        "SimpleMarker",
        name=name,
        color=_rgb(colour),
        outline_color=_rgb(colour),
        outline_style="solid" if weight else "no",
        cap_style="flat",
        angle=f"{turned:g}",
        **_mm(size=size, outline_width=weight),
    )


def _mm(**pixels: float) -> dict[str, str]:
    """Lengths in millimetres from pixels, with their unit."""
    found = {name: f"{length * _MM:.4f}" for name, length in pixels.items()}
    return found | {f"{name}_unit": "MM" for name in pixels}


def _rgb(colour: str, opacity: float = 1) -> str:
    channels = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return ",".join(map(str, [*channels, round(opacity * 255)]))


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
