from __future__ import annotations

import datetime as dt
import io
import json
import re
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qsl

import pandas as pd
import pytest
import streamlit as st
from browser import HOSTILE, SUDZHA
from streamlit.testing.v1 import AppTest

import geo
from geo import Selection
from geo._io.csv_text import csv_text
from geo.analysis import settlement
from panels import agreement, claims
from panels.labels import CLASS_NAMES, plain
from panels.table import printed

APP = Path(geo.__file__).parent.parent / "app.py"
PANELS = [
    "Place",
    "On this day",
    "Agreement",
    "Areas",
    "Two maps",
    "Lead and lag",
    "Claims",
    "Statements",
    "Events",
    "Coverage",
    "Sources",
    "Export",
    "Add maps",
]


def run(**query: object) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = str(value)
    return sound(sound(app.run()).run())  # the panels follow the map


def sound(app: AppTest) -> AppTest:
    assert [failure.message for failure in app.exception] == []
    return app


def address(app: AppTest) -> dict[str, str]:
    """What the page writes into the address."""
    written = app.get("bidi_component")[1].proto
    assert written.component_name == "claims_address"
    return dict(parse_qsl(json.loads(written.json)["query"]))


def table(app: AppTest) -> pd.DataFrame:
    assert len(app.dataframe) == 1
    return app.dataframe[0].value


def html(app: AppTest, name: str) -> str:
    """The part of the page with a class of this name."""
    bodies = [part.proto.body for part in app.get("html")]
    return next(body for body in bodies if f'class="{name}"' in body)


def expanded(app: AppTest, label: str):
    return next(part for part in app.expander if part.label == label)


def opened(app: AppTest, label: str):
    """A part that is filled only once it is opened."""
    app.session_state[expanded(app, label).proto.id.rpartition("-")[2]] = True
    return expanded(sound(app.run()), label)


class PlacePanel(HTMLParser):
    """The entries of the panel: their text and links; and every tag."""

    def __init__(self, app: AppTest) -> None:
        super().__init__()
        self.entries: list[str] = []
        self.links: list[str] = []
        self.own: list[str] = []
        self.headings: list[str] = []
        self.tags: set[str] = set()
        self.inside = ""
        self.source = html(app, "place")
        self.feed(self.source)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag in {"h4", "ul"}:
            self.inside = tag
        if tag == "li":
            self.entries.append("")
        if tag == "a":
            self.links.append(dict(attrs)["href"])
            self.own += [self.links.pop()] if self.links[-1].startswith("?") else []

    def handle_data(self, data):
        if self.inside == "h4" and data.strip():
            self.headings.append(data.strip())
        elif self.entries and self.inside == "ul":
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
    assert len(again.dataframe) == {
        "Place": 0,
        "Statements": 0,
        "Add maps": 0,
        "Lead and lag": 2,
        "Coverage": 2,
        "Export": 0,
    }.get(panel, 1)
    # Tables can be taken home, and say how they are made.
    if panel not in {"Place", "Export", "Add maps"}:
        button = again.get("download_button")[0].proto
        assert button.label == "Download as CSV"
        assert button.ignore_rerun
        assert again.caption[-1].value


@pytest.fixture
def small_app(tiny, monkeypatch):
    """The app over tables of two sources that the record does not know."""
    monkeypatch.setenv("CLAIMS_DATA", str(tiny.folder))
    st.cache_resource.clear()
    yield run
    st.cache_resource.clear()


@pytest.mark.parametrize("panel", PANELS)
def test_every_panel_shows_tables_of_other_sources(small_app, panel):
    small_app(panel=panel)


@pytest.mark.parametrize("date", ["2024-08-06", "2024-09-05", "2025-03-12", "2025-11-05"])
@pytest.mark.parametrize("known", ["now", "then", "2024-10-01"])
def test_on_this_day_lists_what_the_map_shows_and_then_what_has_lapsed(date, known, record):
    app = run(date=date, known=known, panel="On this day")
    asked = Selection(on=date, known_by=known)
    lapsed = record.lapsed(asked)
    shapes = pd.concat([record.at(asked), record.dissolved(asked, lapsed)])
    if shapes.empty:
        assert len(app.info) == 1
        return
    shown = table(app)
    current = len(record.at(asked))
    assert shown["Counts"].to_list() == ["current"] * current + ["lapsed"] * (len(shapes) - current)
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


