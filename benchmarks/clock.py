"""Time the browser clock in a real Chromium: dragging, loading, growth; `make benchmark`.

Beside ours, measured in the same run: the same claims in a plain
streamlit-folium app (`plain_app.py`), and part of them in folium's own
TimelineSlider. No page can reach the network; only npm is asked, once, for the
scripts of the TimelineSlider.
"""

from __future__ import annotations

import contextlib
import functools
import gzip
import http.server
import json
import os
import shutil
import socket
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, cast

import folium
import numpy as np
import pandas as pd
import xstatic.pkg.leaflet
from branca.element import Element, Figure
from folium.plugins import Timeline, TimelineSlider
from folium.utilities import JsCode
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import geo
from geo.selection.address import View
from geo.selection.selection import MapView
from geo.style.look import style
from geo.web.basemap import offline_map
from geo.web.payload import payload
from geo.web.plugin import ClaimsClock, script

ROOT = Path(__file__).resolve().parent.parent
LEAFLET = Path(xstatic.pkg.leaflet.BASE_DIR)
FRAME_MS, GROWN_MS, RATIO = 16.7, 50, 15
PAGE_KB, LOAD_S, PANEL_MS, SESSION_MB = 200, 2, 300, 20
STEPS, PLAIN_STEPS, LOADS, RELEASES, SESSIONS = 200, 15, 5, 15, 5
#: Steps before measuring, so that the script has been compiled.
WARM = 20
GROWTH = 10
#: Two maps, one for each belligerent.
VIEW: MapView = "side-by-side"
WINDOW = {"width": 1280, "height": 800}
#: Kinds of figures.
SHOWN = "from the input, or from letting go, to the painted shapes"
SCRIPT = "script of a step alone"
WORK = "a frame with a step, from its begin to painted"
APART = "from one painted frame to the next, a step each; 16.7 is the least"
OURS = "our clock, every source"
GROUP = "streamlit-folium, feature_group_to_add"
PLAIN = "streamlit-folium, a new map for every date"
#: Sources that folium's TimelineSlider is given.
SOURCES = ["deepstate", "uacontrolmap", "ru_mod"]
SLIDER = f"TimelineSlider, {len(SOURCES)} of the sources"
#: What the TimelineSlider needs, and where it lies in the npm package.
PACKAGES = {
    "leaflet.timeline@1.6.0": "package/dist/leaflet.timeline.js",
    "moment@2.18.1": "package/min/moment.min.js",
}

