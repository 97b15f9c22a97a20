"""A picture of one day: a cartographer's map, drawn without any browser."""

from __future__ import annotations

import base64
import io
import re
import zlib
from collections.abc import Callable
from html import unescape
from typing import Literal, NamedTuple, get_args

import geopandas as gpd
import pandas as pd
import shapely
from matplotlib.patches import Polygon
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from geo.analysis.disagreement import disagreement_on
from geo.claims.record import Record
from geo.claims.shown import changes_of, claims_of, drawn_claims, in_box, record_of
from geo.figure.canvas import (
    FONT,
    Canvas,
    fine_print,
    font_file,
    lay_notice,
    own_style,
    width_of,
    wrap,
)
from geo.figure.labels import Box
from geo.figure.legend import lay_legend, legend_of, names_of
from geo.figure.map_frame import (
    Map,
    extent_of,
    lay_inset,
    lay_map,
    lay_names,
    lay_scale,
    lines_on,
    map_of,
)
from geo.figure.strokes import Drawn, Pen
from geo.selection.snapshot import SIZES, Size, Snapshot
from geo.style.look import dashes, style
from geo.style.words import Language, name_of, say, say_day
from geo.tables.schema import DRAWN

Ending = Literal["png", "svg", "pdf"]


class _Layout(NamedTuple):
    """Where things stand on the page, in points from the lower left."""

    dpi: float
    font: float
    heading: float
    frame: Box
    legend: Box
    columns: int
    foot: Box
    names: int
    inset: float


_LAYOUTS: dict[Size, _Layout] = {
    "slide": _Layout(
        72, 15, 42, Box(44, 138, 1436, 960), Box(1468, 138, 1876, 1040), 1,
        Box(44, 24, 1876, 80), 30, 0.17,
    ),
    "square": _Layout(
        72, 13.5, 36, Box(36, 394, 1044, 976), Box(36, 76, 1044, 346), 3,
        Box(36, 20, 1044, 66), 20, 0.2,
    ),
    "story": _Layout(
        72, 18, 56, Box(48, 806, 1032, 1690), Box(48, 216, 1032, 738), 2,
        Box(48, 64, 1032, 196), 24, 0.26,
    ),
    "a4": _Layout(
        300, 7, 20, Box(30, 82, 624, 524), Box(638, 82, 812, 564), 1,
        Box(30, 22, 812, 50), 32, 0.19,
    ),
}  # fmt: skip


def draw(
    snapshot: Snapshot,
    ending: Ending,
    *,
    record: Record | None = None,
    provenance: str | None = None,
) -> bytes:
    """Draw the map of a snapshot.

    Parameters
    ----------
    snapshot
        What to show, in which size and language.
    ending
        `png`, `svg` or `pdf`. The last two are vectors, their text is text in
        embedded fonts. `slide` measures 1920 x 1080 pixels, `square` 1080 x
        1080, `story` 1080 x 1920, `a4` 297 x 210 mm at 300 dpi.
    record
        As `load_record` returns it; by default the shipped one.
    provenance
        Text to carry along inside the file: in an iTXt chunk of a PNG, the
        `metadata` of an SVG, the keywords of a PDF.

    Returns
    -------
    bytes
        The file. Equal input makes equal bytes.

    Raises
    ------
    ValueError
        If there is no such ending, or `claims_of` refuses the snapshot.

    Notes
    -----
    Lambert azimuthal equal-area projection (Snyder 1987, USGS Professional
    Paper 1395, p. 182) centred on the map, so that north is up.

    Examples
    --------
    >>> from geo.selection.snapshot import Snapshot
    >>> draw(Snapshot(on="2024-08-20"), "png")[1:4]
    b'PNG'
    """
    allowed = get_args(Ending)
    if ending not in allowed:
        msg = f"`ending` was {ending!r} but is expected to be one of {', '.join(allowed)}"
        raise ValueError(msg)
    with own_style():
        canvas = compose(snapshot, record_of(snapshot, record), in_pixels=ending == "png")
        return _WRITERS[ending](canvas, provenance)


def framed(snapshot: Snapshot, frame: Box) -> Snapshot:
    """The snapshot with all the ground that a map of its box shows in a frame.

    The frame has proportions of its own: where a claim were left out because it
    lies beside the box, the map would look as if nobody claimed anything there.
    """
    if snapshot.bbox is None:
        return snapshot
    return snapshot.model_copy(update={"bbox": map_of(frame, snapshot.bbox).degrees})


def on_sheet(snapshot: Snapshot) -> Snapshot:
    """The snapshot with all the ground that its picture shows."""
    return framed(snapshot, _LAYOUTS[snapshot.size].frame)


def shown(snapshot: Snapshot, record: Record) -> Drawn:
    """What the picture of a snapshot shows."""
    shapes, painted = claims_of(snapshot, record), drawn_claims(snapshot, record)
    found = changes_of(snapshot, record)
    # Of two statuses that exclude each other what one gains the other loses.
    first = (snapshot.statuses or DRAWN)[0]
    changes = found[(found.change != "kept") & (found.status == first)]
    return Drawn(shapes, painted, _opposed(snapshot, record), changes)


