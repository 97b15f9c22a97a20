"""Films that readers of the app have made."""

from __future__ import annotations

import datetime as dt
import io
import os
import tempfile
import time
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect
from test_app import expanded, run, sound

import panels.film
from geo.selection.snapshot import Snapshot
from panels.film import Film, Order

FILM = "A film from day to day"
FIRST = dt.date(2024, 8, 6)
SHORT = (FIRST, dt.date(2024, 8, 8))
LONG = (FIRST, dt.date(2025, 8, 6))


def wait_until(condition) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def processes(word: str) -> dict[int, str]:
    """The processes whose command line names it: number and program."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_text(errors="replace")
        except OSError:  # it has just ended
            continue
        if word in line:
            found[int(path.parent.name)] = Path(line.partition("\0")[0]).name
    return found


class Films:
    """Makes films, in folders below `root`; `present` is whether their readers are there."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.present = True
        self.folders: dict[Film, Path] = {}

    def begin(
        self, span=LONG, step: int = 1, extension: str = ".mp4", *, seconds=None, **show
    ) -> Film:
        show = Snapshot(**{"on": FIRST} | show)
        before = set(self.root.iterdir())
        film = Film(Order(span, step, seconds, extension), show, lambda: self.present)
        wait_until(lambda: film.fault or set(self.root.iterdir()) - before)
        for own in set(self.root.iterdir()) - before:
            self.folders[film] = own
        return film


