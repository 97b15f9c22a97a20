"""Time what is taken away: pictures, films, files; `make benchmark`.

Beside our picture, in the same run: folium's own way to a PNG, a screenshot of
the map in a headless browser. folium waits for a fixed time before it
takes it (3 s by default); here it is taken as soon as the map is drawn.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import folium
from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import geo
from geo.basemap import offline_map
from geo.palette import colours
from geo.snapshot import SIZES

ROOT = Path(geo.__file__).parent.parent
SNAPSHOT = geo.Snapshot(on="2024-09-05", layers="disagreement")
FILM = ("2024-08-06", "2025-04-22")  # 260 days
HISTORY = geo.Snapshot(on="2025-11-05", since="2024-08-06", layers="disagreement")
COLD_S, WARM_S, FILM_S, RATIO = 1.5, 0.6, 60, 3
TIMES = 5
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def timed(work: Callable[[], object], times: int = TIMES) -> float:
    """Median seconds."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return median(taken)


def folium_page() -> str:
    """The same claims on a folium map."""
    chart = offline_map()
    shapes = geo.claims_on(SNAPSHOT.on)[["source_id", "side", "status", "geometry"]]
    palette = colours()
    folium.GeoJson(
        shapes.astype({"source_id": str, "status": str}),
        style_function=lambda feature: {"color": palette[feature["properties"]["side"]]},
    ).add_to(chart)
    return chart.get_root().render()


def screenshot(browser: Browser) -> bytes:
    """As folium's `_to_png`: the page into a browser, a picture of the map."""
    width, height = SIZES["slide"]
    page = browser.new_page(viewport={"width": width, "height": height})
    try:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "map.html"
            file.write_text(folium_page(), "utf-8")
            page.goto(file.as_uri(), wait_until="load")
        page.wait_for_selector(".folium-map path.leaflet-interactive", state="attached")
        return page.locator(".folium-map").screenshot()
    finally:
        page.close()


def through_browser(warm: bool) -> float:  # noqa: FBT001
    """Seconds for a picture; warm, the browser is open and has drawn one."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=FLAGS, chromium_sandbox=False
        )
        screenshot(browser)
        taken = timed(lambda: screenshot(browser)) if warm else 0
        browser.close()
    return taken


def main() -> None:
    load = os.getloadavg()[0]
    print(f"load at the start {load:.1f} on {os.cpu_count()} processors\n")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        python = [sys.executable]
        ours = [*python, "-m", "geo", "snapshot", "--on", str(SNAPSHOT.on)]
        ours += ["--layer", "disagreement", "--out", str(folder / "a.png")]
        theirs = [*python, str(Path(__file__).resolve()), "browser"]

        def run(command: list[str]) -> None:
            subprocess.run(command, cwd=ROOT, check=True, capture_output=True)  # noqa: S603

        # In turns, so that what else the machine does falls on both.
        colds = [(timed(lambda: run(ours), 1), timed(lambda: run(theirs), 1)) for _ in range(3)]
        cold, cold_browser = (median(column) for column in zip(*colds, strict=True))
        ledger, claims = geo.load_ledger(), geo.load_claims()

        def draw() -> bytes:
            return geo.snapshot_bytes(SNAPSHOT, "png", ledger=ledger, claims=claims)

        draw()
        warm, warm_browser = timed(draw), through_browser(warm=True)
        rows = [("PNG 1920 x 1080, cold", cold, cold_browser, COLD_S)]
        rows.append(("PNG 1920 x 1080, warm", warm, warm_browser, WARM_S))
        print(f"{'':28}{'ours':>8}{'folium':>9}{'ratio':>8}   target")
        for title, own, other, target in rows:
            aim = f"<= {target} s, ratio >= {RATIO}"
            print(f"{title:28}{own:6.2f} s{other:7.2f} s{other / own:8.1f}   {aim}")
        for ending in ("svg", "pdf", "html", "gpkg"):
            taken = timed(
                lambda ending=ending: geo.snapshot_bytes(
                    SNAPSHOT, ending, ledger=ledger, claims=claims
                ),
                1,
            )
            print(f"{f'{ending}, warm':28}{taken:6.2f} s")
        whole = timed(lambda: geo.snapshot_bytes(HISTORY, "gpkg", ledger=ledger, claims=claims), 1)
        print(f"{'gpkg of the whole history':28}{whole:6.2f} s")
        film = timed(lambda: geo.animate(*FILM, folder / "film.mp4", snapshot=SNAPSHOT), 1)
        size = (folder / "film.mp4").stat().st_size / 1e6
        print(f"{'MP4 of 260 days':28}{film:6.1f} s{'':19}<= {FILM_S} s ({size:.1f} MB)")


if __name__ == "__main__":
    if sys.argv[1:] == ["browser"]:
        through_browser(warm=False)
    else:
        main()
