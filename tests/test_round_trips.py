"""What a reader asks for survives each way in which it is written, and nothing else is the same."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache, partial
from itertools import combinations
from typing import Any, get_args

import pandas as pd
import pytest
from browser import write_page
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from geo import Snapshot, citation, file_name
from geo.cli import options
from geo.cli.app import app
from geo.export.citations import title
from geo.export.provenance import provenance, settings_of
from geo.ledger.ledger import shipped_ledger
from geo.selection.address import Scope, View, read_address, read_state, write_address
from geo.selection.selection import MapView
from geo.selection.snapshot import SIZES
from geo.style.words import Language
from geo.tables.schema import DRAWN, SIDES

SOURCES: dict[str, str] = dict(shipped_ledger().sources.side)
PERIOD = (dt.date(2024, 8, 6), dt.date(2025, 11, 5))
SCOPE = Scope(PERIOD, {*SIDES, *DRAWN, *SOURCES}, set())

_BEFORE = [dt.date(2024, 8, 6), dt.date(2024, 8, 20)]
_DAYS = [dt.date(2024, 9, 5), dt.date(2025, 1, 2)]
_PAIRS = [("ukrainian", "russian"), ("russian", "ukrainian"), ("isw", "ru_mod"), ("isw", "tsaryov")]


def _some(every: Iterable[str]) -> list[tuple[str, ...]]:
    every = [*every]
    return [some for n in range(len(every)) for some in combinations(every, n)]


#: Values of every setting, few enough that one is met in several: a day, a side.
VALUES: dict[str, list[Any]] = {
    "on": _DAYS,
    "known_by": ["now", "then", *_BEFORE, *_DAYS, dt.date(9999, 12, 31)],
    "sides": _some(SIDES),
    "sources": [(), *combinations(SOURCES, 12), *(tuple(SOURCES)[n : n + 4] for n in range(10)),
                ("isw",), ("isw", "ru_mod"), ("deepstate", "isw", "ru_mod")],
    "statuses": _some(DRAWN),
    "current_for": [90, 89, 900, "ever"],
    "compare": [None, *_BEFORE, *_PAIRS],
    "view": get_args(MapView),
    "lapsed": [False, True],
    "context": [True, False],
    "since": [None, *_BEFORE],
    "bbox": [None, (34.0, 51.0, 35.5, 51.5), (34.0, 51.0, 35.500001, 51.5),
             (35.1234, 51.0123, 36.0, 52.0)],
    "strikes": [False, True],
    "size": [*SIZES],
    "language": get_args(Language),
}  # fmt: skip
CHOICES = {name: st.sampled_from([*values]) for name, values in VALUES.items()}


def _made(settings: dict[str, Any]) -> Snapshot | None:
    """The snapshot of these settings, unless what it compares is not shown."""
    with suppress(ValueError):
        return Snapshot(**settings)
    return None


snapshots = st.fixed_dictionaries(CHOICES).map(_made).filter(bool)


def test_every_setting_is_varied():
    assert [*CHOICES] == [*Snapshot.model_fields]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"sides": SIDES}, {}),
        ({"statuses": DRAWN}, {}),
        ({"sides": "russian,ukrainian"}, {"sides": ["ukrainian", "russian", "ukrainian"]}),
        ({"sources": "isw,deepstate"}, {"sources": ["deepstate", "isw", "isw"]}),
        ({"statuses": "implied,contested"}, {"statuses": ["contested", "implied"]}),
        ({"bbox": "34,51,35,52"}, {"bbox": [34, 51, 35, 52]}),
    ],
)
def test_what_means_the_same_is_equal(one, other):
    assert Snapshot(on=_DAYS[0], **one) == Snapshot(on=_DAYS[0], **other)


# ---- written and read again -----------------------------------------------------------

#: What a view does not hold; see `Snapshot.to_view`.
APART = ("since", "strikes", "size", "language", "bbox")


def shown(snapshot: Snapshot) -> Snapshot | None:
    """The snapshot as the app can show it: something, and no source is named for nothing."""
    sided = [one for one, side in SOURCES.items() if side in (snapshot.sides or SIDES)]
    sources = [one for one in snapshot.sources if one in sided]
    if snapshot.sources and not sources:
        return None
    voices = {*(sources or sided), *(SOURCES[one] for one in sources or sided)}
    if snapshot.pair and not voices.issuperset(snapshot.pair):
        return None
    chosen = () if len(sources) == len(sided) else tuple(sources)
    return snapshot.model_copy(update={"sources": chosen})


@given(snapshots.map(shown).filter(bool))
def test_the_view_of_a_snapshot_is_the_snapshot_again(snapshot):
    apart = {name: getattr(snapshot, name) for name in APART}
    assert Snapshot.from_view(snapshot.to_view(SOURCES), SOURCES, **apart) == snapshot


@given(snapshots)
def test_the_address_and_the_state_of_a_view_are_the_view_again(snapshot):
    view = snapshot.to_view(SOURCES)
    assert read_address(write_address(view), SCOPE) == (view, [])
    assert read_state(view.model_dump(mode="json"), SCOPE) == view


@pytest.mark.parametrize(
    "view",
    [
        View(known="2024-10-01", hide=("isw", "russian"), current=30, compare="week", view="all"),
        View(known="1999-12-31", date="2025-01-02", lapsed=True, chart=True, centre=(51, 35, 9.5)),
        View(known="9999-12-31", compare="isw|ru_mod", context=False, centre=(51, 35.1234, 9.25)),
        View(
            known="then", compare="2024-08-20", hide=("contested",), current="ever", view="places"
        ),
    ],
    ids=lambda view: str(view.known),
)
def test_the_state_of_the_clock_is_the_view_again(reader, document, tmp_path, view):
    page = reader().open_file(write_page(document, tmp_path / "map.html", view))
    state = page.frame.evaluate("claimsClock.state()")
    found = read_state(state, SCOPE)
    if view.centre is None:
        found = found.model_copy(update={"centre": None})
    assert found.model_copy(update={"bounds": None}) == view
    # And told again, as by the page around it.
    page.set(known="now", hide=[], current=90, lapsed=False, compare=None, view=None)
    page.set(**view.model_dump(mode="json", include={"known", "hide", "current", "lapsed"}))
    page.set(**view.model_dump(mode="json", include={"compare", "view"}))
    assert page.frame.evaluate("claimsClock.state()") == state


@given(snapshots)
def test_the_settings_in_a_record_are_the_snapshot_again(snapshot):
    assert settings_of(provenance(snapshot, shipped_ledger())) == snapshot


def words_of(snapshot: Snapshot) -> list[str]:
    """The options of the command line that give a snapshot, but for its days."""
    compared = snapshot.other_day or (snapshot.pair and ",".join(snapshot.pair))
    values: dict[str, Any] = {
        "known-by": [] if snapshot.known_by in {"now", "then"} else [snapshot.known_by],
        "side": snapshot.sides,
        "source": snapshot.sources,
        "status": snapshot.statuses,
        "current-for": [snapshot.current_for],
        "compare": [compared] if compared else [],
        "view": [snapshot.view],
        "bbox": [",".join(map(str, snapshot.bbox))] if snapshot.bbox else [],
        "language": [snapshot.language],
    }
    switches = {
        "as-said": snapshot.known_by == "then",
        "lapsed": snapshot.lapsed,
        "no-context": not snapshot.context,
        "strikes": snapshot.strikes,
    }
    words = [str(word) for name, each in values.items() for v in each for word in (f"--{name}", v)]
    return [*words, *(f"--{name}" for name, on in switches.items() if on)]


@pytest.fixture(scope="module")
def asked():
    """Run a command; what it would have written a file of."""
    handed = []

    def write(*given: Any, **named: Any) -> list[str]:
        handed.append(named.get("snapshot") or given[0])
        return []

    def run(*words: object) -> Snapshot:
        result = CliRunner().invoke(app, [str(word) for word in words])
        assert result.exit_code == 0, result.output
        return handed.pop()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(options.Origin, "record", lambda *_, **__: None)
        patch.setattr("geo.claims.shown.claims_of", lambda *_: pd.DataFrame())
        patch.setattr("geo.export.write.write_snapshot", write)
        patch.setattr("geo.export.film.animate", write)
        yield run


@given(snapshot=snapshots)
def test_the_options_of_a_snapshot_are_the_snapshot_again(asked, snapshot):
    days = [f"--since={snapshot.since}"] if snapshot.since else []
    form = ["--on", snapshot.on, "--size", snapshot.size, "--out", "never written.png"]
    assert asked("snapshot", *form, *days, *words_of(snapshot)) == snapshot


@given(snapshot=snapshots.filter(lambda one: not one.other_day))
def test_the_options_of_a_film_are_its_snapshot_again(asked, snapshot):
    film = snapshot.model_copy(update={"since": None, "size": "slide"})
    form = ["--from", film.on, "--to", PERIOD[1], "--out", "never written.gif"]
    assert asked("animate", *form, *words_of(film)) == film


# ---- told apart -----------------------------------------------------------------------

#: Settings that a file does not show, by its extension.
TRACELESS = {
    "png": {"since"},
    "svg": {"since"},
    "pdf": {"since"},
    "mp4": {"size"},
    "gif": {"size"},
    "html": {"size", "language"},
    "bib": {"size", "language"},
    **{
        extension: {"view", "size", "language"}
        for extension in ("geojson", "gpkg", "kml", "shp.zip", "csv", "parquet", "jsonld")
    },
}


@cache
def every_two() -> list[Snapshot]:
    """Snapshots of every value, and of every two values of different settings."""
    single = [(name, value) for name, values in VALUES.items() for value in values]
    plain = {"on": _DAYS[0]}
    made = [_made(plain | dict(two)) for two in combinations(single, 2)]
    return [*dict.fromkeys(filter(None, made))]


def _plain(snapshot: Snapshot, names: Iterable[str]) -> Snapshot:
    usual = {name: Snapshot.model_fields[name].default for name in names}
    return snapshot.model_copy(update=usual)


def assert_tells_apart(
    tell: Callable[[Snapshot], str], asked: Iterable[Snapshot], traceless: Iterable[str]
) -> None:
    """Whether what is told is the same just where nothing differs that leaves a trace."""
    meant: dict[str, Snapshot] = {}
    told: dict[Snapshot, str] = {}
    for one in asked:
        bare, words = _plain(one, traceless), tell(one)
        assert (meant.setdefault(words, bare), told.setdefault(bare, words)) == (bare, words)


#: Ways to tell a snapshot in words, and the settings that do not show in them.
TOLD: dict[str, tuple[Callable[[Snapshot], str], Iterable[str]]] = {
    **{
        extension: (partial(file_name, extension=extension), traceless)
        for extension, traceless in TRACELESS.items()
    },
    "title": (lambda one: title(one, shipped_ledger()), {"size", "language"}),
    "citation": (citation, {"size", "language"}),
    "bibtex": (lambda one: citation(one, "bibtex"), {"size", "language"}),
}


@pytest.mark.parametrize("way", TOLD)
def test_no_two_snapshots_of_two_settings_are_told_alike(way):
    assert len(every_two()) > 2000
    assert_tells_apart(TOLD[way][0], every_two(), TOLD[way][1])


@st.composite
def alike(draw: st.DrawFn) -> list[Snapshot]:
    """Snapshots of any settings, and of these with one changed."""
    one, name = draw(snapshots), draw(st.sampled_from([*CHOICES]))
    others = [_made(one.model_dump() | {name: value}) for value in VALUES[name]]
    return [one, *filter(None, others)]


@given(alike())
def test_snapshots_that_differ_in_one_setting_are_told_apart(asked):
    for tell, traceless in TOLD.values():
        assert_tells_apart(tell, asked, traceless)


@given(snapshots, st.sampled_from([*TRACELESS]))
def test_a_name_is_safe_and_short(snapshot, extension):
    assert re.fullmatch(rf"[a-z0-9_+-]{{1,150}}\.{extension}", file_name(snapshot, extension))
