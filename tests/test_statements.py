from __future__ import annotations

import io
import re

import pandas as pd
import pytest
from typer.testing import CliRunner

import geo
from geo.cli.app import app
from geo.tables.reading import read_table

LOST = "russian_control"
VERDICTS = (
    r"(?i)\b(?:true|false|wrong|right|correct\w*|confirm\w*|refut\w*|debunk\w*|disprov\w*|prov\w*|"
    r"lie[sd]?|mislead\w*|exaggerat\w*|only|in fact|actual\w*)\b"
)


def claim(place, day, status="ukrainian_control", **values):
    return {"settlement_id": place, "claimed_on": day, "status": status} | values


def reading(place, day, status="ukrainian_control"):
    return claim(place, day, status, basis="map_reading")


def fighting(place, day, **values):
    return claim(place, day, "contested", basis="fighting", **values)


def ask(tiny, test, start="", end="", **values):
    """The answers to one statement, by source."""
    days = {"test_from": start, "test_to": end}
    tiny.rows["statements.csv"][:] = [
        tiny.rows["statements.csv"][0] | {"test": test} | days | values
    ]
    tiny.write("statements.csv")
    table = geo.check_statements(tiny.record())
    return table.set_index("source_id")


@pytest.fixture
def area(tiny):
    """Area of one cell of the hand-made row; its cells are of one size."""
    tiny.say(claim(1, "2024-08-10"))
    return tiny.claims().area_km2.item()


# Tests of statements


def test_area_at_a_day(tiny, area):
    tiny.say(
        reading(1, "2024-08-10"),
        reading(2, "2024-08-12"),
        claim(3, "2024-08-11", source_id="red"),
        fighting(1, "2024-08-20", source_id="red"),
    )
    found = ask(tiny, "area_at", "2024-08-15", value=100, unit="km2")
    assert found.to_settlements.to_dict() == {"blue": 2, "red": 1}
    assert found.to_km2["blue"] == pytest.approx(2 * area, abs=0.02)
    assert found[["test", "value", "unit"]].values.tolist() == [["area_at", 100, "km2"]] * 2
    assert found.finding["blue"] == f"Blue staff: {2 * area:.0f} km² (2 settlements) on 2024-08-15"
    assert found.finding["red"] == (
        f"Red staff, places named: {area:.0f} km² (1 settlement) on 2024-08-15; "
        "latest claim 2024-08-11"
    )


def test_growth_between_two_days(tiny, area):
    tiny.say(reading(1, "2024-08-10"), reading(2, "2024-08-20"), reading(3, "2024-08-20"))
    found = ask(tiny, "area_growth", "2024-08-15", "2024-08-31").loc["blue"]
    assert (found.from_settlements, found.to_settlements) == (1, 3)
    assert found.change_km2 == pytest.approx(2 * area, abs=0.03)
    assert found.change_percent == pytest.approx(200, abs=0.1)
    assert found.finding == (
        f"Blue staff: {area:.0f} km² (1 settlement) on 2024-08-15, "
        f"{3 * area:.0f} km² (3 settlements) on 2024-08-31 (+{2 * area:.0f} km²)"
    )


def test_growth_of_a_source_that_falls_silent_says_so(tiny):
    tiny.say(
        claim(1, "2024-08-10", source_id="red"),
        fighting(2, "2024-08-16", source_id="red"),
        claim(3, "2024-08-20"),
        fighting(2, "2024-09-05"),
    )
    found = ask(tiny, "area_growth", "2024-08-15", "2024-08-31")
    assert found.finding["red"].endswith("on 2024-08-15, silent on 2024-08-31")
    assert "silent on 2024-08-15, " in found.finding["blue"]
    assert found[["change_km2", "change_percent"]].isna().all(axis=None)
    assert found.to_km2.isna().to_dict() == {"blue": False, "red": True}


def test_growth_from_nothing_has_no_share(tiny, area):
    tiny.say(reading(1, "2024-08-10"), reading(1, "2024-08-12", LOST), reading(2, "2024-08-20"))
    found = ask(tiny, "area_growth", "2024-08-15", "2024-08-31").loc["blue"]
    assert (found.from_km2, found.to_settlements) == (0, 1)
    assert found.change_km2 == pytest.approx(area, abs=0.01)
    assert pd.isna(found.change_percent)
    assert found.finding.endswith(f"(+{area:.0f} km²)")


