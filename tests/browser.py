"""Fixtures for a real browser: one app server and one browser for the whole run.

The browser resolves no host but 127.0.0.1. Every page is watched: at the end of
a test there must have been no error and no attempt to reach another host, other
than those the test says it expects.

Imported by name as well as a plugin, hence PYTEST_DONT_REWRITE.
"""

from __future__ import annotations

import datetime as dt
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlsplit

import numpy as np
import pandas as pd
import pytest
import shapely
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Frame,
    Locator,
    Page,
    expect,
    sync_playwright,
)

import geo
from geo.analysis.agreement import WORDS, words
from geo.claims.record import shipped_record
from geo.selection.address import View
from geo.selection.selection import Selection
from geo.style.look import style
from geo.tables.schema import DRAWN, IMPLIED
from geo.web.basemap import offline_map
from geo.web.payload import payload
from geo.web.plugin import ClaimsClock

ROOT = Path(geo.__file__).parent.parent
SUDZHA = 115637
OPENING = "2024-09-05"
PATIENCE = 30_000
LOCAL = ("http://127.0.0.1:", "ws://127.0.0.1:", "file:", "data:", "blob:", "about:")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]
# West of Greenwich, so that a day taken from local midnight would show.
READER = {
    "viewport": {"width": 1280, "height": 900},
    "timezone_id": "America/Los_Angeles",
    "locale": "en-GB",
}
PAINTED = "document.querySelector('[data-painted-date]')?.dataset.paintedDate"
#: Painted, and answering the pointer.
READY = "document.querySelector('[data-painted-date][data-ready]')"
_REPORT = pytest.StashKey[pytest.TestReport]()


def pytest_collection_modifyitems(items):
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item):
    report = yield
    if report.when == "call":
        item.stash[_REPORT] = report
    return report


