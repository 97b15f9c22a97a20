from __future__ import annotations

import io

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import geo
from geo.analysis.totals import count, stated_sentences
from geo.cli.app import app

HELD = "ukrainian_control"
LOST = "russian_control"


def claim(place, day, status=HELD, **values):
    return {"settlement_id": place, "claimed_on": day, "status": status} | values


def reading(place, day, status=HELD):
    return claim(place, day, status, basis="map_reading")


def total(tiny, *rows):
    """Replace all totals; what is not given is as in the first."""
    base = tiny.rows["totals.csv"][0]
    tiny.rows["totals.csv"] = [
        base | {"total_id": f"n{n}"} | row for n, row in enumerate(rows, start=1)
    ]
    tiny.write("totals.csv")


def stated(tiny):
    return geo.stated_and_mapped(tiny.record())


def held(tiny, start, end, **options):
    return geo.held_series(start, end, record=tiny.record(), **options).set_index("date")


@pytest.fixture
def areas(tiny):
    """Area of the cell of each settlement, km2."""
    tiny.say(*[claim(place, "2024-08-10") for place in (1, 2, 3)])
    table = tiny.claims()
    return {ids[0]: area for ids, area in zip(table.settlements, table.area_km2, strict=True)}


# Stated and mapped


def test_a_figure_stands_beside_what_was_named_and_mapped_by_then(tiny, areas):
    tiny.add("sources.csv", source_id="pen", kind="media", side="ukrainian", partisanship=-1)
    tiny.say(
        reading(1, "2024-08-10"),
        reading(2, "2024-08-12"),
        claim(3, "2024-08-11", source_id="pen"),
        claim(2, "2024-08-13", source_id="pen"),
    )
    total(tiny, {"source_id": "pen", "claimed_on": "2024-08-12", "value": 1263, "speaker": "Penn"})
    (row,) = stated(tiny).to_dict("records")
    assert (row["speaker"], row["stated_km2"], row["counterpart"]) == ("Penn", 1263, "held")
    assert row["side"] == "ukrainian"
    assert (row["named_by"], row["named_settlements"]) == (("pen",), 1)
    assert row["named_km2"] == pytest.approx(areas[3], abs=0.01)
    assert row["blue_settlements"] == 2
    assert row["blue_km2"] == pytest.approx(areas[1] + areas[2], abs=0.01)


def test_area_and_count_of_one_speaker_and_day_are_one_row(tiny):
    area, number = {"value": 1263}, {"metric": "settlements", "value": 93}
    total(tiny, area, number, area, number | {"speaker": "other"})
    table = stated(tiny)
    assert table.total_ids.tolist() == [("n1", "n2", "n3"), ("n4",)]
    assert table.stated_km2.tolist()[0] == 1263
    assert table.stated_settlements.tolist() == [93, 93]
    assert table.stated_km2.isna().tolist() == [False, True]


def test_a_range_keeps_both_of_its_ends(tiny):
    total(tiny, {"value": 1300, "value_low": 1250})
    table = stated(tiny)
    assert table[["stated_km2_low", "stated_km2"]].to_numpy().tolist() == [[1250, 1300]]
    (sentence,) = geo.stated_sentences(table, geo.load_sources(tiny.folder))
    assert ": 1,250 to 1,300 km² Ukrainian-held;" in sentence


def test_figures_that_differ_are_kept_apart(tiny):
    total(tiny, {"value": 15}, {"value": 19}, {"metric": "settlements", "value": 5})
    table = stated(tiny)
    assert table.total_ids.tolist() == [("n1", "n3"), ("n2",)]
    assert table.stated_km2.tolist() == [15, 19]


def test_only_areas_and_counts_of_the_whole_are_listed(tiny):
    total(tiny, {"scope": "local"}, {"metric": "depth_km"}, {"metric": "share_percent"}, {})
    assert stated(tiny).total_ids.tolist() == [("n4",)]