def test_the_newest_word_is_of_what_is_counted_and_not_of_later_days(tiny):
    tiny.say(
        reading(1, "2024-08-10"),
        reading(2, "2024-08-20"),
        claim(1, "2024-08-10", source_id="red"),
        fighting(2, "2024-08-12", source_id="red"),
        claim(3, "2024-08-20", source_id="red"),
    )
    days = {"blue": "2024-08-15", "red": "2024-08-10"}
    assert ask(tiny, "area_at", "2024-08-15").last_said.dt.strftime("%Y-%m-%d").to_dict() == days
    # Contested ground is counted too.
    days |= {"red": "2024-08-12"}
    found = ask(tiny, "held_after", "2024-08-14").last_said.dt.strftime("%Y-%m-%d")
    assert found.to_dict() == days


def test_share_of_the_most_that_was_held(tiny, area):
    tiny.say(
        reading(1, "2024-08-10"),
        reading(2, "2024-08-12"),
        reading(1, "2024-09-01", LOST),
        reading(3, "2024-12-01"),
    )
    found = ask(tiny, "area_peak_share", "2024-10-01").loc["blue"]
    assert found.from_day == pd.Timestamp("2024-08-12")
    assert (found.from_settlements, found.to_settlements) == (2, 1)
    assert found.change_percent == pytest.approx(-50, abs=0.1)
    assert found.finding == (
        f"Blue staff: at most {2 * area:.0f} km² (2 settlements) on 2024-08-12, "
        f"{area:.0f} km² (1 settlement) on 2024-10-01 (-50 percent)"
    )


def test_areas_have_two_decimals_and_changes_in_percent_one(tiny):
    tiny.say(*(reading(place, "2024-08-10") for place in (1, 2, 3)), reading(3, "2024-09-01", LOST))
    found = ask(tiny, "area_peak_share", "2024-10-01").loc["blue"]
    assert found.change_percent == -33.3
    for name in ("from_km2", "to_km2", "change_km2"):
        assert found[name] == round(found[name], 2)
    assert found.change_km2 == round(found.to_km2 - found.from_km2, 2)


def test_all_that_a_map_showed_can_be_lost(tiny):
    tiny.say(reading(1, "2024-08-10"), reading(1, "2024-09-01", LOST))
    found = ask(tiny, "area_peak_share", "2024-10-01").loc["blue"]
    assert (found.to_km2, found.change_percent) == (0, -100)
    assert "0 km² (0 settlements) on 2024-10-01 (-100 percent)" in found.finding


def test_newly_claimed_counts_first_times_within_the_days(tiny, area):
    tiny.say(
        claim(1, "2024-08-07"),
        fighting(1, "2024-08-08"),
        claim(1, "2024-08-09"),  # for the second time
        claim(2, "2024-08-31"),
        claim(3, "2024-09-01"),  # too late
        fighting(3, "2024-08-20", source_id="red"),
    )
    found = ask(tiny, "newly_claimed_after", "2024-08-07", "2024-08-31")
    assert found.to_settlements.to_dict() == {"blue": 1, "red": 0}
    assert found.to_km2.to_dict() == {"blue": pytest.approx(area, abs=0.02), "red": 0}
    assert found.contested.to_dict() == {"blue": 1, "red": 1}
    assert set(found.from_day) == {pd.Timestamp("2024-08-07")}
    assert set(found.to_day) == {pd.Timestamp("2024-08-31")}
    assert found.finding["red"].startswith(
        "Red staff, places named: 0 settlements newly Ukrainian-held and 1 newly contested "
        "after 2024-08-07, until 2024-08-31"
    )


def test_a_source_that_said_nothing_since_is_left_out(tiny):
    tiny.say(claim(1, "2024-08-07"), claim(2, "2024-08-10", source_id="red"))
    assert ask(tiny, "newly_claimed_after", "2024-08-07", "2024-08-31").index.tolist() == ["red"]
    assert ask(tiny, "held_after", "2024-08-09").index.tolist() == ["red"]


