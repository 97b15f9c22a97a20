from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys

import pandas as pd
import pytest
import shapely
from conftest import collection, polygon, square
from typer.testing import CliRunner

import geo
from geo import Snapshot, read_settings
from geo.cli.app import app
from geo.cli.output import put
from geo.tables.schema import DATA

COMMANDS = [
    "validate",
    "claims",
    "area",
    "agreement",
    "totals",
    "compare",
    "lag",
    "statements",
    "concessions",
    "coverage",
    "snapshot",
    "animate",
    "settlement",
    "claim",
    "import",
    "build",
]
PROPERTIES = [
    "source_id",
    "source",
    "side",
    "partisanship",
    "status",
    "valid_from",
    "valid_to",
    "last_said",
    "age_days",
    "area_km2",
    "settlements",
    "claim_ids",
]


def run(*args, code=0):
    result = CliRunner().invoke(app, [str(arg) for arg in args])
    assert result.exit_code == code, result.output
    # An exception that came through would also end with code 1.
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def refused(*args, code):
    """What a command that does not work says; it must say it on stderr alone."""
    result = run(*args, code=code)
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    return result.stderr


def strict_json(text):
    def refuse(name):
        pytest.fail(f"{name} is not JSON")

    return json.loads(text, parse_constant=refuse)


def features(*args):
    found = strict_json(run("claims", *args).stdout)
    assert found["type"] == "FeatureCollection"
    return found["features"]


def table(*args):
    return pd.read_csv(io.StringIO(run(*args).stdout))


def statuses_of(place, *args):
    """What the named source says of a settlement."""
    return [
        feature["properties"]["status"]
        for feature in features(*args)
        if place in feature["properties"]["settlements"]
    ]


# Help and wrong usage


def test_help_says_what_has_an_effect_on_pictures_alone():
    said = " ".join(run("snapshot", "--help").stdout.replace("│", " ").split())
    assert "Picture language: en, ru or uk." in said


def test_help_lists_every_command():
    said = run("--help").stdout
    assert [command for command in COMMANDS if f"\n  {command} " not in said] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_an_example(command):
    assert f"Example: python -m geo {command}" in run(command, "--help").stdout


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["conquer"], "No such command 'conquer'"),
        (["claims"], "Missing option '--on'"),
        (["claims", "--on", "2024-02-30"], "`on` was '2024-02-30'"),
        (["claims", "--on", "2024-09-05", "--known-by", "x"], "`known_by` was 'x'"),
        (["claims", "--on", "2024-09-05", "--source", "nobody"], "expected to be of ua_gen"),
        (["claims", "--on", "2024-09-05", "--side", "martian"], "third_party"),
        (["claims", "--on", "2024-09-05", "--format", "pdf"], "geojson"),
        (["area"], "give either --on DATE or --series"),
        (["area", "--on", "2024-09-05", "--series"], "give either --on DATE or --series"),
        (["agreement"], "Missing option '--on'"),
        (["agreement", "--on", "2024-13-01"], "`on` was '2024-13-01'"),
        (
            ["agreement", "--on", "2024-09-05", "--compare", "2024-09-06"],
            "it was '2024-09-06' but is expected to be two sides or two sources, A,B",
        ),
        (
            ["agreement", "--on", "2024-09-05", "--compare", "isw,isw"],
            "`compare` was 'isw,isw' but is expected to be",
        ),
        (
            ["claims", "--on", "2024-09-05", "--current-for", "0"],
            "`current_for` was '0' but is expected to be a number of days, 1 to 3650, or ever",
        ),
        (["area", "--series", "--current-for", "long"], "1 to 3650, or ever"),
        (["totals", "--current-for", "long"], "1 to 3650, or ever"),
        (
            ["snapshot", "--on", "2024-09-05", "--out", "a.csv", "--view", "best"],
            "`view` was 'best' but is expected to be one of all, side-by-side, overlay, places",
        ),
        (["snapshot", "--on", "2024-09-05", "--out", "a.csv", "--fade", "9"], "No such option"),
        (["totals", "--format", "pdf"], "text"),
        (["compare", "--on", "2024-09-05"], "give what to compare with: --with DATE"),
        (["compare", "--on", "2024-09-05", "--with", "x"], "`with` was 'x'"),
        (["compare", "--on", "2024-09-05", "--with-source", "me"], "expected to be of ua_gen"),
        (
            ["compare", "--on", "2024-09-05", "--with", "2024-09-06", "--status", "held"],
            "`status` was 'held' but is expected to be one of ukrainian_control",
        ),
        (["lag", "--from", "ru_mod"], "Missing option '--to'"),
        (["lag", "--from", "ru_mod", "--to", "me"], "`to_source` was 'me' but is expected"),
        (["lag", "--from", "isw", "--to", "isw"], "expected to differ"),
        (["concessions", "--source", "me"], "`source` was 'me' but is expected to be one of ua"),
        (["concessions", "--kind", "hidden"], "explicit"),
        (["snapshot", "--out", "a.csv"], "Missing option '--on'"),
        (["snapshot", "--on", "2024-09-05"], "Missing option '--out'"),
        (["snapshot", "--on", "2024-09-05", "--out", "a.doc"], "'a.doc' but is expected to end in"),
        (["snapshot", "--on", "2024-9-5", "--out", "a.csv"], "`on` was '2024-9-5'"),
        (
            ["snapshot", "--on", "2024-09-05", "--out", "a.csv", "--bbox", "36,51,35,52"],
            "`bbox` was '36,51,35,52' but is expected to be west,south,east,north",
        ),
        (
            ["snapshot", "--on", "2024-09-05", "--out", "a.csv", "--status", "won"],
            "`statuses` was ['won'] but is expected to be of ukrainian_control",
        ),
        (["settlement"], "Missing argument"),
    ],
)
def test_wrong_usage_ends_with_code_2(args, said):
    assert said in refused(*args, code=2)