def test_claims_lapse_as_the_address_says():
    for current, lapsed in (("30", True), ("ever", False)):
        shown = table(run(date="2025-01-15", current=current, panel="On this day"))
        assert (shown["Counts"] == "lapsed").any() == lapsed


@pytest.mark.parametrize("current", [90, "ever"])
def test_the_agreement_panel_tells_each_class_in_words_and_each_sides_word(current):
    app = run(date="2025-03-13", current=current, panel="Agreement")
    cells = geo.agreement_on("2025-03-13", current_for=current)
    told = [part.value for part in app.markdown]
    sums = cells.groupby("agreement").area_km2.sum()
    for name, area in sums.items():
        assert f"- {CLASS_NAMES[name]}: {area:,.0f} km²" in told
    shown = table(app)
    spoken = cells[(cells[["ukrainian", "russian", "third_party"]] != "silent").any(axis=1)]
    assert len(shown) == len(spoken)
    assert shown["Together"].value_counts().to_dict() == {
        CLASS_NAMES[name]: count for name, count in spoken.agreement.value_counts().items()
    }
    loknya = shown[shown["Place"] == "Kazachya Loknya"].iloc[0]
    assert loknya[["Ukrainian sources", "Russian sources"]].tolist() == [
        "Russian-held", "fought over or unclear",
    ]  # fmt: skip


def test_a_row_of_the_agreement_panel_moves_the_map_to_its_place(monkeypatch):
    asked = []
    monkeypatch.setattr(agreement, "go_to", lambda **where: asked.append(where))

    def choose_one(shown, _alt, *, choose, **_how):
        choose(shown["Place"].to_list().index("Kazachya Loknya"))

    monkeypatch.setattr(agreement, "show_table", choose_one)
    run(date="2025-03-13", panel="Agreement")
    assert asked == [{"place": 19346}]


def test_published_figures_stand_beside_what_was_named_and_mapped():
    app = run(panel="Areas", date="2024-08-20")
    said = table(app)
    row = said[(said.Speaker == "Syrskyi") & (said["Said on"] == dt.date(2024, 8, 20))].iloc[0]
    assert row[["Stated km²", "Stated settlements", "Named settlements"]].tolist() == [1263, 93, 3]
    assert row["DeepState map, settlements"] == 42
    assert row.Citation.startswith("https://")
    told = [part.value.replace("\\", "") for part in app.markdown if part.value.startswith("- ")]
    assert any("Syrskyi" in words and "1,263 km², 93 settlements" in words for words in told)
    assert not any("km2" in words for words in told)
    assert not any("2024-08-27" in words for words in told)


def test_two_maps_are_compared_on_the_day_shown():
    app = run(panel="Two maps", date="2024-09-05")
    (told,) = [text.value for text in app.markdown if "both" in text.value]
    found = geo.overlap_series(
        *(geo.Selection(on="2024-09-05", sources=[name]) for name in ("deepstate", "uacontrolmap")),
        start="2024-09-05", end="2024-09-05",
    )  # fmt: skip
    assert f"both {found.both_km2[0]:,.0f} km²; they share {found.iou[0]:.0%}" in told
    app.selectbox(key="overlap_0").set_value("uacontrolmap")
    assert "Choose two different maps" in sound(app.run()).info[0].value


def test_before_the_first_figure_the_panel_says_so():
    app = run(panel="Areas", date="2024-08-06")
    assert [part.value for part in app.info] == ["No figure had been published by 6 August 2024."]