@pytest.mark.parametrize(
    "what", ["combat_zone", "ukrainian_captured_period", "russian_retaken_period"]
)
def test_figures_without_a_counterpart_say_so(tiny, what):
    tiny.say(reading(1, "2024-08-06"))
    total(tiny, {"what": what})
    table = stated(tiny)
    assert table.counterpart.tolist() == [""]
    assert table[["named_km2", "blue_settlements", "blue_km2"]].isna().all(axis=None)
    (sentence,) = geo.stated_sentences(table, geo.load_sources(tiny.folder))
    assert sentence.endswith("; no counterpart on the maps")


def test_what_was_said_later_does_not_count(tiny):
    tiny.say(
        claim(1, "2024-08-20", effective_on="2024-08-10"), claim(2, "2024-08-10", source_id="red")
    )
    total(tiny, {"claimed_on": "2024-08-12"}, {"claimed_on": "2024-08-20"})
    table = stated(tiny)
    assert table.named_settlements.isna().tolist() == [True, False]
    assert "no place" in geo.stated_sentences(table, geo.load_sources(tiny.folder))[0]


def test_of_what_was_taken_so_far_counts_what_had_been_said_to_be_held_by_that_day(tiny):
    tiny.say(
        claim(1, "2024-08-10"),
        claim(1, "2024-08-11", LOST),  # held once is enough
        claim(2, "2024-08-20"),  # on the very day
        claim(3, "2024-08-10", "contested"),
    )
    taken = {"what": "ukrainian_captured_cumulative"}
    total(tiny, taken | {"claimed_on": "2024-08-20"}, taken | {"claimed_on": "2024-08-19"})
    assert stated(tiny).named_settlements.tolist() == [1, 2]
    tiny.say(claim(1, "2024-08-10"), claim(2, "2024-08-21", effective_on="2024-08-10"))
    total(tiny, taken | {"claimed_on": "2024-08-20"}, taken | {"claimed_on": "2024-08-21"})
    assert stated(tiny).named_settlements.tolist() == [1, 2]


def test_one_official_source_needs_no_name_beside_its_figure(tiny):
    tiny.say(claim(1, "2024-08-10"))
    total(tiny, {"claimed_on": "2024-08-12", "speaker": ""})
    (sentence,) = geo.stated_sentences(stated(tiny), geo.load_sources(tiny.folder))
    assert sentence.startswith("Blue staff, 2024-08-12: ")
    assert "named by then: 1 settlement, " in sentence


def test_a_figure_about_an_earlier_day_is_compared_with_that_day(tiny):
    tiny.say(reading(1, "2024-08-10"), reading(2, "2024-08-20"))
    total(tiny, {"claimed_on": "2024-08-30", "effective_on": "2024-08-15"})
    table = stated(tiny)
    assert table.blue_settlements.tolist() == [1]
    sentence = geo.stated_sentences(table, geo.load_sources(tiny.folder))[0]
    assert "2024-08-30 (of 2024-08-15)" in sentence


def test_taken_counts_what_was_lost_again(tiny):
    tiny.say(reading(1, "2024-08-10"), reading(2, "2024-08-10"), reading(1, "2024-08-20", LOST))
    day = {"claimed_on": "2024-09-01"}
    total(
        tiny,
        day,
        day | {"what": "ukrainian_captured_cumulative"},
        day | {"what": "russian_retaken_cumulative"},
        day | {"what": "remaining"},
    )
    table = stated(tiny).set_index("what")
    assert table.blue_settlements.to_dict() == {
        "ukrainian_held": 1,
        "ukrainian_captured_cumulative": 2,
        "russian_retaken_cumulative": 1,
        "remaining": 1,
    }


