"""Maps that a reader adds in the app: understood, corrected, shown, removed; for one session."""

from __future__ import annotations

import gc
import io
import tempfile
import weakref
import zipfile

import pytest
import shapely
import streamlit as st
from browser import HOSTILE
from conftest import collection, polygon, square
from playwright.sync_api import expect
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec
from streamlit.testing.v1 import AppTest
from test_app import run, sound, table
from test_browser import assert_accessible
from test_films import wait_until

import geo
import geo.maps.upload
import panels.own_maps
from geo.maps.mapping import Mapping
from geo.maps.upload import UploadLimits
from panels.labels import plain
from panels.own_maps import OwnMaps, bound_uploads, source_row
from panels.record import kept

#: Around Sudzha.
NEAR = square(35.2, 51.1, 0.2)
DAY = "2024-09-01"


def drawn(*labels: str, ring=NEAR) -> bytes:
    return collection([({"Zone": label}, polygon(ring)) for label in labels]).encode()


def zipped(**files: bytes | str) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return raw.getvalue()


@pytest.fixture(autouse=True)
def room(tmp_path, monkeypatch):
    """Where the files of readers lie; nothing is left there."""
    place = tmp_path / "room"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    yield place
    for own in list(panels.own_maps.HELD):
        own.close()
    assert list(place.iterdir()) == []


def button(app: AppTest, key: str):
    return app.button(key=f"maps_{key}")


def settled(app: AppTest) -> AppTest:
    """Wait until what the reader asked for is done."""
    own = app.session_state.own_maps
    wait_until(lambda: not own.at_work)
    return sound(app.run())


def handed(*files: tuple[str, bytes], name: str = "My map", prop: str = "Zone") -> AppTest:
    """A page on which these files of a source that is not listed were read."""
    app = run(panel="Add maps", date=DAY)
    app.selectbox(key="maps_source").set_value("").run()
    app.text_input(key="maps_name").set_value(name)
    app.text_input(key="maps_url").set_value("https://example.org/")
    app.text_input(key="maps_status").set_value(prop)
    app.file_uploader[0].set_value([(*file, "application/octet-stream") for file in files])
    sound(app.run())
    button(app, "take").click()
    return settled(sound(app.run()))


def again(app: AppTest, statuses: dict[str, str]) -> None:
    """Read the files again, labels standing for other statuses."""
    for label, status in statuses.items():
        next(one for one in app.selectbox if one.label == label).set_value(status)
    next(one for one in app.button if one.label.startswith("Read again")).click()
    settled(sound(app.run()))


def seen(app: AppTest) -> str:
    return app.get("bidi_component")[0].proto.json


def said(app: AppTest) -> str:
    shown = [*app.markdown, *app.info, *app.warning, *app.error]
    return "\n".join(part.value for part in shown)


def test_a_map_is_read_its_labels_are_corrected_and_it_is_shown_and_removed(room):
    shared = seen(run(panel="Add maps", date=DAY))
    app = handed((f"{DAY}.geojson", drawn("Held", "Elsewhere")), prop="Nothing")
    (row,) = table(app).to_numpy().tolist()
    assert row == [f"{DAY}.geojson", "it has no property 'Nothing'; it has Zone"]
    fields = [one for one in app.text_input if one.label == "Property that holds the label"]
    fields[0].set_value("Zone")
    again(app, {})
    assert "some labels have no status" in said(app)
    again(app, {"Elsewhere, 1 shape": "withdrawn", "Held, 1 shape": "ukrainian_control"})
    assert "1 file, 1 day from 1 September 2024 to 1 September 2024; 1 shape" in said(app)
    assert table(app).to_numpy().tolist() == [["1 shape", "left out: means nothing"]]
    assert seen(app) == shared
    button(app, "show").click()
    settled(sound(app.run()))
    assert "own_my_map" in seen(app)
    app.segmented_control[0].set_value("On this day")
    shown = table(sound(app.run())).set_index("Source").loc["My map"]
    assert (shown["Claims"], shown["Places"].count("Sudzha")) == ("Ukrainian-held", 1)
    app.segmented_control[0].set_value("Add maps")
    sound(app.run())
    button(app, "remove_own_my_map").click()
    sound(app.run())
    assert "own_my_map" not in seen(app)
    assert list(room.iterdir()) == []