def test_lead_and_lag_of_two_sources():
    app = run(panel="Lead and lag")
    told = next(part.value for part in app.markdown if "Russian-held" in part.value)
    summary = geo.lag_summary(geo.lags("ru_mod", "deepstate")).set_index("status")
    row = summary.loc["russian_control"]
    assert f"{row.n:.0f} changes in both sources; median {row['median']:g} days" in told
    assert f"shown but never announced: {row.never_announced:.0f}" in told
    bars, changes = (part.value for part in app.dataframe)
    assert bars.Changes.sum() == row.n
    pogrebki = changes[(changes.Place == "Pogrebki") & (changes.Outcome == "announced and shown")]
    assert len(pogrebki) == 1
    app.selectbox(key="lag_to").set_value("uacontrolmap")
    other = sound(app.run()).dataframe[1].value
    assert len(other) == len(geo.lags("ru_mod", "uacontrolmap"))
    app.selectbox(key="lag_to").set_value("ru_mod")
    assert "Choose two different sources" in sound(app.run()).info[0].value


def test_the_coverage_panel_shows_every_count_and_every_gap(ledger):
    app = run(panel="Coverage")
    cells = [re.findall(r"<td.*?>(.*?)</td>", row) for row in html(app, "coverage").split("<tr")]
    counts = geo.coverage_matrix(ledger).iloc[:, 2:]
    assert [row[:-1] for row in cells if row] == [
        ["–" if pd.isna(count) else f"{count:,}" for count in row] for row in counts.to_numpy()
    ]
    assert (html(app, "coverage").count('class="gap"') - 1) == counts.isna().sum().sum() > 0
    bulletins, sources = (part.value for part in app.dataframe)
    ministry = bulletins[bulletins["Daily bulletin"].str.startswith("Russian Ministry")].iloc[0]
    assert ministry[["Days it appeared", "Days in the record"]].tolist() == [263, 102]
    assert bulletins["Days it appeared"].isna().any()
    assert sources.Claims.sum() == len(ledger.claims)
    assert len(app.get("download_button")) == 3


def test_statements_stand_beside_figures_and_no_verdict(ledger):
    page = html(run(panel="Statements"), "statements")
    assert page.count("<article") == len(ledger.statements)
    assert "DeepState map: 466 km² (31 settlements) on 2024-08-15" in page
    assert "Not testable: " in page
    for statement in ledger.statements[ledger.statements.url.notna()].itertuples():
        assert f'href="{escape(statement.url)}" target="_blank" rel="noopener' in page
    words = set(re.findall(r"[a-z]+", re.sub(r"<blockquote>.*?</blockquote>", "", page.lower())))
    assert not words & {"true", "false", "wrong", "confirmed", "lie", "liberated", "occupied"}


def test_statements_of_one_side(ledger):
    app = run(panel="Statements")
    app.button_group(key="statement_sides").set_value(["russian"])
    page = html(sound(app.run()), "statements")
    assert page.count("<article") == (ledger.statements.side == "russian").sum() > 0


def test_the_place_panel_lists_every_claim_with_its_citation(ledger):
    app = run(place=SUDZHA)
    about = geo.claims_about([SUDZHA], ledger)
    shown = PlacePanel(app)
    assert len(shown.entries) == len(about) > 40
    assert sorted(shown.links) == sorted(about.url)
    entries = [" ".join(entry.split()) for entry in shown.entries]
    for claim in about.itertuples():
        words = [
            claim.claimed_on.date().isoformat(),
            ledger.sources.name[claim.source_id],
            " ".join(claim.statement.split()),
            " ".join(claim.publisher.split()),
        ]
        assert any(all(word in entry for word in words) for entry in entries)
    assert f"{len(about)} claims" in app.caption[0].value


def test_current_claims_come_first_and_then_what_has_lapsed(record):
    shown = PlacePanel(run(place=SUDZHA, date="2024-12-05"))
    assert shown.headings == [
        "In force on 5 December 2024", "Lapsed, said too long ago to count",
        "Other claims, newest first",
    ]  # fmt: skip
    ages = settlement.standing(SUDZHA, record, Selection(on="2024-12-05"))
    lapsed = ages[ages.lapsed]
    entries = [" ".join(entry.split()) for entry in shown.entries]
    current = len(ages) - len(lapsed)
    assert 0 < len(lapsed) < len(ages) < len(entries)
    assert all("last said" in e or "said this day" in e for e in entries[:current])
    assert not any("lapsed" in entry for entry in entries[:current])
    for entry, age in zip(sorted(entries[current : len(ages)]), lapsed.age_days, strict=True):
        assert re.search(r"lapsed, last said \d+ days ago", entry)
        assert any(f"lapsed, last said {age} days ago" in e for e in entries)
    assert not any("lapsed" in entry for entry in entries[len(ages) :])