class Server:
    """The app, served by a process of its own."""

    def __init__(self, log: Path, script: Path = ROOT / "app.py") -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/"
        # Whoever is cut off is forgotten at once, not after two minutes.
        options = {"port": self.port, "address": "127.0.0.1", "headless": "true",
                   "disconnectedSessionTTL": 0}  # fmt: skip
        arguments = [f"--server.{name}={value}" for name, value in options.items()]
        self.log = log
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "streamlit", "run", script, *arguments],
                cwd=ROOT,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def wait(self) -> None:
        end = time.monotonic() + 60
        while time.monotonic() < end and self.process.poll() is None:
            line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            try:
                line.request("GET", "/_stcore/health")
                if line.getresponse().status == 200:
                    return
            except OSError:
                time.sleep(0.05)
            finally:
                line.close()
        pytest.fail(f"the app does not come up:\n{self.log.read_text()}")

    @contextmanager
    def halted(self) -> Iterator[None]:
        """While this lasts the server answers nothing."""
        os.kill(self.process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.process.pid, signal.SIGCONT)

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Reader:
    """A page with the clock, in the app or as a file: what a reader sees and does."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.frame: Frame = page.main_frame
        self.errors: list[str] = []
        self.abroad: list[str] = []
        page.on("console", lambda said: said.type == "error" and self.errors.append(said.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self._note(request.url))
        page.on("websocket", lambda socket: self._note(socket.url))

    def _note(self, url: str) -> None:
        if not url.startswith(LOCAL):
            self.abroad.append(url)

    def open_app(self, url: str) -> Reader:
        self.page.goto(url, wait_until="commit")
        return self.in_the_frame()

    def in_the_frame(self) -> Reader:
        holder = self.page.locator('iframe[title="Map of claims"]')
        self.frame = holder.element_handle().content_frame()
        self.frame.wait_for_function(READY)
        return self

    def open_file(self, path: Path) -> Reader:
        self.page.goto(path.as_uri())
        self.frame.wait_for_function(READY)
        return self

    # ---- the clock

    @property
    def slider(self) -> Locator:
        return self.frame.get_by_role("slider", name="Date")

    def button(self, name: str) -> Locator:
        return self.frame.get_by_role("button", name=name, exact=True)

    def box(self, name: str) -> Locator:
        return self.frame.get_by_role("checkbox", name=name, exact=True)

    def search(self, text: str) -> None:
        field = self.frame.get_by_role("combobox", name="Find a place")
        field.fill(text)
        expect(self.frame.get_by_role("listbox", name="Places found")).to_be_visible()
        field.press("Enter")

    @property
    def painted(self) -> str:
        return self.frame.evaluate(PAINTED)

    def wait_painted(self, date: str) -> None:
        self.frame.wait_for_function(f"date => {PAINTED} === date", arg=date)

    def wait_painted_other_than(self, date: str) -> str:
        self.frame.wait_for_function(f"date => {PAINTED} !== date", arg=date)
        return self.painted

    def settle(self) -> None:
        """Wait until what was chosen is painted and said."""
        self.frame.wait_for_function("!claimsClock.pending")

    def set(self, **state: object) -> None:
        """Put something on the maps at once, as the app does."""
        self.frame.evaluate("state => claimsClock.set(state)", state)
        self.settle()

    def show(self, date: str) -> None:
        self.set(date=date)

    def unfold(self, group: str) -> None:
        """Open a part of the panel; what is said after a step moves it."""
        self.settle()
        self.frame.locator(".claims-group > summary", has_text=group).click()

    def iso(self, days_later: int = 0) -> str:
        return self.frame.evaluate("n => claimsClock.calendar.iso(claimsClock.day + n)", days_later)

    # ---- the maps

    def switch(self, view: str) -> None:
        """Choose which maps are shown."""
        self.frame.locator(f'.claims-view[data-view="{view}"]').click()
        self.settle()

    def figure(self, side: str) -> Locator:
        return self.frame.locator(f'figure[data-side="{side}"]:not([hidden])')

    @property
    def sides(self) -> list[str]:
        """Whose maps are seen, in reading order."""
        figures = self.frame.locator("figure:visible").evaluate_all(
            """all => all.map((node) => [node.getBoundingClientRect(), node.dataset.side])
                .sort(([a], [b]) => a.top - b.top || a.left - b.left)"""
        )
        return [side for _, side in figures]

    def painting(self, kind: str = "") -> dict[str, dict[str, set[int]]]:
        """The cells that are visibly painted, by map and sign; or those of outlines of a kind."""
        found = self.frame.evaluate(
            """() => claimsClock.maps.shown.map(({ figure, painting }) => [figure.dataset.side,
                Array.from(painting.shapes).flatMap(([sign, { path, member }]) =>
                    getComputedStyle(path).display !== "none" && path.getTotalLength() > 0
                    && path.dataset.class === sign && path.checkVisibility()
                    ? [[sign, claimsClock.payload.pieces.flatMap(({ cell }, n) =>
                        (member[n] ? [cell] : []))]] : [])])"""
        )
        signs = style().signs
        return {
            side: {
                sign.removeprefix(f"{kind}-"): set(cells)
                for sign, cells in shapes
                if (sign.startswith(f"{kind}-") if kind else sign in signs)
            }
            for side, shapes in found
        }

    def ground(self) -> dict[str, dict[str, shapely.Geometry]]:
        """What is painted, by map and sign, as polygons."""
        found = self.frame.evaluate(
            """() => claimsClock.maps.shown.map(({ figure, painting }) => [figure.dataset.side,
                Array.from(painting.shapes).flatMap(([sign, { shown, rings }]) => (shown
                    ? [[sign, rings.map((ring) => ring.map((n) => claimsClock.ground.at[n])
                        .map(({ lng, lat }) => [lng, lat]))]] : []))])"""
        )
        return {side: {sign: filled(rings) for sign, rings in shapes} for side, shapes in found}

    def signs_at(self, points: list[list[float]]) -> dict[str, list[list[str]]]:
        """Signs that are filled on the screen at places (lon, lat), by map."""
        found = self.frame.evaluate(
            """(points) => claimsClock.maps.shown.map(({ figure, map, painting }) =>
                [figure.dataset.side, points.map(([lng, lat]) => {
                    const { x, y } = map.latLngToLayerPoint({ lng, lat });
                    return Array.from(painting.shapes).flatMap(([sign, { path, shown }]) => (shown
                        && getComputedStyle(path).fill !== "none"
                        && path.isPointInFill(new DOMPoint(x, y)) ? [sign] : []));
                })])""",
            points,
        )
        return dict(found)

    def point(self, lat: float, lon: float, side: str = "ukrainian") -> tuple[float, float]:
        """Where a place is on the screen, on one of the maps."""
        box = self.figure(side).locator(".claims-map").bounding_box()
        at = self.frame.evaluate(
            """([side, at]) => claimsClock.maps.shown.find(({ figure }) =>
                figure.dataset.side === side).map.latLngToContainerPoint(at)""",
            [side, [float(lat), float(lon)]],
        )
        return box["x"] + at["x"], box["y"] + at["y"]

    @property
    def picture(self) -> list[float]:
        """Latitude, longitude and zoom."""
        return self.frame.evaluate("claimsClock.state().centre")

    # ---- the address

    @property
    def address(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.page.url).query))

    def wait_address(self, **expected: str | None) -> None:
        """Wait until the address says this; None is for what it must not have."""
        self.page.wait_for_function(
            """expected => {
                const query = new URLSearchParams(location.search);
                return Object.entries(expected).every(([name, value]) => query.get(name) === value);
            }""",
            arg=expected,
        )


@pytest.fixture(scope="session")
def server(tmp_path_factory) -> Iterator[Server]:
    served = Server(tmp_path_factory.mktemp("server") / "log.txt")
    try:
        served.wait()
        yield served
    finally:
        served.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    program = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def context(chromium) -> Iterator[BrowserContext]:
    """Shared by most pages, so that the app's scripts are fetched once."""
    own = chromium.new_context(**READER)
    own.set_default_timeout(PATIENCE)
    yield own
    own.close()


