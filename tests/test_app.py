from __future__ import annotations

import datetime as dt
import functools
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
import streamlit as st
from browser import HOSTILE, SUDZHA
from streamlit.testing.v1 import AppTest

import geo

APP = Path(geo.__file__).parent.parent / "app.py"
PANELS = ["Place", "On this day", "Disagreement", "Events", "Sources"]


def run(**query: object) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = str(value)
    return sound(app.run())


def sound(app: AppTest) -> AppTest:
    assert [failure.message for failure in app.exception] == []
    return app


def address(app: AppTest) -> dict[str, str]:
    return {
        name: value[0] if isinstance(value, list) else value
        for name, value in app.query_params.items()
    }


def table(app: AppTest) -> pd.DataFrame:
    assert len(app.dataframe) == 1
    return app.dataframe[0].value


class Dossier(HTMLParser):
    """The entries of the dossier: their text and links; and every tag."""

    def __init__(self, app: AppTest) -> None:
        super().__init__()
        self.entries: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        bodies = [part.proto.body for part in app.get("html")]
        self.source = next(body for body in bodies if 'class="dossier"' in body)
        self.feed(self.source)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag == "li":
            self.entries.append("")
        if tag == "a":
            self.links.append(dict(attrs)["href"])

    def handle_data(self, data):
        if self.entries:
            self.entries[-1] += data


@pytest.mark.parametrize("panel", PANELS)
def test_every_panel_shows_without_a_fault(panel):
    app = run()
    assert app.segmented_control[0].options == PANELS
    app.segmented_control[0].set_value(panel)
    sound(app.run())
    assert address(app) == {"date": "2024-09-05", "panel": panel}
    again = run(panel=panel)
    assert again.segmented_control[0].value == panel
    assert len(again.dataframe) == (panel != "Place")


@pytest.mark.parametrize("date", ["2024-08-06", "2024-09-05", "2025-03-12", "2025-11-05"])
@pytest.mark.parametrize("known", ["now", "then"])
def test_on_this_day_lists_what_the_map_shows(date, known):
    app = run(date=date, known=known, panel="On this day")
    shapes = geo.claims_on(date, known_by=date if known == "then" else None)
    if shapes.empty:
        assert len(app.info) == 1
        return
    shown = table(app)
    names = geo.load_settlements().name_en
    assert shown["Source"].to_list() == shapes.source.to_list()
    assert shown["Settlements"].to_list() == shapes.settlements.map(len).to_list()
    assert shown["km²"].to_list() == shapes.area_km2.round().to_list()
    assert shown["Last said"].to_list() == [day.date() for day in shapes.last_said]
    assert shown["Age, days"].to_list() == shapes.age_days.to_list()
    assert shown["Partisanship"].to_list() == shapes.partisanship.to_list()
    for places, ids in zip(shown["Places"], shapes.settlements, strict=True):
        assert places == ", ".join(names[i] for i in ids)


def test_what_the_address_hides_is_not_in_the_table():
    hide = ["russian", "isw", "contested"]
    app = run(hide=",".join(hide), panel="On this day")
    shapes = geo.claims_on("2024-09-05")
    left = shapes[~shapes[["side", "source_id", "status"]].astype(str).isin(hide).any(axis=1)]
    assert 0 < len(left) < len(shapes)
    shown = table(app)
    assert shown["Source"].to_list() == left.source.to_list()
    assert set(shown["Side"]) == {"Ukrainian", "Third party"}


def test_with_all_sides_hidden_the_panel_says_so():
    app = run(hide="ukrainian,russian,third_party", panel="On this day")
    assert len(app.dataframe) == 0
    assert "switched on" in app.info[0].value


def test_the_disagreement_panel_lists_where_the_sides_differ():
    app = run(date="2025-04-22", panel="Disagreement")
    cells = geo.disagreement_on("2025-04-22").disagreement
    shown = table(app)["Class"].value_counts()
    for name in ("contradictory", "differing"):
        assert shown.get(name, 0) == (cells == name).sum()


