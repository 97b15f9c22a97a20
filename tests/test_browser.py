from __future__ import annotations

import datetime as dt
import io
import re
import unicodedata
from pathlib import Path

import folium
import numpy as np
import pandas as pd
import pytest
import shapely
import xstatic.pkg.leaflet
from browser import (
    HOSTILE,
    LOCAL,
    OPENING,
    PAINTED,
    SUDZHA,
    choice,
    in_words,
    told,
    where,
    write_page,
)
from PIL import Image
from playwright.sync_api import expect
from pypdf import PdfReader

import geo
from geo.analysis.summary import summary
from geo.claims.record import shipped_record
from geo.export.claim_citations import cited_claims
from geo.selection.selection import Selection
from geo.style.look import style
from geo.style.words import phrases
from geo.tables.schema import BELLIGERENTS, IMPLIED, REGION, SIDES
from geo.web.payload import payload
from geo.web.plugin import ClaimsClock
from panels import PANELS

TILE = "https://tile.openstreetmap.org/"
PHRASES = phrases("en")
#: How the card names a status.
STATUS_NAMES = {
    **{word: PHRASES[word] for word in ("ukrainian_control", "contested", "russian_control")},
    IMPLIED: "later announced as retaken",
}
VIEWS = {
    "all": ["ukrainian", "russian", "compared", "third_party"],
    "side-by-side": ["ukrainian", "russian"],
    "overlay": ["compared"],
    "places": ["compared"],
}
#: Days and choices that differ in every respect.
CHOICES = [
    {},
    {"known": "then"},
    {"known": "2024-10-01"},
    {"current": 30},
    {"current": "ever"},
    {"hide": ["russian"]},
    {"hide": ["deepstate", "ru_milbloggers", "contested"], "known": "then"},
    {"hide": ["ukrainian", "russian"]},
]
DATES = ["2024-08-06", "2024-08-14", OPENING, "2024-12-05", "2025-03-13", "2025-11-05"]
#: Counts what a page does every second.
TIMERS = """
    const { setInterval: begin, clearInterval: end } = window;
    window.everySecond = new Set();
    window.setInterval = (act, wait, ...rest) => {
      const timer = begin(act, wait, ...rest);
      if (wait === 1000) window.everySecond.add(timer);
      return timer;
    };
    window.clearInterval = (timer) => {
      window.everySecond.delete(timer);
      end(timer);
    };
"""
CONTROLS = {
    "Date", "Play", "One day back", "One day forward", "Previous change", "Next change", "Speed",
    "As said by that day", "Hide key and sources", "Find a place", "Area chart", "Zoom in",
    "Zoom out", "Show all", "All", "Side by side", "Overlay", "Places", "Compare",
    "Ukrainian sources", "Russian sources", "Third parties", "Outline what has lapsed",
    "Online map tiles", "Rivers, roads, railways", "Close",
    "Ukrainian sources say", "Russian sources say", "Third parties say", "The two compared",
    "Sudzha", "Only DeepState map",
}  # fmt: skip


def later(date: str, days: int) -> str:
    return (dt.date.fromisoformat(date) + dt.timedelta(days=days)).isoformat()


def chosen(date: str, *, hide: list[str] | tuple[str, ...] = (), **how: object) -> Selection:
    return choice(date, *hide, **how)


def short(name: str) -> str:
    return name.partition(" (")[0]


def at_place(table: pd.DataFrame, place: int) -> pd.DataFrame:
    return table.loc[[place in ids for ids in table.settlements]]


def grid(reader):
    return reader.page.locator('[data-testid="stDataFrame"] [role="grid"]')


def assert_table_of(reader, date: str) -> None:
    """The panel 'On this day' is that of a day."""
    record, selection = shipped_record(), Selection(on=date)
    shapes, lapsed = (
        record.dissolved(selection, rows(selection)) for rows in (record.rows, record.lapsed)
    )
    expect(grid(reader)).to_have_attribute("aria-rowcount", str(len(shapes) + len(lapsed) + 1))
    rows = grid(reader).locator("tbody tr")
    for number in range(3):
        cells = rows.nth(number).locator("td")
        expect(cells.nth(0)).to_have_text(shapes.source.iloc[number])
        expect(cells.nth(5)).to_have_text(str(len(shapes.settlements.iloc[number])))
        expect(cells.nth(7)).to_have_text(str(shapes.last_said.iloc[number].date()))


def choose(reader, row: int) -> None:
    """Choose a row of the table that is shown."""
    expect(grid(reader).locator("tbody tr").nth(row)).to_be_attached()
    canvas = reader.page.locator('[data-testid="stDataFrame"] canvas').first
    canvas.scroll_into_view_if_needed()
    corner = canvas.bounding_box()
    reader.page.mouse.click(corner["x"] + 15, corner["y"] + 36 + 35 * row + 17)


def panel(reader, name: str) -> None:
    reader.page.get_by_role("radiogroup", name="Panel").get_by_text(name, exact=True).click()
    reader.wait_address(panel=name)


# ---- the slider and the keys ----------------------------------------------------------


def test_dragging_repaints_before_release_and_the_page_follows_after(app):
    reader = app(panel="On this day")
    reader.wait_address(date=OPENING)
    box = reader.slider.bounding_box()
    middle = box["y"] + box["height"] / 2
    days = int(reader.slider.get_attribute("max"))
    thumb = box["x"] + 8 + (box["width"] - 16) * int(reader.slider.input_value()) / days
    mouse = reader.page.mouse
    mouse.move(thumb, middle)
    mouse.down()
    date = OPENING
    for share in (0.3, 0.5, 0.4):
        mouse.move(box["x"] + box["width"] * share, middle, steps=3)
        reader.frame.wait_for_function(f"date => {PAINTED} !== date", arg=date)
        reader.frame.wait_for_function(
            f"{PAINTED} === claimsClock.calendar.iso(+claimsClock.bar.slider.value)"
        )
        date = reader.painted
        assert reader.painting() == told(choice(date))
        assert reader.address["date"] == OPENING
    mouse.up()
    reader.wait_address(date=date)
    assert reader.painted == date
    expect(reader.frame.locator(".claims-date")).to_have_text(in_words(date))
    assert_table_of(reader, date)


def test_every_key_on_the_slider_moves_the_date(page, every_day):
    page.slider.focus()
    date = OPENING
    for key, days in {"ArrowRight": 1, "PageUp": 7, "ArrowLeft": -1, "PageDown": -7}.items():
        date = later(date, days)
        page.slider.press(key)
        page.wait_painted(date)
    page.slider.press("Home")
    page.wait_painted(every_day[0].isoformat())
    page.slider.press("PageDown")
    page.slider.press("End")
    page.wait_painted(every_day[-1].isoformat())


def test_space_plays_and_pauses_but_not_while_one_types(page):
    page.slider.focus()
    page.page.keyboard.press("Space")
    expect(page.button("Pause")).to_be_visible()
    page.wait_painted_other_than(OPENING)
    page.page.keyboard.press("Space")
    expect(page.button("Play")).to_be_visible()
    stopped = page.painted
    field = page.frame.get_by_role("combobox", name="Find a place")
    field.press_sequentially("Malaya Loknya")
    expect(field).to_have_value("Malaya Loknya")
    expect(page.button("Play")).to_be_visible()
    assert page.painted == stopped


def test_buttons_step_one_day(page):
    page.button("One day forward").click()
    page.wait_painted(later(OPENING, 1))
    page.button("One day back").click()
    page.wait_painted(OPENING)


def test_play_can_be_paused_and_goes_on_to_the_last_day(app, every_day):
    last = every_day[-1].isoformat()
    begin = later(last, -20)
    reader = app(date=begin)
    reader.button("Play").click()
    reader.wait_painted_other_than(begin)
    reader.button("Pause").click()
    expect(reader.button("Play")).to_be_visible()
    reader.wait_address(date=reader.painted)
    assert begin < reader.painted < last
    assert reader.painting() == told(choice(reader.painted))
    reader.frame.get_by_role("combobox", name="Speed").select_option("2 weeks/s")
    reader.button("Play").click()
    expect(reader.button("Pause")).to_be_visible()
    reader.wait_painted(last)
    expect(reader.button("Play")).to_be_visible()
    reader.wait_address(date=last)


def test_play_on_the_last_day_begins_anew(page, every_day):
    page.show(every_day[-1].isoformat())
    page.button("Play").click()
    page.frame.wait_for_function(f"{PAINTED} < '2024-09-01'")
    page.button("Pause").click()


def test_next_and_previous_change_stop_at_each_change_and_nowhere_else(page):
    days = [day for day in page.frame.evaluate("claimsClock.changes") if day > 40][:4]
    dates = [later("2024-08-06", day) for day in days]
    page.show(dates[0])
    for button, there in {"Next change": dates[1:], "Previous change": dates[-2::-1]}.items():
        for date in there:
            page.button(button).click()
            page.settle()
            assert page.painted == date


@pytest.mark.parametrize("button", ["Next change", "Previous change"])
def test_play_goes_on_from_the_day_one_moves_to(page, button):
    page.frame.get_by_role("combobox", name="Speed").select_option("2 days/s")
    # Early in the longest time without any change.
    begin = page.frame.evaluate(
        """() => {
            const days = claimsClock.changes;
            const gaps = days.slice(1).map((day, i) => day - days[i]);
            return claimsClock.calendar.iso(days[gaps.indexOf(Math.max(...gaps))] + 4);
        }"""
    )
    page.show(begin)
    page.button("Play").click()
    page.wait_painted_other_than(begin)
    there = page.button(button).evaluate(
        "button => { button.click(); return claimsClock.calendar.iso(claimsClock.day); }"
    )
    page.frame.wait_for_function(
        f"date => !claimsClock.player.playing || {PAINTED} === date", arg=later(there, 1)
    )


# ---- what is switched on --------------------------------------------------------------

SWITCHES = [
    ("Sources", "Russian sources", "russian"),
    ("Sources", "UAControlMap (Project Owl)", "uacontrolmap"),
    ("Settings", "Count what is said to be fought over or unclear", "contested"),
]


def test_a_switch_acts_without_the_server_and_then_stands_in_the_address(app, server):
    reader = app()
    assert reader.painting() == told(choice(OPENING))
    for group in ("Sources", "Settings"):
        reader.unfold(group)
    for _, name, hidden in SWITCHES:
        with server.halted():
            reader.box(name).uncheck()
            reader.settle()
            assert reader.painting() == told(choice(OPENING, hidden))
            assert "hide" not in reader.address
        reader.wait_address(hide=hidden)
        reader.box(name).check()
        reader.wait_address(hide=None)
        assert reader.painting() == told(choice(OPENING))


def test_as_said_by_that_day_shows_only_what_was_known_then(page):
    date = "2024-08-12"
    page.show(date)
    now, then = (told(choice(date, known=known)) for known in ("now", "then"))
    assert now != then
    for act, wanted in ((page.box("As said by that day").check, then),
                        (page.box("As said by that day").uncheck, now)):  # fmt: skip
        act()
        page.settle()
        assert page.painting() == wanted