def test_what_one_session_added_reaches_no_other_and_is_forgotten():
    app = handed((f"{DAY}.geojson", drawn("ukrainian_control")))
    other = run(panel="Sources", date=DAY)
    before = seen(other), table(other).to_csv()
    button(app, "show").click()
    settled(sound(app.run()))
    for panel in ("Place", "Areas", "Coverage", "Sources"):
        app.segmented_control[0].set_value(panel)
        sound(app.run())
    assert "My map" in table(app)["Source"].to_list()
    # A link carries nothing, and whoever opens it is told what is not there.
    assert (seen(sound(other.run())), table(other).to_csv()) == before
    linked = run(panel="Sources", date=DAY, hide="own_my_map")
    assert (seen(linked), table(linked).to_csv()) == before
    assert "hide was 'own_my_map'" in said(linked)
    left = weakref.ref(app.session_state.own_maps.record)
    app.segmented_control[0].set_value("Add maps")
    button(sound(app.run()), "remove_own_my_map").click()
    sound(app.run())
    assert seen(app) == before[0]
    gc.collect()
    assert left() is None


def test_hostile_names_and_labels_are_text(room):
    files = zipped(
        **{
            f"../../../{HOSTILE}{DAY}.geojson": drawn(HOSTILE),
            "/etc/passwd": "root",
            f"a\\..\\..\\{DAY}.geojson": drawn("ukrainian_control"),
            "__MACOSX/._x.geojson": b"x",
        }
    )
    app = handed(("../../x::http://127.0.0.1/y.zip", files), name=HOSTILE)
    words = said(app) + "".join(one.label for one in app.selectbox)
    assert HOSTILE not in words
    assert plain(HOSTILE) in words
    assert "passwd" in table(app)["What"].to_list()
    inside = [path for path in room.parent.rglob("*") if path.is_file()]
    assert all(path.is_relative_to(room) for path in inside)
    again(app, {})
    button(app, "show").click()
    settled(sound(app.run()))
    assert HOSTILE not in seen(app)
    assert "window.hacked=1</script>" not in seen(app)


def test_what_is_too_large_is_refused_in_plain_words(monkeypatch):
    monkeypatch.setattr(geo.maps.upload, "LIMITS", UploadLimits(unpacked_mb=1))
    app = handed(("bomb.zip", zipped(**{f"{DAY}.geojson": bytes(3_000_000)})))
    assert "Nothing of these files can be used" in said(app)
    (bomb, *_) = [row for row in table(app).to_numpy().tolist() if row[0] == "bomb.zip"]
    assert bomb[1].startswith("unpacks to more than 1 MB; give fewer or smaller files")
    monkeypatch.setattr(panels.own_maps, "ROOM", 1_000)
    app.file_uploader[0].set_value([("big.kml", bytes(2_000), "application/xml")])
    sound(app.run())
    button(app, "take").click()
    assert "allowed: 0 MB. Zip them" in said(sound(app.run())).replace("\\", "")
    monkeypatch.setattr(panels.own_maps, "MOST", 1)
    other = run(panel="Add maps")
    other.file_uploader[0].set_value([("1725220800.geojson", drawn("x"), "application/json")])
    sound(other.run())
    button(other, "take").click()
    assert "readers have added maps at this moment" in said(sound(other.run()))


def test_only_so_much_waits_to_be_read():
    uploads = MemoryUploadedFileManager("/")
    bound_uploads(uploads)

    def sizes(session: str, size: int, count: int) -> list[int]:
        for number in range(count):
            uploads.add_file(session, UploadedFileRec(f"{number}", "f.kml", "", bytes(size)))
        return [len(file.data) for file in uploads.file_storage[session].values()]

    assert sizes("a", 40_000_000, 3) == [40_000_000, 40_000_000, 0]
    assert sizes("b", 40_000_000, 3) == [40_000_000, 40_000_000, 0]
    assert sizes("c", 45_000_000, 1) == [0]
    assert len(sizes("d", 1, 5_000)) < 1_100


