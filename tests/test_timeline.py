from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import Selection, Snapshot, agreement_series, area_series, areas
from geo.claims.intervals import OPEN, intervals
from geo.claims.shown import lapsed_of
from geo.tables.schema import CAMPAIGN_START, IMPLIED

#: Days are counted from the first of the campaign, which is day 0.
START = int(np.datetime64(CAMPAIGN_START, "D").astype(int))
SIDES = {"red": "russian", "blue": "ukrainian", "grey": "third_party"}
UA, RU, CONTESTED = "ukrainian_control", "russian_control", "contested"


def date(day):
    return pd.NaT if day is None else pd.Timestamp(START + day, unit="D")


@dataclass(frozen=True)
class Said:
    about: int
    status: str
    basis: str = "announced"
    said: int | None = None
    retaken: bool = False
    source: str = "red"
    ground: int = 1

    @property
    def told(self):
        return self.about if self.said is None else self.said


def table_of(statements):
    return pd.DataFrame(
        {
            "source_id": [s.source for s in statements],
            "side": [SIDES[s.source] for s in statements],
            "ground_id": np.array([s.ground for s in statements], dtype="int64"),
            "status": [s.status for s in statements],
            "basis": [s.basis for s in statements],
            "retaken": ["yes" if s.retaken else None for s in statements],
            "effective_on": pd.to_datetime([date(s.about) for s in statements]),
            "claimed_on": pd.to_datetime([date(s.told) for s in statements]),
        }
    )


def told(*statements, strikes=False):
    return intervals(table_of(statements), strikes=strikes)


def rows_at(table, on, known_by=None, source="red", ground=1):
    """The rectangles that hold one point; by default everything said is known."""
    by = OPEN - 1 if known_by is None else START + known_by
    holds = (table.valid_from <= START + on) & (START + on < table.valid_to)
    holds &= (table.known_from <= by) & (by < table.known_to)
    return table[holds & (table.source_id == source) & (table.ground_id == ground)]


def at(table, on, known_by=None, source="red", ground=1):
    rows = rows_at(table, on, known_by, source, ground)
    assert len(rows) <= 1
    return None if rows.empty else rows.status.item()


def story(table, days, known_by=None):
    return [at(table, day, known_by) for day in days]


# Rule 1: a statement holds until the same source says otherwise


def test_statements_of_a_day_stay_in_the_order_of_the_record():
    row = rows_at(told(Said(5, RU, "announced"), Said(5, CONTESTED, "assessed")), 5)
    assert row[["status", "basis", "claims"]].to_numpy().tolist() == [
        [CONTESTED, "announced", (0, 1)]
    ]


def test_statement_holds_from_its_day_without_end():
    table = told(Said(5, UA))
    assert story(table, [4, 5, 6, 10_000]) == [None, UA, UA, UA]


def test_statement_ends_where_the_source_says_otherwise():
    table = told(Said(5, UA), Said(9, RU))
    assert story(table, [5, 8, 9, 99]) == [UA, UA, RU, RU]


def test_order_of_days_counts_not_the_order_of_rows():
    table = told(Said(9, RU), Said(5, UA))
    assert story(table, [5, 8, 9]) == [UA, UA, RU]


def test_word_of_another_source_or_about_other_ground_changes_nothing():
    table = told(Said(5, UA), Said(7, RU, source="blue"), Said(8, RU, ground=2))
    assert at(table, 99) == UA
    assert at(table, 99, source="blue") == RU
    assert at(table, 99, ground=2) == RU


def test_since_is_the_first_day_of_the_unbroken_status():
    table = told(Said(5, UA), Said(9, UA), Said(12, RU), Said(15, UA))
    first = {day: rows_at(table, day).since.item() - START for day in (5, 9, 11, 12, 15)}
    assert first == {5: 5, 9: 5, 11: 5, 12: 12, 15: 15}


def test_statement_in_force_is_the_latest_that_says_so():
    row = rows_at(told(Said(5, UA), Said(9, UA, "assessed")), 10)
    assert row.said_on.item() == START + 9
    assert row.claims.item() == (1,)
    assert row.basis.item() == "assessed"


