"""One settlement: every source over time, every claim with its citation, the neighbours."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st
from jinja2 import Environment

import geo
from geo.analysis.settlement import neighbours, opponents
from geo.selection.address import View, write_address
from geo.tables.schema import IMPLIED, SIDES
from panels.command import go_to
from panels.record import load
from panels.strips import show_strips
from panels.words import SIDE_NAMES, STATUS_NAMES, palette, plain, say

DOSSIER = Environment(autoescape=True).from_string("""
<style>
  .dossier { {{ palette }} max-width: 52rem; overflow-wrap: anywhere; }
  .dossier li { margin: 0 0 0.9rem; padding-left: 0.8rem; border-left: 4px solid;
    list-style: none; }
  .dossier ul { margin: 0; padding: 0; }
  .dossier .ukrainian { border-color: var(--ukrainian); }
  .dossier .russian { border-color: var(--russian); }
  .dossier .third_party { border-color: var(--third_party); }
  .dossier small { opacity: 0.8; } .dossier p { margin: 0.1rem 0; }
  .dossier .odds { color: var(--against); font-weight: 600; }
  .dossier .now { border: 1px solid; border-radius: 4px; padding: 0 0.3rem; font-size: 0.8rem; }
</style>
<div class="dossier"><ul>
{% for claim in claims %}
  <li class="{{ claim.side }}">
    <p><strong>{{ claim.day }}</strong> · {{ claim.source }}
      {%- if claim.speaker %} ({{ claim.speaker }}){% endif %}:
      <strong>{{ claim.status }}</strong> <small>({{ claim.basis }})</small>
      {% if claim.now %}<span class="now">in force on {{ date }}</span>{% endif %}</p>
    <p>{{ claim.statement }}</p>
    {% if claim.odds %}<p class="odds">Contradicted on its day by {{ claim.odds }}</p>{% endif %}
    <p><small>
      <a href="{{ claim.url }}" target="_blank" rel="noopener noreferrer">{{ claim.publisher }}</a>
      {% if claim.tier %}· {{ claim.tier }}{% endif %}
      {% if claim.note %}· {{ claim.note }}{% endif %}
      {% if claim.reason %}· not on the map: {{ claim.reason }}{% endif %}</small></p>
  </li>
{% endfor %}
</ul></div>
""")


def show(view: View) -> None:
    """Everything about the chosen settlement on the day of the map."""
    ledger = load().ledger
    place = view.place
    if place is None:
        st.info("Choose a settlement: click the map, or use the search beside it.")
        return
    row: Any = ledger.settlements.loc[place]
    about = geo.claims_about([place], ledger)
    if view.known_by is not None:
        about = about[about.claimed_on <= pd.Timestamp(view.known_by)]
    names = dict.fromkeys(name for name in (row.name_en, row.name_ru, row.name_uk) if name)
    st.subheader(" · ".join(map(plain, names)))
    then = f" said by {say(view.date)}" if view.known_by else ""
    st.caption(
        f"{plain(row.type.capitalize())}, {plain(row.raion)} raion; {row.population:,} inhabitants "
        f"in 2010. {len(about)} claims{then}, by the day they were made. "
        "All sources count, whatever is switched on."
    )
    if about.empty:
        st.write(f"No source in this record says anything of this place{then and ' by this day'}.")
    show_strips(view, place)
    with st.expander("Neighbours on this day", key="neighbours"):
        _show_neighbours(view, place)
    with st.expander("Link to this place on this day", key="link"):
        link = write_address(view.model_copy(update={"view": None, "hide": ()}))
        st.code(f"{st.context.url or ''}?{urlencode(link)}", language=None, wrap_lines=True)
    if len(about):
        _show_claims(view, place, about)


def _show_claims(view: View, place: int, about: pd.DataFrame) -> None:
    """Every claim with its citation; those that another side contradicts are marked."""
    record = load()
    ledger, names = record.ledger, record.ledger.sources.name
    against = opponents(place, record, known_by=view.known_by)
    said = (
        against.source_id.map(names).astype(str)
        + ": "
        + against.status.map(STATUS_NAMES).astype(str)
    )
    odds = said.groupby(against.claim_id).agg("; ".join).to_dict()
    rows = geo.select(view.date, known_by=view.known_by, record=record)
    in_force = {i for ids in rows.claim_ids[rows.status != IMPLIED] for i in ids}

    def tell(claim: Any) -> dict[str, Any]:
        return {
            "side": ledger.sources.side[claim.source_id],
            "source": names[claim.source_id],
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
            "now": claim.claim_id in in_force,
        }

    told = [tell(claim) for claim in about.itertuples()]
    st.html(DOSSIER.render(palette=palette(), claims=told, date=view.date))


def _show_neighbours(view: View, place: int) -> None:
    """The neighbouring settlements, each with a button."""
    near = neighbours(place, load(), view.date, known_by=view.known_by)
    number: Any
    for number, row in near.iterrows():
        told = "; ".join(
            f"{SIDE_NAMES[side]} sources: {' and '.join(STATUS_NAMES[s] for s in row[side])}"
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
