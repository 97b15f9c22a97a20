"""A picture of one day: who claims what, map beside map, drawn without any browser."""

from __future__ import annotations

from typing import NamedTuple, get_args

from geo.analysis.summary import MAIN_PLACES
from geo.claims.record import Record
from geo.claims.shown import claims_of, record_of
from geo.figure.atlas import frames, ground_of, lay_maps
from geo.figure.canvas import Canvas, fine_print, own_style, width_of, wrap
from geo.figure.content import Content, called, compared_by_name, content_of
from geo.figure.files import WRITERS, PictureFormat
from geo.figure.key import key_of, lay_key
from geo.figure.labels import Box
from geo.figure.land import Map, km_from_border
from geo.figure.notes import credits_of, known_of, shown_only, terms_of
from geo.figure.table import lay_table
from geo.selection.snapshot import SIZES, Size, Snapshot
from geo.style.words import say, say_day, say_number


class _Layout(NamedTuple):
    """Where things stand on the page, in points from the lower left."""

    dpi: float
    font: float
    head: Box
    maps: Box
    key: Box
    table: Box
    foot: Box
    columns: int = 1


_LAYOUTS: dict[Size, _Layout] = {
    "slide": _Layout(
        dpi=72, font=16, head=Box(40, 1000, 1880, 1060), maps=Box(40, 62, 1186, 988),
        key=Box(1212, 336, 1880, 984), table=Box(1212, 62, 1880, 326), foot=Box(40, 14, 1880, 56),
    ),
    "square": _Layout(
        dpi=72, font=12.5, head=Box(30, 992, 1050, 1062), maps=Box(30, 246, 700, 988),
        key=Box(722, 246, 1050, 984), table=Box(30, 56, 1050, 236), foot=Box(30, 14, 1050, 50),
    ),
    "story": _Layout(
        dpi=72, font=17, head=Box(40, 1750, 1040, 1880), maps=Box(40, 830, 1040, 1744),
        key=Box(40, 410, 1040, 816), table=Box(40, 120, 1040, 402), foot=Box(40, 40, 1040, 108),
        columns=2,
    ),
    "a4": _Layout(
        dpi=300, font=7, head=Box(28, 536, 814, 570), maps=Box(28, 48, 530, 532),
        key=Box(546, 180, 814, 530), table=Box(546, 48, 814, 172), foot=Box(28, 20, 814, 43),
    ),
}  # fmt: skip

#: Two maps, or three, stand beside each other on pages that lie on their side.
_WIDE: dict[Size, _Layout] = {
    "slide": _LAYOUTS["slide"]._replace(
        maps=Box(40, 372, 1880, 988), key=Box(40, 62, 1196, 356), table=Box(1220, 62, 1880, 356),
        columns=2,
    ),
    "a4": _LAYOUTS["a4"]._replace(
        maps=Box(28, 186, 814, 532), key=Box(28, 48, 530, 176), table=Box(546, 48, 814, 176),
        columns=2,
    ),
}  # fmt: skip


def draw(
    snapshot: Snapshot,
    extension: PictureFormat,
    *,
    record: Record | None = None,
    provenance: str | None = None,
) -> bytes:
    """Draw the picture of a snapshot.

    Parameters
    ----------
    snapshot
        What to show, in which size and language.
    extension
        `png`, `svg` or `pdf`. The last two are vectors, their text is text in
        embedded fonts. `slide` measures 1920 x 1080 pixels, `square` 1080 x
        1080, `story` 1080 x 1920, `a4` 297 x 210 mm at 300 dpi.
    record
        As `load_record` returns it; by default the shipped one.
    provenance
        Text to embed in the file: in an iTXt chunk of a PNG, the
        `metadata` of an SVG, the keywords of a PDF.

    Returns
    -------
    bytes
        The file. Equal input makes equal bytes.

    Raises
    ------
    ValueError
        If there is no such extension, or `claims_of` refuses the snapshot.

    Notes
    -----
    Lambert azimuthal equal-area projection (Snyder 1987, USGS Professional
    Paper 1395, p. 182) centred on the ground in question, so that north is up.

    Examples
    --------
    >>> from geo.selection.snapshot import Snapshot
    >>> draw(Snapshot(on="2024-08-20"), "png")[1:4]
    b'PNG'
    """
    allowed = get_args(PictureFormat)
    if extension not in allowed:
        msg = f"`extension` was {extension!r} but is expected to be one of {', '.join(allowed)}"
        raise ValueError(msg)
    with own_style():
        canvas = compose(snapshot, record_of(snapshot, record), in_pixels=extension == "png")
        return WRITERS[extension](canvas, provenance)


