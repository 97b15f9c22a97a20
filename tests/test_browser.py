from __future__ import annotations

import datetime as dt
import io
import re
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
    claimed,
    filled,
    in_words,
    outlines,
    where,
    write_page,
)
from PIL import Image
from playwright.sync_api import expect

import geo
from geo.tables.schema import IMPLIED, REGION
from geo.web.payload import payload
from geo.web.plugin import ClaimsClock

WORDS = {
    "ukrainian_control": "Under Ukrainian control, according to",
    "contested": "Contested or fought over, according to",
    "russian_control": "Under Russian control, according to",
    "implied": "Not held, as conceded by announcing it retaken later, by",
}
TILE = "https://tile.openstreetmap.org/"
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
    "As said by that day", "Hide layers", "Find a place", "Opacity", "Online map tiles",
    "Ukrainian claims", "Russian claims", "Third-party assessments", "Ukrainian control",
    "Contested", "Russian control", "Implied", "Contradictory", "Map of claims",
    "Zoom in", "Zoom out", "Show all",
}  # fmt: skip


def later(date: str, days: int) -> str:
    return (dt.date.fromisoformat(date) + dt.timedelta(days=days)).isoformat()


def drawn(reader) -> set[tuple[str, str]]:
    """Sources and statuses that are visibly drawn."""
    found = reader.frame.evaluate(
        """() => claimsClock.painting.outlines.flatMap(({ path, group }) => {
            const { sources, statuses } = claimsClock.payload;
            const seen = getComputedStyle(path).display !== "none" && path.getTotalLength() > 0;
            const source = sources[Math.floor(group / statuses.length)].id;
            return seen ? [[source, statuses[group % statuses.length]]] : [];
        })"""
    )
    return {tuple(pair) for pair in found}


def assert_same_ground(reader, date: str, known: str = "now") -> None:
    shapes = geo.claims_on(date, known_by=date if known == "then" else None)
    wanted = shapes.set_index(["source_id", "status"]).geometry
    found = outlines(reader, date, known)
    assert set(found) == set(wanted.index)
    for group, geometry in wanted.items():
        rest = shapely.symmetric_difference(found[group], geometry).area / geometry.area
        assert rest < 1e-6, f"{group} on {date}, known {known}: {rest:.2%} differs"


def sayings(record, date: str, place: int = SUDZHA) -> list[tuple[str, str]]:
    """Who says what of a place, by status and then in the order of the sources."""
    rows = geo.select(date, record=record)
    rows = rows[rows.settlements.map(lambda ids: place in ids)]
    source = record.ledger.sources.index.get_indexer(rows.source_id)
    order = np.lexsort([source, rows.status.cat.codes])
    names = rows.source.map(lambda name: name.partition(" (")[0])
    return [(names.iloc[i], str(rows.status.iloc[i])) for i in order]


def said_of(box) -> list[tuple[str, str]]:
    """The same, as a popup or a tip says it."""
    words = {text: status for status, text in WORDS.items()}
    found = box.evaluate(
        """node => Array.from(node.querySelectorAll("li")).map((item) => [
            item.querySelector("b").textContent,
            item.parentNode.previousElementSibling.textContent])"""
    )
    return [(source, words[text]) for source, text in found]


def grid(reader):
    return reader.page.locator('[data-testid="stDataFrame"] [role="grid"]')


def assert_table_of(reader, date: str) -> None:
    """The panel 'On this day' is that of a day."""
    shapes = geo.claims_on(date)
    expect(grid(reader)).to_have_attribute("aria-rowcount", str(len(shapes) + 1))
    rows = grid(reader).locator("tbody tr")
    for number in range(3):
        cells = rows.nth(number).locator("td")
        expect(cells.nth(0)).to_have_text(shapes.source.iloc[number])
        expect(cells.nth(4)).to_have_text(str(len(shapes.settlements.iloc[number])))
        expect(cells.nth(6)).to_have_text(str(shapes.last_said.iloc[number].date()))


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
        assert drawn(reader) == claimed(date)
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
    assert drawn(reader) == claimed(reader.painted)
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


