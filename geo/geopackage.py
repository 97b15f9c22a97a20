"""GeoPackage: layers with their styles for QGIS, and the record of where they come from."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from xml.sax.saxutils import quoteattr

import geopandas as gpd
import pyogrio

from geo.palette import AGAINST, FILLS, colours
from geo.tables import SIDES

# Texture tells what is claimed, as on the map; the names are those of Qt.
_BRUSHES = {
    "ukrainian_control": "solid",
    "contested": "dense6",
    "russian_control": "b_diagonal",
    "implied": "no",
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
    layers: Mapping[str, gpd.GeoDataFrame], folder: Path, *, on: dt.date, provenance: str
) -> bytes:
    """A GeoPackage of some layers.

    Parameters
    ----------
    layers
        Flat tables, EPSG:4326.
    folder
        An empty one to work in.
    on
        Stands for the day of the last change, so that equal input gives equal
        bytes.
    provenance
        The record, kept in the table `gpkg_metadata`.

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
                " (?, '', '', ?, 'geom', 'claims', ?, '', 1, '', '', NULL, ?)",
                (number, name, _style(table), changed),
            )
        database.execute("UPDATE gpkg_contents SET last_change = ?", (changed,))
        # Pages that were moved about would differ from run to run.
        database.execute("VACUUM")
    return file.read_bytes()


def _style(table: gpd.GeoDataFrame) -> str:
    """A style as QGIS writes it (QML): a rule per side and status."""
    colour = colours()
    if "side" in table:
        rules = [
            (f"\"side\" = '{side}' AND \"status\" = '{status}'",
             f"{side}, {status}".replace("_", " "), colour[side], _BRUSHES[status], fill)
            for side in SIDES
            for status, fill in FILLS.items()
        ]  # fmt: skip
    else:
        kind = next(name for name in ("disagreement", "change") if name in table)
        values = ["one_sided", "agree", "differing", "contradictory", "gained", "lost", "kept"]
        values = values[:4] if kind == "disagreement" else values[4:]
        marked = {"contradictory": "diagonal_x", "gained": "b_diagonal", "lost": "f_diagonal"}
        rules = [
            (f"\"{kind}\" = '{value}'", value.replace("_", " "),
             colour[AGAINST if value in marked else "soft"], marked.get(value, "no"), 0.5)
            for value in values
        ]  # fmt: skip
    root = "".join(
        f'<rule key="{{rule-{number}}}" symbol="{number}" filter={quoteattr(condition)}'
        f" label={quoteattr(label)}/>"
        for number, (condition, label, *_) in enumerate(rules)
    )
    symbols = "".join(
        _symbol(number, colour, brush, fill)
        for number, (*_, colour, brush, fill) in enumerate(rules)
    )
    times = ""
    if "known_from" in table:
        # The temporal controller of QGIS plays the history.
        times = (
            '<temporal enabled="1" mode="2" limitMode="0" startField="valid_from"'
            ' endField="valid_to" accumulate="0" durationUnit="d" fixedDuration="0"/>'
        )
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
        f'<qgis version="3.28.0" styleCategories="Symbology|Temporal">{times}'
        f'<renderer-v2 type="RuleRenderer" symbollevels="0" enableorderby="0">'
        f'<rules key="{{rules}}">{root}</rules><symbols>{symbols}</symbols></renderer-v2></qgis>'
    )


def _symbol(number: int, colour: str, brush: str, fill: float) -> str:
    channels = ",".join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5))
    options = {
        "color": f"{channels},{round(fill * 255)}",
        "style": brush,
        "outline_color": f"{channels},255",
        "outline_style": "dot" if brush == "no" else "solid",
        "outline_width": "0.5",
        "outline_width_unit": "MM",
    }
    written = "".join(
        f'<Option type="QString" name="{name}" value="{value}"/>' for name, value in options.items()
    )
    return (
        f'<symbol type="fill" name="{number}" alpha="1" clip_to_extent="1" force_rhr="0">'
        '<layer class="SimpleFill" enabled="1" locked="0" pass="0">'
        f'<Option type="Map">{written}</Option></layer></symbol>'
    )
