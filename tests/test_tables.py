from __future__ import annotations

import errno
import io
import os
import random
import re
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import geo
from geo.tables import reading as tables
from geo.tables.reading import MAX_BYTES, read_table
from geo.tables.schema import SIDE_TABLES, TABLES

CYRILLIC = "[\u0400-\u04ff]"
LOADED = r"(?i)\b(?:liberat\w*|occup(?:y|ied|ier)\w*|freed|terroris\w*|enemy)\b"
QUOTED = '"counter-terrorist operation"'


def faults_of(tiny, name="claims.csv"):
    return read_table(tiny / name)[1]


def only_fault(tiny, name="claims.csv"):
    (fault,) = faults_of(tiny, name)
    assert fault.file == name
    return fault


def spoilt(tiny, name="claims.csv", /, row=2, **values):
    """The one fault that a spoilt cell gives, which must name the cell."""
    tiny.change(name, row, **values)
    fault = only_fault(tiny, name)
    (column,) = values
    assert (fault.row, fault.column) == (row, column)
    return fault.problem


# The shipped tables


@pytest.mark.parametrize("name", [*TABLES, *SIDE_TABLES])
def test_shipped_table_is_sound(name):
    table, faults = read_table(geo.tables.schema.DATA / name)
    assert faults == []
    assert len(table) > 0


def test_every_source_is_attributed():
    sources = geo.load_sources()
    assert sources.attribution.str.strip().ne("").all()
    assert sources.licence.str.strip().ne("").all()
    assert sources.definition_of_control.str.strip().ne("").all()


def test_sources_of_all_sides_are_there():
    sources = geo.load_sources()
    assert set(sources.side) == {"ukrainian", "russian", "third_party"}
    assert (sources.partisanship[sources.side == "ukrainian"] < 0).all()
    assert (sources.partisanship[sources.side == "russian"] > 0).all()
    assert (sources.partisanship[sources.side == "third_party"] == 0).all()


def test_english_columns_hold_no_cyrillic(ledger):
    for texts in (
        ledger.settlements.name_en,
        ledger.claims.statement,
        ledger.unplaced.statement,
        ledger.totals.statement,
        ledger.events.title,
        ledger.events.description,
        ledger.statements.statement,
    ):
        assert texts[texts.str.contains(CYRILLIC)].tolist() == []


def test_statements_use_no_loaded_words(ledger):
    for texts in (
        ledger.claims.statement,
        ledger.unplaced.statement,
        ledger.totals.statement,
        ledger.statements.statement,
        ledger.statements.why_not,
        ledger.claims.note,
        ledger.unplaced.reason,
    ):
        assert texts[texts.str.contains(LOADED)].tolist() == []


def test_events_use_no_loaded_words_but_a_quoted_legal_term(ledger):
    for texts in (ledger.events.title, ledger.events.description):
        plain = texts.str.replace(QUOTED, "", case=False)
        assert plain[plain.str.contains(LOADED)].tolist() == []


@pytest.mark.parametrize(
    "text", ["Liberated", "the occupiers", "was freed", "counter-terrorist", "an enemy unit"]
)
def test_the_check_for_loaded_words_finds_them(text):
    assert re.search(LOADED, text)


def test_tables_are_indexed_by_their_ids():
    assert geo.load_settlements().name_en[115637] == "Sudzha"
    assert geo.load_totals().index.is_unique
    assert geo.load_events().date.is_monotonic_increasing


# Form of the file


def test_a_sound_table_has_no_faults(tiny):
    for name in (*TABLES, *SIDE_TABLES):
        table, faults = read_table(tiny / name)
        assert faults == []
        assert table.index.tolist() == list(range(2, len(table) + 2))


def test_missing_file_is_named_with_its_folder(tiny):
    (tiny / "claims.csv").unlink()
    fault = only_fault(tiny)
    assert (fault.row, fault.column) == (0, "")
    assert "is missing" in fault.problem
    assert str(tiny.folder) in fault.problem