@pytest.mark.parametrize(
    "args",
    [
        ["claims", "--on", "2024-09-05"],
        ["area", "--on", "2024-09-05"],
        ["agreement", "--on", "2024-09-05"],
        ["compare", "--on", "2024-09-05", "--with", "2024-09-06"],
        ["lag", "--from", "ru_mod", "--to", "isw"],
        ["validate", DATA],
    ],
    ids=lambda args: args[0],
)
def test_map_file_that_cannot_be_used_ends_with_code_1(args, tmp_path):
    file = tmp_path / "none.kml"
    said = refused(*args, "--polygons", file, code=2)
    assert said == f"error: `polygons` was '{file}', which is not there; check the path\n"
    file.touch()
    said = refused(*args, "--polygons", file, code=1)
    assert said.startswith("none.kml: ")
    assert "1 fault" in said


# claims


@pytest.fixture(scope="module")
def september():
    return features("--on", "2024-09-05")


def test_features_carry_all_properties(september):
    assert len(september) > 10
    for feature in september:
        assert list(feature["properties"]) == PROPERTIES


def test_features_are_sound_shapes_in_degrees(september):
    for feature in september:
        shape = shapely.from_geojson(json.dumps(feature["geometry"]))
        assert shape.geom_type in {"Polygon", "MultiPolygon"}
        assert shapely.box(34, 50.8, 38.6, 52.5).contains(shape)
        assert all(part.exterior.is_ccw for part in shapely.get_parts(shape))


@pytest.mark.parametrize(
    "args",
    [
        ["claims", "--on", "2024-09-05"],
        ["claims", "--on", "2024-09-05", "--known-by", "2024-08-01"],
        ["agreement", "--on", "2024-09-05"],
        ["compare", "--on", "2024-09-05", "--with", "2025-03-06"],
    ],
)
def test_geojson_says_whom_to_credit(args, tmp_path):
    found = strict_json(run(*args, "--format", "geojson").stdout)
    run("snapshot", "--on", "2024-09-05", "--out", tmp_path / "a.geojson")
    graph = strict_json((tmp_path / "a.geojson").read_text("utf-8"))["provenance"]["@graph"]
    assert found["rights"] in {node.get("rights") for node in graph if node["id"] == "k:data"}
    assert "OpenStreetMap contributors, ODbL. Settlements: INID" in found["rights"]


def test_end_is_a_later_day_or_null(september):
    ends = [feature["properties"]["valid_to"] for feature in september]
    assert all(end > "2024-09-05" for end in ends)
    ever = features("--on", "2024-09-05", "--current-for", "ever")
    ends = [feature["properties"]["valid_to"] for feature in ever]
    assert None in ends
    assert all(end is None or end > "2024-09-05" for end in ends)


def test_properties_fit_each_other(september):
    for feature in september:
        tags = feature["properties"]
        assert tags["valid_from"] <= "2024-09-05"
        age = pd.Timestamp("2024-09-05") - pd.Timestamp(tags["last_said"])
        assert tags["age_days"] == age.days
        assert tags["area_km2"] > 0
        assert tags["settlements"]
        assert tags["claim_ids"]


def test_one_feature_a_source_and_status_from_ukrainian_to_russian(september):
    tags = [feature["properties"] for feature in september]
    pairs = [(tag["source_id"], tag["status"]) for tag in tags]
    assert len(set(pairs)) == len(pairs)
    assert [tag["partisanship"] for tag in tags] == sorted(tag["partisanship"] for tag in tags)
    assert {tag["side"] for tag in tags} == {"ukrainian", "third_party", "russian"}