def test_a_given_day_of_knowledge_stands_beside_the_box_until_it_ends(app):
    date, day = "2024-08-15", "2024-08-14"
    given, then, now = (told(choice(date, known=known)) for known in (day, "then", "now"))
    assert given not in (then, now)
    reader = app(date=date, known=day)
    said = reader.frame.get_by_text("as known on 14 August 2024")
    box = reader.box("As said by that day")
    expect(said).to_be_visible()
    expect(box).not_to_be_checked()
    assert reader.painting() == given
    box.check()
    expect(said).to_be_hidden()
    reader.wait_address(known="then")
    assert reader.painting() == then
    reader.set(known=day, tell=True)
    reader.wait_address(known=day)
    assert reader.painting() == given
    reader.button("Count also what was said later").click()
    expect(said).to_be_hidden()
    expect(box).to_be_focused()
    reader.wait_address(known=None)
    assert reader.painting() == now


@pytest.mark.parametrize("how", CHOICES, ids=str)
def test_each_map_has_the_words_of_its_side_and_the_compared_one_the_classes(standing, how):
    standing.set(**how)
    for date in DATES:
        standing.show(date)
        assert standing.painting() == told(chosen(date, **how)), date
        wanted = [side for side in VIEWS["all"] if side in told(chosen(date, **how))]
        assert standing.sides == wanted


def test_the_ground_that_is_painted_is_that_of_the_cells(standing, ledger):
    points = shapely.point_on_surface(ledger.cells.geometry)
    for date, zoom in ((OPENING, 9), ("2025-03-13", 11), ("2024-08-14", 10)):
        standing.show(date)
        standing.frame.evaluate("zoom => claimsClock.map.setZoom(zoom)", zoom)
        wanted, found = told(choice(date)), standing.ground()
        for side, signs in wanted.items():
            for sign, cells in signs.items():
                ground = ledger.cells.geometry.loc[list(cells)].union_all()
                rest = shapely.symmetric_difference(found[side][sign], ground).area
                assert rest < 1e-6 * ground.area, (date, side, sign)
        signs_at = standing.signs_at(np.column_stack([points.x, points.y]).tolist())
        for side, signs in wanted.items():
            sign_of = {cell: sign for sign, cells in signs.items() for cell in cells}
            seen = dict(zip(points.index, signs_at[side], strict=True))
            assert {cell: sign for cell, [*sign] in seen.items() if sign} == {
                cell: [sign] for cell, sign in sign_of.items()
            }


def test_a_page_of_russian_sources_alone_shows_what_they_say_of_sudzha(reader, tmp_path):
    file = tmp_path / "russian.html"
    snapshot = geo.Snapshot(on=OPENING, sides=["russian"])
    file.write_bytes(geo.snapshot_bytes(snapshot, "html"))
    page = reader().open_file(file)
    assert page.sides == ["russian"]
    assert SUDZHA in page.painting()["russian"]["contested"]


def test_an_exported_page_opens_as_known_by_a_day_and_holds_the_rest_too(reader, tmp_path):
    day = "2024-08-14"
    file = tmp_path / "map.html"
    file.write_bytes(geo.snapshot_bytes(geo.Snapshot(on=OPENING, known_by=day), "html"))
    page = reader().open_file(file)
    given, now = (told(choice(OPENING, known=known)) for known in (day, "now"))
    assert given != now
    assert page.painting() == given
    page.button("Count also what was said later").click()
    page.settle()
    assert page.painting() == now


@pytest.mark.parametrize("known", ["now", "then"])
def test_a_page_of_a_span_draws_what_the_whole_one_draws(ledger, reader, tmp_path, known, record):
    first, last = "2025-03-01", "2025-03-20"
    part = payload(record, span=(first, last))
    page = reader().open_file(write_page(part, tmp_path / "span.html"))
    for date in (first, "2025-03-12", last):
        page.set(date=date, known=known)
        assert page.painting() == told(choice(date, known=known))
    page.slider.press("Home")
    page.wait_painted(first)
    page.slider.press("End")
    page.wait_painted(last)
    assert min(day for day, _ in part["events"]) >= 0
    assert {event[1] for event in part["events"]} == set(
        ledger.events.title[ledger.events.date.between(first, last)]
    )
    said = ledger.claims.claimed_on.between(first, last).sum()
    assert sum(part["said"]) == said


def test_a_source_is_shown_alone_and_its_outline_lights_up(page, record):
    page.unfold("Sources")
    ids = list(record.ledger.sources.index)
    source, name = "deepstate", "DeepState map"
    row = page.frame.locator(".claims-source", has_text=name)
    rows = geo.select(OPENING, sources=[source], record=record)
    wanted = rows.groupby("status", observed=True).ground_id.agg(set).to_dict()
    assert page.painting("lit") == {side: {} for side in VIEWS["all"]}
    for light, darken in (
        (row.hover, page.frame.locator(".claims-date").hover),
        (row.get_by_role("checkbox").focus, page.slider.focus),
    ):
        light()
        page.settle()
        lit = page.painting("lit")
        assert lit.pop("ukrainian") == lit.pop("compared") == wanted
        assert lit == {"russian": {}, "third_party": {}}
        darken()
        page.settle()
        assert not any(page.painting("lit").values())
    only = page.button(f"Only {name}")
    only.click()
    page.settle()
    others = [one for one in ids if one != source]
    assert page.painting() == told(choice(OPENING, *others))
    expect(page.figure("ukrainian").locator("figcaption")).to_have_text(f"{name} says")
    only.click()
    page.settle()
    assert page.painting() == told(choice(OPENING))


@pytest.mark.parametrize("current", [30, 90])
def test_what_has_lapsed_is_outlined_on_request(page, record, current):
    date = "2024-12-05"
    selection = Selection(on=date, current_for=current)
    lapsed = record.claims.iloc[record.lapsed(selection)]
    page.set(date=date, current=current)
    assert not any(page.painting("lapsed").values())
    page.unfold("Settings")
    page.box("Outline what has lapsed").check()
    page.settle()
    found = page.painting("lapsed")
    for side, sides in {**{side: [side] for side in SIDES}, "compared": BELLIGERENTS}.items():
        own = lapsed[lapsed.side.isin(sides) & (lapsed.status != IMPLIED)]
        assert found[side] == own.groupby("status", observed=True).ground_id.agg(set).to_dict()
    assert PHRASES["lapsed"] in page.frame.locator(".claims-key").inner_text()


# ---- a day at a glance ----------------------------------------------------------------


#: A figure is a whole number; the page has the km2 of a cell in hundredths.
ROUNDED = 0.6


@pytest.mark.parametrize("how", CHOICES, ids=str)
def test_headline_and_areas_are_those_of_python(standing, record, how):
    """Of the sentence on every day see tests/js/telling.test.js."""
    standing.set(**how)
    seen = set()
    for date in DATES:
        standing.show(date)
        found = summary(chosen(date, **how), record)
        headline = standing.frame.locator(".claims-headline")
        expect(headline).to_have_role("status")
        expect(headline).to_have_text(found.headline)
        expect(standing.frame.locator(".claims-date")).to_have_text(in_words(date))
        for voice, areas in found.said_km2.items():
            wanted = {
                PHRASES[f"short_{word}"]: area
                for word, area in areas.items()
                if word != "silent" and (area or word == "ukrainian_control")
            }
            caption = standing.figure(voice).locator(".claims-km2").inner_text()
            parts = [part.rpartition(" ") for part in caption.removesuffix(" km²").split(", ")]
            assert {
                word: int(number.replace(",", "")) for word, _, number in parts
            } == pytest.approx(wanted, abs=ROUNDED)
        if set(BELLIGERENTS) <= found.voices.keys():
            odd, areas = found.contradicted, dict(found.class_km2)
            caption = standing.figure("compared").locator(".claims-km2").inner_text()
            text, _, names = caption.replace("the other way round: ", "").partition(": ")
            if odd:
                number = int(re.fullmatch(r"Contradiction, (\d+) km²", text)[1])
                assert number == pytest.approx(areas["contradictory"], abs=ROUNDED)
                assert set(re.split(", |; ", names)) == set(odd)
            else:
                assert text == phrases("en")["clashes_none"]
            areas["both_contested"] += areas.pop("one_contested")
            areas["silent_both"] = areas.pop("silent")
        else:
            areas = found.said_km2[found.compared[0]]
        bar = standing.frame.locator(".claims-areas .claims-part").evaluate_all(
            "all => all.map(({ title }) => title.split(/: (?=[^:]+$)| km²/, 2))"
        )
        assert {words: int(number.replace(",", "")) for words, number in bar} == pytest.approx(
            {PHRASES[sign]: area for sign, area in areas.items() if area}, abs=ROUNDED
        )
        seen.add(found.headline)
    assert len(seen) > 1


@pytest.mark.parametrize("pair", [("ukrainian", "third_party"), ("deepstate", "uacontrolmap")])
def test_the_sentence_names_the_two_that_are_compared(standing, record, pair):
    standing.set(compare="|".join(pair))
    for date in (OPENING, "2025-03-08", "2025-10-10"):
        standing.show(date)
        wanted = summary(Selection(on=date, compare=pair), record).headline
        expect(standing.frame.locator(".claims-headline")).to_have_text(wanted)


def meaning(sign: str, found: pd.DataFrame) -> str:
    """What a class means: who says what, where that is everywhere the same."""
    if sign == "silent":
        return PHRASES["silent_both"]
    pairs = found.loc[found.agreement == sign, list(BELLIGERENTS)].drop_duplicates()
    if len(pairs) != 1 or sign.startswith("both") or "split" in pairs.to_numpy():
        return PHRASES[sign]
    names = [f"{side.capitalize()} sources" for side in BELLIGERENTS]
    told = list(zip(names, pairs.iloc[0], strict=True))
    if "silent" in pairs.to_numpy():
        [(who, word)] = [one for one in told if one[1] != "silent"]
        return PHRASES["only_they"].format(who, PHRASES[word], *({*names} - {who}))
    opposed = sign == "contradictory"
    words = [(name, PHRASES[word if opposed else f"short_{word}"]) for name, word in told]
    return PHRASES["they_contradict" if opposed else "they_differ"].format(*sum(words, ()))


@pytest.mark.parametrize("hide", [(), ("russian",), ("contested",), ("ukrainian", "russian")])
@pytest.mark.parametrize("view", VIEWS)
def test_the_key_shows_every_sign_that_is_drawn_and_no_other(standing, record, hide, view):
    standing.set(hide=list(hide), view=view)
    for date in ("2024-08-06", OPENING, "2025-03-13", "2025-11-05"):
        standing.show(date)
        painting = standing.painting()
        own = {sign for side, signs in painting.items() if side != "compared" for sign in signs}
        wanted = [PHRASES[sign] for sign in own]
        if own:
            wanted.append(PHRASES["outside"])
        compared = {
            "both_contested" if sign == "one_contested" else sign
            for sign in painting.get("compared", ())
        }
        found = geo.agreement_on(choice(date, *hide), record=record)
        wanted += [meaning(sign, found) for sign in compared]
        if "compared" in painting:
            wanted.append(PHRASES["disc"].format("Ukrainian sources", "Russian sources"))
        if view == "places":
            discs = standing.frame.locator("figure:visible .claims-label b").evaluate_all(
                "all => all.map(({ dataset }) => dataset.word)"
            )
            wanted += [PHRASES[word] for word in set(discs)]
        key = standing.frame.locator(".claims-key .claims-sign:visible")
        assert sorted(key.all_inner_texts()) == sorted(wanted), date


