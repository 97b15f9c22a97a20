"""Text of data is never code, and comes back from every format as it was."""

from __future__ import annotations

import codecs
import csv
import io
import json
import os
import re
import sqlite3
import subprocess
import sys
import time
import tracemalloc
import warnings
import zipfile
from contextlib import closing
from dataclasses import replace
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pandas as pd
import pyogrio
import pytest
from browser import HOSTILE as MARKUP
from browser import Server
from conftest import NAMES, Tables, collection, polygon, square
from imageio_ffmpeg import get_ffmpeg_exe
from PIL import Image
from playwright.sync_api import expect
from pyarrow import parquet
from typer.testing import CliRunner

import geo
from geo import RepairWarning, Snapshot, animate, read_settings, snapshot_bytes, write_snapshot
from geo._io.csv_text import csv_text
from geo.cli.app import app
from geo.export.embedded import record_in
from geo.export.write import EXTENSIONS
from geo.tables.schema import TABLES

DAY = "2024-08-10"
KML = "{http://www.opengis.net/kml/2.2}"
SVG = "{http://www.w3.org/2000/svg}"
FILMS = ("gif", "mp4")
TABLE_FORMATS = ("gpkg", "shp.zip", "csv", "parquet")
#: In a table of text; each piece means something to one of those that read our files.
HOSTILE = (
    "={{ 7*7 }}{% raw %}{# gone #}${7*7}{0.__class__}</script><!--]]>__INITIAL__&amp;&lt;"
    "\"><img src=x onerror=window.__ran=1>'\\\u2028\u2029\x85\u202e\u200f\x1b[31m\x0b\ufffe"
    "[% 7*7 %]$x^2$ font-family: 'DejaVu Sans' "
)
#: Of these what a table refuses; in a map file they pass.
REFUSED = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
IN_TABLES = REFUSED.sub("", HOSTILE)
URL = "https://example.org/{{7*7}}{%raw%}__INITIAL__&amp;\\]]--"
#: What no file of UTF-8, and what no table, can hold.
LOST = "\ud800\0"


def text_columns(name: str) -> list[str]:
    """The columns of a table in which anything can be written, but not those that name a row."""
    model, _ = TABLES[name]
    fields = model.model_fields.items()
    free = [
        column
        for column, field in fields
        if field.annotation is str and any(hasattr(rule, "max_length") for rule in field.metadata)
    ]
    return [column for column in free if column not in {"url", "source_id", "settlement"}]


def spoil(tables: Tables) -> None:
    for name in TABLES:
        for number, row in enumerate(tables.rows[name]):
            for column in text_columns(name):
                row[column] = f"{IN_TABLES}{name} {column} {number} "
            others = {"url": URL, "testable": "partly"}
            row.update({column: text for column, text in others.items() if column in row})
    for name in ("claims.csv", "unplaced.csv"):
        for row in tables.rows[name]:
            place = NAMES.index(row["settlement"]) if row["settlement"] in NAMES else 0
            row["settlement"] = tables.rows["settlements.csv"][place]["name_en"]
    for name in tables.rows:
        tables.write(name)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Tables with hostile text in every column that takes text."""
    tables = Tables(tmp_path_factory.mktemp("spoilt"), {1: (35.0, 51.0), 2: (35.1, 51.0)})
    tables.add("sources.csv", source_id="grey", side="third_party")
    spoil(tables)
    return tables.folder


@pytest.fixture(scope="module")
def ledger(folder) -> geo.Ledger:
    """The same, a map file besides, and in both what only a program can put there."""
    tags = {"source_id": "grey", "status": "contested", "claimed_on": DAY, "url": URL}
    tags |= {"statement": f"{HOSTILE}drawn", "note": HOSTILE.strip()}
    text = collection([(tags, polygon(square(35.06, 51.02, 0.03)))])
    file = folder / "=my {{ 7*7 }} \x1bmap.geojson"
    file.write_text(text, encoding="utf-8")
    read = geo.load_ledger(file, data=folder)
    own = read.polygons.astype({"statement": object})
    own["statement"] += f"\r\n{LOST} "
    sources = read.sources.assign(name=read.sources.name + "\0 ")
    claims = read.claims.astype({"statement": object})
    claims["statement"] += LOST
    return replace(read, polygons=own, sources=sources, claims=claims)


@pytest.fixture(scope="module")
def written(ledger, tmp_path_factory) -> dict[str, Path]:
    """A snapshot of it in every format."""
    place = tmp_path_factory.mktemp("written")
    files = {extension: place / f"a.{extension}" for extension in (*EXTENSIONS, *FILMS)}
    record = geo.Record(ledger)
    for extension, file in files.items():
        if extension in FILMS:
            animate(DAY, DAY, file, record=record)
        else:
            write_snapshot(Snapshot(on=DAY), file, record=record)
    return files


def held(text: str, extension: str = "geojson") -> str:
    """Text as a format holds it; the substitute is the same in all."""
    lost = "[\ud800-\udfff]"
    if extension in TABLE_FORMATS:
        lost = "[\0\ud800-\udfff]"
    if extension == "kml":
        lost = "[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
    return re.sub(lost, "\ufffd", text)


# ---- the data


def unguarded(cell: str) -> str:
    """What stands in a cell of ours, without the ' that keeps it from being worked out."""
    return cell[1:] if re.match(r"'+([\t\r\n]|\s*[=+\-@＝＋－＠])", cell) else cell