@pytest.fixture
def reader(request, tmp_path, chromium, context):
    """Make readers; keyword arguments ask for one with a browser context of its own."""
    readers: list[Reader] = []
    contexts: list[BrowserContext] = []

    def make(**options: object) -> Reader:
        own, size = context, None
        if set(options) == {"viewport"}:
            size = options["viewport"]
        elif options:
            own = chromium.new_context(**READER | options)
            own.set_default_timeout(PATIENCE)
            contexts.append(own)
        readers.append(Reader(own.new_page()))
        if size:
            readers[-1].page.set_viewport_size(size)
        return readers[-1]

    yield make
    report = request.node.stash.get(_REPORT, None)
    if report is not None and report.failed:
        for number, one in enumerate(readers):
            one.page.screenshot(path=tmp_path / f"screen-{number}.png")
    errors = [error for one in readers for error in one.errors]
    abroad = [url for one in readers for url in one.abroad]
    for one in readers:
        one.page.close()
    for own in contexts:
        own.close()
    assert not errors, f"the console has errors: {errors}"
    assert not abroad, f"another host was asked: {abroad}"


@pytest.fixture
def app(server, reader):
    """Open the app at an address, given as parameters."""

    def visit(options: dict[str, object] | None = None, **query: object) -> Reader:
        address = "&".join(f"{name}={quote(str(value))}" for name, value in query.items())
        return reader(**options or {}).open_app(f"{server.url}?{address}")

    assert server.process.poll() is None
    return visit


@pytest.fixture(scope="session")
def document(record) -> dict[str, object]:
    return payload(record)


