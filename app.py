"""Kursk claims map: the Streamlit app. Layout and wiring only; `geo` does the rest."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import streamlit as st
from jinja2 import Environment

import geo
from geo.basemap import offline_map
from geo.clock import ClaimsClock
from geo.history import history
from geo.tables import CAMPAIGN_START, SIDES
from geo.timeline import DRAWN
from geo.view import View, read_address, write_address

PANELS = ["Place", "On this day", "Disagreement", "Events", "Sources"]
SIDE_NAMES = {"ukrainian": "Ukrainian", "russian": "Russian", "third_party": "Third party"}
STATUS_NAMES = {
    "ukrainian_control": "Ukrainian control",
    "contested": "contested",
    "russian_control": "Russian control",
    "implied": "implied: conceded as not held",
    "withdrawn": "claim withdrawn",
}

# The map lives in a frame of its own that is made once and survives reruns.
FRAME = """
export default function ({ parentElement, data, setStateValue }) {
  let frame = parentElement.querySelector("iframe");
  const clock = () => frame.contentWindow && frame.contentWindow.claimsClock;
  const dress = () => {
    const app = document.querySelector('[data-testid="stApp"]');
    const dark = getComputedStyle(app).colorScheme.includes("dark");
    frame.contentDocument.documentElement.dataset.theme = dark ? "dark" : "light";
  };
  const command = () => {
    if (clock() && frame.dataset.turn !== String(data.turn)) {
      clock().set(data.command);
      frame.dataset.turn = String(data.turn);
    }
  };
  if (!frame) {
    frame = document.createElement("iframe");
    frame.title = "Map of claims";
    frame.className = "claims-app";
    frame.dataset.turn = String(data.turn);
    frame.addEventListener("load", () => {
      frame.contentDocument.addEventListener("claimsclock", (event) => {
        setStateValue("state", event.detail);
      });
      dress();
      const app = document.querySelector('[data-testid="stApp"]');
      new MutationObserver(dress).observe(app, { attributes: true });
    });
    const initial = JSON.stringify(data.initial).replace(/</g, "\\u003c");
    frame.srcdoc = data.html.replace("__INITIAL__", () => initial);
    parentElement.appendChild(frame);
  } else {
    command();
  }
}
"""
STYLE = """
.claims-app { display: block; width: 100%; border: 0; border-radius: 6px;
  height: max(480px, calc(100dvh - 120px)); }
@media (max-width: 720px) { .claims-app { height: calc(100dvh - 70px); border-radius: 0; } }
"""
PAGE_STYLE = """
<style>
  [data-testid="stMainBlockContainer"] { padding: 0.7rem 1rem 3rem; }
  [data-testid="stHeader"] { background: none; height: 0; min-height: 0; }
  [data-testid="stVerticalBlock"] { gap: 0.6rem; }
  @media (max-width: 720px) {
    [data-testid="stMainBlockContainer"] { padding: 0.5rem 0 3rem; }
    [data-testid="stMainBlockContainer"] [data-testid="stElementContainer"]:not(:has(iframe)) {
      padding: 0 0.7rem; }
  }
  .claims-title { margin: 0 0 -0.4rem; font-size: 1.05rem; font-weight: 650; }
  .claims-title span { font-weight: 400; opacity: 0.75; }