def test_each_claim_of_a_place_has_an_address_and_can_be_cited(ledger):
    about = geo.claims_about([SUDZHA], ledger).dropna(subset="claim_id")
    shown = PlacePanel(run(claim="c1054"))
    assert shown.own[0] == "?claim=c1054"
    assert sorted(shown.own) == sorted("?claim=" + about.claim_id)
    assert shown.headings[:2] == ["Chosen: claim c1054", "In force on 13 March 2025"]
    for style in ("text", "bibtex", "csl"):
        for claim in about.claim_id:
            assert f'data-cite="{style}" data-claim="{claim}"' in " ".join(shown.source.split())


def test_the_claims_of_a_place_come_newest_first_and_are_filtered(ledger, record):
    app = run(place=SUDZHA, date="2024-12-05")
    days = [entry.split()[0] for entry in PlacePanel(app).entries]
    ages = settlement.standing(SUDZHA, record, Selection(on="2024-12-05"))
    current = int((~ages.lapsed).sum())
    parts = (days[:current], days[current : len(ages)], days[len(ages) :])
    assert all(part == sorted(part, reverse=True) and len(part) > 1 for part in parts)
    about = geo.claims_about([SUDZHA], ledger)
    side = about.source_id.map(ledger.sources.side)
    for who, wanted in (("russian", side == "russian"), ("isw", about.source_id == "isw")):
        app.selectbox(key="place_who").set_value(who)
        assert len(PlacePanel(sound(app.run())).entries) == wanted.sum() > 0
    app.selectbox(key="place_who").set_value("")
    app.toggle(key="place_current").set_value(True)
    assert len(PlacePanel(sound(app.run())).entries) == current


@pytest.mark.parametrize(
    ("date", "words"),
    [
        ("2024-09-05", ["Ukrainian-held", *["fought over or unclear"] * 2]),
        ("2025-10-01", ["Russian-held", "nothing said", "Russian-held"]),
    ],
)
def test_the_place_panel_begins_with_the_word_of_each_side(date, words):
    told = next(part.value for part in run(place=SUDZHA, date=date).markdown)
    voices = ("Ukrainian sources", "Russian sources", "Third parties")
    for voice, word in zip(voices, words, strict=True):
        assert f"{voice}: **{word}**" in told


def test_claims_that_are_not_on_the_map_say_why(ledger):
    rows = ledger.unplaced.dropna(subset="settlement_id")
    assert len(rows)
    place = int(rows.settlement_id.iloc[0])
    text = " ".join(PlacePanel(run(place=place)).source.split())
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


def test_the_strips_say_what_each_source_said_over_time(ledger, record):
    app = run(place=SUDZHA)
    twin = opened(app, "The strips as a table").dataframe[0].value
    strips = settlement.strips(SUDZHA, record)
    assert twin["Source"].to_list() == ledger.sources.name[strips.source_id].to_list()
    assert twin["From"].to_list() == [day.date() for day in strips.start]
    assert twin["Ids"].to_list() == [", ".join(ids) for ids in strips.claim_ids]
    drawn = html(app, "strips")
    assert f'role="img" aria-label="What {strips.source_id.nunique()} sources said' in drawn
    assert drawn.count('class="row"') == strips.source_id.nunique() > 8
    assert "Ukrainian-held, from 8 August 2024 to 10 March 2025; last said 10 Mar" in drawn
    assert "; lapsed " in drawn
    assert drawn.count("<small>(Russian)</small>") == 3


