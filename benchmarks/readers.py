"""Many readers at once: how long a panel takes to follow the map; `make benchmark`.

Speaks Streamlit's protocol over real WebSockets, as browsers do. Readers step
through days of their own, the worst case, or all through the same, as a class does.

    python benchmarks/readers.py [panel ...]
"""

from __future__ import annotations

import datetime as dt
import json
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from wire import Wire

import geo

ROOT = Path(__file__).resolve().parent.parent
#: Of the record; the map tells which it shows.
VERSION = geo.load_ledger().version
PANELS = ["Place", "On this day", "Export"]
#: Readers, steps of each, seconds from step to step, seconds in all for a panel's answer (p95).
AT_ONCE, STEPS, AT_ONCE_S = 16, 6, 0.8
CALM, EVERY_S, CALM_FOR_S, CALM_S, MEMORY_MB = 50, 5, 120, 1.0, 600
SUDZHA = "115637"
FIRST = dt.date(2024, 8, 20)


def serve() -> tuple[subprocess.Popen[bytes], int]:
    """Start the app on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    options = [f"--server.port={port}", "--server.headless=true", "--server.fileWatcherType=none"]
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), *options]
    server = subprocess.Popen(  # noqa: S603 - our own scripts
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return server, port


def step(line: Wire, day: dt.date) -> float:
    """Let the map show a day; seconds until the page has followed."""
    begin = time.perf_counter()
    state = {"date": day.isoformat(), "place": int(SUDZHA), "version": VERSION}
    line.run(clock={"json_value": json.dumps({"state": state})})
    taken = time.perf_counter() - begin
    if line.address["date"] != day.isoformat() or line.of("exception"):
        msg = f"the page did not follow to {day}"
        raise RuntimeError(msg)
    return taken


def own_day(reader: int, turn: int) -> dt.date:
    """Days that no other reader and no other turn has."""
    return FIRST + dt.timedelta(days=(reader * 7 + turn * 113) % 440)


def same_day(_reader: int, turn: int) -> dt.date:
    """The same for all readers."""
    return FIRST + dt.timedelta(days=1 + turn * 3)


def at_once(port: int, panel: str, day: Callable[[int, int], dt.date]) -> list[float]:
    """All readers step together, again when the last has its answer."""
    together = threading.Barrier(AT_ONCE)

    def read(reader: int) -> list[float]:
        line = Wire(port, date="2024-09-05", place=SUDZHA, panel=panel)
        taken = []
        for turn in range(STEPS):
            together.wait()
            taken.append(step(line, day(reader, turn)))
        line.close()
        return taken

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [seconds for one in pool.map(read, range(AT_ONCE)) for seconds in one]


def calm(port: int) -> list[float]:
    """Readers of all panels, a step every few seconds."""
    begin = time.perf_counter() + 10

    def read(reader: int) -> list[float]:
        panel = PANELS[reader % len(PANELS)]
        line = Wire(port, date="2024-09-05", place=SUDZHA, panel=panel)
        taken, turn = [], 0
        while (due := begin + turn * EVERY_S + reader * EVERY_S / CALM) < begin + CALM_FOR_S:
            time.sleep(max(due - time.perf_counter(), 0))
            taken.append(step(line, own_day(reader, turn)))
            turn += 1
        line.close()
        return taken

    with ThreadPoolExecutor(CALM) as pool:
        return [seconds for one in pool.map(read, range(CALM)) for seconds in one]


def memory_mb(process: int) -> float:
    """Resident memory."""
    pages = int(Path(f"/proc/{process}/statm").read_text("utf-8").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def tell(what: str, taken: list[float], target: float) -> bool:
    """Print median and p95; whether the target is met."""
    p95 = statistics.quantiles(taken, n=20)[-1]
    verdict = "met" if p95 <= target else "MISSED"
    print(
        f"  {what:44}median {statistics.median(taken):5.2f} s, p95 {p95:5.2f} s   "
        f"target <= {target} s: {verdict}",
        flush=True,
    )
    return p95 <= target


def main() -> int:
    panels = sys.argv[1:] or PANELS
    server, port = serve()
    met = []
    try:
        alone = Wire(port, date="2024-09-05", place=SUDZHA)
        for panel in panels:
            print(f"{AT_ONCE} readers step at once, panel {panel}")
            for what, day in (("each to days of its own", own_day), ("all to the same", same_day)):
                met.append(tell(what, at_once(port, panel, day), AT_ONCE_S))
        alone.close()
        if not sys.argv[1:]:
            print(f"{CALM} readers, a step every {EVERY_S} s for {CALM_FOR_S} s")
            met.append(tell("all panels, days of their own", calm(port), CALM_S))
        used = memory_mb(server.pid)
        met.append(used <= MEMORY_MB)
        print(f"  memory of the server {used:.0f} MB   target <= {MEMORY_MB} MB")
    finally:
        server.terminate()
        server.wait()
    return not all(met)


if __name__ == "__main__":
    sys.exit(main())