@pytest.mark.parametrize(("current_for", "held"), [("90", None), ("200", 1), ("ever", 1)])
def test_held_ground_lapses_with_its_claims_and_sums_do_not(tiny, current_for, held):
    tiny.say(claim(1, "2024-08-10"), claim(2, "2024-08-10", LOST, source_id="red", retaken="yes"))
    day = {"claimed_on": "2024-12-01"}
    retaken = {"source_id": "red", "what": "russian_retaken_cumulative"}
    total(tiny, day, day | {"what": "ukrainian_captured_cumulative"}, day | retaken)
    told = ["--data", str(tiny.folder), "--current-for", current_for, "--format", "csv"]
    table = pd.read_csv(io.StringIO(CliRunner().invoke(app, ["totals", *told]).stdout))
    named = table.set_index("what").named_settlements
    assert named.drop("ukrainian_held").tolist() == [1, 1]
    assert named["ukrainian_held"] == held or (held is None and pd.isna(named["ukrainian_held"]))


def test_retaken_counts_places_announced_as_retaken(tiny):
    tiny.say(
        claim(1, "2024-08-20", LOST, source_id="red", retaken="yes"),
        claim(2, "2024-08-20", LOST, source_id="red"),
        claim(3, "2024-08-20", LOST, source_id="red", retaken="yes"),
        claim(3, "2024-08-25", "contested", source_id="red", basis="fighting"),
    )
    total(
        tiny,
        {
            "source_id": "red",
            "claimed_on": "2024-09-01",
            "what": "russian_retaken_cumulative",
        },
    )
    assert stated(tiny).named_settlements.tolist() == [1]


def test_officials_of_one_side_name_for_each_other_and_a_place_counts_once(tiny, areas):
    tiny.add("sources.csv", source_id="blue2", side="ukrainian", partisanship=-2)
    tiny.say(
        claim(1, "2024-08-10"),
        claim(1, "2024-08-10", source_id="blue2"),
        claim(2, "2024-08-10", source_id="blue2"),
        claim(3, "2024-08-10", source_id="red"),
    )
    total(tiny, {"claimed_on": "2024-08-10"})
    table = stated(tiny)
    assert table.named_by.tolist() == [("blue", "blue2")]
    assert table.named_settlements.tolist() == [2]
    assert table.named_km2.tolist() == pytest.approx([areas[1] + areas[2]], abs=0.01)


def test_a_map_project_is_compared_with_maps_alone(tiny):
    tiny.change("sources.csv", 2, kind="map_project", partisanship=-1)
    tiny.say(reading(1, "2024-08-10"))
    total(tiny, {"claimed_on": "2024-08-10"})
    (row,) = stated(tiny).to_dict("records")
    assert (row["source_id"], row["named_by"], row["blue_settlements"]) == ("blue", (), 1)


def test_a_map_that_was_not_read_has_nothing_to_say(tiny):
    tiny.say(reading(1, "2024-08-10"), reading(1, "2024-08-20", LOST))
    total(
        tiny,
        *(
            {"claimed_on": day}
            for day in ("2024-08-09", "2024-08-10", "2024-08-25", "2025-01-31", "2025-02-01")
        ),
    )
    table = stated(tiny)
    assert table.blue_settlements.fillna(-1).tolist() == [-1, 1, 0, 0, -1]
    assert table.blue_km2.tolist()[2:4] == [0, 0]
    sentences = geo.stated_sentences(table, geo.load_sources(tiny.folder))
    assert ["not read" in sentence for sentence in sentences] == [True, False, False, False, True]


def test_syrskyi_of_20_august_2024():
    table = geo.stated_and_mapped()
    (said,) = table[(table.speaker == "Syrskyi") & (table.claimed_on == "2024-08-20")].to_dict(
        "records"
    )
    assert said["total_ids"] == ("t041", "t043")
    assert (said["stated_km2"], said["stated_settlements"]) == (1263, 93)
    assert said["named_by"] == ("ua_general_staff", "ua_government")
    # Sudzha, Spalnoye, Sheptukhovka: counted in claims.csv.
    assert said["named_settlements"] == 3
    shown = geo.areas("2024-08-20", known_by="2024-08-20").query(f"status == '{HELD}'")
    shown = shown.set_index("source_id")
    assert said["deepstate_settlements"] == shown.settlements["deepstate"] == 42
    assert said["uacontrolmap_km2"] == shown.area_km2["uacontrolmap"]