def test_empty_file(tiny):
    tiny.put("claims.csv", b"")
    assert "is empty" in only_fault(tiny).problem


def test_header_without_rows(tiny):
    tiny.put("claims.csv", tiny.text("claims.csv").splitlines()[0] + "\n")
    assert "no rows" in only_fault(tiny).problem


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (Path.mkdir, "cannot be opened (it is not a file)"),
        (os.mkfifo, "cannot be opened (it is not a file)"),
        (lambda path: path.symlink_to("/dev/zero"), "cannot be opened (it is not a file)"),
        (lambda path: path.symlink_to("nowhere"), "is missing"),
        (lambda path: path.symlink_to(path), "cannot be opened"),
    ],
    ids=["folder", "pipe", "device", "dangling link", "link to itself"],
)
@pytest.mark.parametrize("name", ["claims.csv", "cells.geojson"])
def test_what_stands_in_place_of_a_file(tiny, name, place, said):
    (tiny / name).unlink()
    place(tiny / name)
    (fault,) = tiny.faults()
    assert fault.startswith(f"{name}: {said}")


def test_file_that_may_not_be_read(tiny, monkeypatch):
    def refuse(*_):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(io, "open", refuse)
    assert "cannot be opened (Permission denied)" in only_fault(tiny).problem


@pytest.mark.parametrize("folder", ["a\0b", "x" * 5000, "claims.csv"])
def test_folder_that_cannot_be_one(tiny, folder):
    (fault,) = read_table(tiny / folder / "claims.csv")[1]
    assert "cannot be opened" in fault.problem


def test_path_that_leads_round_about_is_the_file_it_leads_to(tiny):
    assert read_table(tiny / ".." / tiny.folder.name / "claims.csv")[1] == []


def test_file_that_grows_is_read_no_further_than_allowed(tiny, monkeypatch):
    seen = list((tiny / "claims.csv").stat())
    seen[stat.ST_SIZE] = 1
    monkeypatch.setattr(Path, "stat", lambda *_, **__: os.stat_result(seen))
    with (tiny / "claims.csv").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    assert "at most 50 MB" in only_fault(tiny).problem


def test_wrong_encoding_names_the_row(tiny):
    tiny.change("claims.csv", 3, speaker="Рыбарь")
    tiny.put("claims.csv", tiny.text("claims.csv").encode("cp1251"))
    fault = only_fault(tiny)
    assert fault.row == 3
    assert "UTF-8" in fault.problem


def test_byte_order_mark_is_accepted(tiny):
    tiny.put("claims.csv", tiny.text("claims.csv").encode("utf-8-sig"))
    table, faults = read_table(tiny / "claims.csv")
    assert faults == []
    assert table.claim_id.tolist() == ["c1", "c2"]


def test_windows_line_ends_are_accepted(tiny):
    tiny.put("claims.csv", tiny.text("claims.csv").replace("\n", "\r\n"))
    table, faults = read_table(tiny / "claims.csv")
    assert faults == []
    assert table.note.tolist() == ["", ""]


def test_line_break_in_a_cell_is_refused_and_rows_count_on(tiny):
    tiny.change("claims.csv", 2, note="two\nlines")
    tiny.change("claims.csv", 3, status="held")
    first, second = faults_of(tiny)
    assert (first.row, first.column) == (2, "note")
    assert "line break" in first.problem
    assert second.row == 3


def test_extra_column_is_named(tiny):
    text = tiny.text("claims.csv").replace("\n", ",x\n").replace("note,x", "note,colour", 1)
    tiny.put("claims.csv", text)
    fault = only_fault(tiny)
    assert (fault.row, fault.column) == (1, "colour")
    assert "not known" in fault.problem
    assert "claimed_on" in fault.problem