def test_what_ended_on_the_day_itself_is_neither_new_nor_held_after(tiny):
    tiny.say(
        claim(1, "2024-08-10"),
        claim(1, "2024-08-12", LOST),
        fighting(2, "2024-08-10", source_id="red"),
        claim(2, "2024-08-20", LOST),
    )
    assert ask(tiny, "held_after", "2024-08-11").finding.tolist() == ["no source speaks"]
    found = ask(tiny, "newly_claimed_after", "2024-08-12", "2024-08-31")
    assert found.finding.tolist() == ["no source speaks"]


def test_held_after_counts_the_next_day(tiny):
    tiny.say(
        claim(1, "2024-08-10"),
        fighting(2, "2024-08-10"),
        claim(3, "2024-08-11"),
        claim(1, "2024-08-12", LOST),
    )
    found = ask(tiny, "held_after", "2024-08-10").loc["blue"]
    assert (found.to_settlements, found.contested) == (2, 1)
    assert found.to_day == found.last_said == pd.Timestamp("2024-08-11")
    assert "2 settlements Ukrainian-held and 1 contested on 2024-08-11" in found.finding


def test_what_is_not_tested_says_why(tiny):
    found = ask(tiny, "none", testable="no", why_not="Plans are not in this record")
    assert found.index.isna().tolist() == [True]
    assert found.finding.tolist() == ["not tested: Plans are not in this record"]
    # Empty columns have their types too.
    assert (found.to_km2.dtype, found.to_day.dtype) == ("float64", "datetime64[s]")


@pytest.mark.parametrize("day", ["2024-08-02", "2025-05-01"])
def test_days_on_which_no_source_speaks(tiny, day):
    assert ask(tiny, "area_at", day).finding.tolist() == ["no source speaks"]


# The shipped statements


@pytest.fixture(scope="module")
def answers(record):
    return geo.check_statements(record).set_index(["statement_id", "source_id"])


def test_every_statement_has_an_answer(ledger, answers):
    assert set(answers.index.get_level_values("statement_id")) == set(ledger.statements.index)
    tested = ledger.statements.index[ledger.statements.test != "none"]
    assert answers.loc[tested].index.get_level_values("source_id").notna().all()


def test_the_halt_of_august_2024_on_deepstates_map(answers):
    found = answers.loc[("seed-halted", "deepstate")]
    # As `python -m geo area --on` prints them.
    assert (found.from_km2, found.to_km2) == (466.3, 803.22)
    assert found.finding == (
        "DeepState map: 466 km² (31 settlements) on 2024-08-15, "
        "803 km² (54 settlements) on 2024-08-31 (+337 km²)"
    )


def test_after_26_april_2025_deepstate_still_showed_one_settlement(answers):
    shown = geo.areas("2025-04-27").query("source_id == 'deepstate'").set_index("status")
    found = answers.loc[("gerasimov-all", "deepstate")]
    assert found.to_settlements == shown.settlements["ukrainian_control"] == 1
    assert found.contested == shown.settlements["contested"]


def test_findings_hold_no_verdicts(ledger, answers):
    tested = answers[answers.test != "none"].finding
    assert tested[tested.str.contains(VERDICTS)].tolist() == []
    assert ledger.statements.why_not.str.contains(r"(?i)\b(?:true|false|wrong|lie)\b").sum() == 0


def test_the_statements_are_balanced(ledger):
    sides = ledger.statements.side.value_counts()
    assert abs(sides["ukrainian"] - sides["russian"]) <= 1
    assert sides["third_party"] > 0


def test_statements_of_our_tables_cite_the_same_page(ledger):
    pages = pd.concat([ledger.totals.url, ledger.events.url])
    cited = 0
    for row in ledger.statements.itertuples():
        numbers = re.findall(r"\b[te]\d{3}\b", row.note)
        cited += bool(numbers)
        assert not numbers or any(pages[n] in f"{row.url} {row.note}" for n in numbers), row.Index
    assert cited == 17