def test_every_area_and_count_of_the_whole_is_in_one_row(ledger, record):
    table = geo.stated_and_mapped(record)
    totals = ledger.totals
    whole = totals[(totals.scope == "incursion") & totals.metric.isin(["area_km2", "settlements"])]
    assert sorted(name for ids in table.total_ids for name in ids) == sorted(whole.index)
    assert table.claimed_on.is_monotonic_increasing
    assert table.urls.map(len).gt(0).all()
    assert len(geo.stated_sentences(table, ledger.sources)) == len(table)


def test_alaudinov_contradicts_himself_in_two_rows(record):
    table = geo.stated_and_mapped(record)
    said = table[(table.speaker == "Alaudinov") & (table.claimed_on == "2024-10-11")]
    assert said.stated_settlements.tolist() == [15, 19]


@pytest.mark.parametrize(
    ("number", "said"), [(0, "0 settlements"), (1, "1 settlement"), (1263, "1,263 settlements")]
)
def test_counts_read_well(number, said):
    assert count(number, "settlement") == said


# Series with gaps


def test_a_source_that_names_places_speaks_from_its_first_to_its_last_word(tiny):
    tiny.say(
        claim(1, "2024-08-10"),
        claim(2, "2024-08-14", "contested", basis="fighting"),
        reading(3, "2024-08-20") | {"source_id": "red", "basis": "announced"},
    )
    series = held(tiny, "2024-08-08", "2024-08-21", figure="settlements")
    assert series.blue.dropna().index.min() == pd.Timestamp("2024-08-10")
    assert series.blue.dropna().index.max() == pd.Timestamp("2024-08-14")
    assert series.red.dropna().index.tolist() == [pd.Timestamp("2024-08-20")]


def test_a_source_that_names_no_place_any_more_is_silent_not_zero(tiny):
    tiny.say(claim(1, "2024-08-10"), claim(1, "2024-08-12", LOST), claim(2, "2024-08-14"))
    series = held(tiny, "2024-08-10", "2024-08-14", figure="settlements")
    assert series.blue.fillna(-1).tolist() == [1, 1, -1, -1, 1]


def test_a_source_whose_claims_have_lapsed_is_silent(tiny):
    tiny.say(claim(1, "2024-08-10"), claim(2, "2024-08-20", LOST))
    series = held(tiny, "2024-08-09", "2024-08-20", figure="settlements", current_for=5)
    assert series.blue.dropna().index.tolist() == pd.date_range("2024-08-10", periods=6).tolist()
    assert len(held(tiny, "2024-08-09", "2024-08-20").blue.dropna()) == 11


def test_a_map_that_was_read_and_shows_nothing_is_zero(tiny):
    tiny.say(reading(1, "2024-08-10"), reading(1, "2024-08-12", LOST))
    series = held(tiny, "2024-08-09", "2024-08-13")
    assert series.blue.isna().tolist() == [True, False, False, False, False]
    assert (series.blue[1:] > 0).tolist() == [True, True, False, False]


def test_a_map_is_zero_also_as_known_before_it_showed_any(tiny):
    tiny.say(reading(1, "2024-08-10", LOST), reading(1, "2024-08-20"))
    series = held(tiny, "2024-08-09", "2024-08-12", known_by="2024-08-12")
    assert series.blue.fillna(-1).tolist() == [-1, 0, 0, 0]


def test_a_map_speaks_from_the_first_day_of_which_was_known(tiny):
    later = claim(1, "2024-08-12", basis="map_reading", effective_on="2024-08-08")
    tiny.say(reading(2, "2024-08-10"), later)
    for known_by, speaks in ((None, [1, 1, 1, 1, 1]), ("2024-08-10", [0, 0, 1, 0, 0])):
        series = held(tiny, "2024-08-08", "2024-08-12", known_by=known_by)
        assert series.blue.notna().tolist() == speaks