def test_a_sign_in_the_key_is_filled_as_the_ground_is(standing):
    fill = "node => getComputedStyle(node).fill"
    standing.show("2025-03-13")
    for name in ("contested", "russian_control", "contradictory", "russian_control_or_contested"):
        line = standing.frame.locator(f'.claims-sign:has([data-class="{name}"])').last
        path = standing.frame.locator(f'figure:visible path[data-class="{name}"]:visible').first
        assert line.locator("rect").evaluate(fill) == path.evaluate(fill)


def test_discs_say_what_is_said_of_their_place(standing, record, ledger):
    for date in (OPENING, "2024-12-05", "2025-03-13"):
        standing.show(date)
        found = summary(Selection(on=date), record).places.set_index("name")
        for side in VIEWS["all"]:
            voices = BELLIGERENTS if side == "compared" else [side]
            discs = (
                standing.figure(side)
                .locator(".claims-label .claims-disc")
                .evaluate_all(
                    """all => all.map((disc) => [disc.title,
                    Array.from(disc.children, ({ dataset }) => dataset.word)])"""
                )
            )
            assert len(discs) == len(found)
            assert dict(discs) == {
                name: [row[voice] for voice in voices] for name, row in found.iterrows()
            }
    # Close by every place of which anything is ever said has one.
    standing.frame.evaluate("at => claimsClock.map.setView(at, 12)", list(where(ledger)))
    names = (
        standing.figure("ukrainian")
        .locator(".claims-disc")
        .evaluate_all("all => all.map(({ title }) => title)")
    )
    assert {"Sudzha", "Goncharovka", "Zaoleshenka"} <= set(names)


@pytest.mark.parametrize("size", [(1440, 900), (1366, 768), (390, 844)])
def test_no_name_lies_over_a_disc(reader, saved, size):
    page = reader(viewport=dict(zip(("width", "height"), size, strict=True))).open_file(saved)
    overlaps = page.frame.evaluate(
        """() => Array.from(document.querySelectorAll("figure:not([hidden])")).flatMap((figure) => {
            const boxes = (selector) => Array.from(figure.querySelectorAll(selector),
                (node) => [node.title || node.textContent, node.getBoundingClientRect()]);
            const discs = boxes(".claims-label .claims-disc");
            return boxes(".claims-name").flatMap(([name, a]) => discs.filter(([, b]) =>
                a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
                .map(([disc]) => `${name} over ${disc}`));
        })"""
    )
    assert overlaps == []


def test_the_table_has_the_main_places_and_the_one_that_is_chosen(page, record):
    table = page.frame.locator(".claims-places")
    found = summary(Selection(on=OPENING), record).places

    def rows() -> list[list[str]]:
        return table.locator("tbody tr").evaluate_all(
            "all => all.map((row) => Array.from(row.children, ({ textContent }) => textContent))"
        )

    def said(row: pd.Series, voice: str) -> str:
        word, age = PHRASES[f"short_{row[voice]}"], row[f"{voice}_age"]
        if row[voice] == "silent":
            return word
        return f"{word} {PHRASES['age'].format(int(age)) if age else PHRASES['age_today']}"

    wanted = [
        [f"{row['name']} {PHRASES[f'relation_{row.relation}']}"]
        + [said(row, voice) for voice in SIDES]
        for _, row in found.iterrows()
    ]
    page.settle()
    assert rows() == wanted
    page.search("Zaoleshenka")
    page.settle()
    assert rows()[:-1] == wanted
    assert rows()[-1][0].startswith("Zaoleshenka")
    expect(table.locator(".claims-chosen")).to_contain_text("Zaoleshenka")
    table.get_by_role("button", name="Korenevo").click()
    page.settle()
    assert rows() == wanted
    expect(page.frame.get_by_role("dialog", name="Korenevo")).to_be_visible()


# ---- the maps -------------------------------------------------------------------------


def test_maps_are_moved_and_zoomed_together(page, ledger):
    def placed() -> list[float]:
        """Where the maps are; the same ground lies at the same place of each."""
        spots = page.frame.evaluate(
            """(at) => claimsClock.maps.shown.map(({ map }) => {
                const { x, y } = map.latLngToContainerPoint(at);
                return [x, y, map.getZoom()];
            })""",
            list(where(ledger)),
        )
        for spot in spots:
            assert spot == pytest.approx(spots[0], abs=1)
        return page.picture

    page.settle()
    page.button("Show all").click()
    begin = placed()
    mouse = page.page.mouse
    for side in VIEWS["all"]:
        before = placed()
        mouse.move(*page.point(*where(ledger), side))
        mouse.down()
        mouse.move(*np.add(page.point(*where(ledger), side), (-40, -20)), steps=4)
        mouse.up()
        assert placed()[1] > before[1]
        mouse.wheel(0, -120)
        page.frame.wait_for_function("zoom => claimsClock.map.getZoom() > zoom", arg=before[2])
        assert placed()[2] > before[2]
    page.button("Zoom out").click()
    placed()
    page.button("Show all").click()
    assert placed() == pytest.approx(begin, abs=0.002)  # a pixel


def test_a_click_switches_the_view_and_keeps_day_and_extent(page):
    # So far out that a map which grows reaches over the bounds, if its centre moves.
    page.frame.evaluate("claimsClock.map.setView([51.2, 35.1], 8.5)")
    page.show("2025-02-09")
    wanted = told(choice("2025-02-09"))
    for view in ("side-by-side", "overlay", "all", "places", "side-by-side", "all"):
        page.switch(view)
        assert page.sides == VIEWS[view]
        expect(page.frame.locator(f'[data-view="{view}"].claims-view')).to_have_attribute(
            "aria-pressed", "true"
        )
        expect(page.frame.locator(".leaflet-pan-anim")).to_have_count(0)
        assert page.picture == [51.2, 35.1, 8.5]
        assert page.painted == "2025-02-09"
        if view == "places":
            assert page.painting() == {"compared": {}}
        else:
            assert page.painting() == {side: wanted[side] for side in VIEWS[view]}
        widths = [box["width"] for box in boxes(page, "figure:visible")]
        assert max(widths) - min(widths) <= 1


def boxes(page, selector: str) -> list[dict[str, float]]:
    """Of what is seen, on the screen."""
    return [one.bounding_box() for one in page.frame.locator(selector).all()]


def test_a_view_stands_in_the_address(app):
    reader = app()
    reader.switch("overlay")
    reader.wait_address(view="overlay")
    again = app(view="overlay", date="2024-12-05")
    assert again.sides == ["compared"]
    assert again.painting() == {"compared": told(choice("2024-12-05"))["compared"]}


@pytest.mark.parametrize("size", [(1440, 900), (1366, 768)])
def test_all_that_matters_is_on_the_first_screen(app, ledger, size):
    width, height = size
    reader = app({"viewport": {"width": width, "height": height}})
    reader.settle()

    def assert_in_sight(selector: str) -> None:
        found = boxes(reader, selector)
        assert found
        for box in found:
            assert box["x"] >= 0
            assert box["y"] >= 0
            assert box["x"] + box["width"] <= width, selector
            assert box["y"] + box["height"] <= height, selector

    for selector in ("figure:visible", ".claims-headline", ".claims-areas", ".claims-slider",
                     ".claims-keys", ".claims-key .claims-sign"):  # fmt: skip
        assert_in_sight(selector)
    maps = boxes(reader, "figure:visible .claims-map")
    assert len(maps) == 4
    assert min(box["height"] for box in maps) > height / 5
    reader.page.mouse.click(*reader.point(*where(ledger)))
    expect(reader.frame.get_by_role("dialog", name="Sudzha")).to_be_visible()
    expect(reader.frame.locator(".claims-card li details").first).to_be_visible()  # cited
    card = boxes(reader, ".claims-card")[0]
    for box in boxes(reader, ".claims-card li")[:3]:
        assert card["y"] <= box["y"]
        assert box["y"] + box["height"] <= card["y"] + card["height"]
    assert_in_sight(".claims-card")


# ---- places ---------------------------------------------------------------------------


def assert_card_of(reader, selection: Selection, record, place: int = SUDZHA) -> None:
    """The card says of each voice its word, then its claims, the current ones first."""
    reader.settle()
    card = reader.frame.locator(".claims-card")
    expect(card.locator(".claims-when")).to_have_text(in_words(str(selection.on)))
    current, lapsed = (
        at_place(record.claims.iloc[rows].assign(last=record.last_said(rows, selection)), place)
        for rows in (record.rows(selection), record.lapsed(selection))
    )
    words = geo.agreement_on(selection, record=record).loc[record.ledger.settlements.cell_id[place]]
    names = {"ukrainian": "Ukrainian sources", "russian": "Russian sources",
             "third_party": "Third parties"}  # fmt: skip
    found = card.evaluate(  # in one go: the card is made anew when the citations arrive
        """card => Array.from(card.querySelectorAll(".claims-voice"), (line) => [
            line.textContent, Array.from(
                line.nextElementSibling.children,
                (item) => [item.firstElementChild.textContent, item.className])])"""
    )
    shown = set(record.ledger.sources.side[list(selection.sources)])
    assert len(found) == len(shown)
    for (line, items), side in zip(found, [side for side in SIDES if side in shown], strict=True):
        own = [table[table.side == side] for table in (current, lapsed)]
        word = PHRASES[words[side]] if words[side] != "silent" else (
            "nothing current" if len(own[1]) else PHRASES["short_silent"])  # fmt: skip
        assert line == f"{names[side]}: {word}"
        assert [name for _, name in items] == [""] * len(own[0]) + ["claims-lapsed"] * len(own[1])
        wanted = [
            (row, mark, (pd.Timestamp(selection.on) - row.last).days)
            for table, mark in zip(own, ("", "lapsed, "), strict=True)
            for row in table.itertuples()
        ]
        for text, (row, mark, age) in zip([text for text, _ in items], wanted, strict=True):
            since = "" if row.status == IMPLIED else f", since {in_words(str(row.since.date()))}"
            days = f"{abs(age)} day{'' if abs(age) == 1 else 's'}"
            ago = f"last said {days} ago" if age > 0 else f"said {days} after this day"
            ago = ago if age else "said this day"
            said = f"{short(row.source)}: {STATUS_NAMES[row.status]}{since}, {mark}{ago}"
            assert text.partition(", lapses in")[0] == said