@pytest.mark.parametrize(("date", "known"), [("2024-08-20", "then"), ("2024-09-05", "2024-08-20")])
def test_as_said_by_a_day_the_place_panel_knows_nothing_later(ledger, date, known):
    app = run(place=SUDZHA, date=date, known=known)
    about = geo.claims_about([SUDZHA], ledger)
    early = about[about.claimed_on <= "2024-08-20"]
    assert 0 < len(early) < len(about)
    assert sorted(PlacePanel(app).links) == sorted(early.url)
    assert f"{len(early)} claims said by 20 August 2024" in app.caption[0].value
    twin = opened(app, "The strips as a table").dataframe[0].value
    assert max(twin["Last said"]) <= dt.date(2024, 8, 20)


def test_claims_at_odds_with_another_side_are_marked(record):
    app = run(place=SUDZHA)
    marked = [entry for entry in PlacePanel(app).entries if "Contradicted on its day by" in entry]
    at_odds = settlement.opponents(SUDZHA, record)
    assert len(marked) == at_odds.claim_id.nunique() > 2
    deepstate = next(entry for entry in marked if "DeepState" in entry)
    assert "Russian-held" in deepstate


def test_a_neighbour_can_be_chosen(ledger):
    app = run(place=SUDZHA, date="2024-09-10")
    near = opened(app, "Neighbours on this day")
    podol = next(button for button in near.button if button.label.startswith("Podol"))
    assert podol.label == plain("Podol") + ", 1.1 km"
    podol.click()
    sound(app.run())
    number = ledger.settlements.index[ledger.settlements.name_en == "Podol"]
    assert app.session_state.command == {"place": 137730, "claim": None}
    assert 137730 in number
    assert address(app) == {"date": "2024-09-10", "place": "137730", "panel": "Place"}


def test_the_place_panel_gives_a_link_to_itself():
    app = run(place=SUDZHA, date="2024-09-10", hide="russian")
    link = opened(app, "Link to this place on this day").code[0].value
    assert link.endswith(f"?date=2024-09-10&place={SUDZHA}")


# ---- the claims -----------------------------------------------------------------------


def ask(app: AppTest, **values: object) -> AppTest:
    """Fill in filters of the panel 'Claims'."""
    kinds = {
        "claims_place": app.text_input,
        "claims_text": app.text_input,
        "claims_days": app.date_input,
        "claims_order": app.selectbox,
        "claims_here": app.toggle,
    }
    for name, value in values.items():
        key = f"claims_{name}"
        kinds.get(key, app.multiselect)(key=key).set_value(value)
    return sound(app.run())


def hits(app: AppTest) -> int:
    text = next(part.value for part in app.markdown if part.value.startswith("**"))
    return int(text.strip("*").split()[0].replace(",", ""))


