"""One settlement: every source over time, every claim with its citation, the neighbours."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st
from jinja2 import Environment

import geo
from geo.analysis.settlement import neighbours, opponents, said_on, standing
from geo.selection.address import View, write_address
from geo.selection.selection import Selection
from geo.style import words
from geo.tables.schema import SIDES
from panels.command import go_to
from panels.labels import SIDE_NAMES, STATUS_NAMES, VOICE_NAMES, WORD_NAMES, plain, say
from panels.record import load, of_place, over_time
from panels.strips import show_strips

#: How a claim can be cited.
_STYLES = {"text": "plain", "bibtex": "BibTeX", "csl": "CSL-JSON"}
DOSSIER = Environment(autoescape=True).from_string("""
<style>
  .dossier { max-width: 52rem; overflow-wrap: anywhere; }
  .dossier h4 { font-size: 1rem; margin: 0.6rem 0 0.4rem; padding: 0; }
  .dossier li { margin: 0 0 0.9rem; padding-left: 0.8rem; list-style: none;
    border-left: 3px solid color-mix(in srgb, currentColor 25%, transparent); }
  .dossier ul { margin: 0; padding: 0; }
  .dossier small { opacity: 0.8; } .dossier p { margin: 0.1rem 0; }
  .dossier .odds { font-weight: 600; }
  .dossier button { font: inherit; color: inherit; background: none; border: 1px solid;
    border-radius: 4px; padding: 0 0.3rem; cursor: pointer; }
  .dossier button:focus-visible { outline: 2px solid; outline-offset: 1px; }
  .dossier .age { border: 1px solid; border-radius: 4px; padding: 0 0.3rem; font-size: 0.8rem; }