def test_a_click_says_who_says_what_and_the_panel_gives_the_citations(app, ledger, record):
    reader = app()
    reader.page.mouse.click(*reader.point(*where(ledger)))
    expect(reader.frame.get_by_role("dialog", name="Sudzha")).to_be_visible()
    assert_card_of(reader, choice(OPENING), record)
    reader.wait_address(place=str(SUDZHA))
    about = geo.claims_about([SUDZHA], ledger)
    entries = reader.page.locator(".place li")
    expect(entries).to_have_count(len(about))
    links = reader.page.locator(".place a:not([href^='?claim='])").evaluate_all(
        "all => all.map(a => [a.getAttribute('href'), a.target, a.rel, a.innerText.trim()])"
    )
    assert sorted(link[0] for link in links) == sorted(about.url)
    assert sorted(link[3] for link in links) == sorted(about.publisher.str.strip())
    for href, target, rel, _ in links:
        assert re.match(r"https?://", href)
        assert target == "_blank"
        assert "noopener" in rel.split()


def test_every_claim_of_the_card_can_be_opened_cited_and_shared(app, ledger):
    reader = app({"permissions": ["clipboard-read", "clipboard-write"]}, place=SUDZHA)
    card = reader.frame.locator(".claims-card")
    about = geo.claims_about([SUDZHA], ledger).dropna(subset="claim_id")
    card.locator(".claims-others > summary").click()
    told = card.locator(".claims-claim > details > summary")
    expect(told).to_have_count(len(about))
    assert set(told.all_inner_texts()) == set(about.claim_id)
    days = [ledger.claims.claimed_on[own] for own in card.locator(
        ".claims-others .claims-claim summary").all_inner_texts()]  # fmt: skip
    assert days == sorted(days, reverse=True)
    links = card.locator(".claims-citation").evaluate_all("all => all.map(a => a.href)")
    assert sorted(links) == sorted(about.url)
    told.get_by_text("c1054", exact=True).click()
    reader.wait_address(claim="c1054", date=OPENING)
    for way, name in {"text": "plain", "bibtex": "BibTeX", "csl": "CSL-JSON"}.items():
        button = reader.button(f"Copy citation of c1054, {name}")
        button.click()
        expect(button).to_have_text("copied")
        copied = reader.page.evaluate("navigator.clipboard.readText()")
        address = f"{reader.page.url.partition('?')[0].rstrip('/')}?claim=c1054"
        assert copied == geo.cite_claim("c1054", way, ledger=ledger, url=address)
    told.get_by_text("c1054", exact=True).click()
    reader.wait_address(claim=None)
    reader.page.locator('.place [data-cite="csl"][data-claim="c1054"]').click()
    assert '"id": "c1054"' in reader.page.evaluate("navigator.clipboard.readText()")
    card.get_by_label("Claims of").select_option("ru_mod")
    assert set(told.all_inner_texts()) == set(about.claim_id[about.source_id == "ru_mod"])
    card.get_by_label("in force").check()
    expect(card.locator(".claims-others")).to_be_hidden()


def test_the_address_of_a_claim_opens_map_day_and_place(app):
    reader = app(claim="c1054")
    reader.wait_address(claim="c1054", date="2025-03-13", place=str(SUDZHA))
    assert reader.painted == "2025-03-13"
    expect(reader.frame.get_by_role("dialog", name="Sudzha")).to_be_visible()
    claim = reader.frame.locator(".claims-claim > details[open]")
    expect(claim).to_contain_text("[MoD: North grouping retook Sudzha.]")
    expect(claim).to_be_in_viewport(ratio=1)
    reader.button("Close").click()
    reader.wait_address(claim=None, place=None)


@pytest.mark.parametrize("size", [(1440, 900), (1180, 820), (820, 1180), (390, 844), (360, 640)])
def test_the_card_of_a_shared_link_lies_whole_in_the_frame_and_can_be_closed(app, ledger, size):
    width, height = size
    reader = app({"viewport": {"width": width, "height": height}}, place=SUDZHA, chart="true")
    card = reader.frame.get_by_role("dialog", name="Sudzha")
    expect(card).to_be_visible()
    if width < 400:  # the place that is chosen is not under its card
        top = reader.figure("compared").bounding_box()["y"]
        _, y = reader.point(*where(ledger), "compared")
        assert top < y < card.bounding_box()["y"]
    area = reader.frame.locator(".claims-panel, .claims-main")
    for button in (None, "Show all"):
        if button:
            reader.button(button).click()
        box, *areas = (
            node.evaluate("node => node.getBoundingClientRect().toJSON()")
            for node in (card, *area.all())
        )
        assert box["height"] > 100
        assert any(
            outer["left"] <= box["left"] and box["right"] <= outer["right"]
            and outer["top"] <= box["top"] and box["bottom"] <= outer["bottom"] for outer in areas
        )  # fmt: skip
    # A click on whatever lies topmost there.
    close = reader.button("Close").bounding_box()
    reader.page.mouse.click(close["x"] + close["width"] / 2, close["y"] + close["height"] / 2)
    expect(card).to_be_hidden()
    reader.wait_address(place=None, chart="true")
    reader.button("Area chart").click()
    reader.wait_address(place=None, chart=None)


@pytest.mark.parametrize("how", [{}, {"current": 30}, {"current": "ever"}, {"hide": ["russian"]}])
def test_the_card_says_what_is_current_and_then_what_has_lapsed(standing, record, how):
    standing.frame.evaluate("place => claimsClock.select(place)", SUDZHA)
    standing.set(**how)
    lapsed = 0
    for date in ("2024-08-12", "2024-12-15", "2025-03-20", "2025-08-01"):
        standing.show(date)
        assert_card_of(standing, chosen(date, **how), record)
        lapsed += standing.frame.locator(".claims-card .claims-lapsed").count()
    assert (lapsed > 0) == (how.get("current") != "ever")


def test_the_card_says_when_a_claim_is_about_to_lapse(standing, record):
    standing.frame.evaluate("place => claimsClock.select(place)", SUDZHA)
    rows = at_place(geo.select(OPENING, record=record), SUDZHA)
    event = rows[rows.basis == "fighting"].iloc[0]
    for left, told_so in ((1, True), (10, True), (11, False)):
        standing.show(str((event.said_on + pd.Timedelta(days=31 - left)).date()))
        item = standing.frame.locator(".claims-card li", has_text=short(event.source)).first
        text = f"lapses in {left} day{'' if left == 1 else 's'}"
        assert (text in item.inner_text()) == told_so


def test_hovering_says_in_a_word_what_each_side_says(page, ledger):
    for side in ("ukrainian", "compared"):
        page.page.mouse.move(*page.point(*where(ledger), side))
        tip = page.frame.locator(".claims-tip")
        expect(tip.locator("strong")).to_have_text("Sudzha")
        assert tip.locator("div > div").all_inner_texts() == [
            "Ukrainian sources: Ukrainian-held",
            "Russian sources: fought over",
            "Third parties: fought over",
        ]
        page.frame.locator(".claims-date").hover()
        expect(tip).to_have_count(0)


def test_a_place_is_found_in_either_script(app, ledger):
    reader = app()
    for name, other in (("Суджа", "Korenevo"), ("Sudja", "Гуево")):
        reader.search(name)
        reader.wait_address(place=str(SUDZHA))
        expect(reader.frame.get_by_role("dialog", name="Sudzha")).to_be_visible()
        expect(reader.page.get_by_role("heading", name="Sudzha · Суджа")).to_be_visible()
        reader.search(other)
        found = ledger.settlements[
            (ledger.settlements.name_en == other) | (ledger.settlements.name_ru == other)
        ]
        reader.page.wait_for_function(
            "ids => ids.includes(new URLSearchParams(location.search).get('place'))",
            arg=[str(i) for i in found.index],
        )


@pytest.mark.parametrize("size", [(1280, 640), (800, 700), (600, 800)])
def test_a_tip_stays_on_the_map(reader, saved, ledger, size):
    width, height = size
    page = reader(viewport={"width": width, "height": height}).open_file(saved)
    side = page.sides[0]
    box = page.figure(side).locator(".claims-map").bounding_box()
    seen = 0
    for place in ledger.settlements.query("population > 1500").itertuples():
        x, y = page.point(place.lat, place.lon, side)
        if not (box["x"] < x < box["x"] + box["width"] and box["y"] < y < box["y"] + box["height"]):
            continue
        page.page.mouse.move(x, y)
        for tip in page.frame.locator(".claims-tip").all():
            own = tip.bounding_box()
            assert own["x"] >= box["x"], place.name_en
            assert own["x"] + own["width"] <= box["x"] + box["width"], place.name_en
            assert own["y"] >= box["y"], place.name_en
            assert own["y"] + own["height"] <= box["y"] + box["height"], place.name_en
            seen += 1
    assert seen > 0


def test_the_tips_of_the_bar_lie_above_the_map(page):
    page.button("Area chart").click()
    area = page.frame.locator(".claims-area")
    area.hover()
    tip = page.frame.locator(".claims-area-tip")
    expect(tip).to_be_visible()
    assert tip.bounding_box()["y"] < area.bounding_box()["y"]
    assert tip.evaluate(
        """node => {
            node.style.pointerEvents = "auto";
            const { left, top, width } = node.getBoundingClientRect();
            return node.contains(document.elementFromPoint(left + width / 2, top + 4));
        }"""
    )


def test_an_open_card_follows_the_clock_the_switches_and_its_neighbours(app, ledger, record):
    reader = app()
    reader.page.mouse.click(*reader.point(*where(ledger)))
    card = reader.frame.locator(".claims-card")
    date = "2024-10-10"
    reader.show(date)
    assert_card_of(reader, choice(date), record)
    reader.unfold("Sources")
    reader.box("Russian sources").uncheck()
    assert_card_of(reader, choice(date, "russian"), record)
    view = reader.picture
    reader.page.get_by_text("Neighbours on this day").click()
    reader.page.get_by_role("button", name="Podol, 1.1 km").click()
    expect(card.locator("h2")).to_have_text("Podol Sudzhansky")
    expect(reader.page.get_by_role("heading", name="Podol · Подол")).to_be_visible()
    reader.wait_address(place="137730")
    assert reader.frame.evaluate("claimsClock.place") == 137730
    assert reader.picture == view


def test_a_click_on_empty_ground_chooses_nothing(app, ledger):
    reader = app()
    reader.page.mouse.click(*reader.point(*where(ledger)))
    reader.wait_address(place=str(SUDZHA))
    reader.page.mouse.click(*reader.point(51.05, 34.6))
    reader.wait_address(place=None)
    expect(reader.frame.locator(".claims-card")).to_be_hidden()


def test_the_card_is_closed_by_a_button_and_a_key(page):
    card = page.frame.locator(".claims-card")
    for close in (page.button("Close").click, lambda: page.slider.press("Escape")):
        page.search("Суджа")
        expect(card).to_be_visible()
        close()
        expect(card).to_be_hidden()
        assert page.frame.evaluate("claimsClock.place") is None
        page.settle()
        assert not page.frame.locator('path[data-class="chosen"]:visible').count()


def test_namesakes_can_be_told_apart(page, ledger):
    field = page.frame.get_by_role("combobox", name="Find a place")
    field.fill("Korenevo")
    options = page.frame.get_by_role("listbox", name="Places found").get_by_role("option")
    found = options.all_inner_texts()
    assert len(found) == len(set(found)) > 1
    namesakes = ledger.settlements[ledger.settlements.name_en == "Korenevo"]
    for number in range(2):
        field.fill("Korenevo")
        kind = options.nth(number).inner_text().rpartition(", ")[2]
        options.nth(number).click()
        [place] = namesakes.index[namesakes.type == kind]
        assert page.frame.evaluate("claimsClock.place") == place