def test_missing_column_is_named(tiny):
    for row in tiny.rows["claims.csv"]:
        del row["url"]
    tiny.write("claims.csv")
    fault = only_fault(tiny)
    assert (fault.row, fault.column) == (1, "url")
    assert "missing" in fault.problem


def test_doubled_column_is_named(tiny):
    tiny.put("claims.csv", tiny.text("claims.csv").replace("\n", ",x\n").replace(",x", ",note", 1))
    fault = only_fault(tiny)
    assert (fault.row, fault.column) == (1, "note")
    assert "repeated" in fault.problem


def test_semicolons_in_place_of_commas(tiny):
    tiny.put("claims.csv", tiny.text("claims.csv").replace(",", ";"))
    assert {fault.row for fault in faults_of(tiny)} == {1}


def test_ragged_rows_are_each_named(tiny):
    lines = tiny.text("claims.csv").splitlines()
    lines[1] += ",more"
    lines[2] = lines[2].rpartition(",")[0]
    tiny.put("claims.csv", "\n".join(lines) + "\n")
    found = faults_of(tiny)
    assert [fault.row for fault in found] == [2, 3]
    assert "18 values, but the header has 17 columns" in found[0].problem
    assert "16 values" in found[1].problem


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_two_bytes_a_letter(tiny, encoding):
    tiny.put("claims.csv", tiny.text("claims.csv").encode(encoding))
    assert "UTF-8" in only_fault(tiny).problem


def test_zero_bytes(tiny):
    tiny.put("claims.csv", tiny.text("claims.csv").replace("Gazette", "Gaz\0ette", 1))
    assert "zero bytes" in only_fault(tiny).problem


def test_ten_megabytes_of_random_bytes(tiny):
    tiny.put("claims.csv", random.Random(1).randbytes(10_000_000))
    assert "UTF-8" in only_fault(tiny).problem


def test_ten_megabytes_on_one_line(tiny):
    tiny.put("claims.csv", b"x" * 10_000_000)
    fault = only_fault(tiny)
    assert fault.row == 1
    assert "CSV" in fault.problem


def test_ten_megabytes_of_commas(tiny):
    tiny.put("claims.csv", b"a," * 5_000_000)
    assert {fault.row for fault in faults_of(tiny)} == {1}


def test_unclosed_quote_before_ten_megabytes(tiny):
    tiny.put("claims.csv", tiny.text("claims.csv") + '"' + "a,b\n" * 2_500_000)
    table, (whole, fault) = read_table(tiny / "claims.csv")
    assert len(table) == 2
    assert "2,500,003 lines" in whole.problem
    assert fault.row == 4
    assert "quotes" in fault.problem


def test_unclosed_quote_in_an_early_column(tiny):
    text = tiny.text("claims.csv")
    tiny.put("claims.csv", text.replace("c1,blue", 'c1,"blue', 1))
    fault = only_fault(tiny)
    assert fault.row == 2
    assert "quotes" in fault.problem


def test_unclosed_quote_in_the_last_column_loses_no_rows(tiny):
    lines = tiny.text("claims.csv").splitlines()
    tiny.put("claims.csv", "\n".join([lines[0], lines[1] + '"', *lines[2:]]) + "\n")
    assert [fault.row for fault in faults_of(tiny)] == [2]


@pytest.mark.parametrize(
    ("row", "content"),
    [
        (1, "a" * 5_000_000),
        (1, "a," * 1_000_000),
        (2, "HEAD" + "," * 1_000_000),
        (2, "HEAD" + '"\n",' * 1_000_000),
        (2, "HEADc1," + "x" * 5_000_000),
        (2, "HEADc1," + "\U0001f600" * 1_000_000),
    ],
    ids=["header", "columns", "cells", "cells on lines", "cell", "wide cell"],
)
def test_row_without_end_is_not_read_to_it(tiny, row, content):
    head = tiny.text("claims.csv").partition("\n")[0]
    tiny.put("claims.csv", content.replace("HEAD", head + "\n"))
    fault = faults_of(tiny)[-1]
    assert fault.row == row
    assert "a row of 100,000 characters or more" in fault.problem