def changes(shipped, every_day, known: str) -> list[str]:
    """Days on which what is drawn differs from the day before."""
    rows = {name: shipped[name].to_numpy() for name in ("valid_from", "valid_to")}
    key = list(zip(shipped.source_id, shipped.ground_id, shipped.status, strict=True))
    found, before = [], None
    for date in every_day:
        day = np.datetime64(date)
        holds = (rows["valid_from"] <= day) & ~(rows["valid_to"] <= day)
        if known == "now":
            holds &= shipped.known_to.isna().to_numpy()
        else:
            holds &= ((shipped.known_from <= pd.Timestamp(date)) & ~(
                shipped.known_to <= pd.Timestamp(date))).to_numpy()  # fmt: skip
        now = {key[i] for i in np.flatnonzero(holds)}
        if before is not None and now != before:
            found.append(date.isoformat())
        before = now
    return found


@pytest.mark.parametrize("known", ["now", "then"])
def test_next_change_misses_no_day_on_which_the_map_changes(page, shipped, every_day, known):
    page.frame.evaluate("known => claimsClock.set({ known })", known)
    stops = page.frame.evaluate(
        "known => claimsClock.changes.map((day) => claimsClock.calendar.iso(day))", known
    )
    assert set(changes(shipped, every_day, known)) <= set(stops)


def test_next_and_previous_change_stop_only_where_the_map_changes(page, shipped, every_day):
    days = changes(shipped, every_day, "now")
    start = days.index("2024-09-16")
    page.show(days[start])
    there = days[start + 1 : start + 4]
    back = days[start + 2 : start - 1 : -1]
    for button, dates in {"Next change": there, "Previous change": back}.items():
        for date in dates:
            page.button(button).click()
            page.frame.wait_for_function("!claimsClock.pending")
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
    ("Russian claims", "russian"),
    ("UAControlMap (Project Owl)", "uacontrolmap"),
    ("Contested", "contested"),
]


def test_a_switch_acts_without_the_server_and_then_stands_in_the_address(app, server):
    reader = app()
    assert drawn(reader) == claimed(OPENING)
    assert reader.shown(".claims-side-russian") > 0
    for name, hidden in SWITCHES:
        with server.halted():
            reader.box(name).uncheck()
            reader.frame.wait_for_function("!claimsClock.pending")
            assert drawn(reader) == claimed(OPENING, hidden)
            assert "hide" not in reader.address
        reader.wait_address(hide=hidden)
        reader.box(name).check()
        reader.wait_address(hide=None)
        assert drawn(reader) == claimed(OPENING)
    reader.box("Russian claims").uncheck()
    expect(reader.frame.locator(".claims-side-russian:visible")).to_have_count(0)


def test_as_said_by_that_day_shows_only_what_was_known_then(page):
    date = "2024-08-12"
    page.show(date)
    assert claimed(date) != claimed(date, known="then")
    page.box("As said by that day").check()
    page.frame.wait_for_function("!claimsClock.pending")
    assert drawn(page) == claimed(date, known="then")
    page.box("As said by that day").uncheck()
    page.frame.wait_for_function("!claimsClock.pending")
    assert drawn(page) == claimed(date)


@pytest.mark.parametrize("known", ["now", "then"])
def test_the_browser_draws_exactly_the_claimed_ground(page, every_day, known):
    dates = ["2024-08-07", "2024-08-14", OPENING, "2024-11-30", "2025-02-09", "2025-03-12"]
    for date in [*dates, every_day[0].isoformat(), every_day[-1].isoformat()]:
        assert_same_ground(page, date, known)


@pytest.mark.parametrize("known", ["now", "then"])
def test_a_page_of_a_span_draws_what_the_whole_one_draws(ledger, reader, tmp_path, known, record):
    first, last = "2025-03-01", "2025-03-20"
    part = payload(record, span=(first, last))
    page = reader().open_file(write_page(part, tmp_path / "span.html"))
    for date in (first, "2025-03-12", last):
        assert_same_ground(page, date, known)
    page.slider.press("Home")
    page.wait_painted(first)
    page.slider.press("End")
    page.wait_painted(last)
    assert min(day for day, _, _ in part["events"]) >= 0
    assert {event[1] for event in part["events"]} == set(
        ledger.events.title[ledger.events.date.between(first, last)]
    )
    said = ledger.claims.claimed_on.between(first, last).sum()
    assert sum(map(sum, part["said"].values())) == said