def test_the_search_is_a_combobox_for_keyboard_and_screen_reader(page):
    field = page.frame.get_by_role("combobox", name="Find a place")
    options = page.frame.get_by_role("listbox", name="Places found").get_by_role("option")
    field.fill("Korenovo")
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(page.frame.get_by_text("Nothing is called so; ")).to_be_visible()
    for key, number in (("ArrowDown", 1), ("ArrowUp", 0), ("ArrowUp", -1), ("ArrowDown", 0)):
        field.press(key)
        active = options.nth(number)
        expect(active).to_have_attribute("aria-selected", "true")
        expect(field).to_have_attribute("aria-activedescendant", active.get_attribute("id"))
        expect(options.and_(page.frame.locator("[aria-selected=true]"))).to_have_count(1)
    field.press("Escape")
    expect(options).to_have_count(0)
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_have_value("Korenovo")
    field.press("ArrowDown")
    field.press("Enter")
    expect(page.frame.get_by_role("dialog", name="Korenevo")).to_be_focused()
    field.fill("Atlantis")
    expect(page.frame.get_by_text("No place has such a name.")).to_be_visible()
    expect(options).to_have_count(0)


def test_a_place_of_which_nobody_speaks_is_shown_all_the_same(page, ledger, shipped):
    spoken = {place for ids in shipped.settlements for place in ids}
    silent = ledger.settlements[~ledger.settlements.index.isin(list(spoken))]
    once = silent[~silent.name_en.duplicated(keep=False)]
    name = once.name_en[~once.name_en.isin(ledger.settlements.loc[list(spoken)].name_en)].iloc[0]
    page.search(name)
    card = page.frame.locator(".claims-card")
    expect(card.locator("h2")).to_contain_text(name)
    expect(card).to_contain_text("None of the sources shown says anything of this place")


def test_where_nothing_is_shown_the_map_says_so(page):
    notice = page.frame.locator(".claims-notice")
    expect(notice).to_be_hidden()
    page.unfold("Sources")
    for side in ("Ukrainian sources", "Russian sources", "Third parties"):
        page.box(side).uncheck()
    expect(notice).to_be_visible()
    page.box("Russian sources").check()
    expect(notice).to_be_hidden()


# ---- the address ----------------------------------------------------------------------

SAME_CENTRE = """() => {
    const view = document.querySelector("iframe").contentWindow.claimsClock.state().centre;
    const parts = (new URLSearchParams(location.search).get("centre") || "").split(",");
    return parts.length === 3 && parts.every((part, i) => Math.abs(part - view[i]) < 4e-4);
}"""


def test_a_copied_address_shows_the_same_picture(app, reader):
    first = app(date=OPENING)
    first.slider.focus()
    for _ in range(5):
        first.slider.press("ArrowRight")
        first.wait_address(date=first.iso())
    first.unfold("Sources")
    for name in ("Russian sources", "DeepState map"):
        first.box(name).uncheck()
    first.box("As said by that day").check()
    x, y = first.point(51.25, 35.2)
    zoom = first.picture[2]
    first.page.mouse.move(x, y)
    first.page.keyboard.down("Control")
    first.page.mouse.wheel(0, -120)
    first.page.keyboard.up("Control")
    first.frame.wait_for_function("zoom => claimsClock.map.getZoom() > zoom", arg=zoom)
    first.page.mouse.down()
    first.page.mouse.move(x - 60, y + 50, steps=4)
    first.page.mouse.up()
    panel(first, "On this day")
    date = later(OPENING, 5)
    hidden = ("deepstate", "russian")
    first.wait_address(date=date, known="then", hide=",".join(hidden))
    first.page.wait_for_function(SAME_CENTRE)
    second = reader(timezone_id="Pacific/Auckland").open_app(first.page.url)
    assert second.painted == date
    assert second.picture == pytest.approx(first.picture, abs=4e-4)
    boxes = "all => all.map(box => [box.ariaLabel, box.checked])"
    there, here = (
        one.frame.locator("input[type=checkbox]").evaluate_all(boxes) for one in (first, second)
    )
    assert here == there
    off = {name for name, checked in here if name and not checked}
    assert off == {"Russian sources", "DeepState map"}
    assert second.painting() == told(choice(date, *hidden, known="then"))
    expect(second.page.get_by_role("radio", name="On this day")).to_be_checked()
    assert second.address == first.address


def test_an_address_with_a_place_opens_its_card_and_panel_and_leaves_the_extent(app, ledger):
    reader = app(place=SUDZHA, centre="51.16,35.18,12.5")
    expect(reader.frame.get_by_role("dialog", name="Sudzha")).to_be_visible()
    about = geo.claims_about([SUDZHA], ledger)
    expect(reader.page.locator(".place li")).to_have_count(len(about))
    reader.button("One day forward").click()
    reader.wait_address(date=later(OPENING, 1))
    # Within a pixel: the frame finds its size a little later than the map.
    assert reader.picture == pytest.approx([51.16, 35.18, 12.5], abs=4e-4)
    reader.page.wait_for_function(SAME_CENTRE)


def test_bad_parameters_fall_back_and_are_named(app):
    reader = app(date="1999-01-01", known="maybe", hide="russian,nobody", place="0", current="0",
                 view="0,0,0", centre="0,0,0", panel="None")  # fmt: skip
    assert reader.painted == OPENING
    notes = reader.page.get_by_test_id("stAlert").filter(has_text="Ignored in the address")
    for name in ("date", "known", "hide", "place", "current", "view", "centre", "panel"):
        expect(notes.locator("li").filter(has_text=re.compile(f"^{name} was "))).to_have_count(1)
    assert reader.painting() == told(choice(OPENING, "russian"))
    reader.wait_address(date=OPENING, hide="russian", panel="Place", known=None, place=None)
    # Once the reader does something they make way, and the map stays.
    reader.frame.evaluate("window.marker = 'the same'")
    reader.button("One day forward").click()
    expect(notes).to_have_count(0)
    assert reader.frame.evaluate("window.marker") == "the same"


def test_what_an_address_says_is_shown_as_text(app):
    words = "![x](https://example.org/x.png) https://example.org/"
    note = app(date=words, known=words).page.get_by_test_id("stAlert").first
    for name in ("date", "known"):
        expect(note.locator("li", has_text=f"{name} was '{words}'")).to_have_count(1)
    assert note.locator("img, a").count() == 0


def sound(reader, date: str) -> None:
    """Wait until the page follows the clock; it must not have failed."""
    reader.page.wait_for_function(
        "date => location.search.includes(date)"
        " || document.querySelector('[data-testid=stException]')",
        arg=date,
    )
    assert reader.page.locator('[data-testid="stException"]').count() == 0
    reader.wait_address(date=date)


def test_one_cannot_get_lost(app, ledger):
    reader = app(centre="51.2,35.2,3")
    reader.page.mouse.move(*reader.point(*where(ledger)))
    for _ in range(5):
        reader.page.mouse.wheel(0, 2000)
    reader.frame.evaluate("claimsClock.map.panBy([-90000, 5000], { animate: false })")
    reader.frame.evaluate("claimsClock.map.setView([9, 300], 3, { animate: false })")
    latitude, longitude, zoom = reader.picture
    assert zoom >= 7
    assert REGION[0] <= longitude <= REGION[2]
    assert REGION[1] <= latitude <= REGION[3]
    reader.button("One day forward").click()
    sound(reader, later(OPENING, 1))
    reader.button("Show all").click()
    reader.frame.wait_for_function("claimsClock.map.getZoom() > 8")
    assert reader.picture[:2] == pytest.approx([51.27, 35.0], abs=0.2)


def test_what_a_browser_sends_may_be_anything(app):
    reader = app()
    for state in ("{ date: 'x', centre: [1, 2, 999] }", "{ view: 7 }", "[1]", "'<img src=x>'"):
        reader.frame.evaluate(
            f"claimsClock.box.dispatchEvent(new CustomEvent('claimsclock', {{ detail: {state},"
            " bubbles: true }))"
        )
    reader.button("One day forward").click()
    sound(reader, later(OPENING, 1))


def test_the_browser_s_history_does_not_grow(app):
    reader = app()
    reader.wait_address(date=OPENING)
    steps = reader.page.evaluate("history.length")
    reader.button("Play").click()
    reader.page.wait_for_function(
        "date => new URLSearchParams(location.search).get('date') > date", arg=later(OPENING, 9)
    )
    reader.button("Pause").click()
    panel(reader, "Sources")
    assert reader.page.evaluate("history.length") == steps
    assert reader.page.evaluate("new URLSearchParams(location.search).get('date')") == (
        reader.painted
    )


def test_the_map_is_the_truth_after_a_lost_connection(server, reader):
    one = reader()
    lines = []

    def connect(line):
        lines.append((line, line.connect_to_server()))

    one.page.route_web_socket("**/_stcore/stream", connect)
    one.open_app(f"{server.url}?panel=On+this+day")
    panels = one.page.locator(".st-key-panels")
    notice = one.page.get_by_role("status").filter(has_text="No connection to the server")
    expect(panels).to_contain_text(in_words(OPENING))
    one.page.route("**/_stcore/health", lambda route: route.abort())
    for end in lines.pop():
        end.close()
    expect(notice).to_be_visible()
    one.unfold("Sources")
    one.box("Russian sources").uncheck()
    one.slider.press("PageUp")
    date = later(OPENING, 7)
    one.wait_painted(date)
    # Time enough for Streamlit to say something itself.
    one.page.wait_for_event("requestfailed")
    one.page.wait_for_event("requestfailed")
    expect(one.page.get_by_test_id("stDialog")).to_be_hidden()
    assert panels.evaluate("panels => panels.inert")
    one.page.unroute_all()
    one.page.wait_for_function("!document.querySelector('.st-key-panels').inert")
    assert lines
    expect(panels).to_contain_text(in_words(date))
    expect(notice).to_be_hidden()
    wanted = {"date": date, "hide": "russian", "panel": "On this day"}
    assert wanted.items() <= one.address.items()
    panel(one, "Sources")
    one.wait_address(date=date, hide="russian")
    one.errors.clear()  # that the server could not be reached


def test_an_embedded_page_stays_embedded(server, reader):
    one = reader().open_app(f"{server.url}?embed=true&date=2024-08-20")
    one.button("One day forward").click()
    one.wait_address(date="2024-08-21", embed="true")


# ---- the rest of the page -------------------------------------------------------------


def test_the_date_box_and_the_events_move_the_clock(app, ledger):
    reader = app()
    box = reader.frame.get_by_label("Go to date")
    expect(box).to_have_value(OPENING)
    box.fill("2031-01-15")
    box.blur()
    expect(box).to_have_value(OPENING)
    box.fill("2024-09-21")
    reader.wait_painted("2024-09-21")
    reader.wait_address(date="2024-09-21")
    assert reader.painting() == told(choice("2024-09-21"))
    panel(reader, "Events")
    events = ledger.events[ledger.events.date >= "2024-08-06"]
    row = 3
    expect(grid(reader).locator("tbody tr").nth(row)).to_contain_text(events.title.iloc[row])
    choose(reader, row)
    date = str(events.date.iloc[row].date())
    assert date != "2024-09-21"
    reader.wait_painted(date)
    reader.wait_address(date=date)
    box.blur()
    reader.frame.get_by_role("button", name="One day forward").click()
    expect(box).to_have_value(later(date, 1))


