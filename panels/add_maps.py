"""Adding maps: files of the reader's own, for this session only."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from functools import partial
from typing import Any
from zlib import crc32

import pandas as pd
import streamlit as st
from streamlit.runtime import get_instance
from streamlit.runtime.scriptrunner import get_script_run_ctx

from geo._io.text import in_one_line
from geo.maps.formats import FORMATS
from geo.maps.importers import importer
from geo.maps.mapping import STATUSES, Mapping
from geo.maps.upload import FILES, LABELS, LIMITS
from geo.selection.address import View
from geo.style import words
from geo.tables.schema import CAMPAIGN_START
from panels.command import go_to
from panels.labels import SIDE_NAMES, STATUS_NAMES, plain, say
from panels.own_maps import ROOM, OwnMaps, Taken, source_row
from panels.record import load, own_maps, shared
from panels.table import show_table

#: What can be dropped; a Shapefile is several files, and must be zipped.
_ENDINGS = [ending for ending in FORMATS if ending != ".shp"]
#: The importers of published maps, and what their files are.
_PUBLISHED = {
    "deepstate": "GeoJSON, each named by its Unix time, as 1723150336.geojson",
    "uacontrolmap": "JSON, each named by its day, as 20240809.json",
    "isw": "GeoJSON layers, each named by its day, as 2024-09-18.geojson",
}
_NEW = ""
_BLANK = {"withdrawn": "nothing is said of it", "russian_control": "it is Russian-held"}
_MEANINGS = {**{status: STATUS_NAMES[status] for status in STATUSES}, "withdrawn": "leave out"}


def show(_view: View) -> None:
    """What was added and understood; below it, what can be added."""
    if not st.get_option("server.maxUploadSize"):
        st.info("This server takes no files. Run the app on your own computer: see the README.")
        return
    st.markdown(
        "Drop map files of your own, and see them on this map. They are kept for this session "
        "only, until you remove them or close this page. No other reader sees them, and a link "
        "to this page does not carry them."
    )
    own = own_maps()
    if own and not own.at_work:
        _show_taken(own)
    _ask(own)


# ---- what was added ------------------------------------------------------------------


def _show_taken(own: OwnMaps) -> None:
    if own.fault:
        st.error(plain(own.fault))
    line = st.container(horizontal=True, vertical_alignment="center")
    if own.changed and own.shown:
        line.button("Show on the map", on_click=own.show, type="primary", key="maps_show")
    elif own.record:
        line.markdown("**The map, the panels and the exports of this session show these maps.**")
    if len(own.taken) > 1:
        line.button("Remove all", on_click=_remove_all, key="maps_remove_all")
    for source in list(own.taken):
        with st.container(border=True):
            _show_source(own, source)


def _show_source(own: OwnMaps, source: str) -> None:
    taken = own.taken[source]
    found = taken.found
    row: Any = taken.row or load().ledger.sources.loc[source]
    st.markdown(f"**{plain(row['name'])}**")
    if found and found.written:
        first, last = map(dt.date.fromisoformat, (found.first, found.last))
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(
                f"{_many(found.files, 'file')}, {_many(found.editions, 'day')} from {say(first)} "
                f"to {say(last)}; {_many(found.shapes, 'shape')}, "
                f"{_many(found.readings, 'reading')} at settlements",
                width="content",
            )
            if own.record and not own.changed:
                day = max(first, CAMPAIGN_START)
                st.button(f"Go to {say(day)}", on_click=go_to, args=(day,), key=f"maps_go_{source}")
        st.warning(f"{words.say('imported', 'en')} {plain(row['licence'])}.")
    elif found:
        st.info("Nothing can be shown yet: some labels have no status. Choose one for each.")
    else:
        st.error("Nothing of these files can be used.")
    _show_left_out(taken)
    if found or taken.mapping.importer == "general":
        _correct(own, taken)
    with st.container(horizontal=True):
        mapping = taken.mapping
        st.download_button(
            "Download the mapping",
            _written(taken),
            f"{mapping.source}.toml",
            "application/toml",
            on_click="ignore",
            key=f"maps_toml_{source}",
            help="`python -m geo import FILE.toml PATH... --into DIR` repeats this import.",
        )
        st.button("Remove", on_click=_remove, args=(source,), key=f"maps_remove_{source}")


def _show_left_out(taken: Taken) -> None:
    """What was left out or changed, and which files could not be read."""
    rows = [
        (in_one_line(fault.file), f"{f'shape {fault.row}: ' if fault.row else ''}{fault.problem}")
        for fault in taken.faults
    ]
    if found := taken.found:
        rows += [(_many(n, "shape"), f"left out: {why}") for why, n in found.left_out.items()]
        rows += [(_many(n, "shape"), f"changed: {why}") for why, n in found.mended.items()]
    if rows:
        show_table(
            pd.DataFrame(rows, columns=["What", "Why"]),
            "What was left out or changed, and why",
            columns={"Why": st.column_config.TextColumn(width="large")},
        )


def _correct(own: OwnMaps, taken: Taken) -> None:
    """What each label stands for, and where labels and days are found; all can be changed."""
    mapping = taken.mapping
    key = importer(mapping.importer).key
    counts: Counter[str] = Counter()
    stands: dict[str, str] = {}
    for (label, status), count in sorted(taken.found.labels.items()) if taken.found else ():
        counts[key(label)] += count
        stands[key(label)] = status
    if taken.found and not counts:
        st.info("No shape of these files lies in Kursk Oblast.")
    # What was asked of another reading must not stand in the fields.
    name = f"maps_{mapping.source}_{crc32(repr(mapping).encode('utf-8', 'replace')):x}"
    with st.form(f"{name}_form", border=False):
        line = st.container(horizontal=True, vertical_alignment="bottom")
        chosen = {
            label: line.selectbox(
                f"{plain(label) or 'No label'}, {_many(counts[label], 'shape')}",
                list(_MEANINGS),
                list(_MEANINGS).index(stands[label] or "withdrawn"),
                format_func=_MEANINGS.__getitem__,
                key=f"{name}_label_{number}",
                width=300,
            )
            for number, label in enumerate(counts)
        }
        found_in = _ask_properties(name, mapping) if mapping.importer == "general" else {}
        if st.form_submit_button("Read again with these"):
            statuses = mapping.statuses | chosen
            own.correct(replace(mapping, statuses=statuses, **found_in))
            st.rerun()


def _written(taken: Taken) -> str:
    """The mapping as TOML; the source that it needs, as a comment."""
    needed = ""
    if taken.row:
        table = pd.DataFrame([taken.row]).to_csv(index=False).strip()
        lines = "\n".join(f"# {line}" for line in table.splitlines())
        needed = f"# Needs this row in sources.csv:\n{lines}\n"
    return needed + taken.mapping.toml()


def _many(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _remove(source: str) -> None:
    own = own_maps()
    if own is None or own.at_work:
        return
    _stop_film()
    own.remove(source)
    if not own.taken:
        _remove_all()


def _remove_all() -> None:
    own = st.session_state.pop("own_maps", None)
    if own:
        _stop_film()
        own.close()


def _stop_film() -> None:
    """A film shows what is to be removed."""
    film = st.session_state.get("film_made")
    if film:
        film.stop()


@st.fragment(run_every=0.5)
def follow(own: OwnMaps) -> None:
    """Show the progress over any panel, twice a second; the page follows when it has ended."""
    if not own.at_work:
        st.rerun()
    done, every = own.progress
    st.progress(done / max(every, 1), own.told)
    st.button("Stop", on_click=own.stop, disabled=own.building, key="maps_stop")


# ---- what can be added -----------------------------------------------------------------


def _ask(own: OwnMaps | None) -> None:
    """The files, whose they are, and how they are understood."""
    number = st.session_state.setdefault("maps_turn", 0)
    files = st.file_uploader(
        "Map files, or zips of them",
        _ENDINGS,
        accept_multiple_files=True,
        key=f"maps_files_{number}",
    )
    mapping, row, wrong = _ask_mapping()
    if st.session_state.get("maps_wrong"):
        st.error(plain(st.session_state.maps_wrong))
    missing = ", ".join(in_one_line(one.name) for one in files or () if not one.size)
    if missing:
        wrong = (
            f"Empty: {missing}. If these files are not empty, too many wait here to be read: "
            "remove some, or try again later."
        )
    if files and wrong:
        st.info(plain(wrong))
    st.button(
        "Read the files",
        on_click=_take,
        args=(files, mapping, row),
        disabled=bool(not files or wrong or (own and own.at_work)),
        key="maps_take",
    )
    st.caption(
        f"At most {ROOM / 1e6:.0f} MB, {FILES} files, {LABELS} labels and "
        f"{LIMITS.unpacked_mb} MB unpacked; a Shapefile goes in as a zip. Files are read in a "
        "process of their own that is ended when it takes too long. Shapes outside Kursk Oblast "
        "are left out. The files replace the same source's map in this record, and its files added "
        "before; each map is in force until the next. For more files, and for "
        "all rules, see “Published maps” in the README."
    )


def _ask_mapping() -> tuple[Mapping, dict[str, Any] | None, str]:
    """How the files are understood, their source if it is new, and what is missing."""
    names = dict(shared().ledger.sources.name)
    line = st.container(horizontal=True, vertical_alignment="bottom")
    order = [*(name for name in _PUBLISHED if name in names), *sorted(names.keys() - _PUBLISHED)]
    source = line.selectbox(
        "Whose map",
        [*order, _NEW],
        format_func=lambda name: names.get(name, "a source that is not listed"),
        key="maps_source",
        persist_state="page",
        width=320,
    )
    row: dict[str, Any] | None = None
    wrong = ""
    if source in _PUBLISHED:
        made = line.selectbox(
            "Files",
            ["published", "general"],
            format_func={
                "published": f"as published: {_PUBLISHED[source]}",
                "general": "of another kind",
            }.__getitem__,
            key="maps_kind",
            persist_state="page",
        )
        if made == "published":
            return Mapping.shipped(source), None, ""
    if source == _NEW:
        row, wrong = _ask_source()
    mapping = Mapping(row["source_id"] if row else source)
    return replace(mapping, **_ask_properties("maps", mapping)), row, wrong


def _ask_properties(key: str, mapping: Mapping) -> dict[str, Any]:
    """Where days and labels are found, and what it means that ground is no longer drawn."""
    line = st.container(horizontal=True, vertical_alignment="bottom")
    return {
        "date": line.text_input(
            "Day, or the property that holds it",
            mapping.date,
            placeholder="in each file's name",
            help="A day for all files, as 2024-08-20; or the name of a property; empty if the day "
            "is in each file's name.",
            key=f"{key}_date",
            max_chars=60,
            persist_state="page",
        ).strip(),
        "status": line.text_input(
            "Property that holds the label",
            mapping.status,
            placeholder="status, label or name",
            key=f"{key}_status",
            max_chars=60,
            persist_state="page",
        ).strip(),
        "blank": line.selectbox(
            "Ground no longer drawn",
            list(_BLANK),
            list(_BLANK).index(mapping.blank),
            format_func=_BLANK.__getitem__,
            key=f"{key}_blank",
            persist_state="page",
        ),
    }


def _ask_source() -> tuple[dict[str, Any], str]:
    """A source that the reader names, and what is missing."""
    line = st.container(horizontal=True, vertical_alignment="bottom")
    name = line.text_input(
        "Name of the source", key="maps_name", max_chars=60, persist_state="page"
    ).strip()
    side = line.selectbox(
        "Side",
        list(SIDE_NAMES),
        list(SIDE_NAMES).index("third_party"),
        format_func=SIDE_NAMES.__getitem__,
        key="maps_side",
        width=160,
    )
    url = line.text_input(
        "Address", key="maps_url", placeholder="https://…", max_chars=300, persist_state="page"
    ).strip()
    terms = line.text_input(
        "Its terms", key="maps_terms", max_chars=300, persist_state="page"
    ).strip()
    wrong = "" if name else "Name the source of the maps."
    if not url.startswith(("https://", "http://")):
        wrong = wrong or (
            "Give the address where the maps are published or described; it begins with https:// "
            "or http://. Every claim on this map leads to one."
        )
    return source_row(name or "map", side, url, terms), wrong


def _take(files: list[Any], mapping: Mapping, row: dict[str, Any] | None) -> None:
    """Hand the files over, before the page is drawn again."""
    st.session_state.maps_wrong = ""
    context = get_script_run_ctx()
    if context is None or not files:
        return
    try:
        if own_maps() is None:
            present = partial(get_instance().is_active_session, context.session_id)
            patience = float(st.get_option("server.disconnectedSessionTTL"))
            st.session_state.own_maps = OwnMaps(present, patience)
        st.session_state.own_maps.add([(one.name, one.getvalue()) for one in files], mapping, row)
    except ValueError as error:
        st.session_state.maps_wrong = f"Nothing was added: {error}."
        return
    # A new field, and no copy of the files in memory.
    st.session_state.maps_turn += 1
    get_instance().uploaded_file_mgr.remove_session_files(context.session_id)
