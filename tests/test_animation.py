from __future__ import annotations

import datetime as dt
import json
import os
import re
import resource
import signal
import subprocess
import sys
from contextlib import nullcontext
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imageio_ffmpeg import count_frames_and_secs, get_ffmpeg_exe
from PIL import Image, ImageColor, ImageSequence
from pyproj import Geod

from geo._io.files import replacing
from geo.claims.shown import claims_of
from geo.export.film import SHORTEST, animate, content_of_all, days_of, length_of
from geo.export.write import read_settings
from geo.figure.canvas import own_style
from geo.figure.content import content_of
from geo.figure.key import key_of
from geo.figure.labels import Box
from geo.figure.land import map_of
from geo.selection.selection import Selection
from geo.selection.snapshot import Snapshot
from geo.style.look import style
from geo.style.words import say
from geo.tables.boundaries import EXTENT, WIDE_FOCUS

START, END = "2024-08-06", "2024-08-10"


def frames_of(path) -> list[np.ndarray]:
    """Pictures of a film, through another program."""
    command = [get_ffmpeg_exe(), "-v", "error", "-i", path, "-f", "rawvideo", "-pix_fmt", "rgb24"]
    raw = subprocess.run([*command, "-"], capture_output=True, check=True).stdout
    return list(np.frombuffer(raw, "uint8").reshape(-1, 720, 1280, 3))


def graph_of(path) -> dict[str, dict]:
    """The provenance record of a film, through other programs."""
    if path.suffix == ".gif":
        with Image.open(path) as picture:
            text = picture.info["comment"].decode()
    else:
        command = [get_ffmpeg_exe(), "-v", "error", "-i", path, "-f", "ffmetadata", "-"]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        text = re.sub(r"\\(.)", r"\1", re.search(r"^comment=(.*)$", told, re.MULTILINE)[1])
    return {node["id"]: node for node in json.loads(text)["@graph"]}


@pytest.fixture(scope="module")
def film(tmp_path_factory, record):
    path = tmp_path_factory.mktemp("film") / "claims.mp4"
    seen = []
    animate(
        START, END, path, record=record,
        progress=lambda done, every: seen.append((done, every)),
    )  # fmt: skip
    return path, seen


def test_a_film_has_a_frame_a_day(film):
    path, seen = film
    count, seconds = count_frames_and_secs(str(path))
    assert (count, seconds) == (5, pytest.approx(SHORTEST))
    assert seen == [(n, 5) for n in range(1, 6)]
    frames = frames_of(path)
    assert [frame.shape for frame in frames] == [(720, 1280, 3)] * 5
    for before, after in pairwise(frames):
        assert np.abs(before.astype(int) - after).max() > 100
    # What does not change is the same in all: the upper left corner of the map.
    corners = [frame[30:100, 30:80].astype(int) for frame in frames]
    assert all(np.abs(corner - corners[0]).max() < 8 for corner in corners)


def test_a_film_has_a_scale_bar_that_tells_the_truth(film):
    path, _ = film
    corner = frames_of(path)[0][555:567, 25:300]  # of the map, its lower left
    bar = int((corner.max(axis=2) < 90).sum(axis=1).max())
    west, south, east, north = WIDE_FOCUS
    *_, metres = Geod(ellps="WGS84").inv(west, (south + north) / 2, east, (south + north) / 2)
    *_, high = Geod(ellps="WGS84").inv(west, south, west, north)
    unit = max(metres / 910, high / 546)  # the map is 910 x 546 pixels large
    assert bar * unit == pytest.approx(20_000, rel=0.03)


def test_the_same_film_again_from_the_command_line(film, tmp_path):
    path, _ = film
    out = tmp_path / "again.mp4"
    command = [sys.executable, "-m", "geo", "animate", "--from", START, "--to", END]
    run = subprocess.run(
        [*command, "--out", out],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, f"{out}\n", "")
    assert out.read_bytes() == path.read_bytes()


