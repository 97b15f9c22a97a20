"""One settlement: every source over time, every claim with its citation, the neighbours."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

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
from panels.template import template

#: How a claim can be cited.
_STYLES = {"text": "plain", "bibtex": "BibTeX", "csl": "CSL-JSON"}


class Told(NamedTuple):
    """A claim about a place, as the panel tells it."""

    id: str
    source: str
    side: str
    html: str


def show(view: View) -> None:
    """Everything about the chosen settlement on the day of the map."""
    record, selection = load(), view.selection
    ledger = record.ledger
    place = view.place
    if place is None:
        st.info("Choose a settlement: click the map, or use the search beside it.")
        return
    row: Any = ledger.settlements.loc[place]
    about = of_place(_told, place, over_time(selection))
    names = dict.fromkeys(name for name in (row.name_en, row.name_ru, row.name_uk) if name)
    st.subheader(" · ".join(map(plain, names)))
    told = of_place(said_on, place, selection)
    st.markdown(
        f"**{say(view.date)}** · "
        + " · ".join(f"{VOICE_NAMES[side]}: **{WORD_NAMES[told[side]]}**" for side in SIDES)
    )
    by = f" by {say(selection.known_day)}" if selection.known_day else ""
    st.caption(
        f"{plain(row.type.capitalize())}, {plain(row.raion)} raion; {row.population:,} inhabitants "
        f"in 2010. {len(about)} claims{by and ' said'}{by}. All sources count, whatever is "
        "switched on."
    )
    if not about:
        st.write(f"No source in this record says anything of this place{by}.")
    show_strips(view, place)
    near = st.expander("Neighbours on this day", key="neighbours", on_change="rerun")
    if near.open:
        with near:
            _show_neighbours(view, place)
    # What shows code takes the browser a third of a second to load.
    link_to = st.expander("Link to this place on this day", key="link", on_change="rerun")
    if link_to.open:
        link = write_address(view.model_copy(update={"centre": None, "hide": ()}))
        link_to.code(f"{st.context.url or ''}?{urlencode(link)}", language=None, wrap_lines=True)
    if about:
        _show_claims(view, place, about)


def _told(place: int, record: geo.Record, asked: Selection) -> list[Told]:
    """Every claim, the newest first; those that another side contradicts are marked."""
    sources = record.ledger.sources
    about = geo.claims_about([place], record.ledger)
    if asked.known_day is not None:
        about = about[about.claimed_on <= pd.Timestamp(asked.known_day)]
    odds: dict[str, list[str]] = {}
    for claim_id, source, status in opponents(place, record, asked).itertuples(index=False):
        said = f"{sources.name[source]}: {STATUS_NAMES[status]}"
        odds.setdefault(claim_id, []).append(said)
    told = []
    claim: Any
    for claim in about.sort_values("claimed_on", ascending=False, kind="stable").itertuples():
        row = sources.loc[claim.source_id]
        known = {
            name: value if isinstance(value, str) else ""
            for name, value in (
                ("id", claim.claim_id),
                ("tier", claim.citation_tier),
                ("reason", claim.reason),
            )
        }
        html = template("claim.html").render(
            claim=claim,
            source=row["name"],
            side=SIDE_NAMES[row.side],
            day=claim.claimed_on.date().isoformat(),
            status=STATUS_NAMES[claim.status],
            odds="; ".join(odds.get(known["id"], ())),
            styles=_STYLES,
            **known,
        )
        told.append(Told(known["id"], claim.source_id, row.side, html))
    return told


def _show_claims(view: View, place: int, about: list[Told]) -> None:
    """The claims of those asked for: what is current first."""
    sources = load().ledger.sources
    line = st.container(horizontal=True, vertical_alignment="bottom")
    who = line.selectbox(
        "Claims of",
        ["", *SIDES, *sources.index],
        format_func={"": "all sources", **VOICE_NAMES, **sources.name}.__getitem__,
        key="place_who",
        persist_state="page",
        width=320,
    )
    only_current = line.toggle(
        "Only those in force on this day", key="place_current", persist_state="page"
    )
    ages = of_place(standing, place, view.selection)
    standing_now = {row.Index: row for row in ages.itertuples()}
    picked, current = f"Chosen: claim {view.claim}", f"In force on {say(view.date)}"
    lapsed, others = "Lapsed, said too long ago to count", "Other claims, newest first"
    groups: dict[str, list[tuple[str, str]]] = {h: [] for h in (picked, current, lapsed, others)}
    for claim in about:
        word = standing_now.get(claim.id)
        heading = others if word is None else lapsed if word.lapsed else current
        if claim.id == view.claim:
            heading = picked
        elif (who and who not in (claim.source, claim.side)) or (
            only_current and heading != current
        ):
            continue
        groups[heading].append((claim.html, "" if word is None else _age(word)))
    if any(groups.values()):
        st.html(template("place.html").render(groups=groups))
    else:
        st.write("No claim about this place matches.")


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