# Rule 2: several statements about one day


def test_of_one_day_what_was_said_last_counts():
    table = told(Said(5, UA, said=5), Said(5, RU, said=7))
    assert story(table, [5, 6, 99]) == [RU, RU, RU]
    assert story(table, [5, 6, 99], known_by=6) == [UA, UA, UA]


@pytest.mark.parametrize("word", ["announced", "assessed"])
@pytest.mark.parametrize("report", [Said(5, CONTESTED, "fighting"), Said(5, CONTESTED, "repelled")])
def test_word_on_control_goes_before_a_report_of_events(word, report):
    control = Said(5, UA, word)
    assert at(told(control, report), 5) == UA
    assert at(told(report, control), 5) == UA


def test_later_report_of_events_about_the_same_day_goes_before_an_earlier_word():
    assert at(told(Said(5, UA, said=5), Said(5, CONTESTED, "fighting", said=6)), 5) == CONTESTED


def test_source_that_contradicts_itself_makes_the_ground_contested():
    row = rows_at(told(Said(5, UA), Said(5, RU)), 5)
    assert row.status.item() == CONTESTED
    assert set(row.claims.item()) == {0, 1}


def test_statements_that_agree_are_all_in_force():
    row = rows_at(told(Said(5, UA), Said(5, UA, "assessed")), 5)
    assert row.status.item() == UA
    assert set(row.claims.item()) == {0, 1}


# Rule 3: a map restates itself every day


def test_map_is_not_moved_by_other_statements():
    table = told(Said(5, UA, "map_reading"), Said(8, RU), Said(9, CONTESTED, "fighting"))
    assert story(table, [5, 8, 9, 99]) == [UA, UA, UA, UA]


def test_map_goes_before_a_statement_of_the_same_day():
    assert at(told(Said(5, UA, "map_reading"), Said(5, RU)), 5) == UA


def test_map_goes_before_what_was_said_earlier():
    assert story(told(Said(3, RU), Said(5, UA, "map_reading")), [4, 5]) == [RU, UA]


def test_what_was_said_meanwhile_holds_once_the_map_shows_nothing():
    table = told(Said(5, UA, "map_reading"), Said(8, RU), Said(12, "withdrawn", "map_reading"))
    assert story(table, [7, 8, 11, 12]) == [UA, UA, UA, RU]


# Rule 4: `withdrawn` ends a claim and says nothing else


def test_withdrawn_ends_a_claim():
    table = told(Said(5, UA, "map_reading"), Said(9, "withdrawn", "map_reading"))
    assert story(table, [8, 9, 99]) == [UA, None, None]
    assert set(table.status) == {UA}


def test_withdrawn_alone_says_nothing():
    assert told(Said(5, "withdrawn", "map_reading")).empty


def test_claim_may_come_back_after_it_was_withdrawn():
    table = told(
        Said(5, UA, "map_reading"),
        Said(9, "withdrawn", "map_reading"),
        Said(12, UA, "map_reading"),
    )
    assert story(table, [8, 9, 12]) == [UA, None, UA]
    assert rows_at(table, 12).since.item() == START + 12


def test_withdrawal_is_not_known_before_it_is_told():
    table = told(Said(5, UA, "map_reading"), Said(9, "withdrawn", "map_reading", said=12))
    assert at(table, 10, known_by=11) == UA
    assert at(table, 10, known_by=12) is None


# Rule 5: what a Russian source announces as retaken it had not held


def test_ground_announced_as_retaken_is_implied_from_the_start_of_the_campaign():
    table = told(Said(20, RU, retaken=True))
    assert story(table, [-1, 0, 19, 20]) == [None, IMPLIED, IMPLIED, RU]


def test_implied_ground_is_known_only_since_the_announcement():
    table = told(Said(20, RU, retaken=True, said=25))
    assert story(table, [0, 19, 20], known_by=24) == [None, None, None]
    assert story(table, [0, 19, 20], known_by=25) == [IMPLIED, IMPLIED, RU]