</style>
<div class="dossier">
{% for heading, claims in groups %}
<h4>{{ heading }}</h4>
<ul>
{% for claim in claims %}
  <li>
    <p><strong>{{ claim.day }}</strong> · {{ claim.source }}
      {%- if claim.speaker %} ({{ claim.speaker }}){% endif %}, {{ claim.side }}:
      <strong>{{ claim.status }}</strong> <small>({{ claim.basis }})</small>
      {% if claim.age %}<span class="age">{{ claim.age }}</span>{% endif %}</p>
    <p>{{ claim.statement }}</p>
    {% if claim.odds %}<p class="odds">Contradicted on its day by {{ claim.odds }}</p>{% endif %}
    <p><small>
      <a href="{{ claim.url }}" target="_blank" rel="noopener noreferrer">{{ claim.publisher }}</a>
      {% if claim.tier %}· {{ claim.tier }}{% endif %}
      {% if claim.note %}· {{ claim.note }}{% endif %}
      {% if claim.reason %}· not on the map: {{ claim.reason }}{% endif %}</small></p>
    {% if claim.id %}
    <p><small><a href="?claim={{ claim.id }}" target="_self">{{ claim.id }}</a> · copy citation:
      {% for style, name in styles.items() %}
      <button type="button" data-cite="{{ style }}" data-claim="{{ claim.id }}"
        aria-label="Copy citation of {{ claim.id }}, {{ name }}">{{ name }}</button>
      {% endfor %}</small></p>
    {% endif %}
  </li>
{% endfor %}
</ul>
{% endfor %}
</div>
""")


def show(view: View) -> None:
    """Everything about the chosen settlement on the day of the map."""
    record, selection = load(), view.selection
    ledger = record.ledger
    place = view.place
    if place is None:
        st.info("Choose a settlement: click the map, or use the search beside it.")
        return
    row: Any = ledger.settlements.loc[place]
    about = of_place(_about, place, over_time(selection))
    if selection.known_day is not None:
        about = about[about.claimed_on <= pd.Timestamp(selection.known_day)]
    names = dict.fromkeys(name for name in (row.name_en, row.name_ru, row.name_uk) if name)
    st.subheader(" · ".join(map(plain, names)))
    told = of_place(said_on, place, selection)
    st.markdown(
        f"**{say(view.date)}** · "
        + " · ".join(f"{VOICE_NAMES[side]}: **{WORD_NAMES[told[side]]}**" for side in SIDES)
    )
    then = f" said by {say(view.date)}" if selection.known_day else ""
    st.caption(
        f"{plain(row.type.capitalize())}, {plain(row.raion)} raion; {row.population:,} inhabitants "
        f"in 2010. {len(about)} claims{then}. All sources count, whatever is switched on."
    )
    if about.empty:
        st.write(f"No source in this record says anything of this place{then and ' by this day'}.")
    show_strips(view, place)
    near = st.expander("Neighbours on this day", key="neighbours", on_change="rerun")
    if near.open:
        with near:
            _show_neighbours(view, place)
    with st.expander("Link to this place on this day", key="link"):
        link = write_address(view.model_copy(update={"centre": None, "hide": ()}))
        st.code(f"{st.context.url or ''}?{urlencode(link)}", language=None, wrap_lines=True)
    if len(about):
        _show_claims(view, place, about.sort_values("claimed_on", ascending=False, kind="stable"))


def _about(place: int, record: geo.Record, _asked: Selection) -> pd.DataFrame:
    return geo.claims_about([place], record.ledger)


def _show_claims(view: View, place: int, about: pd.DataFrame) -> None:
    """Every claim with its citation; those that another side contradicts are marked."""
    record = load()
    ledger, names = record.ledger, record.ledger.sources.name
    line = st.container(horizontal=True, vertical_alignment="bottom")
    who = line.selectbox(
        "Claims of",
        ["", *SIDES, *ledger.sources.index],
        format_func={"": "all sources", **VOICE_NAMES, **names}.__getitem__,
        key="place_who",
        persist_state="page",
        width=320,
    )
    current = line.toggle(
        "Only those in force on this day", key="place_current", persist_state="page"
    )
    against = of_place(opponents, place, over_time(view.selection))
    said = (
        against.source_id.map(names).astype(str)
        + ": "
        + against.status.map(STATUS_NAMES).astype(str)
    )
    odds = said.groupby(against.claim_id).agg("; ".join).to_dict()
    ages = of_place(standing, place, view.selection)
    lapsed = ages.index[ages.lapsed]
    # Looked up for each claim: in a dictionary fifty times faster than in a table.
    name_of, side_of = names.to_dict(), ledger.sources.side.to_dict()
    age_of = {row.Index: _age(row) for row in ages.itertuples()}

    def tell(claim: Any) -> dict[str, Any]:
        return {
            "id": claim.claim_id if isinstance(claim.claim_id, str) else "",
            "side": SIDE_NAMES[side_of[claim.source_id]],
            "source": name_of[claim.source_id],
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
            "odds": odds.get(claim.claim_id, ""),
            "age": age_of.get(claim.claim_id, ""),
        }

    in_force = about.claim_id.isin(ages.index.difference(lapsed))
    old = about.claim_id.isin(lapsed)
    picked = about.claim_id == view.claim
    asked = (about.source_id == who) | (about.source_id.map(ledger.sources.side) == who) | (not who)
    asked &= in_force | (not current)
    groups = {
        f"Chosen: claim {view.claim}": picked,
        f"In force on {say(view.date)}": ~picked & asked & in_force,
        "Lapsed, said too long ago to count": ~picked & asked & old,
        "Other claims, newest first": ~picked & asked & ~in_force & ~old,
    }
    told = [
        (heading, [tell(claim) for claim in about[mask].itertuples()])
        for heading, mask in groups.items()
        if mask.any()
    ]
    if told:
        st.html(DOSSIER.render(groups=told, styles=_STYLES))
    else:
        st.write("No claim about this place is of those asked for.")


def _age(claim: Any) -> str:
    """How long ago it was last said, in words."""
    days = int(claim.age_days)
    phrase = "said_ago" if days > 0 else "said_later" if days else "said_today"
    told = words.say(phrase + "_one" * (abs(days) == 1), "en", abs(days))
    return f"lapsed, {told}" if claim.lapsed else told


def _show_neighbours(view: View, place: int) -> None:
    """The settlements around; a button each."""
    near = of_place(neighbours, place, view.selection)
    number: Any
    for number, row in near.iterrows():
        told = "; ".join(
            f"{VOICE_NAMES[side]}: {' and '.join(STATUS_NAMES[s] for s in row[side])}"
            for side in SIDES
            if row[side]
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                f"{plain(row.name_en)}, {row.distance_km:.1f} km",
                key=f"neighbour_{number}",
                on_click=go_to,
                kwargs={"place": int(number)},
            )
            st.caption(told or "no source speaks", width="content")
    st.caption(
        f"Settlements whose cells touch this one, and what is said of them on {say(view.date)}; "
        "geodesic distance on WGS84. Choose one to go there."
    )
