"""Two pictures side by side, and the fading of old claims, in a real browser."""

from __future__ import annotations

import pandas as pd
import pytest
import shapely
from browser import OPENING, SUDZHA, claimed, filled, in_words, where
from playwright.sync_api import expect

import geo
from geo.tables.boundaries import area_km2

LATER = "2025-02-09"


def drawn(page, painting: str) -> set[tuple[str, str]]:
    found = page.frame.evaluate(
        f"""() => {painting}.outlines.filter(({{ shown }}) => shown).map(({{ group }}) => {{
            const {{ record }} = claimsClock;
            return [record.sourceOf(group).id, record.statusOf(group)];
        }})"""
    )
    return {tuple(pair) for pair in found}


def ground(page, shape: str) -> shapely.Geometry:
    rings = page.frame.evaluate(
        f"""() => ({shape}.shown ? {shape}.rings : []).map((ring) =>
            claimsClock.ground.latLngs([ring])[0][0].map((at) => [at.lng, at.lat]))"""
    )
    return filled(rings)


def held(date: str, **only: list[str]) -> shapely.Geometry:
    shapes = geo.claims_on(date, **only)
    return shapes[shapes.status == "ukrainian_control"].union_all()


def assert_same(one: shapely.Geometry, other: shapely.Geometry) -> None:
    assert shapely.symmetric_difference(one, other).area <= 1e-6 * max(other.area, 1e-3)


def settled(page) -> None:
    page.frame.wait_for_function("!claimsClock.pending")


def choose(page, what: str) -> None:
    page.frame.get_by_role("combobox", name="Compare").select_option(what)
    settled(page)


def test_two_dates_stand_left_and_right(page):
    choose(page, "two dates")
    page.frame.get_by_label("Second date").fill(LATER)
    settled(page)
    expect(page.frame.locator(".claims-half-left")).to_have_text(in_words(OPENING))
    expect(page.frame.locator(".claims-half-right")).to_have_text(in_words(LATER))
    assert drawn(page, "claimsClock.painting") == claimed(OPENING)
    assert drawn(page, "claimsClock.comparison.other") == claimed(LATER)
    # The slider moves the left date only.
    page.show("2024-10-20")
    assert drawn(page, "claimsClock.painting") == claimed("2024-10-20")
    assert drawn(page, "claimsClock.comparison.other") == claimed(LATER)


def test_gained_and_lost_ground_is_marked_and_counted(page):
    page.frame.evaluate(f"claimsClock.set({{ compare: '{LATER}' }})")
    settled(page)
    before, after = held(OPENING), held(LATER)
    gained, lost = shapely.difference(after, before), shapely.difference(before, after)
    assert gained.area > 0 < lost.area
    assert_same(
        ground(page, "claimsClock.comparison.drawn.gained"), gained.buffer(-1e-7).buffer(1e-7)
    )
    assert_same(ground(page, "claimsClock.comparison.drawn.lost"), lost.buffer(-1e-7).buffer(1e-7))
    status = page.frame.get_by_role("status")
    for words, shape in (
        ("+ Under Ukrainian control on the right, not on the left", gained),
        ("− on the left, not on the right", lost),
    ):
        area = round(float(area_km2([shape])[0]))
        expect(status).to_contain_text(f"{words}: {area} km², ")
    page.box("Ground gained and lost").uncheck()
    settled(page)
    expect(page.frame.locator("path.claims-gained")).to_be_hidden()


@pytest.mark.parametrize(
    ("pair", "left", "right"),
    [
        ("ukrainian|russian", {"sides": ["ukrainian"]}, {"sides": ["russian"]}),
        ("deepstate|uacontrolmap", {"sources": ["deepstate"]}, {"sources": ["uacontrolmap"]}),
    ],
)
def test_two_sides_or_sources_on_one_date(page, pair, left, right):
    page.frame.evaluate("(compare) => claimsClock.set({ compare })", pair)
    settled(page)
    for painting, only in (("painting", left), ("comparison.other", right)):
        shapes = geo.claims_on(OPENING, **only)
        wanted = set(zip(shapes.source_id, shapes.status, strict=True))
        assert drawn(page, f"claimsClock.{painting}") == wanted
    only_right = shapely.difference(held(OPENING, **right), held(OPENING, **left))
    assert_same(
        ground(page, "claimsClock.comparison.drawn.gained"), only_right.buffer(-1e-7).buffer(1e-7)
    )