@pytest.mark.parametrize(
    ("date", "other"), [("2024-10-20", "2025-01-22"), ("2024-08-14", "2025-03-09")]
)
def test_a_jump_to_another_day_repaints_all_ground(page, date, other):
    assert_same_ground(page, date)
    assert_same_ground(page, other)


@pytest.mark.parametrize("status", ["ukrainian_control", "contested", "russian_control"])
def test_ground_of_a_status_is_filled_once_for_a_side(page, status, record):
    for date in ("2024-08-14", OPENING, "2025-02-09"):
        page.show(date)
        page.frame.wait_for_function("!claimsClock.pending")
        found = page.frame.evaluate(
            """(status) => claimsClock.painting.fills
                .filter((fill) => fill.status === status && !fill.old)
                .map(({ shown, side, rings }) => [side, (shown ? rings : []).map((ring) =>
                    claimsClock.ground.latLngs([ring])[0][0].map((p) => [p.lng, p.lat]))])""",
            status,
        )
        rows = geo.select(date, record=record)
        rows = rows[rows.status == status]
        assert [side for side, _ in found] == ["ukrainian", "russian", "third_party"]
        for side, rings in found:
            wanted = rows[rows.side == side].union_all()
            rest = shapely.symmetric_difference(filled(rings), wanted).area
            assert rest <= 1e-6 * wanted.area


def contradictory(date: str, record, known: str) -> tuple[shapely.Geometry, float]:
    cells = geo.disagreement_on(date, known_by="then" if known == "then" else None, record=record)
    cells = cells[cells.disagreement == "contradictory"]
    return cells.union_all(), cells.area_km2.sum()


@pytest.mark.parametrize("known", ["now", "then"])
@pytest.mark.parametrize("hide", [[], ["third_party", "ru_milbloggers"]])
def test_the_hatch_lies_on_exactly_the_contradictory_ground(page, record, known, hide):
    sources = record.ledger.sources
    part = record.only(sources.index[~(sources.side.isin(hide) | sources.index.isin(hide))])
    seen = set()
    for date in (OPENING, "2024-11-30", "2025-02-09", "2025-04-22"):
        found = page.frame.evaluate(
            """(state) => {
                claimsClock.set(state);
                claimsClock.paint();
                const { shown, rings } = claimsClock.painting.hatch;
                return (shown ? claimsClock.ground.latLngs(rings).flat() : []).map(
                    (ring) => ring.map((point) => [point.lng, point.lat]));
            }""",
            {"date": date, "known": known, "hide": hide},
        )
        ground = filled(found)
        wanted, area = contradictory(date, part, known)
        seen.add(round(area))
        assert shapely.symmetric_difference(ground, wanted).area <= 1e-6 * wanted.area
        page.frame.wait_for_function("!claimsClock.pending")
        said = page.box("Contradictory").locator("xpath=../..").locator("small").inner_text()
        assert int(re.search(r"(\d+) km²", said)[1]) == pytest.approx(area, abs=1)
    assert len(seen) > 1
    page.box("Contradictory").uncheck()
    expect(page.frame.locator(".claims-contradiction")).to_be_hidden()


# ---- places ---------------------------------------------------------------------------


def test_a_click_says_who_says_what_and_the_dossier_gives_the_citations(app, ledger, record):
    reader = app()
    reader.page.mouse.click(*reader.point(*where(ledger)))
    popup = reader.frame.locator(".claims-popup")
    expect(popup.locator("strong")).to_have_text("Sudzha")
    expect(popup.locator(".claims-when")).to_have_text(in_words(OPENING))
    said = sayings(record, OPENING)
    assert len({status for _, status in said}) > 1
    expect(popup.locator("li")).to_have_count(len(said))
    assert said_of(popup) == said
    reader.wait_address(place=str(SUDZHA))
    about = geo.claims_about([SUDZHA], ledger)
    entries = reader.page.locator(".dossier li")
    expect(entries).to_have_count(len(about))
    links = reader.page.locator(".dossier a").evaluate_all(
        "all => all.map(a => [a.getAttribute('href'), a.target, a.rel, a.innerText.trim()])"
    )
    assert [link[0] for link in links] == about.url.to_list()
    assert [link[3] for link in links] == about.publisher.str.strip().to_list()
    for href, target, rel, _ in links:
        assert re.match(r"https?://", href)
        assert target == "_blank"
        assert "noopener" in rel.split()