def test_a_row_that_is_chosen_ends_playing_and_counts_again(app, ledger):
    reader = app(panel="Events", date="2025-06-01")
    events = ledger.events[ledger.events.date >= "2024-08-06"]
    row = 3
    date = str(events.date.iloc[row].date())
    reader.button("Play").click()
    reader.wait_painted_other_than("2025-06-01")
    choose(reader, row)
    reader.wait_address(date=date)
    expect(reader.button("Play")).to_be_visible()
    assert reader.painted == date
    for away in ("2024-09-21", "2024-10-05", "2024-11-20"):
        reader.frame.get_by_label("Go to date").fill(away)
        reader.wait_address(date=away)
        choose(reader, row)
        reader.wait_painted(date)
        reader.wait_address(date=date)


def test_a_preview_is_no_wider_than_it_must_be(app):
    reader = app(panel="Export")
    preview = reader.page.locator('[data-testid="stImage"] img')
    reader.page.get_by_text("Preview", exact=True).click()
    widths = {}
    for size, form in (("Slide", 16 / 9), ("Square", 1), ("Story", 9 / 16)):
        choice = reader.page.get_by_role("combobox", name="Size")
        choice.fill(size)
        choice.press("Enter")
        expect(preview).to_have_count(1)
        reader.page.wait_for_function(
            """form => {
                const { width, height } = document.querySelector("[data-testid=stImage] img");
                return Math.abs(width / height - form) < 0.01;
            }""",
            arg=form,
        )
        widths[size] = preview.bounding_box()["width"]
    assert widths["Slide"] > 1000
    assert widths["Square"] == pytest.approx(760, abs=1)
    assert widths["Story"] == pytest.approx(420, abs=1)


def test_a_claim_that_is_chosen_moves_clock_and_map(app, ledger):
    reader = app(panel="Claims")
    words = reader.page.get_by_label("Text", exact=True)
    words.fill("rybar korenevo")
    words.press("Enter")
    found = geo.find_claims(ledger, text="rybar korenevo")
    expect(reader.page.get_by_text(f"{len(found)} claims", exact=True)).to_be_visible()
    row = 1
    expect(grid(reader).locator("tbody tr").nth(row)).to_contain_text(found.statement.iloc[row])
    with reader.page.expect_download() as saved:
        reader.page.get_by_role("button", name="Download as CSV", exact=True).click()
    table = pd.read_csv(saved.value.path())
    assert table["Statement"].to_list() == found.statement.to_list()
    choose(reader, row)
    claim = found.iloc[row]
    date, place = str(claim.day.date()), int(claim.settlement_id)
    reader.wait_painted(date)
    reader.wait_address(date=date, place=str(place), panel="Claims")
    assert reader.frame.evaluate("claimsClock.place") == place


@pytest.mark.parametrize("size", [(1280, 900), (390, 844)])
def test_a_row_brings_the_map_into_sight_and_moves_nothing_under_the_pointer(app, ledger, size):
    width, height = size
    reader = app({"viewport": {"width": width, "height": height}}, panel="Claims",
                 find_place="sudzha")  # fmt: skip
    found = geo.find_claims(ledger, place="sudzha")
    expect(grid(reader).locator("tbody tr").nth(9)).to_be_attached()
    canvas = reader.page.locator('[data-testid="stDataFrame"] canvas').first
    canvas.scroll_into_view_if_needed()
    reader.page.get_by_role("button", name="Download as CSV").scroll_into_view_if_needed()
    before = canvas.bounding_box()
    row = 7
    at = (before["x"] + 15, before["y"] + 36 + 35 * row + 17)
    reader.page.mouse.click(*at)
    reader.wait_address(claim=found.claim_id.iloc[row], date=str(found.day.iloc[row].date()))
    card = reader.frame.get_by_role("dialog", name="Sudzha")
    expect(card).to_be_in_viewport(ratio=0.5)
    expect(card.locator(".claims-claim > details[open] > summary")).to_be_in_viewport()
    assert canvas.bounding_box() == before
    on_it = "([x, y]) => !!document.elementFromPoint(x, y).closest('[data-testid=stDataFrame]')"
    assert reader.page.evaluate(on_it, at)
    top, below = (box.bounding_box() for box in (reader.frame.locator(".claims-main"), card))
    x, y = reader.point(*where(ledger), reader.sides[0])
    assert top["y"] < y < top["y"] + top["height"]
    assert not (below["x"] < x and below["y"] < y)
    reader.page.get_by_role("button", name="Put the map back").click()
    expect(reader.page.locator(".claims-docked")).to_have_count(0)
    assert canvas.bounding_box() == before


def test_the_page_asks_for_a_film_only_while_it_is_made(server, reader):
    one = reader()
    one.page.add_init_script(TIMERS)
    one.open_app(f"{server.url}?panel=Export")
    one.page.get_by_text("A film from day to day").click()
    make = one.page.get_by_role("button", name="Make the film")
    timers = "count => window.everySecond.size === count"
    for _ in range(2):
        one.page.wait_for_function(timers, arg=0)
        make.click()
        expect(make).to_be_disabled()
        one.page.wait_for_function(timers, arg=1)
        one.page.get_by_role("button", name="Stop").click()
        expect(one.page.get_by_text("No film was made: it was stopped.")).to_be_visible()
        expect(make).to_be_enabled()
    one.page.wait_for_function(timers, arg=0)


def test_a_hundred_reruns_leave_the_map_as_it_is(app):
    reader = app()
    reader.frame.evaluate(
        """() => {
            window.marker = "the same";
            claimsClock.map.setView([51.2, 35.1], 10.5, { animate: false });
        }"""
    )
    reader.wait_address(centre="51.2,35.1,10.5")
    reader.unfold("Sources")
    # Every click asks for a rerun; the last one must come through.
    reader.box("DeepState map").evaluate(
        """async (box) => {
            for (let turn = 0; turn < 101; turn++) {
                box.click();
                await new Promise((go) => setTimeout(go, 20));
            }
        }"""
    )
    reader.wait_address(hide="deepstate")
    assert reader.page.locator("iframe").count() == 1
    holder = reader.page.locator('iframe[title="Map of claims"]')
    assert holder.evaluate("frame => frame.contentWindow.marker") == "the same"
    assert reader.picture == [51.2, 35.1, 10.5]
    assert reader.painting() == told(choice(OPENING, "deepstate"))


def test_the_whole_flow_needs_no_network(server, reader, ledger):
    one = reader(service_workers="block")
    attempts = []

    def refuse(route):
        attempts.append(route.request.url)
        route.abort()

    one.page.route(re.compile(r"^(?!http://127\.0\.0\.1:|data:|blob:)"), refuse)
    one.open_app(server.url)
    one.slider.focus()
    one.slider.press("PageUp")
    one.wait_painted(later(OPENING, 7))
    one.unfold("Sources")
    one.box("Russian sources").uncheck()
    one.wait_address(hide="russian")
    one.page.mouse.move(*one.point(*where(ledger)))
    expect(one.frame.locator(".claims-tip")).to_be_visible()
    one.search("Суджа")
    expect(one.page.get_by_role("heading", name="Sudzha · Суджа")).to_be_visible()
    one.button("Play").click()
    one.wait_painted_other_than(later(OPENING, 7))
    one.button("Pause").click()
    for name in ("On this day", "Agreement", "Claims", "Events", "Sources"):
        panel(one, name)
        expect(grid(one)).to_be_attached()
    assert attempts == []


def test_one_switch_takes_rivers_roads_and_sites_from_every_map(page):
    lines = page.frame.locator("path:is(.claims-river, .claims-road, .claims-railway)")
    on_maps = page.frame.locator(".claims-map").locator(lines)
    sites = page.frame.locator(".leaflet-marker-icon > .claims-site")
    in_key = page.frame.locator(".claims-key .claims-context")
    page.unfold("Settings")
    switch = page.box("Rivers, roads, railways")
    for on in (True, False, True):
        switch.set_checked(on)
        expect(on_maps).to_have_count(4 * 3 * on)
        expect(sites).to_have_count(4 * 2 * on)
        expect(in_key).to_have_count(int(on))
        assert page.frame.evaluate("window.claimsClock.state().context") == on


def test_tiles_that_cannot_be_had_do_no_harm(app):
    reader = app()
    reader.unfold("Settings")
    with reader.page.expect_event("requestfailed"):
        reader.box("Online map tiles").check()
    reader.page.wait_for_load_state()
    reader.slider.focus()
    reader.slider.press("ArrowRight")
    reader.wait_address(date=later(OPENING, 1))
    assert reader.painting() == told(choice(later(OPENING, 1)))
    reader.box("Online map tiles").uncheck()
    assert reader.abroad
    assert all(url.startswith(TILE) for url in reader.abroad)
    assert all("ERR_NAME_NOT_RESOLVED" in error for error in reader.errors)
    reader.abroad.clear()
    reader.errors.clear()


def test_tiles_that_come_can_be_seen(app):
    reader = app()
    red = io.BytesIO()
    Image.new("RGB", (256, 256), "red").save(red, "PNG")
    reader.page.route(
        f"{TILE}**", lambda route: route.fulfill(body=red.getvalue(), content_type="image/png")
    )

    def redness() -> float:
        shot = reader.page.screenshot(clip=reader.page.locator("iframe").bounding_box())
        pixels = np.asarray(Image.open(io.BytesIO(shot)).convert("RGB")).astype(int)
        return float((pixels[..., 0] - pixels[..., 1] > 80).mean())

    reader.unfold("Settings")
    before = redness()
    reader.box("Online map tiles").check()
    expect(reader.frame.locator(".claims-tiled")).to_have_count(4)
    expect(reader.frame.locator(".leaflet-tile-loaded").first).to_have_css("opacity", "1")
    assert redness() > before + 0.2
    reader.box("Online map tiles").uncheck()
    assert redness() == pytest.approx(before, abs=0.01)
    assert all(url.startswith(TILE) for url in reader.abroad)
    reader.abroad.clear()