def of_csv(text: str) -> list[dict[str, str]]:
    reader = csv.DictReader(io.StringIO(text, newline=""))
    return [{name: unguarded(cell) for name, cell in row.items()} for row in reader]


def rows_of(extension: str, file: Path) -> list[dict[str, object]]:
    """The claims in a file, flat; lists are joined with semicolons."""
    return [row for row in all_rows_of(extension, file) if row.get("layer", "claims") == "claims"]


def all_rows_of(extension: str, file: Path) -> list[dict[str, object]]:
    if extension == "csv":
        return of_csv(file.read_bytes().decode())
    if extension == "shp.zip":
        with zipfile.ZipFile(file) as archive:
            return of_csv(archive.read("claims.csv").decode())
    if extension == "parquet":
        return parquet.read_table(file).to_pylist()
    if extension == "gpkg":
        return pyogrio.read_dataframe(file, layer="claims").to_dict("records")
    if extension == "kml":
        return [
            {tag.get("name"): tag.findtext(f"{KML}value") for tag in mark.iter(f"{KML}Data")}
            for mark in ET.parse(file).getroot().iter(f"{KML}Placemark")
        ]
    rows = [feature["properties"] for feature in json.loads(file.read_bytes())["features"]]
    lists = ("settlements", "claim_ids")
    return [row | {name: "; ".join(row[name]) for name in lists if name in row} for row in rows]


@pytest.mark.parametrize("extension", ["geojson", "kml", *TABLE_FORMATS])
def test_every_text_comes_back(extension, written, ledger):
    rows = {row["status"]: row for row in rows_of(extension, written[extension])}
    source, place = ledger.sources.loc["blue"], ledger.settlements.loc[1]
    assert set(rows) == {"ukrainian_control", "contested"}
    row = rows["ukrainian_control"]
    assert row["source"] == held(source["name"], extension)
    assert row["attribution"] == held(source.attribution, extension)
    assert row["licence"] == held(source.licence, extension)
    assert row["settlements"] == held(place.name_en, extension)
    (drawn_id,), (drawn,) = ledger.polygons.claim_id, ledger.polygons.statement
    assert rows["contested"]["claim_ids"] == held(drawn_id, extension)
    said = ledger.claims.loc["c1"]
    if extension == "geojson":
        (cited,) = row["citations"]
        for name in ("settlement", "speaker", "statement", "publisher", "url"):
            assert cited[name] == held(said[name])
        (cited,) = rows["contested"]["citations"]
        assert (cited["statement"], cited["url"]) == (held(drawn), URL)
    elif extension != "kml":  # where they stand as text for people
        text = f"[c1] {DAY}: {said.speaker}: {said.statement} ({said.publisher}, {URL})"
        assert row["citations"] == held(text, extension)
        text = f"[{drawn_id}] {DAY}: {drawn} ({URL})"
        assert rows["contested"]["citations"] == held(text, extension)