def test_a_map_that_shows_nothing_is_zero_from_its_first_day_to_its_last(tiny):
    tiny.say(
        reading(1, "2024-08-10", LOST), reading(2, "2024-08-12"), reading(2, "2024-08-14", LOST)
    )
    for days, settlements in [
        (("2024-08-09", "2024-08-14"), [-1, 0, 0, 1, 1, 0]),
        (("2025-01-30", "2025-02-01"), [0, 0, -1]),
    ]:
        series = held(tiny, *days, figure="settlements")
        assert series.blue.fillna(-1).tolist() == settlements


def test_a_map_is_silent_after_it_was_last_read_although_its_claims_hold(tiny):
    tiny.say(reading(1, "2024-08-10"), claim(2, "2025-02-10", LOST, source_id="red"))
    series = held(tiny, "2025-01-30", "2025-02-02", figure="settlements")
    assert series.blue.fillna(-1).tolist() == [1, 1, -1, -1]
    assert geo.areas("2025-02-02", record=tiny.record()).source_id.tolist() == ["blue"]


def test_no_source_gives_any_ground_as_ukrainian_held(tiny):
    tiny.say(claim(1, "2024-08-10", LOST))
    for options in ({}, {"known_by": "2024-08-06"}):
        series = held(tiny, "2024-08-10", "2024-08-11", **options)
        assert list(series) == ["low", "high"]
        assert series.isna().all(axis=None)
        assert len(series) == 2
    total(tiny, {"claimed_on": "2024-08-12"})
    assert stated(tiny).named_km2.isna().all()


def test_silence_as_known_by_a_day(tiny):
    tiny.say(claim(1, "2024-08-10"), claim(2, "2024-08-15"))
    series = held(tiny, "2024-08-10", "2024-08-15", known_by="2024-08-12")
    assert series.blue.dropna().index.tolist() == [pd.Timestamp("2024-08-10")]


def test_what_was_corrected_later_still_counts_by_an_earlier_day(tiny):
    tiny.say(
        claim(1, "2024-08-10"),
        claim(1, "2024-08-20", LOST, effective_on="2024-08-11"),
        claim(2, "2024-08-12"),
        claim(3, "2024-08-20", source_id="red"),
    )
    days = ("2024-08-10", "2024-08-12")
    series = held(tiny, *days, figure="settlements", known_by="2024-08-12")
    assert list(series) == ["blue", "low", "high"]
    assert series.blue.tolist() == [1, 1, 2]
    assert held(tiny, *days, figure="settlements").blue.fillna(-1).tolist() == [1, -1, 1]


def test_the_band_spans_the_sources_that_speak(tiny, areas):
    tiny.say(
        claim(1, "2024-08-10"),
        claim(2, "2024-08-12"),
        claim(3, "2024-08-12", source_id="red"),
    )
    series = held(tiny, "2024-08-09", "2024-08-12")
    assert series[["low", "high"]].iloc[0].isna().all()
    assert series.low.iloc[1] == series.high.iloc[1] == pytest.approx(areas[1], abs=0.01)
    assert series.low.iloc[3] == pytest.approx(areas[3], abs=0.01)
    assert series.high.iloc[3] == pytest.approx(areas[1] + areas[2], abs=0.02)


def test_maps_of_held_ground_are_those_that_show_it(tiny, record):
    tiny.say(reading(1, "2024-08-10", LOST), claim(2, "2024-08-10", source_id="red"))
    assert geo.held_maps(tiny.record()) == []
    assert geo.held_maps(record) == ["deepstate", "uacontrolmap"]


def test_last_words(tiny):
    tiny.say(reading(1, "2024-08-10"), claim(2, "2024-08-20", LOST, source_id="red"))
    words = geo.last_words(tiny.record()).dt.strftime("%Y-%m-%d")
    assert words.to_dict() == {"blue": "2025-01-31", "red": "2024-08-20"}
    early = geo.last_words(tiny.record(), known_by="2024-08-15").dt.strftime("%Y-%m-%d")
    assert early.to_dict() == {"blue": "2024-08-15"}