def test_known_numbers_of_one_day(september):
    of = {
        (tag["source_id"], tag["status"]): tag
        for tag in (feature["properties"] for feature in september)
    }
    osint = of["uacontrolmap", "ukrainian_control"]
    assert len(osint["settlements"]) == 78
    assert 1000 < osint["area_km2"] < 1100
    assert len(of["deepstate", "ukrainian_control"]["settlements"]) == 66
    assert len(of["deepstate", "contested"]["settlements"]) == 21


def test_sides_and_sources_are_kept_apart():
    russian = features("--on", "2024-09-05", "--side", "russian")
    assert {feature["properties"]["side"] for feature in russian} == {"russian"}
    both = features("--on", "2024-09-05", "--source", "isw", "--source", "ru_mod")
    assert {feature["properties"]["source_id"] for feature in both} == {"isw", "ru_mod"}


@pytest.mark.parametrize(("place", "day"), [("Sudzha", "2025-03-13"), ("Gornal", "2025-04-26")])
def test_ministry_claims_a_place_from_the_day_it_was_announced(place, day):
    before = str((pd.Timestamp(day) - pd.Timedelta(days=1)).date())
    assert "russian_control" not in statuses_of(place, "--on", before, "--source", "ru_mod")
    assert statuses_of(place, "--on", day, "--source", "ru_mod") == ["russian_control"]


@pytest.fixture(scope="module")
def announced():
    """What the ministry claims on the last of those days, by what was said at New Year."""
    return features("--on", "2025-04-26", "--source", "ru_mod", "--known-by", "2025-01-01",
                    "--current-for", "ever")  # fmt: skip


@pytest.mark.parametrize("place", ["Sudzha", "Gornal"])
def test_announcement_is_not_known_before_it_was_made(place, announced):
    held = [f["properties"] for f in announced if f["properties"]["status"] == "russian_control"]
    assert held
    assert not any(place in tags["settlements"] for tags in held)


def test_after_april_2025_the_ministry_and_deepstate_differ():
    theirs = features("--on", "2025-04-27", "--source", "ru_mod", "--source", "deepstate")
    held = {
        tag["source_id"]: tag["area_km2"]
        for tag in (feature["properties"] for feature in theirs)
        if tag["status"] == "ukrainian_control"
    }
    assert set(held) == {"deepstate"}
    assert held["deepstate"] > 0


def test_csv_carries_the_same_as_geojson(september):
    rows = table("claims", "--on", "2024-09-05", "--format", "csv")
    assert list(rows) == PROPERTIES
    assert rows.area_km2.tolist() == [f["properties"]["area_km2"] for f in september]
    assert rows.settlements.tolist() == [
        ";".join(f["properties"]["settlements"]) for f in september
    ]


def test_what_was_said_too_long_ago_is_told_apart():
    day = ["--on", "2024-11-20", "--source", "ru_mod"]
    current, lapsed = features(*day), features(*day, "--lapsed")
    ages = [feature["properties"]["age_days"] for feature in lapsed]
    assert min(ages) > 30
    assert all(list(feature["properties"]) == PROPERTIES for feature in lapsed)

    def places(found):
        return sorted(place for f in found for place in f["properties"]["settlements"])

    ever = features(*day, "--current-for", "ever")
    assert sorted(places(current) + places(lapsed)) == places(ever)
    assert features(*day, "--current-for", "ever", "--lapsed") == []


def test_strikes_are_contested_only_where_asked_for(september):
    def contested(found):
        (area,) = (
            feature["properties"]["area_km2"]
            for feature in found
            if feature["properties"]["source_id"] == "ru_mod"
            and feature["properties"]["status"] == "contested"
        )
        return area

    struck = features("--on", "2024-09-05", "--source", "ru_mod", "--strikes")
    assert contested(struck) > contested(september)


def test_own_map_stands_beside_the_shipped_claims(tmp_path):
    tags = {
        "source_id": "independent_osint",
        "status": "ukrainian_control",
        "claimed_on": "2024-09-01",
        "url": "https://example.org/",
        "colour": "blue",
    }
    path = tmp_path / "map.geojson"
    path.write_text(collection([(tags, polygon(square(35.0, 51.2)))]))
    result = run(
        "claims", "--on", "2024-09-05", "--source", "independent_osint", "--polygons", path
    )
    ids = [
        claim
        for feature in strict_json(result.stdout)["features"]
        for claim in feature["properties"]["claim_ids"]
    ]
    assert "map.geojson:1" in ids
    assert result.stderr.startswith("warning: map.geojson: these properties are not used: colour")