def test_hovering_shows_who_says_what(page, ledger, record):
    page.page.mouse.move(*page.point(*where(ledger)))
    tip = page.frame.locator(".claims-tip")
    expect(tip.locator("strong")).to_have_text("Sudzha")
    assert said_of(tip) == sayings(record, OPENING)
    page.slider.focus()
    page.slider.press("ArrowRight")
    expect(tip.locator(".claims-when")).to_have_text(in_words(later(OPENING, 1)))
    page.frame.locator(".claims-date").hover()
    expect(tip).to_have_count(0)


def test_a_place_is_found_in_either_script(app, ledger):
    reader = app()
    for name, other in (("Суджа", "Korenevo"), ("Sudzha", "Гуево")):
        reader.search(name)
        reader.wait_address(place=str(SUDZHA))
        expect(reader.frame.locator(".claims-popup strong")).to_have_text("Sudzha")
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
    box = page.frame.locator("[data-painted-date]").bounding_box()
    seen = 0
    for place in ledger.settlements.query("population > 1500").itertuples():
        x, y = page.point(place.lat, place.lon)
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


def test_an_open_popup_follows_the_clock_and_the_switches(app, ledger, record):
    reader = app()
    reader.page.mouse.click(*reader.point(*where(ledger)))
    popup = reader.frame.locator(".claims-popup")
    expect(popup.locator("strong")).to_have_text("Sudzha")
    date = "2024-10-10"
    reader.show(date)
    expect(popup.locator(".claims-when")).to_have_text(in_words(date))
    assert said_of(popup) == sayings(record, date)
    reader.box("Russian claims").uncheck()
    russian = set(ledger.sources.name[ledger.sources.side == "russian"])
    names = {name.partition(" (")[0] for name in russian}
    expect(popup.locator("li")).to_have_count(
        sum(source not in names for source, _ in sayings(record, date))
    )
    view = reader.picture
    reader.page.get_by_text("Neighbours on this day").click()
    reader.page.get_by_role("button", name="Podol, 1.1 km").click()
    expect(popup.locator("strong")).to_have_text("Podol")
    expect(popup).to_have_count(1)
    assert reader.picture == view


def test_a_click_on_empty_ground_chooses_nothing(app, ledger):
    reader = app()
    reader.page.mouse.click(*reader.point(*where(ledger)))
    reader.wait_address(place=str(SUDZHA))
    reader.page.mouse.click(*reader.point(51.05, 34.6))
    reader.wait_address(place=None)
    expect(reader.frame.locator(".claims-popup")).to_have_count(0)


SAMPLES = """() => claimsClock.panel.legend.samples
    .filter(([sample]) => getComputedStyle(sample).visibility === "visible")
    .map(([, what]) => what)"""


@pytest.mark.parametrize("hide", [(), ("russian",), ("contested",), ("ru_milbloggers",)])
def test_the_legend_shows_what_is_drawn_and_nothing_else(page, hide, record):
    for date in ("2024-08-06", OPENING, "2025-03-20", "2025-11-05"):
        page.frame.evaluate("state => claimsClock.set(state)", {"date": date, "hide": hide})
        page.wait_painted(date)
        page.frame.wait_for_function("!claimsClock.pending")
        rows = geo.select(date, record=record)
        rows = rows[~rows[["side", "source_id", "status"]].astype(str).isin(hide).any(axis=1)]
        wanted = {f"{row.side} {row.status}" for row in rows.itertuples()}
        held = rows[rows.status == "ukrainian_control"]
        ground = [set(held.ground_id[held.side == side]) for side in ("ukrainian", "russian")]
        wanted |= set() if set.isdisjoint(*ground) else {"both"}
        assert set(page.frame.evaluate(SAMPLES)) == wanted, date


def test_namesakes_can_be_told_apart(page, ledger):
    field = page.frame.get_by_role("combobox", name="Find a place")
    field.fill("Korenevo")
    found = page.frame.locator("#claims-places option").evaluate_all("all => all.map(o => o.value)")
    assert len(found) == len(set(found)) > 1
    namesakes = ledger.settlements[ledger.settlements.name_en == "Korenevo"]
    for text in found[:2]:
        field.fill(text)
        kind = text.rpartition(", ")[2].removesuffix(")")
        [place] = namesakes.index[namesakes.type == kind]
        assert page.frame.evaluate("claimsClock.place") == place
    nothing = page.frame.get_by_text("No place has such a name.")
    expect(nothing).to_be_hidden()
    field.fill("Atlantis")
    expect(nothing).to_be_visible()