# A frame is done when the first message sent in it arrives: style, layout and
# paint of a frame come before any further task. `begin` is when the scripts of
# the frame begin, `at` the time that the display gives it.
PROBE = """
(() => {
  const waiting = [];
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => waiting.shift()();
  const after = () => new Promise((done) => {
    waiting.push(() => done(performance.now()));
    port2.postMessage(0);
  });
  const frame = () => new Promise((done) => requestAnimationFrame((at) => {
    const begin = performance.now();
    after().then((painted) => done({ at, begin, painted }));
  }));
  const times = { steps: [], frame };
  const box = () => document.querySelector("[data-painted-date]");
  const now = () => performance.timeOrigin + performance.now();

  // One step: from the event to the frame in which the date was painted.
  times.follow = async (want) => {
    const event = performance.now();
    const { at, begin, painted } = await frame();
    const late = want !== undefined && box().dataset.paintedDate !== want();
    times.steps.push({ at, late, event: painted - event, work: painted - Math.max(begin, event) });
  };
  times.input = async (days) => {
    const slider = document.querySelector(".claims-slider");
    await frame();
    for (const day of days) {
      const step = times.follow(() => claimsClock.calendar.iso(day));
      slider.value = day;
      slider.dispatchEvent(new Event("input", { bubbles: true }));
      await step;
    }
    return times.steps.splice(0);
  };
  times.listen = () => document.addEventListener("input", (event) => {
    times.follow(() => claimsClock.calendar.iso(+event.target.value));
  }, true);
  // The script alone, one step a frame; `act` takes a day.
  times.script = async (days, act, look) => {
    const spent = [];
    for (const day of days) {
      const step = times.follow();
      await new Promise((done) => requestAnimationFrame(() => {
        const start = performance.now();
        act(day);
        spent.push(performance.now() - start);
        if (look) look();
        done();
      }));
      await step;
    }
    return { spent, steps: times.steps.splice(0) };
  };
  // In the page around the frame, whose own first document comes and goes.
  if (window === top) times.first = new Promise((done) => {
    const look = () => {
      const map = document.querySelector("iframe.claims-app")?.contentDocument;
      if (!map?.querySelector("[data-painted-date]")) requestAnimationFrame(look);
      else frame().then(() => done(now()));
    };
    look();
  });

  // The plain app: from letting go of the slider to the shapes of a day.
  times.plain = (name) => {
    times.release = new Promise((done) => {
      let start = 0, blank = 0, before = 0, old = null;
      const look = (at) => {
        const shown = [...document.querySelectorAll("iframe")].filter((frame) =>
          frame.offsetHeight > 50 && frame.contentDocument
          && frame.contentDocument.querySelector(".leaflet-overlay-pane path"));
        if (start) blank += shown.length ? 0 : at - before;
        else old = shown[0];
        before = at;
        const found = start && shown.find((frame) =>
          frame.contentDocument.querySelector(`path.${name}`));
        if (!found) { requestAnimationFrame(look); return; }
        after().then((painted) =>
          done({ event: painted - start, blank, remounted: found !== old }));
      };
      requestAnimationFrame(look);
      const release = () => { start = before = performance.now(); };
      document.addEventListener("keyup", release, { capture: true, once: true });
    });
  };
  // Ours: from letting go of the slider to the address and the panel's own line on the day.
  // The table beside it is a canvas; its readable twin is delayed by its maker.
  times.panel = () => {
    const map = document.querySelector("iframe.claims-app");
    const line = () => document.querySelector("[data-testid=stMarkdown] strong").textContent;
    times.release = new Promise((done) => {
      map.contentDocument.addEventListener("change", () => {
        const start = performance.now();
        const { claimsClock } = map.contentWindow;
        const want = claimsClock.calendar.iso(+claimsClock.bar.slider.value);
        const say = claimsClock.calendar.say(+claimsClock.bar.slider.value);
        const found = {};
        const look = () => {
          const date = new URLSearchParams(location.search).get("date");
          const spent = performance.now() - start;
          if (date === want) found.address ??= spent;
          if (line() === say) found.line ??= spent;
          if (Object.keys(found).length === 2) done(Math.max(...Object.values(found)));
          else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      }, { capture: true, once: true });
    });
  };
  window.times = times;
})();
"""
COUNT_FRAMES = """
() => {
  window.kept = document.querySelector("iframe.claims-app");
  window.kept.contentWindow.kept = true;
  window.remounts = 0;
  new MutationObserver((changes) => {
    for (const change of changes) for (const node of [...change.addedNodes, ...change.removedNodes])
      if (node.nodeType === 1 && (node.matches("iframe") || node.querySelector("iframe")))
        window.remounts += 1;
  }).observe(document.body, { subtree: true, childList: true });
  window.kept.addEventListener("load", () => { window.remounts += 1; });
}
"""
PAINT = "(days) => times.script(days, (day) => { claimsClock.day = day; claimsClock.paint(); })"
SAME_FRAME = """
() => document.querySelector("iframe.claims-app") === window.kept
  && window.kept.contentWindow.kept === true ? window.remounts : Math.max(window.remounts, 1)
"""


class Spread(NamedTuple):
    """Milliseconds of many steps."""

    median: float
    p95: float

    @classmethod
    def of(cls, values: Any) -> Spread:
        """Of steps that took so long."""
        return cls(*np.percentile(values, [50, 95]).tolist())