# area


def test_area_of_one_day(september):
    rows = table("area", "--on", "2024-09-05")
    assert list(rows) == ["source_id", "side", "status", "settlements", "area_km2"]
    found = dict(zip(zip(rows.source_id, rows.status, strict=True), rows.area_km2, strict=True))
    for feature in september:
        tags = feature["properties"]
        area = found.pop((tags["source_id"], tags["status"]))
        assert area == pytest.approx(tags["area_km2"], abs=0.011)
    assert found == {}


def test_area_known_by_then():
    rows = table("area", "--on", "2024-09-05", "--known-by", "2024-09-05")
    assert "implied" not in set(rows.status)
    assert "implied" in set(table("area", "--on", "2024-09-05").status)


def test_area_is_of_the_claims_that_are_current():
    day = ["area", "--on", "2025-10-01", "--side", "ukrainian"]
    some, ever = table(*day), table(*day, "--current-for", "ever")
    assert some.area_km2.sum() < ever.area_km2.sum()
    assert set(ever.side) == {"ukrainian"}


def test_series_covers_every_day_of_the_record(every_day):
    rows = table("area", "--series")
    assert list(rows) == ["date", "source_id", "side", "status", "settlements", "area_km2"]
    assert sorted(set(rows.date)) == [str(day) for day in every_day]
    assert not rows.duplicated(["date", "source_id", "status"]).any()


# agreement


def classes(*args):
    """Class of each place, and the words behind it."""
    rows = table("agreement", *args)
    assert rows.settlement.notna().all()
    return rows.set_index("settlement")


def test_agreement_names_places_and_classes():
    found = classes("--on", "2025-03-13")
    assert list(found)[:5] == ["settlement_id", "agreement", "ukrainian", "russian", "third_party"]
    both = found.agreement == "both_russian_control"
    assert both[["Martynovka", "Kruglenkoye"]].all()
    opposed = found.agreement == "contradictory"
    assert opposed[["Goncharovka", "Zaoleshenka"]].all()
    words = found.loc["Oleshnya", ["agreement", "ukrainian", "russian"]].tolist()
    assert words == ["one_ukrainian_control", "ukrainian_control", "silent"]
    assert not (found.agreement == "both_ukrainian_control").any()
    shapes = strict_json(run("agreement", "--on", "2025-03-13", "--format", "geojson").stdout)
    assert [f["properties"]["settlement"] for f in shapes["features"]] == list(found.index)


def test_without_imported_maps_agreement_by_shapes_is_that_by_readings():
    args = ["agreement", "--on", "2025-03-13"]
    assert run(*args, "--by", "shapes").stdout == run(*args).stdout


def test_a_silent_side_is_called_silent():
    loknya = classes("--on", "2024-12-05").loc["Kazachya Loknya"]
    assert (loknya.agreement, loknya.russian) == ("one_ukrainian_control", "silent")
    # For ever, an old word of the Russian side still stands.
    ever = classes("--on", "2024-12-05", "--current-for", "ever").loc["Kazachya Loknya"]
    assert ever.russian != "silent"


def test_agreement_is_of_the_sides_that_are_chosen_or_of_two_sources():
    russian = classes("--on", "2024-09-05", "--side", "russian")
    assert russian.loc["Sudzha", "russian"] == "contested"
    assert set(russian.ukrainian) == {"silent"}
    maps = classes("--on", "2024-09-05", "--compare", "deepstate,uacontrolmap")
    pairs = set(zip(maps.deepstate, maps.uacontrolmap, maps.agreement, strict=True))
    assert ("ukrainian_control", "ukrainian_control", "both_ukrainian_control") in pairs
    assert ("contested", "ukrainian_control", "ukrainian_control_or_contested") in pairs


# compare


def test_days_are_compared_as_in_python():
    args = ["compare", "--on", "2024-08-20", "--with", "2024-10-01", "--source", "uacontrolmap"]
    found = table(*args).set_index("change")
    assert found.area_km2.round().to_dict() == {"gained": 67, "lost": 260, "kept": 685}
    assert len(found.settlements.gained.split(";")) == 9
    shapes = strict_json(run(*args, "--format", "geojson").stdout)["features"]
    assert [shape["properties"]["change"] for shape in shapes] == list(found.index)
    assert shapes[0]["properties"]["settlements"] == found.settlements.gained.split(";")