@pytest.mark.parametrize(
    "before", [Said(7, CONTESTED, "fighting"), Said(7, UA), Said(7, CONTESTED, "repelled")]
)
def test_nothing_is_implied_where_the_source_had_spoken(before):
    table = told(before, Said(20, RU, retaken=True))
    assert story(table, [6, 7, 19, 20]) == [None, before.status, before.status, RU]


def test_word_of_another_source_does_not_stop_the_concession():
    table = told(Said(7, CONTESTED, source="blue"), Said(20, RU, retaken=True))
    assert at(table, 10) == IMPLIED


@pytest.mark.parametrize("source", ["blue", "grey"])
def test_only_russian_sources_concede(source):
    table = told(Said(20, RU, retaken=True, source=source))
    assert at(table, 10, source=source) is None


def test_control_without_the_word_retaken_concedes_nothing():
    assert at(told(Said(20, RU)), 10) is None


def test_ground_retaken_on_the_first_day_leaves_nothing_to_imply():
    assert set(told(Said(0, RU, retaken=True)).status) == {RU}
    assert set(told(Said(-2, RU, retaken=True)).status) == {RU}


def test_ground_retaken_on_the_second_day_is_implied_for_the_first():
    assert story(told(Said(1, RU, retaken=True)), [-1, 0, 1]) == [None, IMPLIED, RU]


def test_only_the_first_word_concedes():
    table = told(Said(10, RU), Said(20, RU, retaken=True))
    assert story(table, [5, 10, 20]) == [None, RU, RU]


def test_concession_ends_when_the_source_later_speaks_of_an_earlier_day():
    table = told(Said(20, RU, retaken=True), Said(7, CONTESTED, "fighting", said=30))
    assert story(table, [5, 7, 20], known_by=29) == [IMPLIED, IMPLIED, RU]
    assert story(table, [5, 7, 20], known_by=30) == [None, CONTESTED, RU]


# Rule 6: strikes


def test_strike_does_not_count():
    assert told(Said(5, CONTESTED, "strike")).empty
    assert at(told(Said(4, UA), Said(5, CONTESTED, "strike")), 6) == UA


def test_strike_does_not_stop_a_concession():
    table = told(Said(5, CONTESTED, "strike"), Said(20, RU, retaken=True))
    assert at(table, 10) == IMPLIED


def test_strikes_count_as_contested_where_they_are_asked_for():
    table = told(Said(5, CONTESTED, "strike"), strikes=True)
    assert story(table, [4, 5]) == [None, CONTESTED]


def test_word_on_control_goes_before_a_strike():
    table = told(Said(5, UA), Said(5, CONTESTED, "strike"), strikes=True)
    assert at(table, 5) == UA


# Two axes


def test_nothing_is_known_before_it_is_said():
    table = told(Said(5, UA, said=9))
    assert [at(table, 5, known_by=by) for by in (5, 8, 9, 99)] == [None, None, UA, UA]


def test_word_about_an_earlier_day_leaves_later_days_as_they_were():
    table = told(Said(10, UA), Said(6, RU, said=15))
    assert story(table, [6, 9, 10], known_by=14) == [None, None, UA]
    assert story(table, [6, 9, 10], known_by=15) == [RU, RU, UA]


def test_second_word_about_a_day_leaves_the_days_before_as_they_were():
    table = told(Said(5, UA), Said(9, RU), Said(9, CONTESTED, said=12))
    assert story(table, [4, 5, 8, 9], known_by=11) == [None, UA, UA, RU]
    assert story(table, [4, 5, 8, 9], known_by=12) == [None, UA, UA, CONTESTED]


@pytest.mark.parametrize(
    ("said", "before", "now"),
    [
        # What was said before the day comes back with the map gone, and the map stays.
        ([Said(5, UA), Said(7, RU, "map_reading"), Said(7, "withdrawn", "map_reading", 9)], RU, UA),
        ([Said(5, UA, "map_reading"), Said(7, RU), Said(7, CONTESTED, said=9)], UA, UA),
        # A source that had spoken concedes nothing.
        ([Said(5, UA), Said(7, RU), Said(7, RU, "assessed", 9, retaken=True)], RU, RU),
    ],
)
def test_second_word_about_a_day_forgets_nothing_said_before(said, before, now):
    table = told(*said)
    assert story(table, [4, 5, 6]) == [None, UA, UA]
    assert [at(table, 8, known_by=by) for by in (8, 9)] == [before, now]