@settings(max_examples=10)
@given(day=st.dates(pd.Timestamp("2024-08-06").date(), pd.Timestamp("2025-11-05").date()))
def test_series_say_what_the_claims_say_or_nothing(day, record):
    series = geo.held_series(day, day, record=record).drop(columns="date").iloc[0]
    shown = geo.areas(day, record=record).query(f"status == '{HELD}'")
    shown = shown.set_index("source_id").area_km2
    spoken = series.drop(["low", "high"]).dropna()
    assert spoken.to_dict() == shown.reindex(spoken.index).fillna(0).to_dict()
    assert set(spoken.index[spoken == 0]) <= set(geo.held_maps(record))
    last = geo.last_words(record)
    assert set(shown.index) - set(spoken.index) == set(
        shown.index[[last[source] < pd.Timestamp(day) for source in shown.index]]
    )
    if len(spoken):
        assert (series["low"], series["high"]) == (spoken.min(), spoken.max())


def test_unknown_figures_and_days_are_refused(record):
    with pytest.raises(ValueError, match="`figure` was 'acres' but is expected to be of area_km2"):
        geo.held_series(figure="acres", record=record)
    with pytest.raises(ValueError, match="`end` was 2024-08-10"):
        geo.held_series("2024-09-01", "2024-08-10", record=record)


# Command line


def test_a_total_is_said_in_one_sentence(tiny):
    tiny.add("sources.csv", source_id="pen", name="Pen", side="ukrainian",
             map_read_from="", map_read_to="")  # fmt: skip
    tiny.say(
        {"settlement_id": 1},
        {"settlement_id": 2, "source_id": "pen", "claimed_on": "2024-08-11"},
        {"settlement_id": 2, "basis": "map_reading"},
    )
    first = tiny.rows["totals.csv"][0] | {"claimed_on": "2024-08-12"}
    tiny.rows["totals.csv"] = [
        first | {"total_id": "a", "claimed_on": "2024-08-09", "source_id": "pen",
                 "metric": "settlements", "value": 3},
        first | {"total_id": "b", "speaker": "A general", "effective_on": "2024-08-11",
                 "value_low": 80},
        first | {"total_id": "c", "what": "combat_zone"},
        first | {"total_id": "d", "claimed_on": "2025-02-10"},
    ]  # fmt: skip
    tiny.write("totals.csv")
    record = tiny.record()
    table = geo.stated_and_mapped(record=record)
    assert stated_sentences(table, record.ledger.sources) == [
        "Pen, 2024-08-09: 3 settlements Ukrainian-held; named by then by Ukrainian officials: "
        "no place; Blue staff that day: not read",
        "A general (Blue staff), 2024-08-12 (of 2024-08-11): 80 to 100 km² Ukrainian-held; "
        "named by then by Ukrainian officials: 2 settlements, 156 km²; "
        "Blue staff that day: 2 settlements, 156 km²",
        "Blue staff, 2024-08-12: 100 km² of fighting; no counterpart on the maps",
        "Blue staff, 2025-02-10: 100 km² Ukrainian-held; "
        "named by then by Ukrainian officials: 1 settlement, 78 km²; Blue staff that day: not read",
    ]


def test_totals_as_sentences_and_as_a_table():
    text = CliRunner().invoke(app, ["totals"]).stdout.splitlines()
    said = [line for line in text if line.startswith("Syrskyi") and "2024-08-20: 1,263" in line]
    assert len(said) == 1
    assert "1,263 km², 93 settlements Ukrainian-held; named by then by Ukrainian" in said[0]
    table = pd.read_csv(io.StringIO(CliRunner().invoke(app, ["totals", "--format", "csv"]).stdout))
    assert len(table) == len(text)
    assert table.set_index("total_ids").stated_km2["t041; t043"] == 1263