def _layout_of(content: Content) -> _Layout:
    size = content.snapshot.size
    layout = (_WIDE if len(content.panels) in {2, 3} else _LAYOUTS).get(size, _LAYOUTS[size])
    if content.snapshot.other_day:  # the key is short, and without a table
        foot, line = layout.foot, layout.font
        key = Box(foot.left, foot.top + line, foot.right, foot.top + line * 9)
        maps = Box(foot.left, key.top + line, foot.right, layout.maps.top)
        layout = layout._replace(maps=maps, key=key, columns=2)
    return layout


def compose(snapshot: Snapshot, record: Record, *, in_pixels: bool = True) -> Canvas:
    """Lay out and draw the page of a snapshot."""
    # Figures are of all the ground, of which a box shows a part; this refuses what cannot be.
    shapes = claims_of(snapshot.model_copy(update={"bbox": None}), record)
    content = content_of(snapshot, record)
    layout = _layout_of(content)
    across, up = (length * 72 / layout.dpi for length in SIZES[snapshot.size])
    canvas = Canvas(across, up, layout.dpi, in_pixels=in_pixels)
    size = layout.font
    ground, _ = ground_of(snapshot, record)
    boxes = frames(layout.maps, len(content.panels), size, ground)
    chart = lay_maps(canvas, content, record, boxes, size)
    _headline(canvas, layout, content, record)
    key = key_of(content, chart)
    end = lay_key(canvas, layout.key, key, columns=layout.columns, size=size)
    if not snapshot.other_day and len(content.summary.places):
        below = layout.table.left == layout.key.left
        table = layout.table._replace(top=end - size) if below else layout.table
        lay_table(canvas, content, record, table, size)
    own = record.ledger.sources
    own = own[own.index.isin(shapes.source_id)]
    credit = credits_of(own, record.ledger, snapshot.language, context=snapshot.context)
    text = f"{_small_print(content, record, chart)} {credit}"
    fine_print(canvas, text, layout.foot, size * 0.8)
    return canvas


def _headline(canvas: Canvas, layout: _Layout, content: Content, record: Record) -> None:
    """The day, its sentence, and which claims were chosen, as known when."""
    snapshot, box, size = content.snapshot, layout.head, layout.font
    lang, other = snapshot.language, snapshot.other_day
    day = say_day(snapshot.on, lang)
    title = say("changes", lang, day, say_day(other, lang)) if other else day
    large = size * 2.5
    large *= min(1, box.width * 0.55 / width_of(title, large, bold=True))
    canvas.write(box.left, box.top - large * 0.8, title, large, bold=True)
    x = box.left + width_of(title, large, bold=True) + size * 2
    known = known_of(snapshot, each=other is not None)
    chosen = shown_only(snapshot, record.ledger.sources)
    notes = f"{say('title', lang)}. {say('not_verified', lang)}. {known}."
    notes = " ".join([notes, *chosen])
    told = [known] if snapshot.known_day else []
    if snapshot.pair and len(content.summary.compared) == 2:
        told.append(compared_by_name(content.summary, lang))
    named = ". ".join([f"{say('title', lang)}, {title}", *told])
    canvas.title = f"{named}. {' '.join(chosen)}" if chosen else named
    beside = Box(x, box.bottom, box.right, box.top)
    if beside.width < box.width * 0.4:
        beside = Box(box.left, box.bottom, box.right, box.top - large * 1.1)
    news, y = size * 1.4, beside.top
    if not other:
        while len(lines := wrap(content.summary.headline, beside.width, news)) > 1:
            news *= 0.97
            if news < size * 1.1:
                break
        for line in lines:
            y -= news * 1.15
            canvas.write(beside.left, y, line, news, gid="headline")
    fine_print(
        canvas, notes, Box(beside.left, beside.bottom, beside.right, y - size * 0.5), size * 0.9
    )


def _small_print(content: Content, record: Record, chart: Map) -> str:
    """How long claims count, how far the border is, how the map is drawn."""
    snapshot = content.snapshot
    lang = snapshot.language
    parts = [terms_of(snapshot, lang)]
    places = record.ledger.settlements
    for n in MAIN_PLACES[:1]:
        if n in places.index:
            km = say_number(km_from_border(places.lon[n], places.lat[n]), lang)
            parts.append(say("from_border", lang, called(record, lang)[n], km))
    lon, lat = chart.land.centre
    parts.append(say("projection", lang, f"{lat:.2f}° N {lon:.2f}° E"))
    return " ".join(parts)