class Report:
    """Lines as they are measured, and what missed its target."""

    def __init__(self) -> None:
        self.missed: list[str] = []
        self.letter = ""
        #: What is set side by side at the end: by kind of figure, each way and its times.
        self.beside: dict[str, list[tuple[str, Spread]]] = {}

    def part(self, letter: str, title: str) -> None:
        """Begin a part."""
        self.letter = letter
        print(f"\n({letter}) {title}")

    def shown(self, what: str, value: float, unit: str, more: str = "") -> None:
        """Show a figure."""
        digits = 0 if isinstance(value, int) else 2
        print(f"  {what:<54} {value:9.{digits}f} {unit:<2}  {more}".rstrip(), flush=True)

    def judged(self, what: str, value: float, unit: str, limit: float) -> None:
        """Show a figure beside its target, and note it if it misses."""
        met = value <= limit
        verdict = "met" if met else "MISSED"
        self.shown(what, value, unit, f"target <= {limit} {unit}".rstrip() + f": {verdict}")
        if not met:
            self.missed.append(f"({self.letter}) {what}")

    def spread(
        self, what: str, values: Any, limit: float | None = None, *, way: str = "", kind: str = ""
    ) -> None:
        """Show median and p95; with a way and a kind they are set side by side at the end."""
        spread = Spread.of(values)
        self.shown(f"{what}, median", spread.median, "ms")
        if limit is None:
            self.shown(f"{what}, p95", spread.p95, "ms")
        else:
            self.judged(f"{what}, p95", spread.p95, "ms", limit)
        if way:
            self.beside.setdefault(kind, []).append((way, spread))

    def steps(self, found: dict[str, Any], way: str, limit: float | None = None) -> None:
        """Show the times of steps that `times.script` made."""
        self.spread("script alone", found["spent"], way=way, kind=SCRIPT)
        work = [step["work"] for step in found["steps"]]
        self.spread("begin of the frame to painted", work, limit, way=way, kind=WORK)
        apart = np.diff([step["at"] for step in found["steps"]])
        self.spread("from one painted frame to the next", apart, way=way, kind=APART)


def main() -> int:
    report = Report()
    record = geo.load_record()
    document = payload(record)
    days = [round(number * (document["days"] - 1) / STEPS) for number in range(STEPS)]
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or None,
            # No name resolves, so that nothing but this machine can be reached.
            args=["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
        )
        load = ", ".join(f"{value:.1f}" for value in os.getloadavg()[:2])
        print(f"Chromium {browser.version}, headless, {WINDOW['width']} x {WINDOW['height']};")
        print(f"{os.cpu_count()} processors, load over the last 1 and 5 minutes: {load}")
        with server(ROOT / "app.py") as (address, process):
            memory = sessions(browser, address, process)
            released = dragging(report, browser, address, days)
            loaded = loading(browser, address)
        plain(report, browser)
        timeline(report, browser, record, days, folder)
        growth(report, browser, document, days, folder)
        sizes(report, record, document)
        report.part("f", "the app, from navigation to letting go of the slider")
        served(report, loaded, released, memory)
        browser.close()
    side_by_side(report)
    print("\nMISSED: " + "; ".join(report.missed) if report.missed else "\nall targets met")
    return 1 if report.missed else 0


# ---- servers and pages ---------------------------------------------------------------


@contextlib.contextmanager
def server(app: Path, **environment: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A Streamlit server on a free port of this machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(app), "--server.address", "127.0.0.1"]
    process = subprocess.Popen(  # noqa: S603 - our own scripts
        [*command, "--server.port", str(port)],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 60
        while not _answers(f"{address}/_stcore/health"):
            if process.poll() is not None or time.monotonic() > deadline:
                msg = f"the server of {app.name} did not start"
                raise RuntimeError(msg)
            time.sleep(0.1)
        yield address, process
    finally:
        process.terminate()
        process.wait(timeout=20)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own server
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


class _Leaflet(http.server.SimpleHTTPRequestHandler):
    """Leaflet's files, as a network that answers at once would serve them."""

    def log_message(self, *_: Any) -> None:
        pass

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "max-age=3600")
        super().end_headers()