@pytest.mark.parametrize("row", ["," * 16, "x", ""], ids=["empty cells", "ragged", "blank"])
def test_rows_without_number_are_counted_and_not_all_read(tiny, row, monkeypatch):
    most = 5_000
    monkeypatch.setattr(geo.tables.reading, "MAX_LINES", most)
    head, _, rest = tiny.text("claims.csv").partition("\n")
    tiny.put("claims.csv", head + f"\n{row}" * (most + 1) + "\n" + rest)
    found = faults_of(tiny)
    assert found[0].row == 0
    assert f"has {most + 4:,} lines" in found[0].problem
    assert len(found) <= 100
    assert len(found) + found.more >= (most if row else 1)


def test_first_hundred_faults_are_told_and_the_others_counted(tiny):
    tiny.rows["claims.csv"] = [
        tiny.rows["claims.csv"][0] | {"claim_id": f"c{n}", "status": "held", "publisher": ""}
        for n in range(3000)
    ]
    tiny.write("claims.csv")
    found = faults_of(tiny)
    assert (len(found), found.more) == (100, 5900)
    with pytest.raises(geo.DataError, match=r"\.\.\. and 5,900 more like these"):
        tables.load_table("claims.csv", tiny.folder)


def test_sound_rows_are_kept_in_order_around_wrong_ones(tiny):
    first = tiny.rows["claims.csv"][0]
    tiny.rows["claims.csv"] = [first | {"claim_id": f"c{n}"} for n in range(2500)]
    tiny.change("claims.csv", 1100, status="held")
    table, (fault,) = read_table(tiny / "claims.csv")
    assert fault.row == 1100
    assert table.index.tolist() == [n for n in range(2, 2502) if n != 1100]
    assert (table.claim_id == [f"c{n - 2}" for n in table.index]).all()


def test_file_over_the_limit_is_not_read(tiny):
    with (tiny / "claims.csv").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    assert "at most 50 MB" in only_fault(tiny).problem


def test_all_faults_of_a_file_are_collected(tiny):
    tiny.change("claims.csv", 2, status="held", url="ftp://example.org/")
    tiny.change("claims.csv", 3, claimed_on="2024-02-30")
    tiny.add("claims.csv", claimed_on="2024-09-01")
    tiny.add("claims.csv", claim_id="c9", publisher="")
    tiny.put("claims.csv", tiny.text("claims.csv") + "one,two\n")
    assert sorted((fault.row, fault.column) for fault in faults_of(tiny)) == [
        (2, "status"),
        (2, "url"),
        (3, "claimed_on"),
        (5, "publisher"),
        (6, ""),
    ]


def test_loader_raises_one_error_with_all_faults(tiny):
    tiny.change("sources.csv", 2, side="martian")
    tiny.change("sources.csv", 3, partisanship="3")
    with pytest.raises(geo.DataError) as caught:
        geo.load_sources(tiny.folder)
    assert str(caught.value).splitlines() == [str(fault) for fault in caught.value.faults]
    assert [fault.row for fault in caught.value.faults] == [2, 3]


# Content of the cells


@pytest.mark.parametrize(
    "day", ["2024-02-30", "20240820", "2024-8-20", "20 Aug 2024", "2024/08/20", "1724112000", ""]
)
@pytest.mark.parametrize("column", ["claimed_on", "retrieved_on"])
def test_what_is_not_a_day(tiny, column, day):
    problem = spoilt(tiny, **{column: day})
    assert "not a date" in problem
    assert "YYYY-MM-DD" in problem


def test_day_in_the_future(tiny):
    problem = spoilt(tiny, claimed_on="2202-02-02")
    assert "lies in the future" in problem
    assert "up to today" in problem