def test_all_claims_are_listed_fifty_a_page(ledger):
    app = run(panel="Claims")
    every = geo.find_claims(ledger)
    assert hits(app) == len(every)
    pages = app.get("pagination")[0]
    assert pages.num_pages == -(-len(every) // 50)
    assert table(app)["Statement"].to_list() == every.statement.to_list()[:50]
    pages.set_value(pages.num_pages)
    sound(app.run())
    rest = len(every) % 50
    assert table(app)["Statement"].to_list() == every.statement.to_list()[-rest:]
    assert every.url.str.match(r"https?://").all()


@pytest.mark.parametrize(
    ("asked", "question"),
    [
        ({"side": ["russian"]}, {"only": {"side": ["russian"]}}),
        ({"source_id": ["isw"]}, {"only": {"source_id": ["isw"]}}),
        ({"status": ["contested"]}, {"only": {"status": ["contested"]}}),
        ({"basis": ["strike"]}, {"only": {"basis": ["strike"]}}),
        ({"citation_tier": ["agency"]}, {"only": {"citation_tier": ["agency"]}}),
        ({"place": "Суджа"}, {"place": "Суджа"}),
        ({"text": "drone footage"}, {"text": "drone footage"}),
        (
            {"days": (dt.date(2025, 3, 1), dt.date(2025, 3, 31))},
            {"start": "2025-03-01", "end": "2025-03-31"},
        ),
    ],
)
def test_claims_are_filtered(ledger, asked, question):
    app = ask(run(panel="Claims"), **asked)
    found = geo.find_claims(ledger, **question)
    assert 0 < hits(app) == len(found) < len(ledger.claims)
    assert table(app)["Statement"].to_list() == found.statement.to_list()[:50]


@pytest.mark.parametrize("kinds", [["explicit"], ["implied"], ["explicit", "implied"]])
def test_claims_against_interest_are_filtered_and_counted(kinds):
    app = run(panel="Claims")
    app.multiselect(key="claims_concedes").set_value(kinds)
    sound(app.run())
    wanted = geo.conceded_claims()
    wanted = wanted[wanted.kind.isin(kinds)]
    told = [part.value.replace("\\", "") for part in app.markdown]
    assert f"**{len(wanted)} claims**" in told
    counts = geo.count_concessions(wanted)
    words = next(text for text in told if text.startswith("Against interest"))
    assert sum(map(int, re.findall(r": (\d+) ", words))) == counts.claims.sum() == len(wanted)
    assert (table(app).Concedes != "").all()


def test_only_the_chosen_place(ledger):
    assert run(panel="Claims").toggle(key="claims_here").disabled
    app = ask(run(panel="Claims", place=SUDZHA), here=True)
    assert hits(app) == len(geo.claims_about([SUDZHA], ledger))


def test_the_whole_list_is_put_in_order(ledger):
    app = ask(run(panel="Claims"), order="newest")
    newest = geo.find_claims(ledger).day.max().date()
    assert table(app)["Day"].iloc[0] == newest
    assert table(app)["Day"].is_monotonic_decreasing


def test_a_panel_that_is_forgotten_comes_back():
    app = run(panel="Claims")
    app.session_state["panel"] = None
    assert address(sound(app.run()))["panel"] == "Claims"


def test_another_question_begins_on_its_first_page():
    app = run(panel="Claims")
    app.get("pagination")[0].set_value(3)
    sound(app.run())
    ask(app, side=["russian"])
    assert app.get("pagination")[0].value == 1


def test_filters_outlive_a_visit_to_another_panel():
    app = ask(run(panel="Claims"), side=["russian"], place="Суджа", order="newest")
    before = table(app)
    app.segmented_control[0].set_value("Events")
    sound(app.run())
    app.segmented_control[0].set_value("Claims")
    sound(app.run())
    assert app.multiselect(key="claims_side").value == ["russian"]
    pd.testing.assert_frame_equal(table(app), before)


def test_the_filters_stand_in_the_address_and_in_the_name_of_the_file(ledger, monkeypatch):
    names = []
    monkeypatch.setattr(claims, "download", lambda _, name: names.append(name))
    asked = {"find_side": "russian", "find_start": "2025-03-01", "find_order": "newest"}
    app = run(panel="Claims", find_place="Sudja", **asked)
    found = geo.find_claims(ledger, {"side": ["russian"]}, place="Sudja", start="2025-03-01")
    assert hits(app) == len(found) > 0
    assert table(app)["Day"].is_monotonic_decreasing
    assert address(app) == {
        "date": "2024-09-05", "panel": "Claims", "find_place": "Sudja", **asked,
    }  # fmt: skip
    assert names == ["kursk-claims_place-Sudja_start-2025-03-01_side-russian"]
    again = run(**address(app))
    assert hits(again) == len(found)
    ask(again, side=[], place="", days=(dt.date(2025, 3, 1), dt.date(2025, 3, 31)))
    assert address(again)["find_end"] == "2025-03-31"
    assert "find_side" not in address(again)
    again.segmented_control[0].set_value("Events")
    assert "find_end" not in address(sound(again.run()))
    assert run(panel="Claims", find_side="martian").warning[0].value.count("find_side was") == 1


def test_when_no_claim_fits_the_panel_says_so():
    app = ask(run(panel="Claims"), place="Atlantis")
    assert len(app.dataframe) == 0
    assert "No claim matches" in app.info[0].value


def test_the_picture_on_the_screen_can_be_taken_away():
    app = run(panel="Export", date="2024-08-20", hide="third_party")
    button = app.get("download_button")[0].proto
    assert button.label == "Download kursk-claims_2024-08-20_ukrainian+russian.png"
    assert button.ignore_rerun
    assert not app.get("image")
    opened(app, "Preview")
    assert len(app.get("image")) == 1
    without = "Drawn from the same claims as the map, without the browser."
    assert without in [part.value for part in app.caption]
    app.selectbox(key="export_format").set_value("gpkg")
    button = sound(app.run()).get("download_button")[0].proto
    assert button.label.endswith("ukrainian+russian.gpkg")
    assert not app.get("image")
    assert not any("without the browser" in part.value for part in app.caption)
    assert any("byte for byte" in part.value for part in app.caption)
    assert app.selectbox(key="export_size").disabled


def test_history_goes_into_pages_and_data_and_not_into_pictures():
    app = run(panel="Export", date="2024-09-20")
    assert app.date_input(key="export_since").disabled
    app.selectbox(key="export_format").set_value("html")
    app = sound(app.run())
    app.date_input(key="export_since").set_value(dt.date(2024, 9, 1))
    label = sound(app.run()).get("download_button")[0].proto.label
    assert label == "Download kursk-claims_2024-09-01_to_2024-09-20.html"
    app.date_input(key="export_since").set_value(dt.date(2024, 10, 1))
    app = sound(app.run())
    assert "the file begins on the day shown" in app.caption[0].value
    assert "_2024-09-20_to_2024-09-20.html" in app.get("download_button")[0].proto.label


def test_what_the_map_shows_and_how_long_claims_count_goes_into_the_file():
    app = run(panel="Export", view="overlay", current="ever", lapsed="true")
    label = app.get("download_button")[0].proto.label
    assert label.endswith("_current-for-ever_with-lapsed_overlay.png")
    assert any("Claims never lapse here." in part.value for part in app.caption)
    app.selectbox(key="export_maps").set_value("places")
    label = sound(app.run()).get("download_button")[0].proto.label
    assert label.endswith("_current-for-ever_with-lapsed_places.png")
    app = run(panel="Export", current="60")
    assert any("last 60 days, reports of fighting of the last 20." in p.value for p in app.caption)


def test_what_is_compared_goes_into_the_file():
    app = run(panel="Export", date="2024-08-20", compare="2025-01-15")
    assert "2025-01-15_against_2024-08-20" in app.get("download_button")[0].proto.label
    app = run(panel="Export", compare="ukrainian|russian")
    assert "_ukrainian-against-russian.png" in app.get("download_button")[0].proto.label
    told = opened(app, "Copy link, copy citation")
    assert "Ukrainian claims against Russian claims" in told.code[1].value


def test_with_all_sides_hidden_there_is_nothing_to_take_away():
    app = run(panel="Export", hide="ukrainian,russian,third_party")
    assert "all sides are switched off" in app.info[0].value
    assert not app.get("download_button")


def test_link_and_citation_can_be_copied():
    app = run(panel="Export", date="2024-08-20", hide="russian")
    told = opened(app, "Copy link, copy citation")
    link, cited, bibtex = (part.value for part in told.code)
    assert link.endswith("?date=2024-08-20&hide=russian")
    assert "2024-08-20" in cited
    today = dt.date.today()
    assert "Claims, not verified control" in cited
    assert cited.endswith(f" {link}, accessed {today.day} {today:%B %Y}.")
    assert bibtex.startswith("@")
    assert f"  url = {{{link}}},\n  urldate = {{{today}}},\n" in bibtex


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_of_a_download_is_a_formula(start):
    told = pd.DataFrame({"said": [f"{start}1+1", "1+1"], f"{start}km": [-3, -2.5]})
    back = pd.read_csv(io.StringIO(csv_text(told)), lineterminator="\n" if start == "\r" else None)
    assert back.columns[1].startswith(f"'{start}")
    assert back["said"].to_list() == [f"'{start}1+1", "1+1"]
    assert back.iloc[:, 1].to_list() == [-3, -2.5]


# ---- the address and the rest ---------------------------------------------------------


def test_bad_parameters_are_named_and_left_out():
    app = run(date="2024-02-30", known="maybe", hide="nobody", place="x", view="1", current="0",
              lapsed="maybe", centre="9", panel="None")  # fmt: skip
    [note] = [note.value for note in app.warning]
    for name in ("date", "known", "hide", "place", "view", "current", "lapsed", "centre", "panel"):
        assert note.count(f"\n- `{name} was ") == 1
    assert address(app) == {"date": "2024-09-05", "panel": "Place"}


def test_the_events_begin_with_the_campaign_and_cite(ledger):
    shown = table(run(panel="Events"))
    assert min(shown["Day"]) >= dt.date(2024, 8, 6)
    assert len(shown) == (ledger.events.date >= "2024-08-06").sum()
    assert shown["Citation"].str.match(r"https?://").all()


def test_the_sources_say_what_control_means_to_them(ledger):
    shown = table(run(panel="Sources"))
    assert shown["Source"].to_list() == ledger.sources.name.to_list()
    assert shown["What control means to it"].str.strip().all()
    assert shown["Kind"].to_list()[:3] == ["official", "official", "map project"]


@pytest.mark.parametrize("panel", ["Areas", "Agreement", "Events", "On this day", "Sources"])
def test_a_table_is_for_readers(panel):
    """No name of a column of the data, no id of a value, nothing for what is missing."""
    app = run(panel=panel, date="2024-08-20")
    shown = table(app)
    said = [*shown.columns, *map(str, shown.to_numpy().ravel())]
    ids = [text for text in said if re.search(r"[a-z]_[a-z]", text) and "://" not in text]
    assert ids == []
    assert all(name[0].isupper() or name == "km²" for name in shown.columns)
    proto = app.dataframe[0].proto
    assert proto.HasField("placeholder")
    assert proto.placeholder == ""


@pytest.fixture
def hostile_app(hostile, monkeypatch):
    """The app over the hostile data folder."""
    monkeypatch.setenv("CLAIMS_DATA", str(hostile))
    st.cache_resource.clear()
    yield run
    st.cache_resource.clear()


def test_hostile_text_is_escaped_in_the_place_panel(hostile_app):
    shown = PlacePanel(hostile_app(place=SUDZHA))
    assert shown.tags == {
        "style",
        "div",
        "h4",
        "ul",
        "li",
        "p",
        "strong",
        "small",
        "a",
        "span",
        "button",
    }
    assert HOSTILE not in shown.source
    assert all(f"statement {HOSTILE}" in entry for entry in shown.entries)
    assert all(f"source {HOSTILE}" in entry for entry in shown.entries)


def test_hostile_text_is_text_in_every_other_part(hostile_app):
    app = hostile_app(place=SUDZHA)
    assert plain(HOSTILE) in app.subheader[0].value
    assert HOSTILE not in html(app, "strips")
    podol = hostile_app(place=137730)
    labels = [button.label for button in opened(podol, "Neighbours on this day").button]
    assert any(plain(HOSTILE) in label for label in labels)
    claims = ask(hostile_app(panel="Claims", place=SUDZHA), here=True)
    assert table(claims)["Statement"].str.startswith(f"statement {HOSTILE}").all()
    for page in (app, podol, claims):
        said = [part.value for part in (*page.markdown, *page.caption, *page.subheader)]
        said += [part.label for part in (*page.button, *page.toggle)]
        assert not any(HOSTILE in text for text in said)


def test_text_on_paper_is_text_and_may_be_nothing_but_spaces():
    paper = printed(pd.DataFrame({"a": [HOSTILE, " " * 20]}), HOSTILE)
    assert HOSTILE not in paper
    assert paper.count("&lt;") >= 2


def test_words_of_others_are_no_markdown():
    assert plain("![x](https://a.b) :red[x] $x$ **Суджа**") == (
        r"\!\[x\]\(https\:\/\/a\.b\) \:red\[x\] \$x\$ \*\*Суджа\*\*"
    )


def test_hostile_text_is_escaped_in_the_page_of_the_map(hostile_app):
    app = hostile_app()
    page = app.get("bidi_component")[0].proto.SerializeToString().decode("utf-8", "replace")
    assert HOSTILE not in page
    assert "Sudzha" in page
    assert "window.hacked=1</script>" not in page