@contextlib.contextmanager
def leaflet_server() -> Iterator[str]:
    handler = functools.partial(_Leaflet, directory=str(LEAFLET))
    files = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=files.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{files.server_port}"
    finally:
        files.shutdown()
        files.server_close()


def fresh(browser: Browser) -> BrowserContext:
    """A browser that has seen nothing yet, with our stopwatch in every frame."""
    context = browser.new_context(viewport=WINDOW, color_scheme="light")
    context.add_init_script(PROBE)
    return context


def opened(context: BrowserContext, address: str) -> tuple[Page, Any]:
    """Our app and the frame of its map, painted, with the script at rest."""
    page = context.new_page()
    page.goto(address)
    page.locator("iframe.claims-app").wait_for(state="attached")
    frame = page.locator("iframe.claims-app").element_handle().content_frame()
    frame.wait_for_selector("[data-painted-date]", state="attached")
    resting(page)
    return page, frame


def resting(page: Page) -> None:
    page.wait_for_selector(
        "[data-testid=stApp][data-test-script-state=notRunning]", state="attached"
    )


def from_disk(chart: folium.Map, browser: Browser, file: Path) -> Page:
    file.write_text(chart.get_root().render(), encoding="utf-8")
    page = fresh(browser).new_page()
    page.goto(file.as_uri())
    return page


# ---- (a) our clock -------------------------------------------------------------------


def dragging(
    report: Report, browser: Browser, address: str, days: list[int]
) -> tuple[list[float], float]:
    page, frame = opened(fresh(browser), f"{address}/?panel=On+this+day&view={VIEW}")
    page.evaluate(COUNT_FRAMES)
    report.part("a", "our clock, in the app, every source: from the input to the painted frame")
    frame.evaluate("(days) => times.input(days)", days[:WARM])
    steps = frame.evaluate("(days) => times.input(days)", days)
    print(f"  {len(steps)} scripted inputs; they come right after a frame, and wait for the next")
    report.spread("input to painted frame, waiting included", [s["event"] for s in steps])
    report.spread("begin of the frame to painted", [s["work"] for s in steps], FRAME_MS)
    _late(report, steps)

    track = frame.locator(".claims-slider").bounding_box()
    low, wide = track["x"] + 10, track["width"] - 20
    middle = track["y"] + track["height"] / 2
    frame.evaluate("times.listen()")
    page.mouse.move(low, middle)
    page.mouse.down()
    frame.evaluate("times.frame().then(() => { times.steps.length = 0; })")
    for number in range(1, STEPS + 1):
        page.mouse.move(low + wide * number / STEPS, middle)
    frame.evaluate("times.frame()")
    steps = frame.evaluate("times.steps.splice(0)")
    page.mouse.up()
    print(f"  {len(steps)} inputs from {STEPS} positions of a mouse that drags the slider")
    report.spread(
        "input to painted frame", [s["event"] for s in steps], FRAME_MS, way=OURS, kind=SHOWN
    )
    _late(report, steps)

    print(f"  {len(days)} calls of claimsClock.paint(), one a frame")
    report.steps(frame.evaluate(PAINT, days), OURS)
    print("  the same, of the sources that TimelineSlider is given")
    frame.evaluate(
        """(shown) => claimsClock.set({
            hide: claimsClock.payload.sources.flatMap(({ id }) => (shown.includes(id) ? [] : [id]))
        })""",
        SOURCES,
    )
    frame.evaluate(PAINT, days[:WARM])
    report.steps(frame.evaluate(PAINT, days), f"our clock, {len(SOURCES)} of the sources")
    frame.evaluate("() => claimsClock.set({ hide: [] })")
    times, sent = releases(page, frame)
    remounts = page.evaluate(SAME_FRAME)
    report.judged("remounts of the map's frame in all this", remounts, "", 0)
    page.context.close()
    return times, sent