def test_word_about_days_to_come_is_known_before_it_holds():
    table = told(Said(12, RU, said=8))
    assert story(table, [8, 11, 12], known_by=8) == [None, None, RU]


def test_rows_come_by_source_and_ground():
    table = told(Said(5, UA), Said(5, UA, source="blue", ground=2), Said(5, UA, source="blue"))
    rows = list(zip(table.source_id, table.ground_id, strict=True))
    assert rows == [("blue", 1), ("blue", 2), ("red", 1)]


def test_no_statements_give_no_intervals():
    table = told()
    assert table.empty
    assert "valid_from" in table.columns


# Properties

BASES = {
    "announced": [UA, CONTESTED, RU],
    "assessed": [UA, RU],
    "fighting": [CONTESTED],
    "repelled": [CONTESTED],
    "strike": [CONTESTED],
    "map_reading": [UA, CONTESTED, RU, "withdrawn"],
}
ABOUT = st.integers(-1, 7)
AXIS = range(-2, 12)


@st.composite
def statement(draw, sources=("red", "blue"), about=ABOUT, grounds=(1, 2)):
    basis = draw(st.sampled_from(sorted(BASES)))
    status = draw(st.sampled_from(BASES[basis]))
    return Said(
        about=draw(about),
        status=status,
        basis=basis,
        said=draw(st.integers(-1, 9)),
        retaken=status in {UA, RU} and draw(st.booleans()),
        source=draw(st.sampled_from(sources)),
        ground=draw(st.sampled_from(grounds)),
    )


def ledgers(max_size=7):
    return st.lists(statement(), max_size=max_size)


def oracle(statements, on, known_by):
    """Status, statements in force, day they were said and bases at one point, by the rules."""
    heard = [(n, s) for n, s in statements if s.told <= known_by and s.basis != "strike"]
    for lane in (True, False):  # the map, then what else was said (rule 3)
        about = [(n, s) for n, s in heard if (s.basis == "map_reading") == lane and s.about <= on]
        if not about:
            continue
        day = max(s.about for _, s in about)
        last = [(n, s) for n, s in about if s.about == day]
        newest = max(s.told for _, s in last)
        last = [(n, s) for n, s in last if s.told == newest]
        last = [(n, s) for n, s in last if s.basis not in {"fighting", "repelled"}] or last
        statuses = {s.status for _, s in last}
        if statuses == {"withdrawn"}:
            continue
        status = statuses.pop() if len(statuses) == 1 else CONTESTED
        return status, frozenset(n for n, _ in last), newest, {s.basis for _, s in last}
    if heard and on >= 0:
        day = min(s.about for _, s in heard)
        concedes = [
            s
            for _, s in heard
            if s.about == day and s.retaken and SIDES[s.source] == "russian"
            if s.basis != "map_reading"
        ]
        if concedes and on < day:
            told = min(s.told for s in concedes)
            return IMPLIED, None, told, {s.basis for s in concedes if s.told == told}
    return None


def groups(statements):
    numbered = list(enumerate(statements))
    return {
        (source, ground): [(n, s) for n, s in numbered if (s.source, s.ground) == (source, ground)]
        for source in ("red", "blue")
        for ground in (1, 2)
    }


def cells(table):
    """Which rectangle of a source and ground holds each point of the two axes."""
    on = START + np.array(AXIS)
    for (source, ground), rows in table.groupby(["source_id", "ground_id"]):
        holds = (rows.valid_from.to_numpy()[:, None] <= on) & (
            on < rows.valid_to.to_numpy()[:, None]
        )
        known = (rows.known_from.to_numpy()[:, None] <= on) & (
            on < rows.known_to.to_numpy()[:, None]
        )
        yield (source, ground), rows, holds[:, :, None] & known[:, None, :]