def test_sources_and_sides_are_compared_on_one_day():
    maps = table(
        "compare", "--on", "2024-09-05", "--source", "deepstate", "--with-source", "uacontrolmap"
    ).set_index("change")
    kept_and_lost = maps.area_km2.lost + maps.area_km2.kept
    areas = table("area", "--on", "2024-09-05").set_index(["source_id", "status"]).area_km2
    assert kept_and_lost == pytest.approx(areas["deepstate", "ukrainian_control"], abs=0.02)
    args = ["--status", "russian_control", "--with-side", "ukrainian"]
    sides = table("compare", "--on", "2025-04-22", "--side", "russian", *args)
    assert "Oleshnya" in sides.set_index("change").settlements.lost


def test_what_was_not_yet_said_is_not_compared():
    args = ["compare", "--on", "2025-04-18", "--with", "2025-04-20", "--source", "ru_mod"]
    args += ["--status", "russian_control"]
    later = table(*args).set_index("change").settlements
    assert "Oleshnya" in later.gained
    then = table(*args, "--known-by", "2025-04-18").set_index("change").settlements
    assert list(then.index) == ["kept"]


# lag


def test_lag_tells_the_distribution_and_the_places_behind_it():
    said = run("lag", "--from", "ru_mod", "--to", "deepstate").stdout.splitlines()
    assert said[0] == "announced by: Russian Ministry of Defence and General Staff"
    assert "change to russian_control: 58 in both sources" in said
    assert any("median +1, quartiles +0 and +12, from -14 to +149" in line for line in said)
    assert any(line.split()[:3] == ["+0", "to", "+6"] and "Pogrebki" in line for line in said)
    assert "  announced but never shown: 2  Gornal, Krupets" in said


def test_lag_writes_the_table():
    found = table("lag", "--from", "ru_mod", "--to", "deepstate", "--format", "csv")
    row = found[(found.settlement == "Sverdlikovo") & (found.outcome == "shown")].iloc[0]
    assert (row.announced_on, row.shown_on, row.days) == ("2025-02-17", "2025-02-19", 2)
    assert (row.announced_claims, row.shown_claims) == ("c0864", "m0241")


# concessions


def test_concessions_are_filtered_and_counted():
    every = table("concessions").set_index("claim_id")
    assert every.loc["c1158", "conceded"] == "not under Russian control before 2025-04-26"
    assert every.url.str.startswith("http").all()
    own = table("concessions", "--side", "russian", "--kind", "explicit")
    assert set(own.side) == {"russian"}
    assert set(own.status) == {"ukrainian_control"}
    counts = table("concessions", "--source", "ru_mod", "--counts")
    assert counts[["source_id", "kind", "claims"]].to_numpy().tolist() == [
        ["ru_mod", "implied", (every.source_id == "ru_mod").sum()]
    ]


def test_concessions_of_those_without_an_interest_are_an_empty_table():
    assert table("concessions", "--side", "third_party").empty
    assert table("concessions", "--side", "third_party", "--counts").empty


# coverage


def test_coverage_is_told_in_words_and_as_a_matrix_with_its_gaps():
    said = run("coverage").stdout
    told = (
        "Kursk direction: in the record on 102 of 263 days (39 %), missing longest from 2024-11-22"
    )
    assert told in said
    months, *rows = (line.split() for line in said.partition("\n\n")[2].splitlines())
    counts = {row[0]: dict(zip(months, row[1:], strict=True)) for row in rows}
    assert (counts["tsaryov"]["24-10"], counts["tsaryov"]["24-12"]) == ("-", "30")
    assert counts["deepstate"]["25-05"] == "0"


@pytest.mark.parametrize("name", ["months", "sources", "bulletins"])
def test_coverage_is_the_same_as_csv_and_as_json(name):
    rows = table("coverage", "--table", name, "--format", "csv")
    told = strict_json(run("coverage", "--table", name, "--format", "json").stdout)
    assert len(rows) == len(told) > 0
    assert list(rows) == list(told[0])
    for row, one in zip(rows.to_dict("records"), told, strict=True):
        assert {k: v for k, v in row.items() if pd.notna(v)} == {
            k: v for k, v in one.items() if v is not None
        }


# settlement


@pytest.mark.parametrize("name", ["Суджа", "Sudzha", "SUDZHA", "sudja"])
def test_settlement_is_found_by_name(name):
    result = run("settlement", name)
    assert result.stdout.startswith("Sudzha (Суджа), town, Sudzhansky raion, settlement 115637:")
    assert result.stderr == ""


def test_claims_about_a_settlement_are_dated_and_cited():
    lines = run("settlement", "Sudzha").stdout.splitlines()
    days = [line.split()[0] for line in lines if line.startswith("  2")]
    assert len(days) == int(lines[0].split()[-2])
    assert days == sorted(days)
    assert sum("http" in line for line in lines) >= len(days)