def _late(report: Report, steps: list[dict[str, Any]]) -> None:
    report.shown("inputs not painted in the next frame", sum(step["late"] for step in steps), "")
    # Longer than a frame where what draws the painted frame, behind the page, cannot keep up.
    report.spread("from one painted frame to the next", np.diff([step["at"] for step in steps]))


def releases(page: Page, frame: Any) -> tuple[list[float], float]:
    """Milliseconds until the page has followed, and kilobytes sent to it each time."""
    resting(page)
    sizes = [0]
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")

    def count(event: dict[str, Any]) -> None:
        sizes.append(len(event["response"]["payloadData"]) * 3 / 4)  # it is in base64

    network.on("Network.webSocketFrameReceived", count)
    track = frame.locator(".claims-slider").bounding_box()
    middle = track["y"] + track["height"] / 2
    found = []
    for number in range(RELEASES):
        page.evaluate("times.panel()")
        page.mouse.move(track["x"] + track["width"] * (0.08 + 0.02 * number), middle)
        page.mouse.down()
        page.mouse.up()
        found.append(page.evaluate("times.release"))
        resting(page)
    return found, sum(sizes) / RELEASES / 1000


# ---- (b) the plain app ---------------------------------------------------------------


def plain(report: Report, browser: Browser) -> None:
    report.part(
        "b", "the same claims with streamlit-folium: from letting go of the slider to the shapes"
    )
    with (
        leaflet_server() as leaflet,
        server(ROOT / "benchmarks" / "plain_app.py", LEAFLET=leaflet) as (address, _),
    ):
        for way, name in (("map", PLAIN), ("group", GROUP)):
            page = fresh(browser).new_page()
            page.goto(f"{address}/?way={way}")
            day = pd.Timestamp("2024-09-05")
            frame = page.frame_locator("[data-testid=stCustomComponentV1]").last
            frame.locator(f"path.day-{day.date()}").first.wait_for(state="attached")
            found = []
            for _ in range(PLAIN_STEPS + 1):
                resting(page)
                day += pd.Timedelta(days=1)
                page.evaluate("(name) => times.plain(name)", f"day-{day.date()}")
                page.get_by_role("slider").press("ArrowRight")
                found.append(page.evaluate("times.release"))
            found = found[1:]  # the first step is the slowest
            print(f"  {name}, {len(found)} steps")
            report.spread(
                "release to new shapes",
                [step["event"] for step in found],
                way=name,
                kind=SHOWN,
            )
            blank = Spread.of([step["blank"] for step in found])
            report.shown("of which without any shape, median", blank.median, "ms")
            report.shown("steps that mounted a new frame", sum(s["remounted"] for s in found), "")
            page.context.close()


# ---- (c) folium's TimelineSlider -----------------------------------------------------


def timeline(
    report: Report, browser: Browser, record: geo.Record, days: list[int], folder: Path
) -> None:
    report.part("c", f"folium's TimelineSlider, only {', '.join(SOURCES)}, cells not put together")
    scripts = npm(folder)
    if isinstance(scripts, str):
        print(f"  left out: {scripts}")
        return
    own = record.claims[record.claims.source_id.isin(SOURCES) & record.known(None)]
    first, last = record.period
    end = last + pd.Timedelta(days=1)
    own = own.assign(
        start=own.valid_from.dt.strftime("%Y-%m-%d"),
        end=own.valid_to.fillna(end).dt.strftime("%Y-%m-%d"),
        endExclusive=True,
    )
    chart = offline_map()
    head = cast("Figure", chart.get_root()).header
    for number, library in enumerate(scripts):
        head.add_child(Element(f"<script>{library}</script>"), name=f"npm_{number}")
    data = own[["side", "start", "end", "endExclusive", "geometry"]].to_json(to_wgs84=True)
    colour = f"""function (feature) {{
        const colours = {style().light.model_dump_json()};
        return {{ color: colours[feature.properties.side], weight: 1.5, fillOpacity: 0.2 }};
    }}"""
    layer = Timeline(json.loads(data), style=JsCode(colour))
    slider = TimelineSlider(auto_play=False)
    for part in (layer, slider):
        part.default_js = []
    layer.add_to(chart)
    slider.add_timelines(layer).add_to(chart)
    page = from_disk(chart, browser, folder / "timeline.html")
    dates = [first + pd.Timedelta(days=day) for day in days]
    act = f"""(moments) => {{
        const counts = [];
        return times.script(moments, (moment) => {slider.get_name()}.setTime(moment), () => {{
            counts.push({layer.get_name()}.getLayers().length);
        }}).then((found) => ({{ ...found, counts }}));
    }}"""
    moments = [date.timestamp() * 1000 for date in dates]
    page.evaluate(act, moments[:WARM])
    found = page.evaluate(act, moments)
    _same_cells(found["counts"], own, dates)
    print(f"  {len(own)} cells with their times, {len(days)} calls of its setTime, one a frame")
    report.steps(found, SLIDER)
    page.context.close()