def write_page(document: dict[str, object], path: Path, view: View | None = None) -> Path:
    chart = offline_map()
    ClaimsClock(document, view=view).add_to(chart)
    path.write_text(chart.get_root().render(), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def saved(document, tmp_path_factory) -> Path:
    """The map with the clock, as a file."""
    return write_page(document, tmp_path_factory.mktemp("saved") / "map.html")


@pytest.fixture
def page(saved, reader) -> Reader:
    """The saved map, opened from disk."""
    return reader().open_file(saved)


_AS_OPENED = f"""() => {{
    for (const group of document.querySelectorAll(".claims-group")) group.open = false;
    if (claimsClock.panel.card.isOpen) claimsClock.choose([]);
    claimsClock.set({{ date: "{OPENING}", known: "now", hide: [], current: 90, lapsed: false,
        compare: null, view: null, claim: null }});
    claimsClock.maps.showAll();
}}"""


def _as_opened(kept: Reader) -> dict[str, object]:
    """Put a page back as it opens; its state, without the extent, which may differ by a pixel."""
    kept.frame.evaluate(_AS_OPENED)
    kept.settle()
    state = kept.frame.evaluate("claimsClock.state()")
    return state | {"centre": state["centre"][2], "bounds": None}


@pytest.fixture(scope="session")
def _kept(saved, context) -> Iterator[tuple[Reader, dict[str, object]]]:
    kept = Reader(context.new_page()).open_file(saved)
    yield kept, _as_opened(kept)
    kept.page.close()


@pytest.fixture
def standing(_kept) -> Iterator[Reader]:
    """The saved map as it opens, kept for the tests that say all of what they look at."""
    kept, first = _kept
    state = _as_opened(kept)
    assert state == first, f"{state} is not {first}"
    yield kept
    errors, abroad = kept.errors[:], kept.abroad[:]
    kept.errors.clear()
    kept.abroad.clear()
    assert not errors, f"the console has errors: {errors}"
    assert not abroad, f"another host was asked: {abroad}"


#: Text that would run if any of it were taken for markup or for a template.
HOSTILE = (
    "<img src=x onerror=window.hacked=1></script><script>window.hacked=1</script>"
    "{{ 7 * 7 }}{% raw %}<!--]]>__INITIAL__"
)


@pytest.fixture
def hostile(copied) -> Path:
    """A data folder with hostile text wherever somebody else's words come in."""

    def rewrite(name: str, change) -> None:
        table = pd.read_csv(copied / name, dtype=str, keep_default_na=False)
        change(table)
        table.to_csv(copied / name, index=False)

    def claims(table: pd.DataFrame) -> None:
        of_sudzha = table.settlement_id == str(SUDZHA)
        if "claim_id" in table:
            table.loc[of_sudzha, "settlement"] = f"Sudzha {HOSTILE}"
        for column in ("statement", "speaker", "publisher", "note"):
            table.loc[of_sudzha, column] = f"{column} {HOSTILE} " + table[column]

    def settlements(table: pd.DataFrame) -> None:
        own = table.settlement_id == str(SUDZHA)
        table.loc[own, "name_en"] = f"Sudzha {HOSTILE}"
        table.loc[own, "name_ru"] = f"Суджа {HOSTILE}"

    def sources(table: pd.DataFrame) -> None:
        table["name"] = f"source {HOSTILE} " + table["name"]

    def events(table: pd.DataFrame) -> None:
        table["title"] = f"event {HOSTILE} " + table["title"]

    rewrite("claims.csv", claims)
    rewrite("unplaced.csv", claims)
    rewrite("settlements.csv", settlements)
    rewrite("sources.csv", sources)
    rewrite("events.csv", events)
    return copied


# ---- what must be seen


def in_words(date: str) -> str:
    day = dt.date.fromisoformat(date)
    return f"{day.day} {day:%B %Y}"


def choice(
    date: str,
    *hide: str,
    known: str = "now",
    current: int | str = 90,
    record: geo.Record | None = None,
) -> Selection:
    """What is shown on a day while some ids are switched off."""
    sources = (record or shipped_record()).ledger.sources.side.items()
    return Selection(
        on=date,
        known_by=known,
        current_for=current,
        sources=[source for source, side in sources if not {source, side} & set(hide)],
        statuses=[status for status in DRAWN if status not in hide],
    )


def told(selection: Selection, record: geo.Record | None = None) -> dict[str, dict[str, set[int]]]:
    """The cells that must be painted, by map and sign."""
    record = record or shipped_record()
    rows = geo.select(selection, record=record)
    rows = rows[(rows.status != IMPLIED) & (rows.ground_id >= 0)]
    theatre = set(record.theatre.index)
    cells = sorted(theatre | set(rows.ground_id))
    voices, said = words(record, selection, cells, selection.on, selection.on)
    shown = record.ledger.sources.side[list(selection.sources)] if selection.sources else ()
    found: dict[str, dict[str, set[int]]] = {}
    for n, voice in enumerate(voices):
        if voice not in set(shown):
            continue
        named = set(rows.ground_id[rows.side == voice])
        own = found[voice] = {}
        for cell, word in zip(cells, said[0, :, n], strict=True):
            if cell in named or (not word and cell in theatre):
                own.setdefault(WORDS[word], set()).add(cell)
    if {"ukrainian", "russian"} <= found.keys():
        agreement = geo.agreement_on(selection, record=record).agreement
        found["compared"] = {
            sign: set(agreement.index[agreement == sign]) for sign in agreement.unique()
        }
    return found


def filled(rings: list[list[list[float]]]) -> shapely.Geometry:
    """Rings as the browser fills them: where they wind around, by the nonzero rule."""
    if not rings:
        return shapely.Polygon()
    lines = shapely.union_all([shapely.LinearRing(ring) for ring in rings])
    faces = shapely.get_parts(shapely.polygonize([lines]))
    x, y = shapely.get_coordinates(shapely.point_on_surface(faces)).T[..., None]
    (ax, ay), (bx, by) = (np.concatenate(ends).T for ends in zip(*map(_edges, rings), strict=True))
    left = (bx - ax) * (y - ay) > (x - ax) * (by - ay)
    turns = ((ay <= y) & (y < by) & left).sum(1) - ((by <= y) & (y < ay) & ~left).sum(1)
    return shapely.union_all(faces[turns != 0])


def _edges(ring: list[list[float]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array(ring), np.roll(ring, -1, axis=0)


def where(ledger, place: int = SUDZHA) -> tuple[float, float]:
    return tuple(ledger.settlements.loc[place, ["lat", "lon"]])