def test_the_place_panel_lists_every_claim_with_its_citation(ledger):
    app = run(place=SUDZHA)
    about = geo.claims_about([SUDZHA], ledger)
    dossier = Dossier(app)
    assert len(dossier.entries) == len(about) > 40
    assert dossier.links == about.url.to_list()
    for entry, claim in zip(dossier.entries, about.itertuples(), strict=True):
        text = " ".join(entry.split())
        assert claim.claimed_on.date().isoformat() in text
        assert ledger.sources.name[claim.source_id] in text
        assert " ".join(claim.statement.split()) in text
        assert " ".join(claim.publisher.split()) in text
    assert f"{len(about)} claims" in app.caption[0].value


def test_claims_that_are_not_on_the_map_say_why(ledger):
    rows = ledger.unplaced.dropna(subset="settlement_id")
    assert len(rows)
    place = int(rows.settlement_id.iloc[0])
    text = " ".join(Dossier(run(place=place)).source.split())
    assert "not on the map: " in text
    for gap in ("nan", "None", "NaT"):
        assert f" {gap} " not in text
        assert f">{gap}<" not in text


def test_a_place_without_claims_says_so(ledger):
    silent = ledger.settlements.index.difference(ledger.claims.settlement_id)
    silent = silent.difference(ledger.unplaced.settlement_id.dropna().astype(int))
    app = run(place=silent[0])
    assert any("No source" in part.value for part in app.markdown)


def test_without_a_place_the_panel_asks_for_one():
    assert "Choose a settlement" in run().info[0].value


def test_bad_parameters_are_named_and_left_out():
    app = run(date="2024-02-30", known="maybe", hide="nobody", place="x", opacity="9", view="1",
              panel="None")  # fmt: skip
    notes = [note.value for note in app.warning]
    assert len(notes) == 7
    for name in ("date", "known", "hide", "place", "opacity", "view", "panel"):
        assert sum(f"address: `{name} was " in note for note in notes) == 1
    assert address(app) == {"date": "2024-09-05", "panel": "Place"}


def test_the_date_box_moves_the_clock():
    app = run(date="2024-10-01", hide="russian")
    app.date_input[0].set_value(dt.date(2025, 3, 13))
    sound(app.run())
    assert address(app) == {"date": "2025-03-13", "hide": "russian", "panel": "Place"}
    assert app.session_state.command == {"date": "2025-03-13"}


def test_the_events_begin_with_the_campaign_and_cite(ledger):
    shown = table(run(panel="Events"))
    assert min(shown["date"]) >= dt.date(2024, 8, 6)
    assert len(shown) == (ledger.events.date >= "2024-08-06").sum()
    assert shown["url"].str.match(r"https?://").all()


def test_the_sources_say_what_control_means_to_them(ledger):
    shown = table(run(panel="Sources"))
    assert shown["name"].to_list() == ledger.sources.name.to_list()
    assert shown["definition_of_control"].str.strip().all()


@pytest.fixture
def hostile_app(hostile, monkeypatch):
    """The app over the hostile data folder."""
    monkeypatch.setattr(geo, "load_ledger", functools.partial(geo.load_ledger, data=hostile))
    monkeypatch.setattr(geo, "load_claims", functools.partial(geo.load_claims, data=hostile))
    st.cache_resource.clear()
    yield run
    st.cache_resource.clear()


def test_hostile_text_is_escaped_in_the_dossier(hostile_app):
    dossier = Dossier(hostile_app(place=SUDZHA))
    assert dossier.tags == {"style", "div", "ul", "li", "p", "strong", "small", "a"}
    assert HOSTILE not in dossier.source
    assert all(f"statement {HOSTILE}" in entry for entry in dossier.entries)
    assert all(f"source {HOSTILE}" in entry for entry in dossier.entries)


def test_hostile_text_is_escaped_in_the_page_of_the_map(hostile_app):
    app = hostile_app()
    page = app.get("bidi_component")[0].proto.SerializeToString().decode("utf-8", "replace")
    assert HOSTILE not in page
    assert "Sudzha" in page
    assert "window.hacked=1</script>" not in page
