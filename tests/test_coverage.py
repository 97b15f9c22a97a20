from __future__ import annotations

import datetime as dt
import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import geo
from geo.analysis.coverage import TIERS, longest_gap
from geo.tables.schema import DATA


def by_month(tiny) -> pd.DataFrame:
    found = geo.coverage_by_month(tiny.record().ledger)
    found["month"] = found.month.dt.strftime("%Y-%m")
    return found.set_index(["source_id", "month"])


def matrix(tiny) -> pd.DataFrame:
    return geo.coverage_matrix(tiny.record().ledger).set_index(["side", "source_id"])


def bulletins(tiny) -> pd.DataFrame:
    return geo.coverage_of_bulletins(tiny.record().ledger).set_index("bulletin_id")


RED = {"source_id": "red", "settlement_id": 2}


def test_a_claim_counts_in_the_month_in_which_it_was_made(tiny):
    tiny.say(
        RED | {"claimed_on": "2024-08-31", "effective_on": "2024-08-07"},
        RED | {"claimed_on": "2024-10-01", "effective_on": "2024-08-07", "settlement_id": 1},
        RED | {"claimed_on": "2024-10-01"},
    )
    red = by_month(tiny).loc["red"]
    assert red.statements["2024-08":"2024-11"].tolist() == [1, 0, 2, 0]
    assert red.days["2024-08":"2024-11"].tolist() == [1, 0, 1, 0]


def test_a_month_without_a_word_is_a_gap_unless_the_map_was_read(tiny):
    tiny.say(
        RED | {"claimed_on": "2024-10-01"},
        {"basis": "map_reading", "claimed_on": "2024-08-05"},
    )
    tiny.change("sources.csv", 2, map_read_to="2024-10-02")
    found = by_month(tiny)
    assert found.days_read.loc["blue"].tolist() == [27, 30, 2]
    assert found.days_read.loc["red"].tolist() == [0, 0, 0]
    cells = matrix(tiny)
    assert list(cells) == ["2024-08", "2024-09", "2024-10"]
    assert cells.loc[("ukrainian", "blue")].tolist() == [1, 0, 0]
    assert cells.loc[("russian", "red")].tolist() == [pd.NA, pd.NA, 1]
    assert cells.loc[("ukrainian", "")].tolist() == [1, 0, 0]


def test_no_claim_is_lost_or_counted_twice(ledger):
    claims = len(ledger.claims)
    months, sources = geo.coverage_by_month(ledger), geo.coverage_by_source(ledger)
    assert months.statements.sum() + months.map_readings.sum() == claims
    assert sources.claims.sum() == claims
    assert sources[["primary", "agency", "outlet", "aggregator"]].sum().sum() == claims
    cells = geo.coverage_matrix(ledger)
    of_sides = cells.source_id == ""
    for rows in (cells[of_sides], cells[~of_sides]):
        assert rows.iloc[:, 2:].sum().sum() == claims
    # Each side, and below it its sources.
    sides = ledger.sources.side
    assert list(zip(cells.side, cells.source_id, strict=True)) == [
        (side, one)
        for side in ("ukrainian", "russian", "third_party")
        for one in ("", *sides.index[sides == side])
    ]
    assert set(cells.source_id[~of_sides]) == set(ledger.sources.index)


def test_delay_runs_from_said_to_published_and_leaves_out_pages_without_a_date(tiny):
    said = RED | {"claimed_on": "2024-09-01", "citation_tier": "agency"}
    tiny.say(
        said | {"settlement_id": 1, "published_on": "2024-09-01", "citation_tier": "outlet"},
        said | {"settlement_id": 2, "published_on": "2024-09-03"},
        said | {"settlement_id": 3, "published_on": "2024-09-11"},
        said | {"settlement_id": 3, "claimed_on": "2024-09-02"},
    )
    [red] = geo.coverage_by_source(tiny.record().ledger).to_dict("records")
    assert (red["median_delay"], red["longest_delay"], red["undated"]) == (2, 10, 1)
    assert (red["claims"], red["settlements"], red["days"]) == (4, 3, 2)
    assert [red[tier] for tier in ("primary", "agency", "outlet", "aggregator")] == [0, 3, 1, 0]
    assert list(red)[:4] == ["side", "source_id", "kind", "claims"]
    assert (red["side"], red["source_id"], red["kind"]) == ("russian", "red", "statement")
    assert (red["first"], red["last"]) == (pd.Timestamp("2024-09-01"), pd.Timestamp("2024-09-02"))