def test_day_before_the_record(tiny):
    assert "before the record begins, 2024-08-01" in spoilt(tiny, claimed_on="2024-07-31")
    tiny.change("claims.csv", 2, claimed_on="2024-08-01")
    assert faults_of(tiny) == []


def test_optional_day_may_be_empty_but_not_wrong(tiny):
    tiny.change("claims.csv", 2, effective_on="", published_on="")
    assert faults_of(tiny) == []
    assert "not a date" in spoilt(tiny, effective_on="soon")


@pytest.mark.parametrize("column", ["lat", "lon"])
@pytest.mark.parametrize("value", ["nan", "NaN", "inf", "-inf", "1e999", "", "51,2", "51°11′"])
def test_coordinate_that_is_no_number(tiny, column, value):
    assert "finite number" in spoilt(tiny, "settlements.csv", **{column: value})


def test_swapped_coordinates(tiny):
    tiny.change("settlements.csv", 2, lat="35.05", lon="51.05")
    found = faults_of(tiny, "settlements.csv")
    assert [(fault.row, fault.column) for fault in found] == [(2, "lat"), (2, "lon")]
    assert "allowed: at least 50" in found[0].problem
    assert "allowed: at most 40" in found[1].problem


@pytest.mark.parametrize("value", ["", "one", "1.5", "-1", "nan", "0x1"])
def test_settlement_id_that_is_no_whole_number(tiny, value):
    assert "allowed: " in spoilt(tiny, settlement_id=value)


@pytest.mark.parametrize(
    ("name", "column", "value"),
    [
        ("claims.csv", "settlement_id", "١"),
        ("claims.csv", "claim_id", "c١"),
        ("settlements.csv", "oktmo", "٣٨٦٠٠٠٠٠"),
        ("settlements.csv", "population", 10**10),
        ("settlements.csv", "population", "9" * 5000),
        ("settlements.csv", "cell_id", 2**31),
        ("totals.csv", "value", "1e400"),
        ("totals.csv", "value", "1e300"),
        ("totals.csv", "value_low", "-0.5"),
        ("statements.csv", "value", "1e10"),
        ("statements.csv", "stated_on", "2024-W32-2"),
        ("statements.csv", "stated_on", "٢٠٢٤-٠٨"),
        ("names.csv", "settlement_id", "one"),
        ("names.csv", "name_ru", ""),
        ("coordinates.csv", "decision", "guessed"),
        ("coordinates.csv", "lat", "49.9"),
        ("routes.csv", "route", "1; 2"),
        ("corrections.csv", "why", ""),
    ],
)
def test_other_digits_and_numbers_that_nothing_can_have(tiny, name, column, value):
    problem = spoilt(tiny, name, **{column: value})
    assert len(problem) < 200


def test_minus_nothing_is_nothing(tiny):
    tiny.change("totals.csv", 2, value="-0")
    assert faults_of(tiny, "totals.csv") == []


@pytest.mark.parametrize("sign", "\x01\x07\t\x0b\x1b\x7f\x85\x9b\u202a\u202e\u2066\u2069\uffff")
@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("claims.csv", "note"),
        ("claims.csv", "statement"),
        ("claims.csv", "url"),
        ("sources.csv", "name"),
        ("names.csv", "name_uk"),
        ("corrections.csv", "old"),
    ],
)
def test_sign_that_does_not_show_is_shown(tiny, name, column, sign):
    value = "https://example.org/" + "x" * 100 + sign
    problem = spoilt(tiny, name, **{column: value})
    assert problem.isprintable()
    said = "not a web address" if column == "url" and sign.isspace() else ascii(sign)
    assert said in problem


@pytest.mark.parametrize(
    "text", ["שלום \u200f!", "مرحبا\u200e", "a\u00a0b", "e\u0301", "👩\u200d🚀"]
)
def test_writing_of_any_script_is_text(tiny, text):
    tiny.change("claims.csv", 2, note=text, speaker=text)
    table, faults = read_table(tiny / "claims.csv")
    assert faults == []
    assert table.note[2] == text