def npm(folder: Path) -> list[str] | str:
    """The scripts from npm, or why they are not to be had."""
    program = shutil.which("npm")
    if program is None:
        return "there is no npm here to fetch leaflet.timeline with"
    command = [program, "pack", "--silent", "--pack-destination", str(folder), *PACKAGES]
    packed = subprocess.run(command, cwd=folder, capture_output=True, check=False)  # noqa: S603
    if packed.returncode:
        return f"npm could not fetch {' and '.join(PACKAGES)}"
    scripts = []
    for name, member in PACKAGES.items():
        with tarfile.open(folder / f"{name.replace('@', '-')}.tgz") as archive:
            file = archive.extractfile(member)
            scripts.append(file.read().decode() if file else "")
    return scripts


def _same_cells(counts: list[int], own: Any, dates: list[pd.Timestamp]) -> None:
    """Stop unless it showed the cells that are claimed."""
    for date, count in zip(dates, counts, strict=True):
        want = int(((own.valid_from <= date) & ~(own.valid_to <= date)).sum())
        if count != want:
            msg = f"{date.date()}: TimelineSlider shows {count} cells, not {want}"
            raise AssertionError(msg)


# ---- (d) growth ----------------------------------------------------------------------


def growth(
    report: Report, browser: Browser, document: dict[str, Any], days: list[int], folder: Path
) -> None:
    sources, rows = document["sources"], document["rows"]
    grown = document | {
        "sources": [
            source | {"id": f"{source['id']}_{copy}", "name": f"{source['name']} {copy}"}
            for copy in range(GROWTH)
            for source in sources
        ],
        "rows": {
            name: [
                value + copy * len(sources) * (name == "source")
                for copy in range(GROWTH)
                for value in values
            ]
            for name, values in rows.items()
        },
    }
    report.part("d", f"{GROWTH} times the sources and rows, every source, page from disk")
    print(f"  {len(grown['sources'])} sources, {len(grown['rows']['source']):,} rows")
    chart = offline_map()
    ClaimsClock(grown, view=View(view=VIEW)).add_to(chart)
    page = from_disk(chart, browser, folder / "grown.html")
    page.wait_for_selector("[data-painted-date]", state="attached")
    days = days[::3]  # here the drawing of a frame takes long
    page.evaluate(PAINT, days[:WARM])
    found = page.evaluate(PAINT, days)
    print(f"  {len(days)} steps")
    report.steps(found, f"our clock, {GROWTH} times the data", GROWN_MS)
    page.context.close()


# ---- (e), (f) what is sent, and how soon ---------------------------------------------