@given(ledgers())
def test_at_most_one_rectangle_holds_a_point(statements):
    for _, _, held in cells(told(*statements)):
        assert held.sum(axis=0).max() <= 1


#: Many words of one source about one piece of ground.
DISPUTES = st.lists(statement(sources=("red",), grounds=(1,)), min_size=3, max_size=7)


@given(ledgers() | DISPUTES)
def test_rectangles_say_what_the_rules_say_at_every_point(statements):
    table = told(*statements)
    said = {key: (rows, held) for key, rows, held in cells(table)}
    for key, own in groups(statements).items():
        rows, held = said.get(key, (table[:0], np.zeros((0, len(AXIS), len(AXIS)), dtype=bool)))
        answers = list(
            zip(rows.status, rows.claims, rows.said_on, rows.since, rows.basis, strict=True)
        )
        for j, known_by in enumerate(AXIS):
            since, before = None, None
            for i, on in enumerate(AXIS):
                right = oracle(own, on, known_by)
                at_point = np.flatnonzero(held[:, i, j])
                if right is None:
                    assert len(at_point) == 0
                    before = None
                    continue
                status, claims, last, bases = right
                if status != before:
                    since, before = on, status
                (row,) = at_point
                found = answers[row]
                assert found[0] == status
                assert claims is None or frozenset(found[1]) == claims
                assert found[2] == START + last
                assert found[3] == START + since
                assert found[4] in bases