def test_a_place_of_which_nobody_speaks_is_shown_all_the_same(page, ledger, shipped):
    spoken = {place for ids in shipped.settlements for place in ids}
    silent = ledger.settlements[~ledger.settlements.index.isin(list(spoken))]
    once = silent[~silent.name_en.duplicated(keep=False)]
    name = once.name_en[~once.name_en.isin(ledger.settlements.loc[list(spoken)].name_en)].iloc[0]
    page.search(name)
    popup = page.frame.locator(".claims-popup")
    expect(popup.locator("strong")).to_have_text(name)
    expect(popup).to_contain_text("No source on this map says anything of this place.")


def test_where_nothing_is_shown_the_map_says_so(page):
    notice = page.frame.get_by_text("Nothing that is switched on")
    expect(notice).to_be_hidden()
    for side in ("Ukrainian claims", "Russian claims", "Third-party assessments"):
        page.box(side).uncheck()
    expect(notice).to_be_visible()
    page.box("Russian claims").check()
    expect(notice).to_be_hidden()


# ---- the address ----------------------------------------------------------------------

SAME_VIEW = """() => {
    const view = document.querySelector("iframe").contentWindow.claimsClock.state().view;
    const parts = (new URLSearchParams(location.search).get("view") || "").split(",");
    return parts.length === 3 && parts.every((part, i) => Math.abs(part - view[i]) < 4e-4);
}"""


def test_a_copied_address_shows_the_same_picture(app, reader):
    first = app(date=OPENING)
    first.slider.focus()
    for _ in range(5):
        first.slider.press("ArrowRight")
        first.wait_address(date=first.iso())
    for name in ("Russian claims", "DeepState map", "Implied"):
        first.box(name).uncheck()
    first.box("As said by that day").check()
    x, y = first.point(51.25, 35.2)
    zoom = first.picture[2]
    first.page.mouse.move(x, y)
    first.page.mouse.wheel(0, -120)
    first.frame.wait_for_function("zoom => claimsClock.map.getZoom() > zoom", arg=zoom)
    first.page.mouse.down()
    first.page.mouse.move(x - 60, y + 50, steps=4)
    first.page.mouse.up()
    panel(first, "On this day")
    date = later(OPENING, 5)
    hidden = ("deepstate", "implied", "russian")
    first.wait_address(date=date, known="then", hide=",".join(hidden))
    first.page.wait_for_function(SAME_VIEW)
    second = reader(timezone_id="Pacific/Auckland").open_app(first.page.url)
    assert second.painted == date
    assert second.picture == pytest.approx(first.picture, abs=4e-4)
    boxes = "all => all.map(box => [box.ariaLabel, box.checked])"
    there, here = (
        one.frame.locator("input[type=checkbox]").evaluate_all(boxes) for one in (first, second)
    )
    assert here == there
    off = {name for name, checked in here if name and not checked}
    assert off == {"Russian claims", "DeepState map", "Implied"}
    assert drawn(second) == claimed(date, *hidden, known="then")
    expect(second.page.get_by_role("radio", name="On this day")).to_be_checked()
    assert second.address == first.address


def test_an_address_with_a_place_opens_its_popup_and_dossier(app, ledger):
    reader = app(place=SUDZHA)
    expect(reader.frame.locator(".claims-popup strong")).to_have_text("Sudzha")
    about = geo.claims_about([SUDZHA], ledger)
    expect(reader.page.locator(".dossier li")).to_have_count(len(about))


def test_a_place_in_the_address_leaves_the_view_as_it_says(app):
    reader = app(place=SUDZHA, view="51.16,35.18,12.5")
    expect(reader.frame.locator(".claims-popup")).to_be_visible()
    reader.button("One day forward").click()
    reader.wait_address(date=later(OPENING, 1))
    # Within a pixel: the frame finds its size a little later than the map.
    assert reader.picture == pytest.approx([51.16, 35.18, 12.5], abs=4e-4)
    reader.page.wait_for_function(SAME_VIEW)