# Faults


def faults(tiny, row=2, **values):
    tiny.change("statements.csv", row, **values)
    return tiny.faults()


@pytest.mark.parametrize("day", ["2024-08", "2024-08-12", "2025-01"])
def test_a_statement_is_of_a_day_or_a_month(tiny, day):
    assert faults(tiny, stated_on=day) == []


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("", "YYYY-MM"),
        ("2024", "YYYY-MM"),
        ("2024-13", "YYYY-MM"),
        ("2024-02-30", "YYYY-MM"),
        ("2024-08-1", "YYYY-MM"),
        ("20240812", "YYYY-MM"),
        ("August", "YYYY-MM"),
        ("2024-07", "before the record"),
        ("2999-01", "future"),
    ],
)
def test_what_is_neither_a_day_nor_a_month(tiny, day, said):
    (fault,) = faults(tiny, stated_on=day)
    assert fault.startswith("statements.csv:2:stated_on:")
    assert said in fault


@pytest.mark.parametrize(
    ("values", "column", "said"),
    [
        ({"source_id": "nobody"}, "source_id", "allowed: blue, red"),
        ({"side": "russian"}, "side", "allowed: 'ukrainian'"),
        ({"side": "martian"}, "side", "allowed: 'ukrainian'"),
        ({"test": "truth"}, "test", "allowed: 'area_at'"),
        ({"test_from": ""}, "test_from", "area_at needs this day"),
        ({"test_to": "2024-09-01"}, "test_to", "leave it empty"),
        ({"test": "area_growth"}, "test_to", "area_growth needs this day"),
        ({"test": "area_growth", "test_to": "2024-08-12"}, "test_to", "after test_from"),
        ({"unit": ""}, "unit", "fill both or none"),
        ({"value": ""}, "unit", "fill both or none"),
        ({"value": "-1"}, "value", "at least 0"),
        ({"unit": "acres"}, "unit", "allowed: 'km2'"),
        ({"testable": "partly"}, "why_not", "say why"),
        ({"why_not": "because"}, "why_not", "say why"),
        ({"testable": "no", "why_not": "because"}, "testable", "area_at"),
        ({"test": "none", "test_from": ""}, "testable", "none"),
        ({"url": ""}, "url", "'no address'"),
        ({"url": "javascript:alert(1)"}, "url", "not a web address"),
        ({"statement": " "}, "statement", "must be filled"),
    ],
)
def test_faults_of_statements(tiny, values, column, said):
    (fault,) = faults(tiny, **values)
    assert fault.startswith(f"statements.csv:2:{column}:")
    assert said in fault


def test_sound_variants_of_statements(tiny):
    assert faults(tiny, url="", note="no address: read on paper") == []
    assert faults(tiny, source_id="", side="third_party") == []
    assert faults(tiny, test="none", test_from="", testable="no", why_not="no figures") == []
    assert faults(tiny, value="", unit="") == []


def test_statements_without_a_source_of_ours_are_kept(tiny):
    for row in (2, 3):
        tiny.change("statements.csv", row, source_id="", side="third_party")
    table, found = read_table(tiny / "statements.csv")
    assert found == []
    assert table.source_id.isna().all()
    assert tiny.faults() == []


def test_broken_sources_do_not_make_every_statement_look_wrong(tiny):
    tiny.change("sources.csv", 2, partisanship=7)
    assert all(fault.startswith("sources.csv:2:") for fault in tiny.faults())


# Command line


def test_statements_as_text_and_as_a_table():
    text = CliRunner().invoke(app, ["statements"]).stdout
    entry = text.partition("[seed-halted]")[2].partition("\n\n")[0]
    assert "no address" in entry
    assert "partly testable: " in entry
    assert "  - UAControlMap: 724 km² (54 settlements) on 2024-08-15" in entry
    assert "nan" not in text.lower().split()
    out = CliRunner().invoke(app, ["statements", "--format", "csv"]).stdout
    table = pd.read_csv(io.StringIO(out))
    assert len(table) == sum(line.startswith("  - ") for line in text.splitlines())
    assert set(table.statement_id) == set(geo.load_statements().index)
