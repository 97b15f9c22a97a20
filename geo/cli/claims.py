"""Commands that show claims: of a day, their area, about a place, one by itself."""

from __future__ import annotations

import sys
from typing import Annotated, Any, Literal

import typer

from geo.cli.command import command
from geo.cli.options import Choice, Days, Lapsed, On, Origin, Shapes
from geo.cli.output import put, put_shapes, put_table, say, say_if_none


@command
def claims(
    on: On,
    choice: Choice,
    origin: Origin,
    lapsed: Lapsed = False,
    form: Shapes = "geojson",
) -> None:
    """Write who claims what ground on a day, one polygon per source and status.

    Example: python -m geo claims --on 2024-08-20 --side russian > russian.geojson
    """
    from geo.selection.selection import as_selection

    selection, record = as_selection(on, **choice.settings), origin.record(on=on)
    if lapsed:
        shapes = record.dissolved(selection, record.lapsed(selection))
    else:
        shapes = record.at(selection)
    say_if_none(shapes, on)
    names = record.ledger.settlements.name_en
    shapes["settlements"] = [[names[i] for i in ids] for ids in shapes.settlements]
    put_shapes(shapes, form, record.ledger, "settlements", "claim_ids")


@command
def area(days: Days, choice: Choice, origin: Origin) -> None:
    """Write the area of ground under each status, by source, as CSV.

    Example: python -m geo area --on 2024-09-05
    """
    from geo.claims.areas import area_series, areas

    settings = {"record": origin.record(on=days.on), **choice.settings}
    found = area_series(**settings) if days.on is None else areas(days.on, **settings)
    found["area_km2"] = found.area_km2.map("{:.2f}".format)
    put_table(found)


@command
def settlement(
    origin: Origin, name: Annotated[str, typer.Argument(help="Any of its names, in any script.")]
) -> None:
    """List every claim about a settlement, by date, with citations.

    The name can be transliterated or slightly misspelt; if no settlement has this name, the
    one with the closest name is shown.

    Example: python -m geo settlement Суджа
    """
    from geo.ledger.gazetteer import by_prominence, find_settlements
    from geo.ledger.ledger import claims_about

    ledger = origin.ledger()
    found = find_settlements(name, by_prominence(ledger))
    if found.empty:
        hint = "try a part of its name, in Latin or Cyrillic letters"
        msg = f"no settlement is called {name!r}, or anything like it; {hint}"
        raise ValueError(msg)
    called = found.match == 0
    if not called.any():
        near, *others = found.name_en.drop_duplicates().head(6)
        also = f" (also similar: {', '.join(others)})" if others else ""
        say(f"no settlement is called {name!r}; showing {near}{also}", file=sys.stderr)
        called = found.name_en == near
    silent = []
    number: Any
    for number, place in found[called].iterrows():
        about = claims_about([number], ledger)
        if about.empty:
            silent.append(place)
            continue
        say(f"{_title(place)}, settlement {number}: {len(about)} claims")
        for _, claim in about.iterrows():
            _say_claim(claim, ledger.sources.name[claim.source_id])
        say()
    for place in silent:
        say(f"{_title(place)}: no claims")


@command
def claim(
    claim_id: Annotated[str, typer.Argument(metavar="ID", help="Id of the claim, such as c1054.")],
    cite: Annotated[
        Literal["text", "bibtex", "csl"] | None,
        typer.Option(help="Write nothing but its citation, in this style."),
    ] = None,
) -> None:
    """Show one claim: who said what of which place, where it can be read, how to cite it.

    In the app the address ?claim=ID opens it on the map.

    Example: python -m geo claim c1054 --cite bibtex
    """
    from geo.export.claim_citations import cite_claim
    from geo.ledger.ledger import shipped_ledger

    ledger = shipped_ledger()
    said = cite_claim(claim_id, cite or "text", ledger=ledger)
    if cite:
        put(said.rstrip("\n") + "\n")
        return
    row: Any = next(ledger.claims.loc[[claim_id]].reset_index().itertuples())
    say(_title(ledger.settlements.loc[row.settlement_id]))
    _say_claim(row, ledger.sources.name[row.source_id])
    say(f"  cite as: {said}")
    say(f"  on the map: ?claim={claim_id}, after the address of the app")


def _title(place: Any) -> str:
    return f"{place.name_en} ({place.name_ru}), {place.type}, {place.raion} raion"


def _say_claim(claim: Any, source: str) -> None:
    day = claim.claimed_on.date().isoformat()
    if claim.effective_on < claim.claimed_on:
        day += f" (of {claim.effective_on.date().isoformat()})"
    number = claim.claim_id if isinstance(claim.claim_id, str) else "not on the map"
    say(f"  {day}  {claim.status}, {claim.basis}  [{number}]  {source}")
    say(f"    {claim.statement}")
    tier = f" ({claim.citation_tier})" if isinstance(claim.citation_tier, str) else ""
    say(f"    {claim.publisher}{tier}: {claim.url}")
    if claim.note:
        say(f"    note: {claim.note}")
    if isinstance(getattr(claim, "reason", None), str):
        say(f"    not on the map: {claim.reason}")