def test_bad_parameters_fall_back_and_are_named(app):
    reader = app(date="1999-01-01", known="maybe", hide="russian,nobody", place="0", opacity="9",
                 view="0,0,0", panel="None")  # fmt: skip
    assert reader.painted == OPENING
    notes = reader.page.get_by_test_id("stAlert").filter(has_text="Ignored in the address")
    for name in ("date", "known", "hide", "place", "opacity", "view", "panel"):
        expect(notes.locator("li").filter(has_text=re.compile(f"^{name} was "))).to_have_count(1)
    assert drawn(reader) == claimed(OPENING, "russian")
    reader.wait_address(date=OPENING, hide="russian", panel="Place", known=None, place=None)
    # Once the reader does something they make way, and the map stays.
    reader.frame.evaluate("window.marker = 'the same'")
    reader.button("One day forward").click()
    expect(notes).to_have_count(0)
    assert reader.frame.evaluate("window.marker") == "the same"


@pytest.mark.parametrize("words", ["![x](https://example.org/x.png)", "https://example.org/"])
def test_what_an_address_says_is_shown_as_text(app, words):
    reader = app(date=words)
    note = reader.page.get_by_test_id("stAlert").first
    expect(note.locator("li")).to_contain_text(f"date was '{words}'")
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
    reader = app(view="51.2,35.2,3")
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
    for state in ("{ date: 'x', view: [1, 2, 999] }", "{ view: 7 }", "[1]", "'<img src=x>'"):
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
    assert drawn(reader) == claimed("2024-09-21")
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


def test_a_day_that_is_chosen_elsewhere_ends_playing(app, ledger):
    reader = app(panel="Events", date="2025-06-01")
    reader.button("Play").click()
    reader.wait_painted_other_than("2025-06-01")
    choose(reader, 3)
    date = str(ledger.events[ledger.events.date >= "2024-08-06"].date.iloc[3].date())
    reader.wait_address(date=date)
    expect(reader.button("Play")).to_be_visible()
    assert reader.painted == date


def test_a_click_on_the_chosen_row_counts_again(app, ledger):
    reader = app(panel="Events")
    events = ledger.events[ledger.events.date >= "2024-08-06"]
    row = 3
    date = str(events.date.iloc[row].date())
    for away in ("2024-09-21", "2024-10-05", "2024-11-20"):
        reader.frame.get_by_label("Go to date").fill(away)
        reader.wait_address(date=away)
        choose(reader, row)
        reader.wait_painted(date)
        reader.wait_address(date=date)


def test_a_preview_is_no_wider_than_it_must_be(app):
    reader = app(panel="Export")
    preview = reader.page.locator('[data-testid="stImage"] img')
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
    row = 2
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


def test_a_neighbour_that_is_chosen_is_marked_on_the_map(app):
    reader = app(place=SUDZHA)
    reader.page.get_by_text("Neighbours on this day").click()
    reader.page.get_by_role("button", name="Podol, 1.1 km").click()
    expect(reader.page.get_by_role("heading", name="Podol · Подол")).to_be_visible()
    reader.wait_address(place="137730")
    assert reader.frame.evaluate("claimsClock.place") == 137730


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
    reader.wait_address(view="51.2,35.1,10.5")
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
    assert drawn(reader) == claimed(OPENING, "deepstate")


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
    one.box("Russian claims").uncheck()
    one.wait_address(hide="russian")
    one.page.mouse.move(*one.point(*where(ledger)))
    expect(one.frame.locator(".claims-tip")).to_be_visible()
    one.search("Суджа")
    expect(one.page.get_by_role("heading", name="Sudzha · Суджа")).to_be_visible()
    one.button("Play").click()
    one.wait_painted_other_than(later(OPENING, 7))
    one.button("Pause").click()
    for name in ("On this day", "Disagreement", "Claims", "Events", "Sources"):
        panel(one, name)
        expect(grid(one)).to_be_attached()
    assert attempts == []