def sizes(report: Report, record: geo.Record, document: dict[str, Any]) -> None:
    report.part("e", "size of the page, gzipped (in brackets: as it is)")
    assets = ROOT / "geo" / "web" / "assets"
    chart = offline_map()
    ClaimsClock(payload(record), framed=True).add_to(chart)

    def sized(what: str, *texts: str) -> float:
        raw = "".join(texts).encode()
        small = len(gzip.compress(raw, 6)) / 1000
        report.shown(what, small, "kB", f"({len(raw) / 1000:,.0f} kB)")
        return small

    sized("history document", json.dumps(document, ensure_ascii=False, separators=(",", ":")))
    sized("our script and style", script(), (assets / "clock.css").read_text("utf-8"))
    whole = sized("whole page", chart.get_root().render())
    leaflet = sized("Leaflet, script and style", *map(Path.read_text, LEAFLET.glob("leaflet.*s")))
    report.judged("whole page beside Leaflet", whole - leaflet, "kB", PAGE_KB)


def loading(browser: Browser, address: str) -> tuple[list[float], list[float]]:
    """Seconds from navigation to the first painted map: on a first visit, and on the next."""
    found: tuple[list[float], list[float]] = ([], [])
    for _ in range(LOADS):
        context = fresh(browser)
        for visit in found:
            page, _ = opened(context, address)
            painted = page.evaluate("times.first")
            visit.append((painted - page.evaluate("performance.timeOrigin")) / 1000)
            page.close()
        context.close()
    return found


def sessions(browser: Browser, address: str, process: subprocess.Popen[bytes]) -> list[float]:
    """Megabytes of the server after each of some sessions, all of them open."""
    found, pages = [], []
    for _ in range(SESSIONS):
        page, _ = opened(fresh(browser), address)
        pages.append(page)
        found.append(_settled(process.pid))
    for page in pages:
        page.context.close()
    return found


def _settled(pid: int) -> float:
    """Resident megabytes, once they stay the same for half a second."""
    seen: list[int] = []
    while len(seen) < 6 or len(set(seen[-6:])) > 1:
        status = Path(f"/proc/{pid}/status").read_text()
        seen.append(int(status.split("VmRSS:")[1].split()[0]))
        time.sleep(0.1)
    return seen[-1] / 1024


def served(
    report: Report,
    loaded: tuple[list[float], list[float]],
    released: tuple[list[float], float],
    memory: list[float],
) -> None:
    for visit, seconds in zip(("first visit, nothing cached", "next visit"), loaded, strict=True):
        median = float(np.median(seconds))
        report.judged(f"first painted map, {visit}, median", median, "s", LOAD_S)
        report.shown("slowest of them", max(seconds), "s")
    times, sent = released
    median, p95 = Spread.of(times)
    report.judged(
        f"letting go to address and panel, median of {len(times)}", median, "ms", PANEL_MS
    )
    report.shown("the same, p95", p95, "ms")
    report.shown("sent to the browser each time", sent, "kB")
    report.shown("memory of the server with one session", memory[0], "MB")
    report.judged("more with a second session", memory[1] - memory[0], "MB", SESSION_MB)
    each = (memory[-1] - memory[0]) / (len(memory) - 1)
    report.judged(f"more for each of {len(memory) - 1} further sessions", each, "MB", SESSION_MB)


def side_by_side(report: Report) -> None:
    """Everything of one kind in one table; ratios of medians to our clock."""
    print(f"\n{'side by side, ms':<50}   median      p95   times ours")
    for kind, ways in report.beside.items():
        print(f" {kind}")
        ours = dict(ways)[OURS].median
        for way, spread in ways:
            ratio = spread.median / ours
            print(f"  {way:<48} {spread.median:8.2f} {spread.p95:8.2f} {ratio:11.1f}x")
    for kind, way, least in ((SHOWN, PLAIN, RATIO), (SCRIPT, SLIDER, 1)):
        ways = dict(report.beside[kind])
        if way not in ways:
            continue
        ratio = ways[way].median / ways[OURS].median
        report.missed += [] if ratio >= least else [f"{way}, {ratio:.1f} times ours"]
        print(f"  {way}: target >= {least}x ours: {'met' if ratio >= least else 'MISSED'}")


if __name__ == "__main__":
    sys.exit(main())