def test_a_field_of_a_shapefile_is_whole_or_is_not_there(tiny, tmp_path):
    tiny.change("sources.csv", 2, name="Blue\u2028", licence=" facts", attribution="x" * 255)
    file = tmp_path / "a.shp.zip"
    write_snapshot(Snapshot(on=DAY), file, record=tiny.record())
    table = pyogrio.read_dataframe(file, layer="claims")
    assert table["source"].tolist() == ["Blue\u2028"]
    # One begins with a space, which such a field loses, the other is too long.
    assert {"licence", "attributn"}.isdisjoint(table)
    with zipfile.ZipFile(file) as archive:
        readme = " ".join(archive.read("README.txt").decode().split())
    assert "only in the CSV file: attribution, citations, claim_ids, licence, settlements" in readme


class Tags(HTMLParser):
    """What a browser takes for markup."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str | None] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name == "href"]


def test_google_earth_gets_lists_and_links_alone(written):
    for mark in ET.parse(written["kml"]).getroot().iter(f"{KML}Placemark"):
        found = Tags()
        found.feed(mark.findtext(f"{KML}description"))
        if "li" in found.tags:
            assert found.tags == ["ul", "li", "a"]
            assert found.links == [URL]
        assert {*found.tags} <= {"p", "ul", "li", "a"}


def test_qgis_gets_labels_that_it_does_not_work_out(written):
    with closing(sqlite3.connect(written["gpkg"])) as database:
        found = dict(database.execute("SELECT styleName, styleQML FROM layer_styles"))
    labels = [rule.get("label") for rule in ET.fromstring(found["claims"]).find(".//rules")]
    assert labels
    for label in labels:
        assert "={{ 7*7 }}{% raw %}" in label
        assert "[%" not in label


@pytest.mark.parametrize("start", ["=", "'=", "''=", "'", " =", "\t", "'\n", "-", "'Twas"])
def test_a_cell_is_told_from_its_guard(start):
    text = f"{start}1\r2\n3"
    ((cell,),) = list(csv.reader(io.StringIO(csv_text(pd.DataFrame({text: []})), newline="")))
    assert not re.match(r"\s*[=+@-]|[\t\r\n]", cell)
    assert unguarded(cell) == text


# ---- the record, which almost every format carries


def of_pdf(file: Path) -> str:
    (found,) = re.findall(rb"/Keywords \(((?:[^\\)]|\\.)*)\)", file.read_bytes(), re.DOTALL)
    letters = {b"n": b"\n", b"r": b"\r"}
    found = re.sub(rb"\\(.)", lambda m: letters.get(m[1], m[1]), found, flags=re.DOTALL)
    assert found.startswith(codecs.BOM_UTF16_BE)
    return found.decode("utf-16")


def of_mp4(file: Path) -> str:
    command = [get_ffmpeg_exe(), "-v", "error", "-i", file, "-f", "ffmetadata", "-"]
    told = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    (found,) = re.findall(r"^comment=((?:[^\\\n]|\\.)*)$", told, re.MULTILINE | re.DOTALL)
    return re.sub(r"\\(.)", r"\1", found, flags=re.DOTALL)


def of_gif(file: Path) -> str:
    with Image.open(file) as picture:
        return picture.info["comment"].decode()


def of_png(file: Path) -> str:
    with Image.open(file) as picture:
        return picture.text["Provenance"]


def of_html(file: Path) -> str:
    found: list[str] = []
    reader = HTMLParser()
    reader.handle_data = found.append
    reader.feed(file.read_text("utf-8"))
    (record,) = (text for text in found if text.startswith('{"@context"'))
    return record


def of_gpkg(file: Path) -> str:
    with closing(sqlite3.connect(file)) as database:
        return database.execute("SELECT metadata FROM gpkg_metadata").fetchone()[0]


def of_shapefiles(file: Path) -> str:
    with zipfile.ZipFile(file) as archive:
        return archive.read("provenance.jsonld").decode()


RECORDS = {
    "png": of_png, "pdf": of_pdf, "html": of_html, "gpkg": of_gpkg, "shp.zip": of_shapefiles,
    "mp4": of_mp4, "gif": of_gif,
    "svg": lambda file: ET.parse(file).findtext(".//{http://purl.org/dc/elements/1.1/}description"),
    "geojson": lambda file: json.dumps(json.loads(file.read_bytes())["provenance"]),
    "kml": lambda file: ET.parse(file).findtext(f".//{KML}Data[@name='provenance']/{KML}value"),
    "csv": lambda file: file.with_name(f"{file.name}.prov.jsonld").read_text("utf-8"),
    "parquet": lambda file: parquet.read_schema(file).metadata[b"provenance"].decode(),
    "jsonld": lambda file: file.read_text("utf-8"),
}  # fmt: skip


@pytest.mark.parametrize("extension", [*EXTENSIONS, *FILMS])
def test_every_text_of_the_record_comes_back(extension, written, ledger):
    text = RECORDS[extension](written[extension])
    assert len(text.rstrip("\n").splitlines()) == 1
    nodes = {node["id"]: node for node in json.loads(text)["@graph"]}
    said = ledger.claims.loc["c1"]
    claim, source = nodes["k:claim/c1"], nodes["k:source/blue"]
    assert (claim["title"], claim["description"]) == (said.settlement, held(said.statement))
    assert nodes[claim["from"]]["url"] == URL
    assert nodes[nodes[claim["from"]]["by"]]["title"] == said.publisher
    assert source["title"] == held(ledger.sources.name["blue"])
    assert source["rights"] == ledger.sources.licence["blue"]
    drawn = next(node for name, node in nodes.items() if name.endswith("map.geojson%3A1"))
    assert drawn["description"] == held(ledger.polygons.statement.iloc[0])
    assert json.loads(record_in(written[extension], extension.strip("."))) == json.loads(text)
    assert read_settings(written[extension]).on.isoformat() == DAY


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_a_name_in_a_title_is_text(extension, folder, tmp_path):
    record = geo.load_record(data=folder)
    snapshot = Snapshot(on=DAY, sources="blue", size="square")
    file = tmp_path / f"a.{extension}"
    write_snapshot(snapshot, file, record=record)
    assert read_settings(file) == snapshot
    if extension == "html":
        (title,) = re.findall("<title>(.*?)</title>", file.read_text("utf-8"), re.DOTALL)
        assert "<" not in title
        assert "&lt;img" in title


# ---- what is seen


def test_a_picture_shows_text_as_text(folder, ledger):
    alone = Snapshot(on=DAY, sources="blue")  # a picture names the sources that are chosen
    root = ET.fromstring(snapshot_bytes(alone, "svg", record=geo.load_record(data=folder)))
    said = " ".join(node.text for node in root.iter(f"{SVG}text"))
    drawn = "".join(letter for letter in ledger.sources.name["blue"] if letter.isprintable())
    assert " ".join(drawn.split()) in " ".join(said.split())
    assert {node.tag for node in root.iter()} & {f"{SVG}script", f"{SVG}img"} == set()


@pytest.mark.parametrize("pair", ["blue,red", "ukrainian,russian"])
def test_a_name_with_braces_fits_into_the_legend(pair, tiny):
    tiny.change("sources.csv", 2, name="{0.__class__} {} {1} {x}")
    record = geo.load_record(data=tiny.folder)
    snapshot = Snapshot(on="2024-09-01", compare=pair)
    text = snapshot_bytes(snapshot, "svg", record=record).decode()
    assert "{0.__class__} {} {1} {x}" in text


@pytest.mark.parametrize("extension", ["png", "svg", "pdf", "gif"])
def test_a_letter_that_the_font_lacks_is_named_once(extension, tiny, tmp_path):
    tiny.change("sources.csv", 2, name="Синие \U0001f1fa\U0001f1e6 中")
    tiny.change("settlements.csv", 2, name_en="中村", population=9000)
    tiny.say({"settlement_id": 1, "settlement": "中村"})
    rows = tiny.rows["claims.csv"]
    rows[0]["settlement"] = "中村"
    tiny.write("claims.csv")
    record = geo.load_record(data=tiny.folder)
    file = tmp_path / f"a.{extension}"
    alone = Snapshot(on=DAY, sources="blue")
    if extension == "gif":
        write = partial(animate, "2024-08-07", DAY, snapshot=alone)
    else:
        write = partial(write_snapshot, alone)
    with pytest.warns(RepairWarning) as told:
        write(file, record=record)
    (warning,) = told
    assert str(warning.message) == (
        "the font of pictures lacks 中 (U+4E2D), 村 (U+6751), \U0001f1e6 (U+1F1E6), "
        "\U0001f1fa (U+1F1FA); \ufffd is drawn instead"
    )
    if extension == "svg":
        words = [node.text for node in ET.parse(file).getroot().iter(f"{SVG}text")]
        assert "\ufffd\ufffd" in words
        assert any("Синие \ufffd\ufffd \ufffd" in text for text in words)


# ---- the pages


@pytest.mark.parametrize("text", ["{% raw %}", "{{ 7*7 }}", "{# gone #}", "{{ nothing.at.all }}"])
def test_text_is_no_template(text, tiny):
    tiny.say({"publisher": text})
    page = snapshot_bytes(Snapshot(on=DAY), "html", record=tiny.record())
    assert page.count(text.encode()) == 3  # in the record, in the history and in a citation


def test_text_runs_no_command(tiny, tmp_path):
    ran = tmp_path / "ran"
    tiny.say({"statement": f"{{{{ cycler.__init__.__globals__.os.system('touch {ran}') }}}}"})
    snapshot_bytes(Snapshot(on=DAY), "html", record=tiny.record())
    assert not ran.exists()


def watched(page):
    """A reader whose page tells if anything ran."""
    page.dialogs = []
    page.page.on("dialog", lambda dialog: (page.dialogs.append(dialog.message), dialog.dismiss()))
    return page


def assert_nothing_ran(page) -> None:
    assert page.frame.evaluate("[window.__ran, window.hacked]") == [None, None]
    assert page.frame.locator("img").count() == 0
    assert page.dialogs == []


def test_nothing_runs_in_the_page_and_text_is_shown(written, ledger, reader):
    page = watched(reader()).open_file(written["html"])
    shown = page.frame.evaluate("document.body.textContent")
    assert held(ledger.sources.name["blue"]) in shown
    place = ledger.settlements.loc[1]
    page.page.mouse.click(*page.point(place.lat, place.lon))
    card = page.frame.locator(".claims-card")
    expect(card.locator("h2")).to_be_visible()
    said = card.evaluate("node => node.textContent")
    assert place.name_en in said
    assert ledger.claims.publisher["c1"] in said
    assert URL in card.locator("a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert_nothing_ran(page)


@pytest.fixture
def hostile_server(hostile, tmp_path):
    """The app over a data folder with hostile text."""
    script = tmp_path / "hostile_app.py"
    script.write_text(
        "import os, runpy\n"
        f"os.environ['CLAIMS_DATA'] = {str(hostile)!r}\n"
        "runpy.run_path('app.py', run_name='__main__')\n"
    )
    server = Server(tmp_path / "log.txt", script)
    try:
        server.wait()
        yield server
    finally:
        server.stop()


def test_nothing_runs_in_the_app_and_it_opens_where_it_was_asked_to(hostile_server, reader):
    page = watched(reader()).open_app(f"{hostile_server.url}?date=2024-11-20&hide=russian")
    assert page.painted == "2024-11-20"
    page.unfold("Sources")
    assert not page.box("Russian sources").is_checked()
    assert page.box(f"source {MARKUP} DeepState map").is_checked()
    assert_nothing_ran(page)


# ---- the command line


def run(*args, code=0):
    result = CliRunner().invoke(app, [str(arg) for arg in args])
    assert result.exit_code == code, result.output
    return result


@pytest.mark.parametrize(
    "command",
    [
        f"claims --on {DAY} --format csv",
        f"area --on {DAY}",
        f"agreement --on {DAY} --format csv",
        "totals --format csv",
        f"compare --on {DAY} --with 2024-08-31 --format csv",
        "lag --from blue --to red --format csv",
        "statements --format csv",
        "concessions",
        "coverage --table bulletins --format csv",
    ],
)
def test_no_cell_on_stdout_is_a_formula(command, folder):
    text = run(*command.split(), "--data", folder).stdout
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert len(rows) > 1 or command.startswith(("lag", "concessions"))
    for cell in (cell for row in rows for cell in row):
        assert not cell.startswith(("=", "@", "+", "-")) or re.fullmatch(r"-?[\d.]+", cell)
    if command.startswith("claims"):
        assert IN_TABLES in unguarded(rows[1][1])


#: What a terminal acts on.
ACTS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.mark.parametrize(
    "command",
    [
        ["settlement", f"{IN_TABLES}settlements.csv name_en 0 "],
        ["totals"],
        ["statements"],
        ["lag", "--from", "blue", "--to", "red"],
    ],
)
def test_what_is_told_does_not_act_on_a_terminal(command, folder):
    told = run(*command, "--data", folder)
    assert r"\u2028" in told.stdout
    assert not ACTS.search(told.output)


def test_data_do_not_act_on_a_terminal(folder, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    with pytest.raises(SystemExit):
        app(["claims", "--on", DAY, "--format", "csv", "--data", str(folder)])
    monkeypatch.undo()
    assert r"\u2028" in terminal.getvalue()
    assert not ACTS.search(terminal.getvalue())


def test_names_of_files_and_properties_do_not_act_on_a_terminal(tmp_path):
    tags = {"source_id": "isw\x1b]0;x\x07", "status": "contested", "claimed_on": DAY, "url": URL}
    tags["\x1b[31mcolour\nOK: 9 claims"] = "blue"
    file = tmp_path / "a\x1b[2J.geojson"
    file.write_text(collection([(tags, polygon(square(35.0, 51.2)))]))
    told = run("validate", "--polygons", file, code=1)
    assert not ACTS.search(told.output)
    lines = told.stderr.splitlines()
    assert not any(line.startswith("OK") for line in lines)
    assert any(line.startswith(r"a\x1b[2J.geojson:1:source_id: ") for line in lines)
    told = run("snapshot", "--on", DAY, "--out", tmp_path / "x\x1b[2J.jsonld")
    assert not ACTS.search(told.output)


def test_a_fault_is_one_line_whatever_is_in_it():
    fault = geo.Fault("a\nb.csv", 2, "\x1b[31m", "is\u202e wrong")
    assert str(fault) == r"a\nb.csv:2:\x1b[31m: is\u202e wrong"


# ---- reading what is damaged, or somebody else's


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> dict[str, Path]:
    """Sound files of every format that is read, as small as can be."""
    folder = tmp_path_factory.mktemp("small")
    tables = Tables(tmp_path_factory.mktemp("plain"), {1: (35.0, 51.0), 2: (35.1, 51.0)})
    record = geo.load_record(data=tables.folder)
    files = {e: folder / f"a.{e}" for e in (*EXTENSIONS, *FILMS)}
    for extension, file in files.items():
        if extension in FILMS:
            animate(DAY, DAY, file, record=record)
        else:
            write_snapshot(Snapshot(on=DAY, size="square"), file, record=record)
    return files


def settings_or_none(file: Path) -> Snapshot | None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return read_settings(file)
        except ValueError as error:
            assert "holds no settings of a snapshot" in str(error)  # noqa: PT017
            return None


@pytest.mark.parametrize("extension", [*EXTENSIONS, *FILMS])
def test_a_damaged_file_has_settings_or_says_that_it_has_none(extension, small, tmp_path):
    file = tmp_path / f"a.{extension}"
    damaged = file.with_name(f"{file.name}.prov.jsonld") if extension == "csv" else file
    source = small[extension]
    if extension == "csv":
        file.write_bytes(source.read_bytes())
        source = source.with_name(f"{source.name}.prov.jsonld")
    whole = source.read_bytes()
    damaged.write_bytes(whole)
    assert read_settings(file).on.isoformat() == DAY
    # Where a record and the heads of a file are, and all over it.
    near = {*range(0, min(len(whole), 400), 7), *range(max(0, len(whole) - 400), len(whole), 7)}
    for at in sorted({*near, *range(0, len(whole), max(1, len(whole) // 60))}):
        for content in (
            whole[:at],
            whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :],
            whole[:at] + b"\0\0\0\0" + whole[at + 4 :],
            whole[:at] + b"\xff\xff\xff\xff" + whole[at + 4 :],
        ):
            damaged.write_bytes(content)
            settings_or_none(file)


@pytest.mark.parametrize("extension", [*(e for e in EXTENSIONS if e != "csv"), *FILMS])
def test_a_file_of_another_kind_is_refused(extension, small, tmp_path):
    file = tmp_path / f"a.{extension}"
    for other, made in small.items():
        if other != extension and {other, extension} != {"jsonld", "csv"}:
            file.write_bytes(made.read_bytes())
            assert settings_or_none(file) is None


@pytest.mark.parametrize("end", [b"", b")"])
@pytest.mark.parametrize("part", [b"/Keywords (", b"a", rb"\a", rb"\(", rb"\\"])
def test_the_keywords_of_a_pdf_are_read_once(part, end, tmp_path):
    file = tmp_path / "a.pdf"
    file.write_bytes(b"/Keywords (" + part * (2_000_000 // len(part)) + end)
    begun = time.process_time()
    assert settings_or_none(file) is None
    assert time.process_time() - begun < 5


def test_a_pipe_or_a_folder_is_no_file(tmp_path):
    os.mkfifo(tmp_path / "a.png")
    (tmp_path / "b.gpkg").mkdir()
    (tmp_path / "c.csv").touch()
    os.mkfifo(tmp_path / "c.csv.prov.jsonld")
    for name in ("a.png", "b.gpkg", "c.csv"):
        with pytest.raises(ValueError, match=r"holds no settings of a snapshot .* is not a file"):
            read_settings(tmp_path / name)


@pytest.mark.parametrize("packing", [zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA])
def test_what_grows_when_unpacked_is_refused(packing, tmp_path):
    file = tmp_path / "a.shp.zip"
    with zipfile.ZipFile(file, "w", packing) as archive:
        archive.writestr("provenance.jsonld", bytes(60_000_000))  # more than is read
    tracemalloc.start()
    try:
        assert settings_or_none(file) is None
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "made",
    [
        "CREATE VIEW gpkg_metadata AS WITH RECURSIVE n(metadata) AS (SELECT 1 UNION ALL SELECT"
        " metadata + 1 FROM n) SELECT max(metadata) AS metadata FROM n",
        "CREATE TABLE gpkg_metadata (a TEXT, metadata AS (hex(zeroblob(30000000))));"
        "INSERT INTO gpkg_metadata VALUES ('a')",
    ],
)
def test_a_database_that_works_for_ever_is_refused(made, tmp_path):
    file = tmp_path / "a.gpkg"
    with closing(sqlite3.connect(file)) as database:
        database.executescript(made)
    with pytest.raises(ValueError, match=r"holds no settings .*gpkg_metadata is not ours|NoneType"):
        read_settings(file)