def test_tiles_that_cannot_be_had_do_no_harm(app):
    reader = app()
    with reader.page.expect_event("requestfailed"):
        reader.box("Online map tiles").check()
    reader.page.wait_for_load_state()
    reader.slider.focus()
    reader.slider.press("ArrowRight")
    reader.wait_address(date=later(OPENING, 1))
    assert drawn(reader) == claimed(later(OPENING, 1))
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

    before = redness()
    reader.box("Online map tiles").check()
    expect(reader.frame.locator(".claims-tiled")).to_have_count(1)
    expect(reader.frame.locator(".leaflet-tile-loaded").first).to_have_css("opacity", "1")
    assert redness() > before + 0.3
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
    chart = reader.frame.locator("[data-painted-date]").bounding_box()
    assert chart["y"] < 100
    assert chart["height"] > 844 / 2
    assert chart["width"] == 390
    for control in (reader.slider, reader.button("Play")):
        box = control.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        assert box["y"] + box["height"] <= 844
    for button in reader.frame.locator("button.claims-button:visible").all():
        box = button.bounding_box()
        assert min(box["width"], box["height"]) >= 44
    side = reader.frame.locator(".claims-panel")
    expect(side).to_be_hidden()
    reader.button("Layers").tap()
    expect(side).to_be_visible()
    over = side.bounding_box()
    assert over["width"] * over["height"] > 0.9 * chart["width"] * chart["height"]
    reader.box("Russian claims").tap()
    reader.button("Hide layers").tap()
    expect(side).to_be_hidden()
    reader.wait_address(hide="russian")
    assert reader.frame.locator("[data-painted-date]").bounding_box() == chart


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


def test_the_slider_says_the_date_and_how_many_sources_speak(page, every_day):
    for date in ("2024-08-06", OPENING, "2025-03-12", every_day[-1].isoformat()):
        for hide in ([], ["russian"], ["russian", "third_party", "deepstate"]):
            page.frame.evaluate("hide => claimsClock.set({ hide })", hide)
            page.show(date)
            page.frame.wait_for_function("!claimsClock.pending")
            n = len({source for source, status in claimed(date, *hide) if status != IMPLIED})
            text = f"{in_words(date)}: {n} source{'' if n == 1 else 's'} shown with a claim"
            expect(page.slider).to_have_attribute("aria-valuetext", text)


def test_the_slider_does_not_count_what_is_switched_off_by_status(page):
    hide = ["ukrainian_control", "contested", "russian_control", "implied"]
    page.frame.evaluate("hide => { claimsClock.set({ hide }); claimsClock.paint(); }", hide)
    assert drawn(page) == set()
    expect(page.slider).to_have_attribute(
        "aria-valuetext", "5 September 2024: 0 sources shown with a claim"
    )


def test_every_control_has_a_name(page, ledger):
    page.page.mouse.click(*page.point(*where(ledger)))
    expect(page.button("Close popup")).to_be_visible()
    nodes = page.page.context.new_cdp_session(page.page).send("Accessibility.getFullAXTree")
    controls = []
    for node in nodes["nodes"]:
        facts = {fact["name"]: fact["value"].get("value") for fact in node.get("properties", [])}
        if facts.get("focusable") and node["role"]["value"] != "RootWebArea":
            controls.append((node["role"]["value"], node["name"]["value"].strip()))
    names = {name for _, name in controls}
    assert "" not in names
    assert {*CONTROLS, "Close popup", *ledger.sources.name} <= names
    assert ("region", "Map of claims") in controls
    assert ("slider", "Date") in controls
    assert len([name for _, name in controls if name == "Date"]) == 1


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
    tip = page.frame.locator(".claims-tip")
    expect(tip.locator("strong")).to_have_text(name)
    expect(tip.locator("li").first).to_contain_text(f"source {HOSTILE}")
    page.page.mouse.click(*page.point(*where(ledger)))
    popup = page.frame.locator(".claims-popup")
    expect(popup.locator("strong")).to_have_text(name)
    expect(page.frame.locator(".claims-label").filter(has_text=name)).to_have_count(1)
    popup.get_by_role("button", name="Close popup").click()
    page.search("Sudzha <img")
    expect(popup.locator("strong")).to_have_text(name)
    expect(page.frame.get_by_role("combobox", name="Find a place")).to_have_value(
        f"{name} · Суджа {HOSTILE} (Sudzhansky)"
    )
    strip = page.frame.locator(".claims-strip")
    height = strip.bounding_box()["height"]
    strip.hover(position={"x": 2, "y": height - 4})
    hint = page.frame.locator(".claims-strip-tip:not(.claims-area-tip)")
    expect(hint).to_contain_text(f"6 August 2024: event {HOSTILE}")
    page.button("Play").click()
    page.wait_painted_other_than(OPENING)
    page.button("Pause").click()
    assert page.box(f"source {HOSTILE} DeepState map").is_checked()
    assert_unharmed(page)