def test_a_gif_runs_round_in_one_palette(tmp_path, record):
    path = animate(
        "2024-08-06", "2024-09-05", tmp_path / "claims.gif", step=20,
        snapshot=Snapshot(on=START, sides="russian", language="uk"), record=record,
    )  # fmt: skip
    with Image.open(path) as picture:
        assert (picture.n_frames, picture.size, picture.info["loop"]) == (3, (960, 540), 0)
        frames = [frame.convert("RGB") for frame in ImageSequence.Iterator(picture)]
        durations = {frame.info["duration"] for frame in ImageSequence.Iterator(picture)}
    assert durations == {SHORTEST * 1000 // 3}
    found = [{colour for _, colour in frame.getcolors(1 << 20)} for frame in frames]
    assert len(set.union(*found)) <= 256
    assert frames[0].tobytes() != frames[-1].tobytes()


def test_the_land_keeps_its_colour_in_a_gif(tmp_path, record):
    path = animate("2024-11-18", "2024-11-20", tmp_path / "claims.gif", record=record)
    land = [ImageColor.getrgb(style().light[name]) for name in ("oblast", "abroad", "paper")]
    with Image.open(path) as picture:
        pixels = np.asarray(picture.convert("RGB")).astype(int)
    off = np.min([np.abs(pixels - colour).max(axis=2) for colour in land], axis=0)
    assert (off <= 4).mean() > 0.5


@given(st.dates(dt.date(2024, 8, 6), dt.date(2025, 11, 5)), st.integers(0, 500), st.integers(1, 99))
def test_frames_run_from_the_first_day_to_the_last(record, start, length, step):
    end = min(start + dt.timedelta(days=length), dt.date(2025, 11, 5))
    days = days_of(start, end, step, record)
    assert (days[0], days[-1]) == (start, end)
    assert all(0 < (b - a).days <= step for a, b in pairwise(days))
    assert all((b - a).days == step for a, b in pairwise(days[:-1]))


def test_a_fortnight_can_be_watched_and_a_year_is_not_slow():
    assert [length_of(frames) for frames in (1, 15, 60, 365)] == [6, 6, 6, 36.5]


@pytest.mark.parametrize("name", ["a.mp4", "a.gif"])
def test_a_film_lasts_as_long_as_it_is_asked_to(tmp_path, name, record):
    path = tmp_path / name
    animate("2024-08-06", "2024-08-12", path, seconds=9.5, record=record)
    with Image.open(path) if name == "a.gif" else nullcontext() as gif:
        if gif:
            lasts = sum(one.info["duration"] for one in ImageSequence.Iterator(gif)) / 1000
        else:
            lasts = count_frames_and_secs(str(path))[1]
    assert lasts == pytest.approx(9.5, abs=0.02)
    assert graph_of(path)["k:making"]["seconds"] == 9.5


@pytest.mark.parametrize("seconds", [0, -1, 0.01, 61, float("nan"), float("inf")])
def test_a_length_in_which_no_frame_can_be_seen_is_refused(seconds):
    with pytest.raises(
        ValueError, match=r"`seconds` was .* expected to be 0\.02 to 60, for 1 frame"
    ):
        length_of(1, seconds)


@pytest.mark.parametrize(
    ("span", "name", "step", "message"),
    [
        (("2024-08-06", "2051-12-22"), "a.mp4", 1, "`end` was 2051-12-22 but .* within 2024-08-06"),
        (("2024-08-05", "2024-08-09"), "a.mp4", 1, "`start` was 2024-08-05"),
        (("2024-08-09", "2024-08-06"), "a.gif", 1, "not to come before 2024-08-09"),
        (("2024-08-06", "2024-08-09"), "a.avi", 1, "end in .mp4 or .gif"),
        (("2024-08-06", "2024-08-09"), "a.mp4", 0, "`step` was 0"),
        (("2024-02-30", "2024-08-09"), "a.mp4", 1, "`start` was '2024-02-30'"),
    ],
)
def test_spans_that_cannot_be_are_refused(tmp_path, span, name, step, message):
    with pytest.raises(ValueError, match=message):
        animate(*span, tmp_path / name, step=step)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def ctrl_c():
    """What Ctrl-C does; in a job in the background it would be switched off."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield lambda: signal.raise_signal(signal.SIGINT)
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("name", ["a.mp4", "a.gif"])
def test_stopping_leaves_what_was_there(tmp_path, name, ctrl_c, record):
    path = tmp_path / name
    path.write_bytes(b"old")

    def stop(done: int, _every: int) -> None:
        if done == 2:
            ctrl_c()

    with pytest.raises(KeyboardInterrupt):
        animate(START, END, path, record=record, progress=stop)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_film_in_which_nobody_speaks_says_so(tmp_path, record):
    frames = []
    for n, sources in enumerate(("ru_state_media", "uacontrolmap")):
        path = tmp_path / f"{n}.mp4"
        silent = Snapshot(on=START, sources=sources, bbox="38,52,38.5,52.3")
        animate(START, START, path, snapshot=silent, record=record)
        frames += frames_of(path)
    for frame in frames:
        middle = frame[265:360, 150:800].min(axis=2)
        assert (middle > 250).sum() > 5000  # the background
        assert (middle < 90).sum() > 500  # and what it says


def test_an_encoder_without_room_is_no_success(tmp_path):
    path = tmp_path / "a.mp4"
    path.write_bytes(b"old")
    command = [sys.executable, "-m", "geo", "animate", "--from", START, "--to", END]
    run = subprocess.run(
        [*command, "--out", path], capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),
    )  # fmt: skip
    assert run.returncode == 2
    assert f"error: cannot write {path} (" in run.stderr
    assert "Traceback" not in run.stderr
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_whoever_is_asked_to_end_leaves_nothing(tmp_path):
    command = [sys.executable, "-m", "geo", "animate", "--from", START, "--to", "2025-08-06"]
    with subprocess.Popen([*command, "--out", tmp_path / "a.mp4"]) as run:
        while run.poll() is None and not list(tmp_path.glob(".claims-*/a.mp4")):
            os.sched_yield()
        run.terminate()
        assert run.wait() == 128 + signal.SIGTERM
    assert list(tmp_path.iterdir()) == []


def test_a_film_that_is_killed_leaves_the_old_file_whole_and_the_next_one_tidies_up(tmp_path):
    path = tmp_path / "a.mp4"
    path.write_bytes(b"old")
    command = [sys.executable, "-m", "geo", "animate", "--from", START, "--to", "2025-08-06"]
    with subprocess.Popen([*command, "--out", path]) as run:
        while run.poll() is None and not list(tmp_path.glob(".claims-*/a.mp4")):
            os.sched_yield()
        other = tmp_path / "b.txt"
        with replacing(other) as (made,):
            made.write_bytes(b"beside")
        left = list(tmp_path.glob(".claims-*"))
        assert len(left) == 1  # of the one that is at work
        run.kill()
        assert run.wait() == -signal.SIGKILL
    assert path.read_bytes() == b"old"
    with replacing(path) as (made,):
        made.write_bytes(b"new")
    assert sorted(tmp_path.iterdir()) == [path, other]


@pytest.mark.parametrize("name", ["a.mp4", "a.gif"])
def test_a_film_tells_where_it_comes_from_and_how_it_was_made(tmp_path, ledger, name, record):
    path = tmp_path / name
    asked = Snapshot(on="2024-08-09", known_by="then", sides="russian", bbox="34.9,51.1,35.6,51.4")
    animate("2024-08-08", "2024-08-12", path, step=2, snapshot=asked, record=record)
    made = read_settings(path)
    assert (str(made.since), str(made.on), made.known_by) == ("2024-08-08", "2024-08-12", "then")
    assert (made.sides, made.bbox) == (asked.sides, asked.bbox)
    graph = graph_of(path)
    assert (graph["k:making"]["step"], graph["k:making"]["seconds"]) == (2, SHORTEST)
    meant = {claim for ids in claims_of(made, record).claim_ids for claim in ids}
    named = {node.removeprefix("k:claim/") for node in graph if node.startswith("k:claim/")}
    assert meant <= named
    frames = [
        record.at(Selection(on=f"2024-08-{day:02}", known_by="then", sides="russian"))
        for day in (8, 10, 12)
    ]
    assert named == {claim for shapes in frames for ids in shapes.claim_ids for claim in ids}
    # What was said only later counts in no frame.
    assert (ledger.claims.claimed_on[sorted(named)] <= pd.Timestamp("2024-08-12")).all()
    assert {ledger.sources.side[ledger.claims.source_id[claim]] for claim in named} == {"russian"}


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(OSError, match=r"cannot write .*choose an existing folder"):
        animate(START, END, tmp_path / "nowhere" / "a.mp4")
    (tmp_path / "b.mp4").mkdir()
    with pytest.raises(ValueError, match="expected to be a file, not a folder"):
        animate(START, END, tmp_path / "b.mp4")


@pytest.mark.parametrize("view", ["overlay", "russian", "places"])
def test_the_key_of_a_film_has_the_signs_of_every_frame(record, view):
    days = [dt.date(2024, 8, 8), dt.date(2024, 9, 5), dt.date(2025, 3, 13)]
    snapshot = Snapshot(on=days[0], view=view)
    frames = [content_of(snapshot.model_copy(update={"on": day}), record) for day in days]
    whole = content_of_all(frames[0], days, record)
    drawn = {sign for frame in frames for panel in frame.panels for sign in panel.ground}
    assert {sign for panel in whole.panels for sign in panel.ground} == drawn
    chart = map_of(Box(0, 0, 400, 300), EXTENT)
    with own_style():
        said = [entry.text for block in key_of(whole, chart, counted=False) for entry in block]
    assert (say("split", "en").capitalize() in said) == (view == "russian")
    assert ("Says nothing" in said or "Nothing said" in said) == (view == "places")


def test_a_film_of_two_sources_has_a_map_of_each(tmp_path, record):
    day, both = "2024-10-01", ["deepstate", "uacontrolmap"]
    found = []
    for view in ("side-by-side", "overlay"):
        pair = Snapshot(on=day, compare=both, view=view)
        animate(day, day, path := tmp_path / "pair.mp4", snapshot=pair, record=record)
        [frame] = frames_of(path)
        blue = np.abs(frame.astype(int) - ImageColor.getrgb(style().light.ukrainian_control))
        found.append([(blue.max(axis=2)[40:580, part] < 30).sum()
                      for part in (slice(20, 460), slice(490, 930))])  # fmt: skip
    assert min(found[0]) > 8000
    assert max(found[0]) < 2 * min(found[0])


def test_a_film_shows_a_choice_from_the_command_line(tmp_path):
    command = [sys.executable, "-m", "geo", "animate", "--from", START, "--to", START]
    command += ["--compare", "ukrainian,russian", "--current-for", "5", "--view", "side-by-side"]
    files = [tmp_path / "choice.gif", tmp_path / "all.gif"]
    subprocess.run([*command, "--out", str(files[0])], check=True, capture_output=True)
    subprocess.run([*command[:8], "--out", str(files[1])], check=True, capture_output=True)
    assert files[0].read_bytes() != files[1].read_bytes()


def test_frames_count_what_had_been_said_by_then(tmp_path, shipped, record):
    """Of the first day Ukrainian sources spoke only later."""
    made = []
    for known_by in ("then", "now"):
        snapshot = Snapshot(on=START, known_by=known_by, sides="ukrainian")
        path = tmp_path / f"{known_by}.mp4"
        animate("2024-08-06", "2024-08-06", path, snapshot=snapshot, record=record)
        [frame] = frames_of(path)
        coloured = frame[40:580, 20:930].astype(int)
        made.append(int((np.abs(coloured[..., 0] - coloured[..., 2]) > 60).sum()))
    assert made[0] < made[1]
    later = shipped[(shipped.side == "ukrainian") & (shipped.known_from > pd.Timestamp(START))]
    assert (later.valid_from <= pd.Timestamp(START)).any()
