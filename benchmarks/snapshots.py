"""Time what is taken away: pictures, films, files; `make benchmark`.

Beside our picture, in the same run: folium's own way to a PNG, `Map._to_png()`,
a screenshot of the map in a headless browser that selenium drives. It waits for
3 s before it takes it. So that the wait is not what is compared, there is also a
bare screenshot, taken as soon as the map is drawn.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from statistics import median

import folium
from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import geo
from geo.selection.snapshot import SIZES
from geo.style.look import style
from geo.web.basemap import offline_map

ROOT = Path(geo.__file__).parent.parent
SNAPSHOT = geo.Snapshot(on="2024-09-05")
FILM = ("2024-08-06", "2025-04-22")  # 260 days
HISTORY = geo.Snapshot(on="2025-11-05", since="2024-08-06")
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


def folium_map() -> folium.Map:
    """The same claims on a folium map."""
    chart = offline_map()
    shapes = geo.claims_on(SNAPSHOT.on)[["source_id", "side", "status", "geometry"]]
    folium.GeoJson(
        shapes.astype({"source_id": str, "status": str}),
        style_function=lambda feature: {
            "color": style().light.soft
            if feature["properties"]["status"] == "implied"
            else style().light[feature["properties"]["status"]]
        },
    ).add_to(chart)
    return chart


def once_through_folium() -> bytes:
    """As folium does: a browser for each picture, and 3 s for it to draw the map."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for flag in ("--headless=new", *FLAGS):
        options.add_argument(flag)
    driver = webdriver.Chrome(options, webdriver.ChromeService(shutil.which("chromedriver")))
    return folium_map()._to_png(driver=driver, size=SIZES["slide"])  # noqa: SLF001


def screenshot(browser: Browser) -> bytes:
    """The page into a browser, a picture of the map."""
    width, height = SIZES["slide"]
    page = browser.new_page(viewport={"width": width, "height": height})
    try:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "map.html"
            file.write_text(folium_map().get_root().render(), "utf-8")
            page.goto(file.as_uri(), wait_until="load")
        page.wait_for_selector(".folium-map path.leaflet-interactive", state="attached")
        return page.locator(".folium-map").screenshot()
    finally:
        page.close()


def through_browser(times: int) -> float:
    """Median seconds of a picture in a browser that has drawn one."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=FLAGS, chromium_sandbox=False
        )
        screenshot(browser)
        taken = timed(lambda: screenshot(browser), times) if times else 0
        browser.close()
    return taken


#: Other ways to a picture: the first one of a process, and a further one in seconds.
COLD = {"folium": once_through_folium, "bare": lambda: through_browser(0)}
WARM = {
    "folium": lambda: timed(once_through_folium, 2),
    "bare": lambda: through_browser(TIMES),
}


def cold_run(command: list[str]) -> float:
    """Seconds of a command; Python may keep what it compiled, as it does by itself."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    subprocess.run(command, cwd=ROOT, env=kept, check=True, capture_output=True)  # noqa: S603
    return time.perf_counter() - start


def main() -> None:
    load = os.getloadavg()[0]
    print(f"load at the start {load:.1f} on {os.cpu_count()} processors\n")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ours = [sys.executable, "-m", "geo", "snapshot", "--on", str(SNAPSHOT.on)]
        ours += ["--out", str(folder / "a.png")]
        commands = {"ours": ours}
        commands |= {way: [sys.executable, str(Path(__file__).resolve()), way] for way in COLD}
        if not (find_spec("selenium") and shutil.which("chromedriver")):
            print("folium is left out: it needs selenium and chromedriver\n")
            del commands["folium"]
        # In turns, so that what else the machine does falls on all.
        cold = [{way: cold_run(command) for way, command in commands.items()} for _ in range(4)]
        rows = {"cold": {way: median(one[way] for one in cold[1:]) for way in commands}}
        record = geo.load_record()

        def draw() -> bytes:
            return geo.snapshot_bytes(SNAPSHOT, "png", record=record)

        draw()
        rows["warm"] = {"ours": timed(draw)}
        rows["warm"] |= {way: WARM[way]() for way in commands if way != "ours"}
        for kind, aim in (("cold", COLD_S), ("warm", WARM_S)):
            own = rows[kind]["ours"]
            print(f"{f'PNG 1920 x 1080, {kind}':28}{own:6.2f} s{'':19}<= {aim} s")
            for way, title in (("folium", "folium"), ("bare", "bare screenshot")):
                if way in rows[kind]:
                    other = rows[kind][way]
                    goal = f"ratio >= {RATIO}" if way == "folium" else ""
                    print(f"{f'  {title}':28}{other:6.2f} s{other / own:8.1f} times{'':5}{goal}")
        for extension in ("svg", "pdf", "html", "gpkg"):
            taken = timed(
                lambda extension=extension: geo.snapshot_bytes(SNAPSHOT, extension, record=record),
                1,
            )
            print(f"{f'{extension}, warm':28}{taken:6.2f} s")
        whole = timed(lambda: geo.snapshot_bytes(HISTORY, "gpkg", record=record), 1)
        print(f"{'gpkg of the whole history':28}{whole:6.2f} s")
        film = timed(lambda: geo.animate(*FILM, folder / "film.mp4", snapshot=SNAPSHOT), 1)
        size = (folder / "film.mp4").stat().st_size / 1e6
        print(f"{'MP4 of 260 days':28}{film:6.1f} s{'':19}<= {FILM_S} s ({size:.1f} MB)")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        COLD[sys.argv[1]]()
    else:
        main()