</style>
"""
DOSSIER = Environment(autoescape=True).from_string("""
<style>
  .dossier li { margin: 0 0 0.9rem; padding-left: 0.8rem; border-left: 4px solid;
    list-style: none; }
  .dossier ul { margin: 0; padding: 0; }
  .dossier .ukrainian { border-color: #0072b2; } .dossier .russian { border-color: #d55e00; }
  .dossier .third_party { border-color: #7a7a7a; }
  .dossier small { opacity: 0.8; } .dossier p { margin: 0.1rem 0; }
</style>
<div class="dossier"><ul>
{% for claim in claims %}
  <li class="{{ claim.side }}">
    <p><strong>{{ claim.day }}</strong> · {{ claim.source }}
      {%- if claim.speaker %} ({{ claim.speaker }}){% endif %}:
      <strong>{{ claim.status }}</strong> <small>({{ claim.basis }})</small></p>
    <p>{{ claim.statement }}</p>
    <p><small>
      <a href="{{ claim.url }}" target="_blank" rel="noopener noreferrer">{{ claim.publisher }}</a>
      {% if claim.tier %}· {{ claim.tier }}{% endif %}
      {% if claim.note %}· {{ claim.note }}{% endif %}
      {% if claim.reason %}· not on the map: {{ claim.reason }}{% endif %}</small></p>
  </li>
{% endfor %}
</ul></div>
""")


@st.cache_resource(show_spinner="Reading the claims …")
def load() -> tuple[geo.Ledger, Any]:
    """The ledger and its claim polygons, once for all visitors."""
    ledger = geo.load_ledger()
    return ledger, geo.load_claims()


@st.cache_resource(show_spinner=False)
def page() -> str:
    """The folium map with the clock, as one page; where it begins is filled in later."""
    ledger, claims = load()
    chart = offline_map()
    ClaimsClock(history(ledger, claims), placeholder="__INITIAL__").add_to(chart)
    return chart.get_root().render()


@st.cache_resource(show_spinner=False)
def frame() -> Any:
    """The Streamlit component that holds the page."""
    return st.components.v2.component("claims_map", js=FRAME, css=STYLE, isolate_styles=False)


def listen() -> None:
    """Take over what the reader did on the map."""
    if st.session_state.clock.state:
        st.session_state.view = View.model_validate(st.session_state.clock.state)


def choose(box: str) -> None:
    """Take over a day from a date box, unless the clock has moved on meanwhile."""
    if box == box_of(st.session_state.view):
        go_to(st.session_state[box])


def box_of(view: View) -> str:
    """Key of the date box: one for each day, so that a late word of an older one is known."""
    return f"go_to_{view.date}"


def go_to(day: dt.date) -> None:
    """Move the clock from elsewhere on the page."""
    st.session_state.view = st.session_state.view.model_copy(update={"date": day})
    st.session_state.command = {"date": day.isoformat()}
    st.session_state.turn += 1


# ---- panels --------------------------------------------------------------------------


def show_place(view: View) -> None:
    """Every claim about the chosen settlement, both sides in date order."""
    ledger, _ = load()
    place = view.place
    if place is None:
        st.info("Choose a settlement: click the map, or use the search beside it.")
        return
    row = ledger.settlements.loc[place]
    names = " · ".join(dict.fromkeys(n for n in (row.name_en, row.name_ru, row.name_uk) if n))
    about = geo.claims_about([place], ledger)
    st.subheader(names)
    st.caption(
        f"{row.type.capitalize()}, {row.raion} raion; {row.population:,} inhabitants in 2010. "
        f"{len(about)} claims, by the day they were made."
    )
    if about.empty:
        st.write("No source in this record says anything of this place.")
        return
    claims = [
        {
            "side": ledger.sources.side[claim.source_id],
            "source": ledger.sources.name[claim.source_id],
            "speaker": claim.speaker,
            "day": claim.claimed_on.date().isoformat(),
            "status": STATUS_NAMES[claim.status],
            "basis": claim.basis.replace("_", " "),
            "statement": claim.statement,
            "url": claim.url,
            "publisher": claim.publisher,
            "tier": claim.citation_tier if isinstance(claim.citation_tier, str) else "",
            "note": claim.note,
            "reason": claim.reason if isinstance(claim.reason, str) else "",
        }
        for claim in about.itertuples()
    ]
    st.html(DOSSIER.render(claims=claims))


def show_day(view: View) -> None:
    """What the map shows, as a table."""
    ledger, _ = load()
    shapes = geo.claims_on(view.date, known_by=view.known_by)
    tags = shapes[["side", "source_id", "status"]]
    shown = ~tags.isin(view.hide).any(axis=1)
    shapes = shapes[shown]
    if shapes.empty:
        st.info("No source that is switched on says anything on this day.")
        return
    names = ledger.settlements.name_en
    table = pd.DataFrame(
        {
            "Source": shapes.source,
            "Side": shapes.side.map(SIDE_NAMES),
            "Partisanship": shapes.partisanship,
            "Claims": shapes.status.map(STATUS_NAMES),
            "Settlements": shapes.settlements.map(len),
            "km²": shapes.area_km2.round(0).astype(int),
            "Last said": shapes.last_said.dt.date,
            "Age, days": shapes.age_days,
            "Places": [", ".join(names[i] for i in ids) for ids in shapes.settlements],
        }
    )
    st.dataframe(table, hide_index=True, width="stretch")
    st.caption(
        "Area is that of the cells of the settlements named, in an equal-area projection "
        "(EPSG:3035). A claim holds until the same source says otherwise of the same ground; "
        "age below zero: said later."
    )
    st.download_button(
        "Download as CSV",
        table.to_csv(index=False).encode(),
        f"kursk-claims_{view.date}.csv",
        "text/csv",
        on_click="ignore",
    )


def show_disagreement(view: View) -> None:
    """Where the sides differ on this day, and who says what."""
    ledger, _ = load()
    cells = geo.disagreement_on(view.date, known_by=view.known_by)
    sums = cells.groupby("disagreement").area_km2.sum()
    st.write(
        " · ".join(f"{name.replace('_', '-')}: {area:,.0f} km²" for name, area in sums.items())
    )
    differ = cells[cells.disagreement.isin(["contradictory", "differing"])]
    if differ.empty:
        st.info("On this day the sides that speak say the same everywhere.")
        return
    places = ledger.settlements
    names = places.name_en.groupby(places.cell_id).agg(", ".join)
    voices = {source: ledger.sources.name[source] for source in ledger.sources.index}
    table = (
        differ.drop(columns="geometry")
        .assign(place=names.loc[differ.index])
        .sort_values(["disagreement", "area_km2"], ascending=[True, False])
    )
    spoken = [source for source in voices if (table[source] != "").any()]
    table = table[["place", "disagreement", "area_km2", *spoken]].rename(
        columns={"place": "Place", "disagreement": "Class", "area_km2": "km²", **voices}
    )
    st.dataframe(
        table.replace(STATUS_NAMES),
        hide_index=True,
        width="stretch",
        column_config={"km²": st.column_config.NumberColumn(format="%.1f")},
    )
    st.caption(
        "Contradictory: two sides say opposite things of the same ground. Differing: one says "
        "contested, another control. All sources count, whatever is switched on. The classes of "
        "a day add up to the theatre: all cells to which any source ever gave a status other "
        "than Russian control."
    )
    st.download_button(
        "Download as CSV",
        table.to_csv(index=False).encode(),
        f"kursk-disagreement_{view.date}.csv",
        "text/csv",
        on_click="ignore",
    )


def show_events() -> None:
    """The campaign's dated events; choosing one moves the clock."""
    ledger, _ = load()
    events = ledger.events[ledger.events.date >= pd.Timestamp(CAMPAIGN_START)]
    table = events[["date", "title", "description", "publisher", "url"]].assign(
        date=events.date.dt.date
    )

    def go() -> None:
        chosen = st.session_state.events.selection.rows
        if chosen:
            go_to(table.date.iloc[chosen[0]])

    st.dataframe(
        table,
        hide_index=True,
        width="stretch",
        key="events",
        on_select=go,
        selection_mode="single-row",
        column_config={"url": st.column_config.LinkColumn("Source", display_text="open")},
    )
    st.caption("Choose a row to move the clock to its day.")


def show_sources() -> None:
    """Who makes claims, and what control means to them."""
    ledger, _ = load()
    table = ledger.sources.assign(side=ledger.sources.side.map(SIDE_NAMES))
    st.dataframe(
        table[["name", "side", "partisanship", "kind", "definition_of_control", "publishes_by",
               "attribution", "licence", "url"]],
        hide_index=True,
        width="stretch",
        column_config={"url": st.column_config.LinkColumn("Address", display_text="open")},
    )  # fmt: skip
    st.caption(
        "Partisanship: -2 Ukrainian official, -1 aligned with Ukraine, 0 third party, "
        "+1 aligned with Russia, +2 Russian official. It is not a measure of reliability."
    )


# ---- the page ------------------------------------------------------------------------

st.set_page_config("Kursk claims map", layout="wide", initial_sidebar_state="collapsed")
st.html(PAGE_STYLE)
st.html(
    '<h1 class="claims-title">Kursk claims map <span>who claimed what ground, and when. '
    "Claims, not verified control.</span></h1>"
)
ledger, claims = load()
first, last = (day.date() for day in geo.period(claims))
if "view" not in st.session_state:
    ids = {*SIDES, *DRAWN, "contradictory", *ledger.sources.index}
    places = set(ledger.settlements.index)
    view, notes = read_address(st.query_params, period=(first, last), ids=ids, places=places)
    panel = st.query_params.get("panel", PANELS[0])
    if panel not in PANELS:
        notes.append(f"panel was {panel[:60]!r}; allowed: {', '.join(PANELS)}")
    st.session_state.view = view
    st.session_state.initial = view.model_dump(mode="json")
    st.session_state.notes = notes
    st.session_state.turn = 0
    st.session_state.command = {}
    st.session_state.panel = panel if panel in PANELS else PANELS[0]
for note in st.session_state.notes:
    # What an address says is text, not Markdown.
    st.warning(f"Left out of the address: `{note.replace('`', ' ')}`")
frame()(
    data={
        "html": page(),
        "initial": st.session_state.initial,
        "command": st.session_state.command,
        "turn": st.session_state.turn,
    },
    key="clock",
    on_state_change=listen,
)
view = st.session_state.view
left, right = st.columns([4, 1], vertical_alignment="bottom")
panel = left.segmented_control(
    "Panel", PANELS, key="panel", label_visibility="collapsed", required=True
)
right.date_input(
    "Go to date",
    view.date,
    key=box_of(view),
    min_value=first,
    max_value=last,
    on_change=choose,
    args=(box_of(view),),
)
if panel == "Place":
    show_place(view)
elif panel == "On this day":
    show_day(view)
elif panel == "Disagreement":
    show_disagreement(view)
elif panel == "Events":
    show_events()
elif panel == "Sources":
    show_sources()
address = {**write_address(view), "panel": panel}
if st.query_params.to_dict() != address:
    st.query_params.from_dict(address)