@pytest.mark.parametrize("status", ["held", "", "Contested", "implied"])
def test_unknown_status_says_what_is_allowed(tiny, status):
    problem = spoilt(tiny, status=status)
    for allowed in ("ukrainian_control", "contested", "russian_control", "withdrawn"):
        assert allowed in problem


def test_unknown_basis_says_what_is_allowed(tiny):
    problem = spoilt(tiny, basis="rumour")
    assert "'rumour' is not allowed" in problem
    assert "map_reading" in problem


def test_retaken_is_yes_or_empty(tiny):
    assert "allowed: 'yes'" in spoilt(tiny, retaken="no")


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "javascript://example.org/%0aalert(1)",
        "ftp://example.org/",
        "file:///etc/passwd",
        "data:text/html,x",
        "example.org",
        "https://",
        "https://nodot/",
        "https://example.org/a b",
        'https://example.org/"onclick',
        "https://example.org/'onclick",
        "https://example.org/<script>",
        "https://example.org/\n",
        "https://example.org/\tx",
        "https://example.org/\u00a0x",
    ],
)
def test_bad_address(tiny, url):
    problem = spoilt(tiny, url=url)
    assert "not a web address" in problem
    assert "http://" in problem


@pytest.mark.parametrize("column", ["url", "publisher", "statement"])
def test_claim_without_citation(tiny, column):
    spoilt(tiny, **{column: ""})


@pytest.mark.parametrize("column", ["publisher", "statement", "settlement"])
def test_blank_is_no_text(tiny, column):
    assert "must be filled" in spoilt(tiny, **{column: "   "})


@pytest.mark.parametrize("column", ["attribution", "licence", "name"])
def test_source_without_attribution(tiny, column):
    assert "must be filled" in spoilt(tiny, "sources.csv", **{column: ""})


def test_text_too_long(tiny):
    tiny.change("claims.csv", 2, note="x" * 2000)
    assert faults_of(tiny) == []
    assert "2000 characters" in spoilt(tiny, note="x" * 2001)


@pytest.mark.parametrize("value", ["-3", "3", "1.5", ""])
def test_partisanship_is_of_minus_two_to_two(tiny, value):
    assert "allowed: " in spoilt(tiny, "sources.csv", partisanship=value)


@pytest.mark.parametrize("value", ["-1", "nan", "inf", "", "about 100"])
def test_total_is_a_finite_number(tiny, value):
    assert "allowed: " in spoilt(tiny, "totals.csv", value=value)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("sources.csv", "source_id"),
        ("settlements.csv", "settlement_id"),
        ("claims.csv", "claim_id"),
        ("totals.csv", "total_id"),
        ("events.csv", "event_id"),
        ("statements.csv", "statement_id"),
        ("names.csv", "settlement_id"),
        ("coordinates.csv", "settlement_id"),
        ("routes.csv", "name_en"),
    ],
)
def test_doubled_id(tiny, name, key):
    row = tiny.add(name)
    fault = only_fault(tiny, name)
    assert (fault.row, fault.column) == (row, key)
    assert "unique" in fault.problem


# Anything at all


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_no_bytes_make_a_traceback(tiny, raw):
    tiny.put("claims.csv", raw)
    assert faults_of(tiny)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    column=st.sampled_from(list(TABLES["claims.csv"][0].model_fields)),
    value=st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=20)
    | st.floats().map(str)
    | st.integers().map(str),
)
def test_no_cell_hides_the_other_rows(tiny, column, value):
    whole = dict(tiny.rows["claims.csv"][0])
    tiny.change("claims.csv", 2, **{column: value})
    table, faults = read_table(tiny / "claims.csv")
    tiny.change("claims.csv", 2, **whole)
    assert 3 in table.index
    assert (2 in table.index) == (faults == [])