def _opposed(snapshot: Snapshot, record: Record) -> gpd.GeoDataFrame:
    """Cells of which sides that are shown say opposite things; none if not asked for."""
    if "disagreement" not in snapshot.layers:
        return gpd.GeoDataFrame({"area_km2": []}, geometry=[], crs=4326)
    found = disagreement_on(snapshot, record=record)
    return in_box(snapshot, found[found.disagreement == "contradictory"])


def compose(snapshot: Snapshot, record: Record, *, in_pixels: bool = True) -> Canvas:
    """Lay out and draw the page of a snapshot."""
    ledger = record.ledger
    sources, settlements = ledger.sources, ledger.settlements
    layout = _LAYOUTS[snapshot.size]
    across, up = (length * 72 / layout.dpi for length in SIZES[snapshot.size])
    canvas = Canvas(across, up, layout.dpi, in_pixels=in_pixels)
    drawn = shown(on_sheet(snapshot), record)
    shapes = drawn.shapes
    chart = lay_map(canvas, layout.frame, snapshot.bbox or extent_of(shapes))
    flat = shapes.set_geometry(chart.land.flat(shapes.geometry.to_numpy()), crs=None)
    width = layout.frame.right - layout.frame.left
    pen = Pen(canvas, width, plane=chart.extent, box=layout.frame)
    dash = dashes(sources)
    painted = drawn.painted
    pen.claims(painted.set_geometry(chart.land.flat(painted.geometry.to_numpy()), crs=None), dash)
    if len(drawn.opposed):
        cells = chart.land.flat(drawn.opposed.geometry.to_numpy())
        pen.hatch(shapely.union_all(cells))
    taken = []
    for change, shape in zip(drawn.changes.change, drawn.changes.geometry, strict=True):
        for left, low, right, high in pen.change(chart.land.flat(shape), change):
            taken.append(Box(*chart.on_page(left, low), *chart.on_page(right, high)))
    lang = snapshot.language
    oblast = name_of("Kursk Oblast", "Kursk Oblast", lang)
    taken.append(lay_inset(canvas, chart, layout.inset, flat, oblast, layout.font))
    if shapes.empty:
        taken.append(lay_notice(canvas, layout.frame, say("nothing", lang), layout.font))
    lay_names(canvas, chart, settlements, lang, layout.font, shapes, taken, layout.names)
    _headline(canvas, layout, snapshot, sources)
    blocks = legend_of(snapshot, drawn, sources, settlements, pen.weight, lines=lines_on(chart))
    lay_legend(canvas, layout.legend, blocks, columns=layout.columns, size=layout.font, width=width)
    _strip(canvas, layout, chart, lang)
    own = sources[sources.index.isin(shapes.source_id)]
    fine_print(canvas, credits_of(own, ledger.version, lang), layout.foot, layout.font * 0.8)
    return canvas


def _headline(canvas: Canvas, layout: _Layout, snapshot: Snapshot, sources: pd.DataFrame) -> None:
    lang = snapshot.language
    day = say_day(snapshot.on, lang)
    other = snapshot.other_day
    title = say("changes", lang, day, say_day(other, lang)) if other else day
    if other and snapshot.known_by == "then":
        known = say("known_each", lang)
    elif snapshot.told_by:
        known = say("known_by", lang, say_day(snapshot.told_by, lang))
    else:
        known = say("known_now", lang)
    canvas.title = f"{say('title', lang)}, {title}"
    own = [f"{say('not_verified', lang)}; {known}."]
    if snapshot.pair:
        own.append(say("against", lang, *names_of(snapshot, sources)) + ".")
    own += shown_only(snapshot, sources)
    frame = layout.frame
    across = frame.right - frame.left
    high = (canvas.size.top - frame.top) * 0.9
    size = layout.font
    while True:  # smaller until it fits
        below = [line for text in own for line in wrap(text, across, size)]
        lines = [
            (say("title", lang), size * 1.24, "ink"),
            *((line, size, "soft") for line in below),
        ]
        heading = layout.heading * size / layout.font
        heading *= min(1, across / width_of(title, heading, bold=True))
        tall = heading * 1.15 + size * 0.45 + sum(own_size * 1.42 for _, own_size, _ in lines)
        if tall <= high:
            break
        size *= 0.97
    y = frame.top + tall - heading * 0.85
    canvas.write(frame.left, y, title, heading, bold=True)
    y -= heading * 0.1
    for line, own_size, colour in lines:
        y -= own_size * 1.42
        canvas.write(frame.left, y, line, own_size, bold=colour == "ink", colour=colour)