def test_slip_of_the_pen_finds_the_settlement_and_says_so():
    result = run("settlement", "Korenovo")
    assert result.stdout.startswith("Korenevo (Коренево)")
    assert "no settlement is called 'Korenovo'; showing Korenevo (also" in result.stderr


@pytest.mark.parametrize("name", ["qqqqqqqq", "", "🙂"])
def test_name_of_nothing(name):
    said = refused("settlement", name, code=2)
    assert "no settlement is called" in said
    assert "try a part of its name" in said


def test_a_claim_is_shown_and_cited(ledger):
    said = run("claim", "c1054").stdout
    assert said.startswith("Sudzha (Суджа), town")
    for part in ("2025-03-13  russian_control", ledger.claims.url["c1054"], "?claim=c1054"):
        assert part in said
    for style in ("text", "bibtex", "csl"):
        cited = run("claim", "c1054", "--cite", style).stdout
        assert cited.strip() == geo.cite_claim("c1054", style, ledger=ledger).strip()
    assert "`claim_id` was 'c9'" in refused("claim", "c9", code=2)


def test_settlement_without_claims_is_named():
    assert "no claims" in run("settlement", "Fatezh").stdout


# validate


def test_shipped_data_are_valid(ledger):
    last = run("validate").stdout.splitlines()[-1]
    assert last == (
        f"OK: {len(ledger.claims)} claims, {len(ledger.sources)} sources, "
        f"{len(ledger.settlements)} settlements, {len(ledger.totals)} totals, "
        f"{len(ledger.events)} events, {len(ledger.statements)} statements"
    )


def test_own_map_is_validated(tiny, tmp_path):
    tags = {
        "source_id": "blue",
        "status": "contested",
        "claimed_on": "2024-09-01",
        "url": "https://example.org/",
    }
    path = tmp_path / "map.geojson"
    path.write_text(collection([(tags, polygon(square(35.0, 51.2)))]))
    said = run("validate", tiny.folder, "--polygons", path).stdout.splitlines()
    assert said[0] == "1 polygon claims"
    assert said[-1].startswith("OK: 2 claims, 2 sources, 3 settlements")


def test_broken_data_give_a_line_for_each_fault(tiny):
    tiny.change("claims.csv", 2, status="held", claimed_on="2024-02-30")
    tiny.change("sources.csv", 3, partisanship=5)
    lines = refused("validate", tiny.folder, code=1).splitlines()
    assert [line.partition(": ")[0] for line in lines] == [
        "claims.csv:2:claimed_on",
        "claims.csv:2:status",
        "sources.csv:3:partisanship",
        "3 faults; nothing was changed",
    ]


def test_many_faults_are_cut_short_and_counted(tiny):
    header = tiny.text("claims.csv").splitlines()[0]
    tiny.put("claims.csv", header + "\n" + "x\n" * 500 + tiny.text("claims.csv").split("\n", 1)[1])
    lines = refused("validate", tiny.folder, code=1).splitlines()
    assert len(lines) < 110
    assert lines[-1] == "500 faults; nothing was changed"


def test_folder_that_is_not_there(tmp_path):
    said = refused("validate", tmp_path / "none", code=2)
    assert said == f"error: `DIR` was '{tmp_path}/none', which is no folder; check the path\n"
    lines = refused("validate", tmp_path, code=1).splitlines()
    assert all("is missing" in line for line in lines[:-1])
    assert lines[-1] == "15 faults; nothing was changed"


@pytest.mark.parametrize(
    "name",
    [
        "claims.csv",
        "names.csv",
        "corrections.csv",
        "boundaries.geojson",
        "cells.geojson",
        "context.geojson",
    ],
)
@pytest.mark.parametrize("content", [None, b"garbage"], ids=["missing", "garbage"])
def test_each_file_of_the_folder_is_looked_at(tiny, name, content):
    (tiny / name).unlink()
    if content:
        tiny.put(name, content)
    lines = refused("validate", tiny.folder, code=1).splitlines()[:-1]
    assert lines
    assert all(line.startswith(f"{name}:") for line in lines)


def test_control_in_a_file_does_not_reach_the_terminal(tiny):
    tiny.put("claims.csv", tiny.text("claims.csv").replace("note", "\x1b[2J\u202e", 1))
    said = refused("validate", tiny.folder, code=1)
    assert "\\x1b[2J\\u202e" in said
    assert all(line.isprintable() for line in said.splitlines())


# As a program


def program(*args, **options):
    return subprocess.run(
        [sys.executable, "-m", "geo", *args],
        cwd=DATA.parent,
        capture_output=True,
        check=False,
        **options,
    )