def test_a_file_that_there_was_no_room_for_is_named():
    app = run(panel="Add maps")
    files = [("1725220800.geojson", drawn("x"), ""), ("a*b.kml", b"", "")]
    app.file_uploader[0].set_value(files)
    assert plain("Empty: a*b.kml. If these files are not empty") in said(sound(app.run()))
    assert button(app, "take").disabled


def test_a_reader_who_leaves_the_panel_sees_the_maps_too(app, tmp_path):
    path = tmp_path / "1725220800.geojson"
    path.write_bytes(collection([({"name": "Liberated"}, polygon(NEAR))]).encode())
    reader = app(panel="Add maps", date=DAY)
    version = reader.frame.evaluate("claimsClock.payload.version")
    reader.page.locator("input[type=file]").set_input_files(path)
    reader.page.get_by_role("button", name="Read the files").click()
    reader.page.get_by_role("button", name="Show on the map").click()
    reader.page.get_by_role("radio", name="Sources").click()
    told = "known => window.claimsClock?.payload.version !== known"
    reader.frame.wait_for_function(told, arg=version)


def test_a_server_can_be_told_to_take_no_files(monkeypatch):
    monkeypatch.setattr(st, "get_option", lambda _name: 0)
    app = run(panel="Add maps")
    assert not app.file_uploader
    assert "This server takes no files" in said(app)


def read_some(present=lambda: True, files: int = 300) -> OwnMaps:
    own = OwnMaps(present, 0)
    many = [(f"{n}_{DAY}.geojson", drawn("ukrainian_control")) for n in range(files)]
    own.add(
        many, Mapping("own_my_map"), source_row("My map", "third_party", "https://example.org/", "")
    )
    return own


def test_an_import_that_is_stopped_leaves_nothing(room):
    own = read_some()
    wait_until(lambda: own.progress[0] > 0)
    own.stop()
    assert (own.at_work, own.taken) == (False, {})
    (folder,) = room.iterdir()
    left = {path.name for path in folder.rglob("*") if not path.is_symlink()}
    assert left == {"data", "maps", "uploads", "sources.csv"}


def test_when_the_session_has_ended_all_is_gone(room):
    (room / ".claims-abcd1234").mkdir()  # of a server that was killed
    here = [True]
    own = read_some(lambda: here[0])
    wait_until(lambda: own.progress[1] > 0)
    here.clear()
    here.append(False)
    wait_until(lambda: not list(room.iterdir()))
    assert own not in panels.own_maps.HELD


def test_answers_are_kept_with_their_record_alone(record):
    asked = []

    @kept()
    def version(record: geo.Record, more: str) -> str:
        asked.append(more)
        return record.ledger.version + more

    other = record.only(["isw"])
    assert version(record, "a") == version(record, "a") == version(other, "a")
    assert asked == ["a", "a"]


# ---- in a browser


def test_a_file_that_is_dropped_is_painted_until_it_is_removed(app, tmp_path):
    away = square(35.6, 51.35, 0.05)
    label = "Звільнено /// Liberated /// geoJSON.status.dismissed"
    path = tmp_path / "1725220800.geojson"  # 1 September 2024
    path.write_text(collection([({"name": label}, polygon(away))]), "utf-8")
    reader = app(panel="Add maps", date=DAY)
    middle = [shapely.Polygon(away).centroid.coords[0]]
    before = reader.signs_at(middle)
    page, frame = reader.page, reader.frame
    version = frame.evaluate("claimsClock.payload.version")

    def other(known: str) -> str:
        told = "known => window.claimsClock?.payload.version !== known"
        frame.wait_for_function(told, arg=known)
        reader.in_the_frame()
        return frame.evaluate("claimsClock.payload.version")

    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Read the files").click()
    page.get_by_role("button", name="Show on the map").click()
    own = other(version)
    assert reader.signs_at(middle)["ukrainian"][0] == ["under-silent", "drawn-ukrainian_control"]
    expect(page.get_by_text("exports of this session show these maps")).to_be_visible()
    assert_accessible(reader, "'.st-key-panels'")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the mapping").click()
    assert Mapping.load(download.value.path().rename(tmp_path / "m.toml")).source == "deepstate"
    page.get_by_role("button", name="Remove", exact=True).click()
    assert other(own) == version
    assert reader.signs_at(middle) == before