def test_a_bulletin_is_in_the_record_on_the_days_of_its_own_speaker(tiny):
    days = ["2024-08-30", "2024-09-01", "2024-09-01", "2024-09-05", "2024-09-10"]
    tiny.say(
        *(RED | {"claimed_on": day, "settlement_id": n % 3 + 1} for n, day in enumerate(days)),
        RED | {"claimed_on": "2024-09-03", "speaker": "A general"},
        RED | {"claimed_on": "2024-09-07", "basis": "map_reading"},
        {"claimed_on": "2024-09-04"},
    )
    tiny.change("sources.csv", 3, map_read_from="2024-09-07", map_read_to="2024-09-07")
    found = bulletins(tiny)
    whole = found.loc["b1", ["appeared", "in_record", "longest_gap"]]
    assert whole.tolist() == [10, 2, 4]
    assert found.gap_from["b1"] == pd.Timestamp("2024-09-06")
    assert found.gap_to["b1"] == pd.Timestamp("2024-09-09")
    # From when to when it appeared is not known: no share, no gap.
    assert found.loc["b2", ["appeared", "in_record"]].tolist() == [pd.NA, 4]
    assert pd.isna(found.longest_gap["b2"])


def test_a_bulletin_may_be_missing_longest_at_its_beginning(tiny):
    tiny.say(RED | {"claimed_on": "2024-09-08"})
    found = bulletins(tiny)
    assert found.longest_gap["b1"] == 8
    assert found.gap_from["b1"] == pd.Timestamp("2024-08-31")
    assert list(geo.coverage_of_bulletins(tiny.record().ledger))[:3] == [
        "side", "source_id", "bulletin_id",
    ]  # fmt: skip


def test_what_could_not_be_placed_and_totals_are_in_the_record_too(tiny):
    tiny.say(RED | {"claimed_on": "2024-09-01"})
    tiny.change("unplaced.csv", 2, source_id="red", claimed_on="2024-09-02")
    tiny.change("totals.csv", 2, source_id="red", claimed_on="2024-09-03")
    assert bulletins(tiny).in_record["b1"] == 3


def test_a_map_is_in_the_record_on_the_days_on_which_it_was_read(tiny):
    tiny.change("bulletins.csv", 2, days_read=7, last_on="")
    found = bulletins(tiny)
    # It still appeared at the end of the record, the last day on which a map was read.
    assert found.last_on["b1"] == pd.Timestamp("2025-01-31")
    assert found.loc["b1", ["appeared", "in_record"]].tolist() == [154, 7]
    assert pd.isna(found.longest_gap["b1"])


FIRST = dt.date(2024, 9, 1)


@given(st.sets(st.integers(0, 20)))
def test_the_longest_gap_is_a_run_of_days_without_a_bulletin(held):
    days = pd.Series(sorted(pd.Timestamp(FIRST) + pd.Timedelta(days=n) for n in held))
    days = days.astype("datetime64[s]")
    last = pd.Timestamp(FIRST) + pd.Timedelta(days=20)
    length, start, end = longest_gap(days, pd.Timestamp(FIRST), last)
    runs = "".join("x" if n in held else "." for n in range(21)).split("x")
    assert length == max(map(len, runs))
    if length:
        assert (end - start).days + 1 == length
        assert not days.between(start, end).any()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"first_on": ""}, "goes with first_on"),
        ({"last_on": "2024-08-30"}, "lies before first_on"),
    ],
)
def test_a_span_that_cannot_be_is_a_fault(tiny, values, said):
    tiny.change("bulletins.csv", 2, **values)
    [fault] = tiny.faults()
    assert fault.startswith("bulletins.csv:2:last_on: ")
    assert said in fault