@given(ledgers(), st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter(statements, random):
    order = list(range(len(statements)))
    random.shuffle(order)
    table, shuffled = told(*statements), told(*(statements[n] for n in order))

    def content(rows, numbers):
        # Of concessions made on one day any one may be named.
        return sorted(
            (
                row.source_id,
                row.ground_id,
                row.status,
                row.since,
                row.valid_from,
                row.valid_to,
                row.said_on,
                row.known_from,
                row.known_to,
                () if row.status == IMPLIED else sorted(numbers[n] for n in row.claims),
            )
            for row in rows.itertuples()
        )

    assert content(table, list(range(len(order)))) == content(shuffled, order)


@given(ledgers())
def test_before_the_first_word_nothing_is_known(statements):
    table = told(*statements)
    first = min((s.told for s in statements), default=0)
    assert (table.known_from >= START + first).all()
    assert (table.known_from < table.known_to).all()
    assert (table.valid_from < table.valid_to).all()


@given(ledgers(), statement(about=st.just(8)))
def test_word_about_the_latest_day_changes_no_earlier_day_but_by_concession(statements, last):
    def before(table):
        return {
            (*key, on, by, status)
            for key, rows, held in cells(table)
            for status, points in zip(rows.status, held[:, : AXIS.index(8)], strict=True)
            for on, by in np.argwhere(points).tolist()
        }

    without, including = before(told(*statements)), before(told(*statements, last))
    assert without <= including
    assert {status for *_, status in including - without} <= {IMPLIED}


@given(ledgers())
def test_words_of_one_source_do_not_change_another(statements):
    alone = told(*(s for s in statements if s.source == "red"))
    together = told(*statements)
    columns = [column for column in alone if column != "claims"]
    red = together[together.source_id == "red"]
    assert sorted(red[columns].values.tolist()) == sorted(alone[columns].values.tolist())


# ---- how long a word is current ---------------------------------------------------------

SAID = pd.Timestamp("2024-08-10")


def state(record, on, **choice):
    """How many rows are in force on a day, and how many have lapsed."""
    selection = Selection(on=pd.Timestamp(on).date(), **choice)
    return len(record.rows(selection)), len(record.lapsed(selection))


@pytest.mark.parametrize(
    ("basis", "current_for", "term"),
    [
        ("announced", 90, 90), ("assessed", 90, 90), ("fighting", 90, 30), ("repelled", 90, 30),
        ("announced", 30, 30), ("fighting", 30, 10), ("fighting", 100, 33), ("fighting", 1, 1),
        ("announced", 3650, 3650),
    ],
)  # fmt: skip
def test_control_is_current_for_its_term_and_events_for_a_third(tiny, basis, current_for, term):
    tiny.say({"status": CONTESTED if basis in {"fighting", "repelled"} else UA, "basis": basis})
    record, last = tiny.record(), SAID + pd.Timedelta(days=term)
    assert state(record, last, current_for=current_for) == (1, 0)
    assert state(record, last + pd.Timedelta(days=1), current_for=current_for) == (0, 1)
    assert state(record, SAID - pd.Timedelta(days=1), current_for=current_for) == (0, 0)


def test_a_map_is_current_while_it_is_read_and_for_a_term_more(tiny):
    tiny.say({"basis": "map_reading"})
    record = tiny.record()  # the map is read until the last of January
    assert state(record, "2025-05-01") == (1, 0)
    assert state(record, "2025-05-02") == (0, 1)
    # By what was known on a day it had been read until then.
    assert state(record, "2024-12-30", known_by="2024-10-01") == (1, 0)
    assert state(record, "2024-12-31", known_by="2024-10-01") == (0, 1)


def test_what_is_no_map_lapses_by_what_was_known_on_any_day(tiny):
    tiny.say({})
    record = tiny.record()
    for known_by in ("now", "then", "2024-08-10", "2025-01-01"):
        assert state(record, "2024-11-08", known_by=known_by) == (1, 0)
        assert state(record, "2024-11-09", known_by=known_by) == (0, 1)


def test_nothing_lapses_for_ever(tiny):
    tiny.say({}, {"settlement_id": 2, "status": CONTESTED, "basis": "fighting"})
    assert state(tiny.record(), "2034-08-10", current_for="ever") == (2, 0)


def test_a_word_said_anew_is_current_anew(tiny):
    tiny.say({}, {"claimed_on": "2024-10-20"}, {"claimed_on": "2025-03-01"})
    record = tiny.record()
    assert state(record, "2025-01-18") == (1, 0)
    assert state(record, "2025-01-19") == (0, 1)
    assert state(record, "2025-03-01") == (1, 0)
    shape = record.at(Selection(on="2024-09-01")).iloc[0]
    assert (shape.valid_from, shape.valid_to) == (SAID, pd.Timestamp("2025-01-19"))
    shape = record.at(Selection(on="2025-03-05")).iloc[0]
    assert (shape.valid_from, shape.valid_to) == (
        pd.Timestamp("2025-03-01"), pd.Timestamp("2025-05-31"),
    )  # fmt: skip


def test_a_word_of_an_earlier_day_is_current_from_when_it_was_said(tiny):
    tiny.say({"claimed_on": "2024-12-01", "effective_on": "2024-08-10"})
    record = tiny.record()
    assert state(record, "2024-08-10") == (1, 0)
    assert state(record, "2025-03-01") == (1, 0)
    assert state(record, "2025-03-02") == (0, 1)
    assert state(record, "2024-11-30", known_by="then") == (0, 0)
    assert state(record, "2024-12-01", known_by="then") == (1, 0)


def test_what_lapsed_is_counted_nowhere(tiny):
    tiny.say({})
    record = tiny.record()
    span = record.during(Selection(on="2024-12-31"), "2024-08-06", "2024-12-31")
    assert span.valid_to.tolist() == [pd.Timestamp("2024-11-09")]
    days = area_series("2024-11-05", "2024-11-12", record=record).date
    assert days.max() == pd.Timestamp("2024-11-08")
    assert areas("2024-11-09", record=record, current_for="ever").settlements.tolist() == [1]
    said = agreement_series("2024-11-08", "2024-11-09", record=record)
    assert (said.one_ukrainian_control > 0).tolist() == [True, False]


def test_a_word_older_than_its_term_does_not_come_back_with_the_end_of_a_map(tiny):
    tiny.say(
        {},
        {"status": CONTESTED, "basis": "map_reading", "claimed_on": "2024-08-12"},
        {"status": "withdrawn", "basis": "map_reading", "claimed_on": "2025-01-10"},
    )
    record, snapshot = tiny.record(), Snapshot(on="2025-01-15")
    assert state(record, "2025-01-15") == (0, 1)
    assert record.at(snapshot).empty
    assert lapsed_of(snapshot, record).status.tolist() == [UA]