@pytest.fixture
def films(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    own = Films(tmp_path)
    yield own
    for film in own.folders:
        film.stop()
    wait_until(lambda: not list(tmp_path.iterdir()))


def test_a_film_is_made_in_the_background_and_then_kept(films):
    film = films.begin(SHORT, extension=".gif", seconds=3)
    wait_until(lambda: not film.at_work)
    assert film.fault == ""
    with Image.open(io.BytesIO(film.read())) as gif:
        assert (gif.format, gif.info["duration"]) == ("GIF", 1000)
    assert (film.done, film.all) == (3, 3)
    place = films.folders[film]
    film.stop()
    wait_until(lambda: not place.exists())
    said = films.begin(SHORT, 2, ".gif", known_by="then")
    assert "as-said-then" in said.name
    assert said.name.endswith("_every-2-days.gif")


def test_a_film_that_is_stopped_leaves_nothing_behind(films):
    film = films.begin()
    place = films.folders[film]
    wait_until(lambda: film.done > 0)
    maker, encoder = sorted(processes(str(place)).items(), key=lambda own: "ffmpeg" in own[1])
    assert "ffmpeg" in encoder[1]
    assert os.getpgid(encoder[0]) == maker[0]  # it is killed along
    film.stop()
    wait_until(lambda: not processes(str(place)))
    wait_until(lambda: not place.exists())
    assert not film.at_work
    assert film.fault == "No film was made: it was stopped."


def test_films_wait_for_each_other_in_order(films, monkeypatch):
    monkeypatch.setattr(panels.film, "_AT_ONCE", 1)
    first, second, third = (films.begin() for _ in range(3))
    wait_until(lambda: first.done > 0)
    assert second.told == third.told == "Waiting for other films"
    second.stop()
    assert not second.at_work
    assert third.at_work
    first.stop()
    wait_until(lambda: third.done > 0)
    assert second.done == 0


def test_only_so_many_films_can_wait(films, monkeypatch):
    monkeypatch.setattr(panels.film, "_WAITING", 1)
    one, *others = (films.begin() for _ in range(3))
    refused = films.begin()
    assert not refused.at_work
    assert refused.fault.endswith("too many are in progress; try again in a few minutes.")
    assert all(film.at_work for film in (one, *others))
    others[1].stop()
    wait_until(lambda: films.begin().at_work)


def test_a_film_ends_when_its_reader_has_left(films, monkeypatch):
    monkeypatch.setattr(panels.film, "_AWAY", 2)
    made, film = films.begin(SHORT), films.begin()
    waiting = [films.begin() for _ in range(2)]
    places = list(films.folders.values())
    assert len(places) == 4
    wait_until(lambda: not made.at_work and film.done > 0)
    assert films.folders[made].exists()
    films.present = False
    wait_until(lambda: not any(place.exists() for place in places))
    assert not any(processes(str(place)) for place in places)
    assert not any(each.at_work for each in (film, *waiting))


def test_what_cannot_be_filmed_is_said_without_a_path(films):
    film = films.begin((FIRST, dt.date(2030, 1, 1)))
    wait_until(lambda: not film.at_work)
    assert film.fault.startswith("No film was made: `end` was 2030-01-01 but is expected")
    broken = films.begin(SHORT, extension="/../.mp4/x.mp4")  # a folder that is not there
    wait_until(lambda: not broken.at_work)
    assert broken.fault == "No film was made: something went wrong on the server."


def test_a_server_without_room_says_so_and_goes_on(films, monkeypatch, capfd):
    monkeypatch.setattr(panels.film, "_AT_ONCE", 1)
    with monkeypatch.context() as patch:
        patch.setattr(tempfile, "tempdir", "/nowhere")
        film = films.begin(SHORT)
        wait_until(lambda: not film.at_work)
    assert film.fault == "No film was made: something went wrong on the server."
    assert "/nowhere" in capfd.readouterr().err
    following = films.begin(SHORT)
    wait_until(lambda: following.done > 0)


def test_the_film_is_found_again_and_another_can_be_made_after_it():
    app = run(panel="Export", date="2024-08-20")
    assert not expanded(app, FILM).proto.expanded
    app.date_input(key="film_span").set_value(LONG)
    sound(app.run())
    app.button(key="film_make").click()
    assert sound(app.run()).button(key="film_make").disabled
    for panel in ("Sources", "Export"):
        app.segmented_control[0].set_value(panel)
        sound(app.run())
    assert expanded(app, FILM).proto.expanded
    app.button(key="film_stop").click()
    sound(app.run())
    assert not app.session_state.film_made.at_work
    assert sound(app.run()).info[0].value == "No film was made: it was stopped."
    assert not app.button(key="film_make").disabled
    app.date_input(key="film_span").set_value((FIRST, dt.date(2024, 8, 7)))
    sound(app.run())
    app.button(key="film_make").click()
    sound(app.run())
    wait_until(lambda: not app.session_state.film_made.at_work)
    labels = [button.proto.label for button in sound(app.run()).get("download_button")]
    assert "Download kursk-claims_2024-08-06_to_2024-08-07.mp4" in labels
    assert not app.button(key="film_make").disabled
    assert expanded(app, FILM).proto.expanded
    app.session_state.film_made.stop()


def test_a_gif_has_not_too_many_frames():
    app = run(panel="Export")
    assert not app.button(key="film_make").disabled
    app.selectbox(key="film_extension").set_value(".gif")
    assert "261: choose fewer days" in sound(app.run()).info[0].value
    assert app.button(key="film_make").disabled
    # A button that is disabled can be pressed all the same by whoever writes his own browser.
    app.button(key="film_make").proto.disabled = False
    app.button(key="film_make").click()
    assert "film_made" not in sound(app.run()).session_state
    app.number_input(key="film_step").set_value(2)
    assert not sound(app.run()).button(key="film_make").disabled


def test_a_film_is_as_long_as_its_reader_wants_it():
    app = run(panel="Export")
    app.date_input(key="film_span").set_value(SHORT)
    app.number_input(key="film_seconds").set_value(1000)
    told = "`seconds` was 1000 but is expected to be 0.06 to 180, for 3 frames"
    assert told in sound(app.run()).info[0].value
    assert app.button(key="film_make").disabled
    app.number_input(key="film_seconds").set_value(12)
    assert not sound(app.run()).button(key="film_make").disabled


def test_a_film_ends_when_its_page_is_closed(server, reader):
    one = reader().open_app(f"{server.url}?panel=Export")
    one.page.get_by_text(FILM).click()
    one.page.get_by_role("button", name="Make the film").click()
    expect(one.page.get_by_text("of 261 frames")).to_be_visible()
    word = "to_2025-04-23.mp4"
    assert len(processes(word)) == 2
    one.page.close()
    wait_until(lambda: not processes(word))
