"""The key of a picture: a sentence for every sign that is drawn, and for no other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import shapely

from geo.analysis.agreement import WORDS
from geo.analysis.summary import MAIN_PLACES
from geo.figure.canvas import Canvas, width_of, wrap
from geo.figure.content import COMPARED, ORDER, Content, Panel, compared_by_name, phrase_of_change
from geo.figure.labels import Box
from geo.figure.land import Map, context_on, lay_site
from geo.figure.paint import Pen
from geo.style.look import style
from geo.style.words import Language, say, say_day, say_number
from geo.tables.schema import SIDES


class Entry(NamedTuple):
    """A line of the key: a sample, what it means, and how much of it there is.

    Without a sample it is a heading or, in `small` letters, a remark.
    """

    text: str
    sample: Callable[[Pen, Box], None] | None = None
    figure: str = ""
    small: bool = False
    wide: bool = False


def _ground(sign: str) -> Callable[[Pen, Box], None]:
    def sample(pen: Pen, box: Box) -> None:
        shape = shapely.box(*box)
        pen.ground(shape, sign)
        if sign in {"silent", "outside"}:
            edge = style().sample
            pen.line(shape, edge.colour, edge.width, zorder=3)

    return sample


def _lapsed(pen: Pen, box: Box) -> None:
    look = style().lapsed
    pen.line(shapely.box(*box), "russian_control", look.width, look.dash)


def _disc(words: Sequence[str]) -> Callable[[Pen, Box], None]:
    def sample(pen: Pen, box: Box) -> None:
        x, y = (box.left + box.right) / 2, (box.bottom + box.top) / 2
        pen.discs([(x, y, style().disc.radius, words)])

    return sample


def bar_of(panel: Panel) -> Callable[[Pen, Box], None]:
    """The ground of which anybody speaks, stacked by sign."""

    def sample(pen: Pen, box: Box) -> None:
        x, every = box.left, spoken(panel)
        for sign in ORDER:
            if sign != "silent" and sign in panel.km2:
                broad = box.width * panel.km2[sign] / every
                pen.ground(shapely.box(x, box.bottom, x + broad, box.top), sign)
                x += broad

    return sample


def spoken(panel: Panel) -> float:
    """The km2 of which anybody speaks."""
    return sum(area for sign, area in panel.km2.items() if sign != "silent")


def _stroke(kind: str) -> Callable[[Pen, Box], None]:
    look = style().land.get(kind) or style().context[kind]

    def sample(pen: Pen, box: Box) -> None:
        y = (box.bottom + box.top) / 2
        level = shapely.LineString([(box.left, y), (box.right, y)])
        pen.line(level, look.colour, look.width, look.dash)

    return sample


def _site(pen: Pen, box: Box) -> None:
    lay_site(pen, (box.left + box.right) / 2, (box.bottom + box.top) / 2)


def _context(chart: Map, lang: Language) -> list[Entry]:
    """The lines and sites of the context that a map shows."""
    table = context_on(chart)
    rows = [
        Entry(_capital(say(kind, lang)), _stroke(kind))
        for kind in style().context
        if (table.kind == kind).any()
    ]
    if rows:
        rows.append(Entry(say("schematic", lang), small=True))
    sites = table[f"name_{lang}"][table.kind == "site"]
    return [Entry(", ".join(sites), _site), *rows] if len(sites) else rows


def key_of(content: Content, chart: Map, *, counted: bool = True) -> list[list[Entry]]:
    """What the key of a map says, block by block; with how much ground there is, or for any day."""
    snapshot, panels = content.snapshot, content.panels
    lang = snapshot.language
    own = [sign for sign in ORDER if any(sign in p.ground for p in panels if p.voice != COMPARED)]
    blocks = []
    if snapshot.other_day:
        days = [say_day(half.on, lang) for half in snapshot.compared]
        rows = [Entry(_capital(phrase_of_change(sign, snapshot)), _ground(sign)) for sign in own]
        rows.append(Entry(_capital(say("unchanged", lang)), _ground("outside")))
        blocks.append([Entry(say("changed_key", lang, *days)), *rows])
    elif own:
        rows = [Entry(_capital(say(sign, lang)), _ground(sign)) for sign in own]
        rows.append(Entry(_capital(say("outside", lang)), _ground("outside")))
        rows.append(Entry(say("concession", lang), small=True))
        blocks.append([Entry(say("key_title", lang)), *rows])
    tell = _counted if counted else _plain
    blocks += [tell(content, one) for one in panels if one.voice == COMPARED and one.ground]
    rows = []
    if snapshot.view == "places":
        seen = {word for panel in panels for said in panel.words.values() for word in said}
        discs = [
            Entry(_capital(say(f"short_{word}", lang)), _disc([word]))
            for word in WORDS
            if word in seen
        ]
        blocks.append([Entry(say("key_title", lang)), *discs])
    if not snapshot.other_day:
        words = next((p.words for p in panels if p.voice == COMPARED), panels[0].words)
        main = [words[n] for n in (*MAIN_PLACES, *words) if n in words] or [("silent",)]
        # Two halves that differ show best what they are.
        example = max(main, key=lambda said: len({*said} - {"silent"}))
        names = [content.voices[voice] for voice in content.summary.compared]
        text = say("disc", lang, *names) if len(example) == 2 else say("disc_alone", lang)
        rows.append(Entry(_capital(text), _disc(example)))
    if any(panel.lapsed for panel in panels):
        rows.append(Entry(_capital(say("lapsed", lang)), _lapsed))
    if not own:
        rows.append(Entry(_capital(say("outside", lang)), _ground("outside")))
    if snapshot.other_day:
        rows.append(Entry(_capital(say("place", lang)), _disc(["silent"])))
    for kind, phrase in (("state_border", "state_border"), ("raion", "raion_line")):
        rows.append(Entry(_capital(say(phrase, lang)), _stroke(kind)))
    return [*blocks, [*rows, *(_context(chart, lang) if snapshot.context else ())]]


def _plain(content: Content, panel: Panel) -> list[Entry]:
    """What the classes of a comparison mean on any day."""
    lang = content.snapshot.language
    signs = [sign for sign in ORDER if sign in panel.ground]
    phrases = [say("silent_both" if sign == "silent" else sign, lang) for sign in signs]
    rows = [Entry(_capital(p), _ground(sign)) for p, sign in zip(phrases, signs, strict=True)]
    return [Entry(compared_by_name(content.summary, lang)), *rows]


def _counted(content: Content, panel: Panel) -> list[Entry]:
    """What the classes of a comparison mean, and how much ground each has."""
    lang, every = content.snapshot.language, spoken(panel)
    rows = []
    for sign in (sign for sign in ORDER if sign in panel.ground):
        figure = say_number(panel.km2[sign], lang)
        if sign != "silent":
            part = panel.km2[sign] / every
            figure += f"  {part:.0%}" if part >= 0.005 else "  <1%"
        rows.append(Entry(_capital(_sentence(content, sign)), _ground(sign), figure))
    head = [Entry(compared_by_name(content.summary, lang))]
    if every:
        head += [Entry(say("share", lang), small=True), Entry("", bar_of(panel), wide=True)]
    return [*head, *rows]


def _sentence(content: Content, sign: str) -> str:
    """What a class means; it names who says what where that is the same everywhere."""
    lang, (a, b) = content.snapshot.language, content.summary.compared
    phrase = say("silent_both" if sign == "silent" else sign, lang)
    if sign == "silent" or sign.startswith("both") or a not in SIDES:
        return phrase
    clash = sign == "contradictory"
    held = "ukrainian_control" if clash else sign.removeprefix("one_").removesuffix("_or_contested")
    cells = content.agreement[content.agreement.agreement == sign]
    km2 = {voice: float(cells.area_km2[cells[voice] == held].sum()) for voice in (a, b)}
    who, other = sorted(km2, key=lambda voice: -km2[voice])
    first, second = content.voices[who], content.voices[other]
    if km2[other]:
        areas = first, say_number(km2[who], lang), second, say_number(km2[other], lang)
        return phrase if clash else say("of_which", lang, phrase, *areas)
    if sign.startswith("one"):
        return say("only_they", lang, first, say(held, lang), second)
    word = say("russian_control" if clash else "short_contested", lang)
    key = "they_contradict" if clash else "they_differ"
    return say(key, lang, first, say(held, lang), second, word)


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def lay_key(
    canvas: Canvas, box: Box, blocks: list[list[Entry]], *, columns: int, size: float
) -> float:
    """Flow a key into columns, smaller until it fits; how far down it reaches."""
    apart = size * 1.6
    broad = (box.width - apart * (columns - 1)) / columns
    while True:
        laid, tall = _flow(blocks, columns, broad, size)
        if tall <= box.height:
            break
        size *= 0.97
    pen = Pen(canvas, size)
    for column, down, entry, lines in laid:
        x, top = box.left + column * (broad + apart), box.top - down
        gap, own = _measure(entry, size)
        middle = top - own * 0.62
        if entry.sample:
            right = x + (broad if entry.wide else size * 2.3)
            half = own * (0.7 if entry.wide else 0.52)
            entry.sample(pen, Box(x, middle - half, right, middle + half))
        bold, colour = gap == 0 and not entry.small, "soft" if entry.small else "ink"
        for n, line in enumerate(lines):
            y = top - own * (1 + 1.22 * n)
            canvas.write(x + gap, y, line, own, bold=bold, colour=colour, gid="legend")
        if entry.figure:
            at = x + broad - width_of(entry.figure, own, bold=True)
            canvas.write(at, top - own, entry.figure, own, bold=True, gid="figure")
    return box.top - tall


def _measure(entry: Entry, size: float) -> tuple[float, float]:
    """How far the words stand from the left, and how large they are."""
    return (size * 3.0 if entry.sample else 0), size * (0.85 if entry.small else 1)


def _flow(
    blocks: list[list[Entry]], count: int, width: float, size: float
) -> tuple[list[tuple[int, float, Entry, list[str]]], float]:
    """Each block into the column that is the shortest so far; how tall the tallest gets."""
    tall = [0.0] * count
    laid = []
    for block in blocks:
        column = tall.index(min(tall))
        y = tall[column] + (size * 0.9 if tall[column] else 0)
        for entry in block:
            gap, own = _measure(entry, size)
            room = width - gap - (size * 6 if entry.figure else 0)
            lines = wrap(entry.text, room, own, bold=not entry.sample and not entry.small)
            laid.append((column, y, entry, lines))
            y += own * (1.22 * len(lines) + 0.42)
        tall[column] = y
    return laid, max(tall)
