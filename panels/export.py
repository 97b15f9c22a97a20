"""Exporting the picture and the data."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal
from urllib.parse import urlencode

import streamlit as st

import geo
from geo.export.write import EXTENSIONS
from geo.figure.notes import terms_of
from geo.selection.address import View, write_address
from geo.selection.snapshot import PICTURES, SIZES, Snapshot
from geo.tables.schema import REGION
from panels.command import ask_view
from panels.film import show_film
from panels.labels import say
from panels.record import kept, load, shared

_FORMATS = {
    "png": "PNG, a picture for web and slides",
    "svg": "SVG, a picture to edit",
    "pdf": "PDF, a picture for print",
    "html": "HTML, the map with its clock in one file",
    "geojson": "GeoJSON",
    "gpkg": "GeoPackage, with styles for QGIS",
    "kml": "KML, for Google Earth",
    "shp.zip": "Shapefile, zipped",
    "csv": "CSV, with WKT",
    "parquet": "GeoParquet",
    "jsonld": "PROV-O, the provenance record",
}
_SIZES = {
    "slide": "Slide, 1920 × 1080",
    "square": "Square, 1080 × 1080",
    "story": "Story, 1080 × 1920",
    "a4": "A4 landscape, 300 dpi",
}
_MAPS = {
    "screen": "As on the screen",
    "all": "All: each side's own map, and the two compared",
    "side-by-side": "Side by side: Ukrainian and Russian sources",
    "overlay": "Overlay: the two compared",
    "places": "Places alone",
}
#: How wide a preview is at most, pixels; others are as wide as the page.
_WIDTHS: dict[str, int | Literal["stretch"]] = {"square": 760, "story": 420}
_LANGUAGES = {"en": "English", "ru": "Русский", "uk": "Українська"}


def show(view: View) -> None:
    """The current view as a file, with a preview; a link and a citation."""
    line = st.container(horizontal=True, vertical_alignment="bottom")
    extension = line.selectbox(
        "Format", EXTENSIONS, format_func=_FORMATS.__getitem__, key="export_format",
        persist_state="page",
    )  # fmt: skip
    size = line.selectbox(
        "Size", list(SIZES), format_func=_SIZES.__getitem__, key="export_size",
        persist_state="page", disabled=extension not in PICTURES,
    )  # fmt: skip
    language = line.selectbox(
        "Language", list(_LANGUAGES), format_func=_LANGUAGES.__getitem__, key="export_language",
        persist_state="page", disabled=extension not in PICTURES,
    )  # fmt: skip
    maps = line.selectbox(
        "Maps", list(_MAPS), format_func=_MAPS.__getitem__, key="export_maps",
        persist_state="page",
        help="Which maps a picture or film shows, and with which a page opens.",
    )  # fmt: skip
    record = load()
    ledger = record.ledger
    since = line.date_input(
        "History since", None, *record.period, key="export_since",
        persist_state="page", disabled=extension in PICTURES,
        help="A page then shows only these days; without it, the whole record. Data files hold "
        "the history only if a day is given.",
    )  # fmt: skip
    near = line.toggle(
        "Only what the map shows now", key="export_near", persist_state="page",
        on_change=ask_view,
    )  # fmt: skip
    if since and since > view.date:
        since = view.date
        st.caption("“History since” lies after the day shown: the file begins on the day shown.")
    settings: dict[str, Any] = {
        "size": size,
        "language": language,
        "since": None if extension in PICTURES else since,
        "bbox": _box(view) if near else None,
    }
    screen = view if maps == "screen" else view.model_copy(update={"view": maps})
    try:
        snapshot = Snapshot.from_view(screen, dict(ledger.sources.side), **settings)
    except ValueError as error:
        st.info(f"Nothing to export: {error}.")
        return
    name = geo.file_name(snapshot, extension)
    st.download_button(
        f"Download {name}",
        lambda: geo.snapshot_bytes(snapshot, extension, record=record),
        name,
        on_click="ignore",
        type="primary",
        key="export_download",
    )
    if extension in PICTURES:
        _show_preview(snapshot, name)
    st.caption(
        f"{terms_of(snapshot, 'en')} The same settings make the same file, byte for byte; they are "
        "written into it, with the claims used and their publishers (PROV-O). Claims, not verified "
        "control."
    )
    _show_words(view, snapshot, ledger)
    show_film(snapshot)


def _show_preview(snapshot: Snapshot, name: str) -> None:
    """The picture; drawn only when it is looked at, since that takes longest."""
    preview = st.expander("Preview", key="export_preview", on_change="rerun")
    if preview.open:
        width = _WIDTHS.get(snapshot.size, "stretch")
        told = f"The maps of {say(snapshot.on)}; the panels tell them in tables and words."
        picture = _preview(load(), snapshot)
        preview.image(picture, caption=name, width=width, alt=told)
        preview.caption("Drawn from the same claims as the map, without the browser.")


@kept(20, words="Drawing …")
def _preview(record: geo.Record, snapshot: Snapshot) -> bytes:
    if snapshot.size == "a4":
        # At 300 dpi it would be far larger than any screen.
        snapshot = snapshot.model_copy(update={"size": "slide"})
    return geo.snapshot_bytes(snapshot, "png", record=record)


def _box(view: View) -> tuple[float, float, float, float] | None:
    """Visible bounds of the map, clipped to the region; None until known."""
    if view.bounds is None:
        return None
    west, south, east, north = (
        min(max(value, low), high)
        for value, low, high in zip(view.bounds, 2 * REGION[:2], 2 * REGION[2:], strict=True)
    )
    return (west, south, east, north) if west < east and south < north else None


def _show_words(view: View, snapshot: Snapshot, ledger: geo.Ledger) -> None:
    """Link and citation, to copy."""
    words = st.expander("Copy link, copy citation", key="export_words", on_change="rerun")
    if not words.open:
        return
    link = f"{st.context.url or ''}?{urlencode(write_address(view))}"
    if load() is not shared():
        words.caption("The link leads to the app without the maps that you added.")
    words.code(link, language=None, wrap_lines=True)
    for style in ("text", "bibtex"):
        cited = geo.citation(snapshot, style, ledger=ledger, url=link, accessed=dt.date.today())
        words.code(cited, language=None, wrap_lines=True)
