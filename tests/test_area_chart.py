"""The chart of areas under the clock, in a real browser."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from browser import OPENING, write_page
from playwright.sync_api import expect

import geo
from geo.web.payload import payload


@pytest.fixture
def chart(page):
    """The page with its chart open, which it is by itself only on a high screen."""
    page.button("Area chart").click()
    expect(page.frame.locator(".claims-area")).to_be_visible()
    return page


def charted(page, known: str = "now") -> pd.DataFrame:
    found = page.frame.evaluate(
        """(known) => {
            const { record, payload } = claimsClock;
            const held = record.held(known === "then" ? known : null);
            return payload.sources.map(({ id }, n) =>
                [id, Array.from(held[n], (km2) => (Number.isNaN(km2) ? null : km2))]);
        }""",
        known,
    )
    return pd.DataFrame({source: pd.Series(area, dtype=float) for source, area in found})


def assert_same_series(drawn: pd.DataFrame, wanted: pd.DataFrame) -> None:
    assert (wanted > 0).to_numpy().any()
    for source in wanted:
        assert np.allclose(drawn[source], wanted[source], atol=0.2, equal_nan=True), source


def test_the_lines_are_the_areas_of_the_days_on_which_a_source_speaks(standing, record):
    wanted = geo.held_series(record=record).set_index("date").drop(columns=["low", "high"])
    drawn = charted(standing).set_axis(wanted.index)
    assert_same_series(drawn, wanted)
    assert wanted.isna().to_numpy().any()
    others = drawn.drop(columns=wanted.columns)
    assert others.size
    assert not (others.fillna(0) > 0).to_numpy().any()


def test_the_chart_of_a_span_is_a_part_of_the_whole(reader, tmp_path, record):
    # In it one map shows nothing any more, which is 0, and others fall silent.
    span = ("2025-03-10", "2025-05-10")
    path = write_page(payload(record, span=span), tmp_path / "span.html")
    wanted = geo.held_series(*span, record=record).set_index("date").drop(columns=["low", "high"])
    drawn = charted(reader().open_file(path)).set_axis(wanted.index)
    assert (wanted == 0).to_numpy().any()
    assert wanted.isna().to_numpy().any()
    assert_same_series(drawn, wanted)


def test_a_source_that_speaks_on_one_day_has_a_line_as_long_as_the_day(reader, tmp_path, record):
    day = "2024-09-05"
    path = write_page(payload(record, span=(day, day)), tmp_path / "day.html")
    page = reader(viewport={"width": 1280, "height": 960}).open_file(path)
    page.frame.get_by_role("button", name="Area chart").click()
    lines = page.frame.locator(".claims-series")
    areas = geo.held_series(day, day, record=record).drop(columns=["date", "low", "high"])
    speaking = int((areas.iloc[0] > 0).sum())
    assert speaking > 1
    expect(lines).to_have_count(speaking)
    wide = page.frame.locator(".claims-area").bounding_box()["width"]
    for line in lines.all():
        assert line.bounding_box()["width"] > 0.9 * wide


def test_as_said_each_day_knows_what_had_been_said(standing, record):
    drawn = charted(standing, "then")
    for date in ("2024-08-09", OPENING, "2025-01-20", "2025-03-14"):
        table = geo.areas(date, known_by=date, record=record)
        table = table[table.status == "ukrainian_control"].set_index("source_id").area_km2
        day = (pd.Timestamp(date) - pd.Timestamp("2024-08-06")).days
        speaking = drawn.iloc[day].dropna()
        assert (speaking > 0).sum() > 1, date
        for source, area in speaking.items():
            assert area == pytest.approx(table.get(source, 0), abs=0.2)


def test_by_a_given_day_only_what_was_published_by_then_is_a_mark(chart):
    marks = chart.frame.locator(".claims-total")
    every = marks.count()
    chart.set(known="2024-08-20")
    days = chart.frame.evaluate(
        "claimsClock.bar.chart.totals.map(({ said }) => claimsClock.calendar.iso(said))"
    )
    assert 0 < len(days) == marks.count() < every
    assert max(days) <= "2024-08-20"


def test_the_cursor_follows_a_drag_and_a_click_goes_to_a_day(chart):
    area, cursor = chart.frame.locator(".claims-area"), chart.frame.locator(".claims-cursor").first
    track = chart.slider.bounding_box()
    middle = track["y"] + track["height"] / 2
    chart.page.mouse.move(track["x"] + track["width"] * 0.3, middle)
    chart.page.mouse.down()
    chart.wait_painted_other_than(OPENING)
    chart.page.mouse.move(track["x"] + track["width"] * 0.5, middle)
    chart.frame.wait_for_function("claimsClock.day > 200 && !claimsClock.pending")
    box, line = area.bounding_box(), cursor.bounding_box()
    share = (line["x"] + line["width"] / 2 - box["x"]) / box["width"]
    chart.page.mouse.up()
    assert share == pytest.approx(0.5, abs=0.02)
    area.click(position={"x": box["width"] / 4, "y": 50})
    chart.frame.wait_for_function(
        "Math.abs(claimsClock.day / claimsClock.payload.days - 0.25) < 0.02"
    )


def test_pointing_at_a_day_names_the_areas_and_the_published_figures(chart):
    area = chart.frame.locator(".claims-area")
    day = (pd.Timestamp("2024-08-12") - pd.Timestamp("2024-08-06")).days
    x = chart.frame.evaluate("(day) => claimsClock.bar.chart.x(day)", day)
    area.hover(position={"x": x, "y": 40})
    tip = chart.frame.locator(".claims-area-tip")
    expect(tip).to_contain_text("12 August 2024")
    expect(tip).to_contain_text("DeepState map: ")
    expect(tip).to_contain_text("Syrskyi: 1,000 km² held")
    chart.frame.locator(".claims-date").hover()
    expect(tip).to_be_hidden()


def test_what_is_switched_off_leaves_the_chart(chart):
    line = chart.frame.locator('.claims-series[data-source="deepstate"]')
    marks = chart.frame.locator(".claims-total")
    expect(line).to_have_count(1)
    before = marks.count()
    chart.unfold("Sources")
    chart.box("Ukrainian sources").uncheck()
    expect(line).to_have_count(0)
    assert 0 < marks.count() < before


def test_lines_are_named_at_their_ends_and_no_name_lies_over_another(chart, record):
    names = chart.frame.locator(".claims-series-name")
    sources = {name.partition(" (")[0] for name in record.ledger.sources.name}
    said = names.all_text_contents()
    assert len(said) > 3
    assert len(said) == len(set(said))
    assert set(said) <= sources
    boxes = [name.bounding_box() for name in names.all()]
    for n, a in enumerate(boxes):
        for b in boxes[:n]:
            # What one line of letters has above and below them may overlap.
            beside = a["x"] >= b["x"] + b["width"] - 2 or b["x"] >= a["x"] + a["width"] - 2
            assert beside or abs(a["y"] - b["y"]) > 10


def test_the_chart_can_be_opened_and_the_address_remembers(app):
    reader = app()
    area = reader.frame.locator(".claims-area")
    expect(area).to_be_hidden()
    reader.button("Area chart").click()
    expect(area).to_be_visible()
    expect(reader.button("Area chart")).to_have_attribute("aria-pressed", "true")
    reader.wait_address(chart="true")
    again = app(chart="true")
    expect(again.frame.locator(".claims-area")).to_be_visible()


def test_the_chart_says_in_words_what_it_shows(chart):
    chart.slider.focus()
    chart.slider.press("ArrowRight")
    drawn = chart.frame.get_by_role("img", name="6 September 2024")
    expect(drawn).to_have_accessible_name(
        re.compile(r"according to each source, 6 September 2024: .*DeepState map: ")
    )