def test_the_sentences_say_what_the_tables_count(tiny):
    tiny.say(
        RED | {"claimed_on": "2024-08-08", "published_on": "2024-08-18", "citation_tier": "agency"},
        RED
        | {"claimed_on": "2024-08-09", "published_on": "2024-08-09", "citation_tier": "primary"},
        RED | {"claimed_on": "2024-08-10", "published_on": "", "citation_tier": "agency"},
        {"basis": "map_reading", "claimed_on": "2024-08-12", "settlement_id": 1},
        {"claimed_on": "2024-08-12", "published_on": "2024-08-12", "citation_tier": "outlet"},
    )
    report = {"source_id": "red", "title": "Evening report", "publisher": "P", "speaker": "",
              "url": "https://example.org/", "note": "", "days_read": ""}  # fmt: skip
    tiny.rows["bulletins.csv"] = [
        report | {"bulletin_id": "a", "first_on": "2024-08-08", "last_on": "2024-08-15"},
        report | {"bulletin_id": "b", "first_on": "", "last_on": ""},
    ]
    tiny.write("bulletins.csv")
    assert geo.coverage_sentences(tiny.record().ledger) == [
        "4 statements and 1 changes on maps: 1 and 1 of Ukrainian sources, "
        "3 and 0 of Russian sources, 0 and 0 of third parties",
        "cited from the source's own page 25 %, a news agency 50 %, an outlet 25 %, "
        "a copy, translation or digest 0 % of the statements",
        "from said to published: 0 days in the median, 10 at most; "
        "the pages of 1 statements (25 %) show no date",
        "Evening report: in the record on 3 of 8 days (38 %), "
        "missing longest from 2024-08-11 to 2024-08-15",
        "Evening report: in the record on 3 days; on how many it appeared is not known",
    ]


def test_no_more_than_two_fifths_of_the_statements_rest_on_copies(ledger):
    own = geo.coverage_by_source(ledger)
    own = own[own.kind == "statement"]
    assert own.aggregator.sum() <= 0.4 * own.claims.sum()


def test_what_is_written_of_the_coverage_is_what_is_counted(ledger):
    counted = geo.coverage_of_bulletins(ledger)
    pairs = {(f"{one.in_record}", f"{one.appeared}") for one in counted.itertuples()}
    sources = geo.coverage_by_source(ledger).groupby("kind").sum(numeric_only=True)
    stated, read = sources.loc["statement"], sources.loc["map_reading"]
    share = f"({stated.aggregator / stated.claims:.0%})".replace("%", " %")
    codebook, readme = (
        " ".join(page.read_text("utf-8").split())
        for page in (DATA / "README.md", DATA.parent / "README.md")
    )
    for text in (codebook, readme):
        assert set(re.findall(r"(\d+) of (\d+) days", text)) <= pairs
        assert share in text
    first, last = (f"{day.day} {day:%B %Y}" for day in geo.period())
    counts = f"{len(ledger.claims):,} claims of {len(ledger.sources)} sources"
    assert f"{counts} (`data/sources.csv`), {first} to {last}." in readme
    assert f"{stated.aggregator:,.0f} of the {stated.claims:,.0f} statements {share}" in codebook
    assert f"those of {stated.undated:.0f} statements" in codebook
    for tier in TIERS:
        [counts] = re.findall(rf"\| `{tier}` \| [^|]+ \| ([\d,]+) \| ([\d,]*) ?\|", codebook)
        assert counts == (f"{stated[tier]:,.0f}", f"{read[tier]:,.0f}" if read[tier] else "")
