"""Two days, two sides or two sources compared, in a real browser."""

from __future__ import annotations

import datetime as dt

import pytest
from browser import OPENING, in_words
from playwright.sync_api import expect

import geo
from geo.analysis.summary import summary
from geo.selection.selection import Selection
from geo.style.words import phrases
from geo.tables.schema import SIDES

LATER = "2025-02-09"
PHRASES = phrases("en")


def changed(before: str, after: str, record, **how: object) -> dict[str, dict[str, set[int]]]:
    """Cells that each side says on one of two days only to be Ukrainian-held."""
    then, now = (
        geo.agreement_on(Selection(on=date, **how), record=record)[list(SIDES)]
        == "ukrainian_control"
        for date in (before, after)
    )
    kinds = {"gained": now & ~then, "lost": then & ~now}
    return {
        side: {kind: set(flags.index[flags[side]]) for kind, flags in kinds.items()
               if flags[side].any()}
        for side in SIDES
    }  # fmt: skip


def choose(page, what: str) -> None:
    page.unfold("Compare")
    page.frame.get_by_role("combobox", name="Compare").select_option(what)
    page.settle()


@pytest.mark.parametrize(("what", "days"), [("with a week before", 7), ("with a month before", 30)])
def test_what_changed_in_a_week_or_a_month_follows_the_clock(page, record, what, days):
    choose(page, what)
    for date in ("2025-03-13", "2024-08-20", "2024-08-09"):
        page.show(date)
        other = dt.date.fromisoformat(date) - dt.timedelta(days=days)
        other = max(other, record.period[0].date()).isoformat()
        assert page.painting() == changed(other, date, record)
        assert page.sides == list(SIDES)
        key = page.frame.locator(".claims-key")
        expect(key).to_contain_text(f"Since {in_words(other)}, on each map")
    assert any(changed(other, date, record).values())


@pytest.mark.parametrize("known", ["now", "then"])
@pytest.mark.parametrize("current", [30, "ever"])
def test_gained_and_lost_ground_is_painted_and_counted(standing, record, known, current):
    standing.set(compare=LATER, known=known, current=current)
    how = {"known_by": known, "current_for": current}
    wanted = changed(OPENING, LATER, record, **how)
    assert standing.painting() == wanted
    area = record.theatre.area_km2
    km2 = {
        side: {kind: f"{area[list(kinds.get(kind, ()))].sum():,.0f}" for kind in ("gained", "lost")}
        for side, kinds in wanted.items()
    }
    for side, said in km2.items():
        caption = (
            f"newly Ukrainian-held {said['gained']}, no longer Ukrainian-held {said['lost']} km²"
        )
        expect(standing.figure(side).locator(".claims-km2")).to_have_text(caption)
    signs = {kind for kinds in wanted.values() for kind in kinds}
    assert set(standing.frame.locator(".claims-key .claims-sign:visible").all_inner_texts()) == {
        PHRASES[sign] for sign in signs
    }
    standing.unfold("Compare")
    places = record.ledger.settlements
    names = {"ukrainian": "Ukrainian sources", "russian": "Russian sources",
             "third_party": "Third parties"}  # fmt: skip
    told = standing.frame.locator(".claims-group details")
    for side, kinds in wanted.items():
        for kind, cells in kinds.items():
            line = told.filter(has_text=f"{names[side]}: {PHRASES[kind]}, {km2[side][kind]} km²")
            expect(line).to_have_count(1)
            named = set(line.locator("p").text_content().split(", "))
            assert named <= set(places.name_en[places.cell_id.isin(cells)])
            assert len(named) > len(cells) / 2


def test_a_second_date_is_chosen_and_the_slider_moves_the_first_only(page, record):
    choose(page, "with another date")
    page.frame.get_by_label("Second date").fill(LATER)
    page.settle()
    assert page.painting() == changed(OPENING, LATER, record)
    page.show("2025-03-20")
    assert page.painting() == changed(LATER, "2025-03-20", record)
    page.frame.get_by_role("combobox", name="Compare").select_option(
        "Ukrainian and Russian sources"
    )
    page.settle()
    assert page.sides == ["ukrainian", "russian", "compared", "third_party"]


@pytest.mark.parametrize(
    ("pair", "titles"),
    [
        ("ukrainian|third_party", ["Ukrainian sources", "Third parties", "Russian sources"]),
        ("deepstate|uacontrolmap", ["DeepState map", "UAControlMap"]),
    ],
)
def test_two_sides_or_sources_are_compared_as_python_does(standing, record, pair, titles):
    standing.set(compare=pair)
    ids = pair.split("|")
    for date in (OPENING, LATER):
        standing.show(date)
        selection = Selection(on=date, compare=tuple(ids))
        found = geo.agreement_on(selection, record=record)
        painting = standing.painting()
        classes = painting["compared"]
        assert classes == {
            name: set(found.index[found.agreement == name]) for name in found.agreement.unique()
        }
        for voice in ids:
            words = {name: set(found.index[found[voice] == name]) for name in found[voice].unique()}
            # Of ground outside the theatre there is only Russian control.
            own = {name: cells & set(found.index) for name, cells in painting[voice].items()}
            assert {name: cells for name, cells in own.items() if cells} == words
        assert standing.sides[:2] == ids
        wanted = [f"{title} say{'' if title.endswith('s') else 's'}" for title in titles]
        compared = f"{titles[0]} and {titles[1]} compared"
        shown = standing.frame.locator("figure:visible figcaption").all_inner_texts()
        assert sorted(shown) == sorted([*wanted, compared])
        expect(standing.frame.locator(".claims-headline")).to_have_text(
            summary(selection, record).headline
        )


def test_the_pair_is_chosen_in_boxes(page):
    choose(page, "two sources")
    assert page.sides == ["deepstate", "uacontrolmap", "compared"]
    page.frame.get_by_role("combobox", name="Second").select_option("ru_mod")
    page.settle()
    assert page.sides == ["deepstate", "ru_mod", "compared"]
    page.frame.get_by_role("combobox", name="Compare").select_option("two other sides")
    page.settle()
    assert page.sides == ["ukrainian", "third_party", "compared", "russian"]


def test_an_address_opens_a_comparison_and_a_wrong_one_is_told(app, record):
    reader = app(compare=LATER)
    assert reader.painting() == changed(OPENING, LATER, record)
    choose(reader, "with a month before")
    reader.wait_address(compare="month")
    wrong = app(compare="2030-01-01")
    expect(wrong.page.get_by_text("compare was '2030-01-01'")).to_be_visible()
    assert "compared" in wrong.sides


@pytest.mark.parametrize(
    ("name", "parameter"), [("Second date", "compare"), ("Go to date", "date")]
)
def test_either_date_can_be_typed_and_stepped(app, name, parameter):
    reader = app(compare="2024-11-01")
    reader.unfold("Compare")
    field = reader.frame.get_by_label(name)
    field.focus()
    # The same, whether a browser has the day or the month first.
    reader.page.keyboard.type("03032025", delay=20)
    reader.wait_address(**{parameter: "2025-03-03"})
    # From the year back to day and month.
    for _ in range(2):
        reader.page.keyboard.press("ArrowLeft")
        before = field.input_value()
        reader.page.keyboard.press("ArrowUp")
        assert field.input_value() != before
        reader.wait_address(**{parameter: field.input_value()})
        expect(field).to_be_focused()