def test_who_is_switched_off_differs_from_nobody(page):
    page.frame.evaluate("claimsClock.set({ compare: 'uacontrolmap|deepstate' })")
    gained = "claimsClock.comparison.drawn.gained.shown"
    page.frame.wait_for_function(gained)
    page.box("Ukrainian claims").uncheck()
    expect(page.frame.locator(".claims-half-right")).to_have_text("DeepState map (switched off)")
    expect(
        page.frame.get_by_text("Nothing to compare: DeepState map switched off")
    ).to_be_attached()
    page.frame.wait_for_function(f"!({gained})")
    page.box("Ukrainian claims").check()
    expect(page.frame.locator(".claims-half-right")).to_have_text("DeepState map")
    page.frame.wait_for_function(gained)


def test_the_divider_is_dragged_and_moved_by_keys(page):
    choose(page, "two sides")
    divider = page.frame.get_by_role("slider", name="Divider")
    expect(divider).to_have_attribute("aria-valuenow", "50")
    halves = "50 %: left Ukrainian claims, right Russian claims"
    expect(divider).to_have_attribute("aria-valuetext", halves)
    box = divider.bounding_box()
    page.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.page.mouse.down()
    page.page.mouse.move(box["x"] + box["width"] / 2 - 200, box["y"] + 40, steps=4)
    page.page.mouse.up()
    moved = divider.bounding_box()
    assert moved["x"] == pytest.approx(box["x"] - 200, abs=1)
    divider.press("ArrowRight")
    assert divider.bounding_box()["x"] > moved["x"]
    date = page.painted
    divider.press("Home")
    expect(divider).to_have_attribute("aria-valuenow", "0")
    divider.press("End")
    expect(divider).to_have_attribute("aria-valuenow", "100")
    assert page.painted == date


def test_each_half_shows_only_its_own_picture(page):
    """Paths are clipped at the divider: nothing of a side is seen on the other half."""
    page.frame.evaluate(
        "claimsClock.set({ compare: 'ukrainian|russian', hide: ['contradictory', 'third_party'] })"
    )
    page.box("Ground gained and lost").uncheck()
    settled(page)
    clip = page.frame.evaluate(
        """() => [claimsClock.painting, claimsClock.comparison.other].map(
            ({ pane }) => getComputedStyle(pane).clipPath)"""
    )
    assert all(value.startswith("polygon(") for value in clip)
    choose(page, "nothing")
    assert page.frame.evaluate("getComputedStyle(claimsClock.painting.pane).clipPath") == "none"
    expect(page.frame.get_by_role("slider", name="Divider")).to_be_hidden()


def test_the_tip_tells_of_the_half_under_the_pointer(page, ledger):
    page.frame.evaluate(f"claimsClock.set({{ compare: '{LATER}' }})")
    settled(page)
    x, y = page.point(*where(ledger, SUDZHA))
    when = page.frame.locator(".claims-tip .claims-when")
    divider = page.frame.get_by_role("slider", name="Divider")
    divider.press("End")
    page.page.mouse.move(x, y)
    expect(when).to_have_text(in_words(OPENING))
    page.page.mouse.move(5, 5)
    divider.press("Home")
    page.page.mouse.move(x, y)
    expect(when).to_have_text(in_words(LATER))


def test_an_address_opens_a_comparison_and_a_wrong_one_is_told(app):
    reader = app(compare=LATER)
    expect(reader.frame.locator(".claims-half-right")).to_have_text(in_words(LATER))
    reader.frame.get_by_role("combobox", name="Compare").select_option("two sides")
    reader.wait_address(compare="ukrainian|russian")
    wrong = app(compare="2030-01-01")
    expect(wrong.page.get_by_text("compare was '2030-01-01'")).to_be_visible()
    expect(wrong.frame.locator(".claims-half-right")).to_have_count(0)


def test_old_claims_fade_and_none_is_lost(page, record):
    date, days = "2024-12-15", 30
    page.show(date)
    page.frame.get_by_label("Fade claims older than").select_option("1 month")
    settled(page)
    found = page.frame.evaluate(
        """() => claimsClock.painting.outlines.filter(({ shown }) => shown).map(
            ({ group, old, member, path }) => [claimsClock.record.sourceOf(group).id,
                claimsClock.record.statusOf(group), old,
                member.reduce((sum, flag, n) => sum + flag * claimsClock.payload.pieces[n].km2, 0),
                +path.getAttribute("stroke-opacity")])"""
    )
    rows = geo.select(date, record=record)
    said = rows.said_on.where(rows.read_to.isna(), rows.read_to.clip(upper=date))
    last = said.clip(lower=rows.said_on)
    old = last < pd.Timestamp(date) - pd.Timedelta(days=days)
    wanted = rows.area_km2.groupby([rows.source_id, rows.status, old], observed=True).sum()
    assert {(s, t, o) for s, t, o, *_ in found} == set(wanted.index)
    for source, status, faded, area, _ in found:
        assert area == pytest.approx(wanted[source, status, faded], abs=0.5)
    strength = {faded: max(o for *_, f, _, o in found if f == faded) for faded in (True, False)}
    assert strength[True] < strength[False] / 2