def test_a_phone_shows_map_and_clock_on_the_first_screen(app):
    reader = app({"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True})
    for frame in (reader.page, reader.frame):
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert frame.evaluate(wide) <= 0
    scroller = reader.page.locator('[data-testid="stMain"]')
    assert scroller.evaluate("main => main.scrollWidth - main.clientWidth") <= 0
    chart = reader.figure("compared").locator(".claims-map").bounding_box()
    assert chart["height"] > 844 * 0.4
    assert chart["width"] > 0.95 * 390
    for side in ("ukrainian", "russian", "third_party", "compared"):
        view = "overlay" if side == "compared" else side
        reader.frame.locator(f'.claims-view[data-view="{view}"]').tap()
        reader.settle()
        assert reader.sides == [side]
        assert reader.painting() == {side: told(choice(OPENING))[side]}
    for control in (reader.slider, reader.button("Play")):
        box = control.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        assert box["y"] + box["height"] <= 844
    buttons = reader.frame.locator("button.claims-button:visible").all()
    assert buttons
    for button in buttons:
        box = button.bounding_box()
        assert min(box["width"], box["height"]) >= 44
    side = reader.frame.locator(".claims-panel")
    expect(side).to_be_hidden()
    reader.figure("compared").locator('.claims-disc[title="Sudzha"]').tap()
    card = reader.frame.get_by_role("dialog", name="Sudzha")
    expect(card).to_be_in_viewport(ratio=1)
    reader.button("Close").tap()
    expect(card).to_be_hidden()
    reader.button("Key and sources").tap()
    expect(side).to_be_visible()
    over = side.bounding_box()
    assert over["width"] * over["height"] > 0.9 * chart["width"] * chart["height"]
    reader.unfold("Sources")
    reader.box("Russian sources").tap()
    reader.button("Hide key and sources").tap()
    expect(side).to_be_hidden()
    reader.wait_address(hide="russian")


def test_a_phone_held_sideways_has_room_for_the_map(app):
    reader = app({"viewport": {"width": 844, "height": 390}, "is_mobile": True, "has_touch": True},
                 panel="On this day")  # fmt: skip
    chart = reader.figure("compared").locator(".claims-map").bounding_box()
    assert chart["height"] >= 390 / 2
    assert chart["y"] + chart["height"] <= 390
    for control in (reader.slider, reader.button("Play"), reader.frame.locator(".claims-headline")):
        box = control.bounding_box()
        assert box["x"] + box["width"] <= chart["x"]
        assert box["y"] + box["height"] <= 390
    # The tools of a table, which are always there, lie over nothing else.
    tools = reader.page.get_by_test_id("stElementToolbar").first
    tools.scroll_into_view_if_needed()
    assert not tools.evaluate(
        """(tools) => {
            const a = tools.getBoundingClientRect();
            return Array.from(document.querySelectorAll(".st-key-panels :is(p, button)"))
                .filter((node) => !tools.contains(node)).filter((node) => {
                    const b = node.getBoundingClientRect();
                    return a.left < b.right && b.left < a.right && a.top < b.bottom - 2
                        && b.top < a.bottom - 2;
                }).map((node) => node.textContent).join();
        }"""
    )


def test_the_wheel_scrolls_the_page_unless_ctrl_is_held_or_the_map_was_clicked(app, ledger):
    reader = app()
    mouse, keyboard = reader.page.mouse, reader.page.keyboard
    spot = reader.point(*where(ledger))
    zoom = reader.picture[2]
    main = '[data-testid="stMain"]'
    mouse.move(*spot)
    mouse.wheel(0, 100)
    reader.page.wait_for_function(f"document.querySelector('{main}').scrollTop === 100")
    expect(reader.frame.get_by_text("Hold Ctrl, or click into the map")).to_be_visible()
    assert reader.picture[2] == zoom
    mouse.wheel(0, -100)
    reader.page.wait_for_function(f"document.querySelector('{main}').scrollTop === 0")
    for before, after in ((lambda: keyboard.down("Control"), lambda: keyboard.up("Control")),
                          (lambda: mouse.click(*spot), lambda: mouse.move(1, 1))):  # fmt: skip
        zoom = reader.picture[2]
        before()
        mouse.wheel(0, -120)
        reader.frame.wait_for_function("zoom => claimsClock.map.getZoom() > zoom", arg=zoom)
        after()
    assert reader.page.evaluate(f"document.querySelector('{main}').scrollTop") == 0
    zoom = reader.picture[2]
    mouse.move(*spot)
    mouse.wheel(0, 100)
    reader.page.wait_for_function(f"document.querySelector('{main}').scrollTop === 100")
    assert reader.picture[2] == zoom


def test_the_map_is_dark_for_a_dark_reader(reader, server):
    one = reader()
    one.page.emulate_media(color_scheme="dark")
    one.open_app(server.url)
    expect(one.frame.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_map_follows_a_change_of_theme(app):
    reader = app()
    html = reader.frame.locator("html")
    expect(html).to_have_attribute("data-theme", "light")
    reader.page.emulate_media(color_scheme="dark")
    expect(reader.page.get_by_test_id("stApp")).to_have_css("color-scheme", "dark")
    expect(html).to_have_attribute("data-theme", "dark")


# ---- for those who do not see or point ------------------------------------------------


def test_the_slider_says_the_date_and_how_many_sources_speak(standing, record):
    for hide in ([], ["russian", "deepstate"], ["ukrainian_control", "contested"]):
        standing.set(hide=hide)
        for date in DATES:
            standing.show(date)
            rows = geo.select(choice(date, *hide), record=record)
            n = rows.source_id[rows.status != IMPLIED].nunique()
            text = f"{in_words(date)}: {n} source{'' if n == 1 else 's'} shown with a claim"
            expect(standing.slider).to_have_attribute("aria-valuetext", text)


def test_every_control_has_a_name(page, ledger):
    page.page.mouse.click(*page.point(*where(ledger)))
    for group in ("Sources", "Compare", "Settings"):
        page.unfold(group)
    expect(page.button("Close")).to_be_visible()
    nodes = page.page.context.new_cdp_session(page.page).send("Accessibility.getFullAXTree")
    controls = []
    for node in nodes["nodes"]:
        facts = {fact["name"]: fact["value"].get("value") for fact in node.get("properties", [])}
        if facts.get("focusable") and node["role"]["value"] != "RootWebArea":
            controls.append((node["role"]["value"], node["name"]["value"].strip()))
    names = {name for _, name in controls}
    assert "" not in names
    assert {*CONTROLS, *ledger.sources.name} <= names
    assert ("region", "Ukrainian sources say") in controls
    assert ("slider", "Date") in controls
    assert len([name for _, name in controls if name == "Date"]) == 1


AXE = Path(geo.__file__).parent.parent / "node_modules" / "axe-core" / "axe.min.js"


def assert_accessible(reader, scope: str = "document") -> None:
    """axe-core finds nothing; in dark only rules of colour could find anything else."""
    for theme, rules in (
        ("light", "undefined"),
        ("dark", "['color-contrast', 'link-in-text-block']"),
    ):
        reader.page.emulate_media(color_scheme=theme)
        expect(reader.frame.locator("html")).to_have_attribute("data-theme", theme)
        for page in {reader.page.main_frame, reader.frame}:
            if page.evaluate("!window.axe"):
                page.evaluate(AXE.read_text("utf-8"))
        reader.settle()
        reader.page.wait_for_function("!document.getAnimations().length")
        found = reader.page.evaluate(
            f"""async () => (await axe.run({scope}, {{
                resultTypes: ["violations"],
                runOnly: {rules},
            }})).violations
                .flatMap(({{ id, nodes }}) => nodes.map(({{ html }}) => `${{id}}: ${{html}}`))"""
        )
        assert not found, f"{theme}: {found}"


def test_axe_finds_nothing_on_any_panel(app):
    reader = app(place=SUDZHA, lapsed="true", chart="true", compare="month")
    for group in ("Sources", "Compare", "Settings"):
        reader.unfold(group)
    expect(reader.frame.get_by_role("dialog", name="Sudzha")).to_be_visible()
    assert_accessible(reader)
    for name in PANELS:
        if name != "Place":
            panel(reader, name)
        done = reader.page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')
        expect(done).to_be_attached()
        # Not every panel has one.
        for part in reader.page.get_by_test_id("stExpander").locator("summary").all():
            part.click()
            expect(done).to_be_attached()
        assert_accessible(reader, "'.st-key-panels'")


def test_axe_finds_nothing_in_an_exported_page(reader, tmp_path):
    file = tmp_path / "map.html"
    file.write_bytes(geo.snapshot_bytes(geo.Snapshot(on=OPENING), "html"))
    page = reader().open_file(file)
    page.search("Суджа")
    for group in ("Sources", "Compare", "Settings"):
        page.unfold(group)
    page.set(compare="week")
    assert_accessible(page)
    page.page.set_viewport_size({"width": 390, "height": 844})
    assert_accessible(page)


FOCUSED = """() => {
    let node = document.activeElement;
    if (node.contentDocument) node = node.contentDocument.activeElement;
    return node.ariaLabel || node.textContent;
}"""


def test_the_keyboard_reaches_map_clock_and_panels_soon(app):
    reader = app()
    keyboard = reader.page.keyboard

    def tab(name: str, within: int) -> None:
        for _ in range(within):
            keyboard.press("Tab")
            if reader.page.evaluate(FOCUSED).startswith(name):
                return
        pytest.fail(f"{name} is more than {within} stops away")

    tab("Skip the map", 5)
    tab("Skip to the map", 2)
    keyboard.press("Enter")
    first = reader.page.evaluate(FOCUSED)
    assert first.startswith("Sudzha. Ukrainian sources: ")
    keyboard.press("ArrowUp")
    place = reader.page.evaluate(FOCUSED)
    assert re.match(r"(?!Sudzha)[\w ]+\. Ukrainian sources: ", place)
    keyboard.press("Enter")
    card = reader.frame.get_by_role("dialog", name=place.partition(".")[0])
    expect(card).to_be_focused()
    # Maps that are moved and painted anew keep the focus where it is.
    reader.button("Zoom in").evaluate("button => button.click()")
    keyboard.press("Escape")
    expect(card).to_be_hidden()
    assert reader.page.evaluate(FOCUSED) == place
    field = reader.frame.get_by_label("Find a place")
    for skip, there in (("Skip to the clock", reader.slider), ("Skip to key and places", field)):
        reader.button(skip).focus()
        keyboard.press("Enter")
        expect(there).to_be_focused()
    reader.page.get_by_role("button", name="Skip the map").focus()
    keyboard.press("Enter")
    expect(reader.page.get_by_role("radio", name="Place")).to_be_focused()


def test_every_place_on_the_map_is_reached_by_arrows(page):
    seen = page.frame.evaluate(
        """() => {
            const { places } = claimsClock.maps.lead;
            const reached = new Set();
            const wanted = places.discs.map(({ node }) => node.title);
            const from = [places.discs[0].node];
            while (from.length) {
                const node = from.pop();
                if (reached.has(node.title)) continue;
                reached.add(node.title);
                for (const way of ["Left", "Right", "Up", "Down"]) {
                    claimsClock.maps.showAll();
                    node.focus();
                    const key = { key: `Arrow${way}`, bubbles: true };
                    node.dispatchEvent(new KeyboardEvent("keydown", key));
                    if (document.activeElement !== node) from.push(document.activeElement);
                }
            }
            return [wanted, [...reached]];
        }"""
    )
    wanted, reached = map(set, seen)
    assert len(wanted) > 5
    assert wanted <= reached


def test_forced_colours_leave_signs_that_are_told_by_letters(page):
    page.page.emulate_media(forced_colors="active")
    for sign, letters in (("ukrainian_control", "U"), ("contested", "F"), ("contradictory", "UR")):
        page.show("2025-03-13")
        assert style().signs[sign].letters == letters
        for part in (".claims-key {} rect", "figure:not([hidden]) path{}", ".claims-areas {} rect"):
            marked = page.frame.locator(part.format(f'[data-class="{sign}"]')).first
            if marked.count():
                expect(marked).to_have_css("fill", f'url("#claims-letters-{sign}")')
    half = page.frame.locator(".claims-places .claims-disc b[data-word=contested]").first
    assert half.evaluate("node => getComputedStyle(node, '::after').content") == '"F"'
    ground = page.frame.locator("html").evaluate(
        "html => getComputedStyle(html).getPropertyValue('--claims-contested')"
    )
    assert half.evaluate("node => getComputedStyle(node).backgroundColor") == (
        f"rgb{tuple(int(ground[i : i + 2], 16) for i in (1, 3, 5))}"
    )


def test_a_printed_page_holds_theatre_key_and_whole_tables(app, ledger, tmp_path):
    # A day of the longest key.
    reader = app(panel="Events", date="2025-01-01", centre="51.2,35.2,12")
    reader.page.emulate_media(color_scheme="dark")
    expect(grid(reader)).to_be_attached()
    before = reader.picture
    reader.frame.evaluate(
        """() => window.addEventListener("beforeprint", () => {
            const { map, payload } = claimsClock;
            window.printed = map.getBounds().pad(0.01).contains(payload.extent)
                && document.querySelector(".claims-paper").offsetHeight < 970;
        })"""
    )
    reader.page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
    assert reader.frame.evaluate("window.printed")
    assert reader.picture == before
    expect(reader.frame.locator("html")).to_have_attribute("data-theme", "dark")

    def plain(text: str) -> str:
        """Without ligatures and spaces."""
        return "".join(unicodedata.normalize("NFKC", text).split())

    first, *others = (plain(leaf.extract_text()) for leaf in PdfReader(tmp_path / "page.pdf").pages)
    key = reader.frame.locator(".claims-key p").all_text_contents()
    assert key
    for words in key:
        assert plain(words) in first
    for place in ("Sudzha", "Korenevo", "Malaya Loknya", "Guyevo", "Plekhovo", "Oleshnya"):
        assert first.count(plain(place)) > 4
    table = " ".join(others)
    for title in ledger.events.title[ledger.events.date >= "2024-08-06"]:
        assert plain(title) in table


def test_a_map_that_has_gone_comes_back(app):
    reader = app(panel="Events")
    expect(grid(reader)).to_be_attached()
    reader.page.evaluate("document.querySelector('.claims-app').remove()")
    choose(reader, 2)
    expect(reader.page.locator(".claims-app")).to_be_visible()
    expect(reader.page.frame_locator(".claims-app").locator(".claims-headline")).to_be_visible()


def test_the_panels_come_though_the_map_fails(server, reader):
    one = reader()
    one.page.add_init_script(
        "if (window !== top) JSON.parse = () => { throw new Error('no map today'); };"
    )
    one.page.goto(f"{server.url}?panel=Events&date=2024-10-01")
    expect(grid(one)).to_be_attached()
    one.wait_address(panel="Events", date="2024-10-01")
    assert one.errors == ["no map today"]
    one.errors.clear()


def test_the_maps_keep_the_size_in_which_they_come(server, reader):
    one = reader(viewport={"width": 1440, "height": 900})
    sizes = "Array.from(document.querySelectorAll('.claims-map'), (map) => map.clientHeight)"
    one.page.add_init_script(
        f"""new MutationObserver((_, observer) => {{
            if (!document.querySelector("[data-painted-date]")) return;
            window.first = {sizes};
            observer.disconnect();
        }}).observe(document, {{ attributes: true, childList: true, subtree: true }});"""
    )
    one.open_app(server.url)
    captions = one.frame.locator("figure:visible .claims-km2").all()
    assert captions
    for caption in captions:
        expect(caption).not_to_be_empty()
    expect(one.page.locator(".claims-heading")).to_be_attached()
    assert one.frame.evaluate(sizes) == one.frame.evaluate("first")


def test_paper_holds_every_claim_that_matches_not_only_the_page(app, ledger):
    reader = app(panel="Claims")
    instead = "could not be reached"
    paper = reader.page.locator("[data-paper]")
    expect(paper).to_contain_text(instead)

    def printed() -> list[list[str]]:
        return reader.page.evaluate(
            """() => {
                dispatchEvent(new Event("beforeprint"));
                const rows = [...document.querySelectorAll("[data-paper] tbody tr")];
                dispatchEvent(new Event("afterprint"));
                return rows.map((row) => Array.from(row.cells, (cell) => cell.textContent));
            }"""
        )

    found = geo.find_claims(ledger).sort_values("day", kind="stable")
    rows = printed()
    assert [row[-1] for row in rows] == found.claim_id.fillna("").to_list()
    assert all(url in row[-2] for row, url in zip(rows, found.url, strict=True))
    expect(paper).to_contain_text(instead)
    reader.page.route("**/media/**", lambda route: route.abort())
    assert not printed()
    reader.errors.clear()


# ---- other pages ----------------------------------------------------------------------


def assert_unharmed(page) -> None:
    assert page.frame.evaluate("window.hacked") is None
    assert page.frame.locator("img").count() == 0


def test_hostile_text_stays_text(hostile, reader, tmp_path):
    ledger = geo.load_ledger(data=hostile)
    path = write_page(payload(geo.Record(ledger)), tmp_path / "hostile.html")
    page = reader().open_file(path)
    name = f"Sudzha {HOSTILE}"
    page.page.mouse.move(*page.point(*where(ledger)))
    expect(page.frame.locator(".claims-tip strong")).to_have_text(name)
    page.page.mouse.click(*page.point(*where(ledger)))
    card = page.frame.locator(".claims-card")
    expect(card.locator("h2")).to_have_text(f"{name} Sudzhansky")
    expect(card.locator("li").first).to_contain_text(f"source {HOSTILE}")
    for label in (".claims-headline", ".claims-places"):
        expect(page.frame.locator(label)).to_contain_text(name)
    expect(page.figure("ukrainian").locator(".claims-name", has_text=name)).to_have_count(1)
    page.button("Close").click()
    page.search("Sudzha <img")
    expect(card.locator("h2")).to_have_text(f"{name} Sudzhansky")
    expect(page.frame.get_by_role("combobox", name="Find a place")).to_have_value(name)
    strip = page.frame.locator(".claims-strip")
    height = strip.bounding_box()["height"]
    strip.hover(position={"x": 2, "y": height - 4})
    hint = page.frame.locator(".claims-strip-tip:not(.claims-area-tip)")
    expect(hint).to_contain_text(f"6 August 2024: event {HOSTILE}")
    page.button("Play").click()
    page.wait_painted_other_than(OPENING)
    page.button("Pause").click()
    page.unfold("Sources")
    assert page.box(f"source {HOSTILE} DeepState map").is_checked()
    assert_unharmed(page)


def test_the_saved_page_works_from_disk(page, saved):
    everything = []
    page.page.on("request", lambda request: everything.append(request.url))
    page.open_file(saved)
    assert page.painting() == told(choice(OPENING))
    page.unfold("Sources")
    page.box("Third parties").uncheck()
    page.search("Суджа")
    expect(page.frame.get_by_role("dialog", name="Sudzha")).to_be_visible()
    page.button("Next change").click()
    date = page.wait_painted_other_than(OPENING)
    assert page.painting() == told(choice(date, "third_party"))
    assert everything == [saved.as_uri()]


def test_the_saved_page_follows_a_dark_reader(reader, saved):
    page = reader()
    page.page.emulate_media(color_scheme="dark")
    page.open_file(saved)
    expect(page.frame.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_clock_works_on_a_plain_folium_map(document, reader, tmp_path):
    leaflet = Path(xstatic.pkg.leaflet.BASE_DIR)
    chart = folium.Map([51.2, 35.2], zoom_start=9)
    chart.default_js = [("leaflet", (leaflet / "leaflet.js").as_uri())]
    chart.default_css = [("leaflet_css", (leaflet / "leaflet.css").as_uri())]
    ClaimsClock(document).add_to(chart)
    path = tmp_path / "plain.html"
    chart.save(path)
    page = reader().open_file(path)
    assert page.painting() == told(choice(OPENING))
    page.slider.focus()
    page.slider.press("PageUp")
    page.wait_painted(later(OPENING, 7))
    page.unfold("Sources")
    page.box("Ukrainian sources").uncheck()
    page.settle()
    assert page.painting() == told(choice(later(OPENING, 7), "ukrainian"))
    page.search("Sudzha")
    expect(page.frame.get_by_role("dialog", name="Sudzha")).to_be_visible()
    # Its usual background is online, and asked for in vain here.
    assert all(url.startswith((TILE, *LOCAL)) for url in page.abroad)
    assert all("ERR_NAME_NOT_RESOLVED" in error for error in page.errors)
    page.abroad.clear()
    page.errors.clear()


def test_a_page_that_stands_alone_cites_in_the_card(ledger, reader, tmp_path, record):
    document = payload(record) | {"cited": cited_claims(record, record.period, styles=["text"])}
    page = reader().open_file(write_page(document, tmp_path / "cited.html"))
    page.page.mouse.click(*page.point(*where(ledger)))
    rows = at_place(geo.select(OPENING, record=record), SUDZHA)
    wanted = ledger.claims.url[[claim for ids in rows.claim_ids for claim in ids]]
    links = page.frame.locator(".claims-card .claims-citation")
    expect(links.first).to_be_visible()
    found = links.evaluate_all("all => all.map(a => [a.href, a.target, a.rel])")
    assert sorted(href for href, *_ in found) == sorted(wanted)
    assert {tuple(rest) for _, *rest in found} == {("_blank", "noopener noreferrer")}


def test_the_panel_comes_back_with_the_room(page):
    key = page.frame.locator(".claims-key")
    expect(key).to_be_visible()
    page.page.set_viewport_size({"width": 390, "height": 844})
    expect(key).to_be_hidden()
    assert page.sides == ["compared"]
    page.page.set_viewport_size({"width": 1280, "height": 900})
    expect(key).to_be_visible()
    assert page.sides == VIEWS["all"]
    page.button("Hide key and sources").click()
    page.page.set_viewport_size({"width": 390, "height": 844})
    page.page.set_viewport_size({"width": 1280, "height": 900})
    expect(page.button("Key and sources")).to_be_visible()
    expect(key).to_be_hidden()


def test_links_of_citations_are_as_dark_or_light_as_the_text(ledger, reader, tmp_path, record):
    geo.write_snapshot(geo.Snapshot(on=OPENING), tmp_path / "cited.html", record=record)
    page = reader().open_file(tmp_path / "cited.html")
    page.page.emulate_media(color_scheme="dark")
    page.page.mouse.click(*page.point(*where(ledger)))
    link = page.frame.locator(".claims-card .claims-citation").first
    expect(link).to_be_visible()
    own, text = (
        link.evaluate(f"node => getComputedStyle({which}).color")
        for which in ("node", "node.parentNode")
    )
    assert own == text