def shown_only(snapshot: Snapshot, sources: pd.DataFrame) -> list[str]:
    """What was chosen of all that is claimed, in words; nothing where that is everything."""
    lang = snapshot.language
    shown = [say(side, lang) for side in snapshot.sides]
    shown += [name_of(name, sources.name[name], lang) for name in snapshot.sources]
    shown += [say(status, lang) for status in snapshot.statuses]
    said = [say("shown", lang, "; ".join(shown)) + "."] if shown else []
    strikes = say("strikes", lang)
    return [*said, f"{strikes[0].upper()}{strikes[1:]}."] if snapshot.strikes else said


def _strip(canvas: Canvas, layout: _Layout, chart: Map, language: Language) -> None:
    """Scale bar, north and the note on the projection, below the map."""
    frame, size = layout.frame, layout.font
    box = Box(frame.left, frame.bottom - size * 2.9, frame.right, frame.bottom - size * 0.5)
    lay_scale(canvas, chart, box, size, language)
    x = frame.left + (frame.right - frame.left) * 0.165
    middle = (box.bottom + box.top) / 2
    tip, foot = middle + size * 1.1, middle - size * 0.9
    for half, fill in ((-1, style().light.ink), (1, style().light.paper)):
        canvas.add(
            Polygon(
                [(x, tip), (x + half * size * 0.42, foot), (x, foot + size * 0.4)], closed=True,
                facecolor=fill, edgecolor=style().light.ink, linewidth=0.06 * size, zorder=9,
            )
        )  # fmt: skip
    north = say("north", language)
    canvas.write(x + size * 0.65, middle - size * 0.35, north, size, bold=True)
    x += size * 1.7 + width_of(north, size, bold=True)
    lon, lat = chart.land.centre
    text = say("projection", language, f"{lat:.2f}° N {lon:.2f}° E")
    fine_print(canvas, text, Box(x, box.bottom, frame.right, box.top), size * 0.78, top=True)


def credits_of(sources: pd.DataFrame, version: str, language: Language) -> str:
    """Whom to name for the claims of some sources and for the land, and the data version."""
    every = list(dict.fromkeys(sources.attribution))
    named = [who for who in every if not who.startswith("as named")]
    if not named:
        cited = say("sources_named", language)
    else:
        key = "sources" if len(named) < len(every) else "sources_all"
        cited = say(key, language, "; ".join(named))
    return f"{cited} {say('terms', language)} {say('version', language, version)}."


def _png(canvas: Canvas, provenance: str | None) -> bytes:
    info = PngInfo()
    info.add_itxt("Title", canvas.title)
    if provenance:
        info.add_itxt("Provenance", provenance, zip=True)
    file = io.BytesIO()
    image = Image.fromarray(canvas.pixels()).convert("RGB")
    dpi = (canvas.dpi, canvas.dpi)
    # Runs of one colour are what a map is made of: as small as any other way, and fast.
    image.save(file, "PNG", pnginfo=info, dpi=dpi, compress_level=3, compress_type=zlib.Z_RLE)
    return file.getvalue()


def _svg(canvas: Canvas, provenance: str | None) -> bytes:
    about = {"Description": provenance} if provenance else {}
    text = canvas.vectors("svg", Title=canvas.title, Date=None, Creator=None, **about).decode()
    if canvas.dpi == 72:  # for screens: a point of ours is a pixel there
        size = r'width="([\d.]+)pt" height="([\d.]+)pt"'
        text = re.sub(size, r'width="\1" height="\2"', text, count=1)
    faces = "".join(_face(weight, text) for weight in ("normal", "bold"))
    # For readers that do not load the font that goes along; only in tags, not in their text.
    own = f"font-family: '{FONT}'"
    text = re.sub("<text [^>]*>", lambda tag: tag[0].replace(own, f"{own}, sans-serif"), text)
    return text.replace("<defs>", f"<defs>\n  <style>{faces}</style>", 1).encode()


def _pdf(canvas: Canvas, provenance: str | None) -> bytes:
    about = {"Keywords": provenance} if provenance else {}
    return canvas.vectors("pdf", Title=canvas.title, CreationDate=None, **about)


def _face(weight: str, text: str) -> str:
    """The letters used, as a font that goes along in the file."""
    from fontTools import subset

    options = subset.Options(hinting=False, recalc_timestamp=False, notdef_outline=True)
    options.layout_features = ["kern", "liga"]
    options.drop_tables += ["FFTM"]
    with subset.load_font(font_file(weight), options) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(text=unescape("".join(re.findall(r">([^<]+)</text>", text))))
        cutter.subset(font)
        file = io.BytesIO()
        font.save(file)
    data = base64.b64encode(file.getvalue()).decode()
    return (
        f"@font-face{{font-family:'{FONT}';font-weight:{weight};"
        f"src:url(data:font/ttf;base64,{data})}}"
    )


_WRITERS: dict[Ending, Callable[[Canvas, str | None], bytes]] = {
    "png": _png,
    "svg": _svg,
    "pdf": _pdf,
}