def test_program_keeps_errors_off_stdout(tiny):
    tiny.change("claims.csv", 2, status="held")
    done = program("validate", str(tiny.folder), text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("claims.csv:2:status: 'held' is not allowed")


def test_program_writes_the_same_bytes_whatever_its_hash_seed():
    args = ["claims", "--on", "2025-01-10"]
    done = program(*args, env={"PYTHONHASHSEED": "1", "PYTHONUTF8": "1"})
    assert (done.returncode, done.stderr) == (0, b"")
    assert strict_json(done.stdout)["features"]
    assert done.stdout.decode() == run(*args).stdout


def test_program_ends_quietly_when_its_reader_has_had_enough():
    with subprocess.Popen(
        [sys.executable, "-m", "geo", "area", "--series"],
        cwd=DATA.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


# Snapshots


def test_snapshot_takes_every_setting(tmp_path):
    file = tmp_path / "a.geojson"
    done = run(
        *("snapshot", "--on", "2024-10-01", "--known-by", "2024-10-05", "--side", "russian"),
        *("--side", "ukrainian", "--source", "ru_mod", "--source", "deepstate"),
        *("--status", "contested", "--status", "ukrainian_control", "--view", "overlay"),
        *("--compare", "2024-08-20", "--since", "2024-09-20", "--bbox", "34.5,51,35.5,51.6"),
        *("--size", "story", "--language", "ru", "--current-for", "ever", "--lapsed"),
        *("--no-context", "--out", file),
    )
    assert done.stdout == f"{file}\n"
    assert done.stderr == ""
    assert read_settings(file) == Snapshot(
        on="2024-10-01",
        known_by="2024-10-05",
        sides=["ukrainian", "russian"],
        sources=["deepstate", "ru_mod"],
        statuses=["ukrainian_control", "contested"],
        current_for="ever",
        view="overlay",
        lapsed=True,
        context=False,
        compare="2024-08-20",
        since="2024-09-20",
        bbox=(34.5, 51, 35.5, 51.6),
        size="story",
        language="ru",
    )


def test_snapshot_says_that_there_is_nothing_to_show(tmp_path):
    file = tmp_path / "a.csv"
    done = run("snapshot", "--on", "2024-08-20", "--side", "ukrainian", "--source", "ru_mod",
               "--out", file)  # fmt: skip
    assert done.stderr == "note: nobody claims anything of this kind on 2024-08-20\n"
    assert done.stdout == f"{file}\n{file}.prov.jsonld\n"
    assert set(pd.read_csv(file).layer) == {"agreement", "context", "sites"}


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--on", "2024-08-05"], "`on` was 2024-08-05 but is expected to lie within 2024-08-06"),
        (["--on", "2024-09-05", "--source", "../me"], "'../me' but is expected to be of ua_gen"),
    ],
)
def test_snapshot_of_what_does_not_exist_writes_nothing(args, said, tmp_path):
    assert said in refused("snapshot", *args, "--out", tmp_path / "a.csv", code=2)
    assert list(tmp_path.iterdir()) == []


def test_snapshot_names_a_place_that_cannot_be_written(tmp_path):
    file = tmp_path / "nowhere" / "a.csv"
    said = refused("snapshot", "--on", "2024-08-20", "--out", file, code=2)
    assert said.startswith(f"error: cannot write {file} (No such file or directory)")


def test_a_file_that_is_read_is_not_written_over(tmp_path):
    own = tmp_path / "own.geojson"
    run("snapshot", "--on", "2024-09-05", "--source", "deepstate", "--out", own)
    before = own.read_bytes()
    link = tmp_path / "link.geojson"
    link.symlink_to(own)
    for out in (own, link):
        said = refused("snapshot", "--on", "2024-09-05", "--polygons", own, "--out", out, code=2)
        assert "which is an input; choose another name" in said
    assert own.read_bytes() == before
    table = DATA / "claims.csv"
    assert "which is an input" in refused("snapshot", "--on", "2024-09-05", "--out", table, code=2)


def test_a_film_that_cannot_be_is_refused_before_it_is_begun(tmp_path):
    out = tmp_path / "a.mp4"
    days = ("--from", "2024-08-06", "--to", "2024-08-08")
    said = refused("animate", *days, "--source", "nope", "--out", out, code=2)
    assert said.startswith("error: ")
    assert "nope" in said
    assert list(tmp_path.iterdir()) == []


def test_maps_are_imported_and_shown_and_what_cannot_be_read_is_told(tmp_path):
    maps, ring = tmp_path / "maps", [[51.2, 35.1], [51.2, 35.3], [51.4, 35.3], [51.2, 35.1]]
    for day, text in ((20, json.dumps({"areas_ua": [ring]})), (21, "{")):
        (tmp_path / f"202408{day}.json").write_text(text)
    files = sorted(tmp_path.glob("*.json"))
    done = run("import", "uacontrolmap", *files, "--into", maps, "--workers", "1", code=1)
    assert "label 'areas_ua': ukrainian_control, 1 shapes in the oblast" in done.stdout
    assert done.stderr.startswith("20240821.json: cannot be read")
    found = run("area", "--on", "2024-08-20", "--source", "uacontrolmap", "--maps", maps)
    assert "uacontrolmap,third_party,ukrainian_control" in found.stdout