def test_the_saved_page_works_from_disk(page, saved):
    everything = []
    page.page.on("request", lambda request: everything.append(request.url))
    page.open_file(saved)
    assert drawn(page) == claimed(OPENING)
    page.box("Third-party assessments").uncheck()
    page.search("Суджа")
    expect(page.frame.locator(".claims-popup strong")).to_have_text("Sudzha")
    page.button("Next change").click()
    date = page.wait_painted_other_than(OPENING)
    assert drawn(page) == claimed(date, "third_party")
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
    assert drawn(page) == claimed(OPENING)
    page.slider.focus()
    page.slider.press("PageUp")
    page.wait_painted(later(OPENING, 7))
    page.box("Ukrainian claims").uncheck()
    page.frame.wait_for_function("!claimsClock.pending")
    assert drawn(page) == claimed(later(OPENING, 7), "ukrainian")
    page.search("Sudzha")
    expect(page.frame.locator(".claims-popup strong")).to_have_text("Sudzha")
    # Its usual background is online, and asked for in vain here.
    assert all(url.startswith((TILE, *LOCAL)) for url in page.abroad)
    assert all("ERR_NAME_NOT_RESOLVED" in error for error in page.errors)
    page.abroad.clear()
    page.errors.clear()


def test_a_page_that_stands_alone_cites_in_the_popup(ledger, reader, tmp_path, record):
    page = reader().open_file(write_page(payload(record, citations=True), tmp_path / "cited.html"))
    page.page.mouse.click(*page.point(*where(ledger)))
    rows = geo.select(OPENING, record=record)
    rows = rows[rows.settlements.map(lambda ids: SUDZHA in ids)]
    wanted = ledger.claims.url[[claim for ids in rows.claim_ids for claim in ids]]
    links = page.frame.locator(".claims-popup .claims-citation")
    expect(links.first).to_be_visible()
    found = links.evaluate_all("all => all.map(a => [a.href, a.target, a.rel])")
    assert sorted(href for href, *_ in found) == sorted(wanted)
    assert {tuple(rest) for _, *rest in found} == {("_blank", "noopener noreferrer")}


def test_a_popup_fits_the_map_also_when_that_becomes_lower(page):
    page.search("суджа")
    popup = page.frame.locator(".claims-popup")
    expect(popup.locator("strong")).to_have_text("Sudzha")
    page.page.set_viewport_size({"width": 390, "height": 844})
    area = page.button("Area chart")
    for _ in range(2):
        area.click()
        page.frame.wait_for_function(
            """() => {
                const inner = document.querySelector(".claims-popup").getBoundingClientRect();
                const outer = claimsClock.map.getContainer().getBoundingClientRect();
                return inner.top >= outer.top && inner.left >= outer.left
                    && inner.right <= outer.right && inner.bottom <= outer.bottom;
            }"""
        )
    page.slider.press("Escape")
    expect(popup).to_have_count(0)


def test_the_layers_come_back_with_the_room(page):
    russian = page.box("Russian claims")
    expect(russian).to_be_visible()
    page.page.set_viewport_size({"width": 390, "height": 844})
    expect(russian).to_be_hidden()
    page.page.set_viewport_size({"width": 1280, "height": 900})
    expect(russian).to_be_visible()
    page.button("Hide layers").click()
    page.page.set_viewport_size({"width": 390, "height": 844})
    page.page.set_viewport_size({"width": 1280, "height": 900})
    expect(page.button("Layers")).to_be_visible()
    expect(russian).to_be_hidden()


def test_links_of_citations_are_as_dark_or_light_as_the_text(ledger, reader, tmp_path, record):
    page = reader().open_file(write_page(payload(record, citations=True), tmp_path / "cited.html"))
    page.page.emulate_media(color_scheme="dark")
    page.page.mouse.click(*page.point(*where(ledger)))
    link = page.frame.locator(".claims-popup .claims-citation").first
    expect(link).to_be_visible()
    own, text = (
        link.evaluate(f"node => getComputedStyle({which}).color")
        for which in ("node", "node.parentNode")
    )
    assert own == text