def test_a_label_without_a_status_stops_the_import(tmp_path):
    shape = polygon(square(35.1, 51.2))
    (tmp_path / "2024-08-20.geojson").write_text(collection([({"name": "\x1bOdd"}, shape)]))
    how = ("general", tmp_path / "2024-08-20.geojson", "--into", tmp_path / "maps")
    done = run("import", *how, "--source", "isw", "--workers", "1", code=1)
    assert "label '\\x1bOdd': NO STATUS" in done.stdout
    assert "nothing was written" in done.stderr
    assert "one of deepstate" in refused("import", "owl", "x", "--into", tmp_path, code=2)
    assert "give --source" in refused("import", *how, code=2)


def test_two_sources_are_compared_on_every_day():
    found = run("compare", "--source", "deepstate", "--with-source", "uacontrolmap", "--series")
    table = pd.read_csv(io.StringIO(found.stdout)).set_index("date")
    assert table.iou["2024-09-05"] == pytest.approx(0.83, abs=0.01)
    assert "either --on DATE or --series" in refused(
        "compare", "--source", "deepstate", "--with-source", "isw", code=2
    )


# Odd terminals, questions and days


def test_a_terminal_without_the_letters_gets_others_and_data_are_refused():
    ascii_only = {"PYTHONIOENCODING": "ascii", "PYTHONPATH": str(DATA.parent)}
    done = program("settlement", "Sudzha", env=ascii_only, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(r"Sudzha (\u0421\u0443\u0434\u0436\u0430), town")
    bad = io.TextIOWrapper(io.BytesIO(), "ascii")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", bad)
        with pytest.raises(ValueError, match=r"stdout is ascii, which has no '\\u0421'; set PYTH"):
            put("a,Суджа\n")
    assert bad.buffer.getvalue() == b""


@pytest.mark.parametrize(
    "command", [["--help"], ["lag", "--from", "ru_mod", "--to", "deepstate"], ["coverage"]]
)
def test_a_reader_who_stops_early_hears_of_no_fault(command):
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "geo", *command],
        cwd=DATA.parent, stdout=write, stderr=subprocess.PIPE, check=False,
    )  # fmt: skip
    os.close(write)
    assert done.stderr == b""


def test_no_stdout_or_a_full_one_is_told_in_one_line():
    command = [sys.executable, "-m", "geo", "area", "--on", "2024-09-05"]
    for end, told in ((">&-", "there is no stdout"), (">/dev/full", "No space left on device")):
        line = f'exec "$@" {end}'
        done = subprocess.run(
            ["sh", "-c", line, "sh", *command],
            cwd=DATA.parent, stderr=subprocess.PIPE, check=False, text=True,
        )  # fmt: skip
        assert done.returncode == 2
        assert re.fullmatch(f"error: .*{told}.*\n", done.stderr)


@pytest.mark.parametrize(
    "command",
    [
        ["claims", "--on"],
        ["claims", "--side"],
        ["settlement"],
        ["snapshot", "--out"],
        ["validate"],
        [],
    ],
    ids=str,
)
def test_an_argument_of_20_kilobytes_is_answered_in_a_line(command):
    said = refused(*command, "x" * 20_000, code=2)
    told = "an argument begins with 'xxxxxxxx"
    assert said.startswith(f"error: {told}")
    assert said.endswith("has 20,000 characters; allowed: 4,096\n")
    assert len(said) < 200


@pytest.mark.parametrize(
    "command",
    [
        ["claims", "--on", "2030-01-01"],
        ["area", "--on", "2024-08-05"],
        ["agreement", "--on", "2030-01-01"],
        ["compare", "--on", "2024-09-05", "--with", "2020-01-01"],
    ],
)
def test_a_day_outside_the_record_is_answered_in_words(command):
    *_, name, day = command
    said = refused(*command, code=2)
    within = "expected to lie within 2024-08-06 and 2025-11-05"
    assert said == f"error: `{name[2:]}` was {day} but is {within}\n"


def test_that_nobody_had_said_anything_yet_is_noted():
    done = run("claims", "--on", "2024-09-05", "--known-by", "2024-08-01")
    assert strict_json(done.stdout)["features"] == []
    assert done.stderr == "note: nobody claims anything of this kind on 2024-09-05\n"
