"""Commands that analyse the claims, and the record itself."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from geo.cli.command import command
from geo.cli.options import FORM, Choice, Current, Days, On, Origin, Pair, Report, Shapes, Side, Who
from geo.cli.output import put, put_shapes, put_table, say
from geo.selection.selection import CURRENT_FOR
from geo.tables.schema import DRAWN


@command
def agreement(
    on: On,
    choice: Choice,
    origin: Origin,
    compare: Pair = None,
    by: Annotated[
        Literal["readings", "shapes"],
        typer.Option(help="What maps say: at the settlements, or by their shapes themselves."),
    ] = "readings",
    form: Shapes = "csv",
) -> None:
    """Write where the two sides agree and where they contradict each other, place by place.

    By shapes, a place has a row for each part of its cell.

    Example: python -m geo agreement --on 2025-03-13
    """
    from geo.analysis.agreement import agreement_on

    record = origin.record(on=on)
    cells = agreement_on(on, by=by, record=record, compare=compare, **choice.settings)
    first = ["settlement_id", "settlement"]
    places = record.ledger.settlements.rename(columns={"name_en": "settlement"}).reset_index()
    table = cells.merge(places[["cell_id", *first]], on="cell_id").drop(columns="cell_id")
    put_shapes(table.set_index(first).reset_index().round({"area_km2": 2}), form, record.ledger)


@command
def compare(
    days: Days,
    choice: Choice,
    origin: Origin,
    other: Annotated[
        str | None,
        typer.Option("--with", metavar="DATE", help="Day to compare with; by default the same."),
    ] = None,
    with_source: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Source to compare with; repeatable.")
    ] = None,
    with_side: Annotated[
        list[Side] | None, typer.Option(help="Side to compare with; repeatable.")
    ] = None,
    form: Shapes = "csv",
) -> None:
    """Write the ground under one status that is gained, lost or kept between two selections.

    The selections differ in the day (--with), the source (--with-source), the
    side (--with-side), or several of these; one --status, by default Ukrainian
    control. --series writes the km2 of only one, only the other and both, on every
    day on which both speak.

    Example: python -m geo compare --on 2024-09-05 --with 2025-03-06 --source deepstate
    """
    from geo.analysis.overlap import overlap_series
    from geo.claims.comparison import compare as laid_over
    from geo.selection.selection import as_selection

    if other is None and not with_source and not with_side:
        msg = "give what to compare with: --with DATE, --with-source ID or --with-side SIDE"
        raise ValueError(msg)
    settings = choice.settings
    statuses = settings.pop("statuses") or DRAWN[:1]
    if len(statuses) > 1:
        msg = "give one --status to compare"
        raise ValueError(msg)
    others = dict(settings)
    if with_source or with_side:
        others |= {"sources": with_source or (), "sides": with_side or ()}
    record = origin.record(on=days.on, **{"with": other})
    if days.on is None:
        last = record.period[1]
        pair = (as_selection(last, **one) for one in (settings | {"statuses": statuses}, others))
        put_table(overlap_series(*pair, record=record).round({"iou": 4}))
        return
    before = record.at(as_selection(days.on, **settings))
    after = record.at(as_selection(other or days.on, **others))
    found = laid_over(before, after, status=statuses[0])
    names = record.ledger.settlements.name_en
    found["settlements"] = [[names[i] for i in ids] for ids in found.settlements]
    put_shapes(found.round({"area_km2": 2}), form, record.ledger, "settlements")


@command
def totals(origin: Origin, current_for: Current = str(CURRENT_FOR), form: Report = "text") -> None:
    """Write published areas and counts beside what was named and mapped by that day.

    Held ground counts only while its claims are current; ground taken or retaken
    since the first day never lapses.

    Example: python -m geo totals --format csv > totals.csv
    """
    from geo.analysis.totals import stated_and_mapped, stated_sentences

    record = origin.record()
    table = stated_and_mapped(record, current_for=current_for)  # type: ignore[arg-type]
    if form == "csv":
        put_table(table, "named_by", "total_ids", "statements", "urls", between="; ")
        return
    for sentence in stated_sentences(table, record.ledger.sources):
        say(sentence)


@command
def lag(
    origin: Origin,
    announcer: Annotated[
        str, typer.Option("--from", metavar="ID", help="The source that announces.")
    ],
    shower: Annotated[str, typer.Option("--to", metavar="ID", help="The source that shows.")],
    form: Report = "text",
) -> None:
    """Write the days between one source announcing changes and another showing them.

    Example: python -m geo lag --from ru_mod --to deepstate
    """
    from geo.analysis.lag import OUTCOMES, lag_bars, lag_summary, lags

    ledger = origin.ledger()
    found = lags(announcer, shower, ledger=ledger)
    if form == "csv":
        put_table(found, "announced_claims", "shown_claims")
        return
    say(f"announced by: {ledger.sources.name[announcer]}")
    say(f"shown by: {ledger.sources.name[shower]}")
    bars, names = lag_bars(found), ledger.settlements.name_en
    bars["settlements"] = [", ".join(names[list(ids)]) for ids in bars.settlements]
    for _, of in lag_summary(found).iterrows():
        say()
        say(f"change to {of.status}: {of.n} in both sources")
        if of.n:
            say(
                f"  days from announced to shown: median {of['median']:+g}, quartiles "
                f"{of.lower_quartile:+g} and {of.upper_quartile:+g}, "
                f"from {of.earliest:+g} to {of.latest:+g}; negative: shown first"
            )
        for _, bar in bars[bars.status == of.status].iterrows():
            days = f"{bar.first_day:+} to {bar.last_day:+}"
            say(f"  {days:>12}  {bar.n:3}  {bar.settlements}")
        for outcome, title in OUTCOMES.items():
            alone = found[(found.status == of.status) & (found.outcome == outcome)]
            if len(alone) and outcome != "shown":
                say(f"  {title}: {len(alone)}  {', '.join(alone.settlement)}")


@command
def statements(origin: Origin, form: Report = "text") -> None:
    """Write figures that test published statements against the claims of each source.

    Example: python -m geo statements --format csv > statements.csv
    """
    from geo.analysis.statements import check_statements

    record = origin.record()
    table = check_statements(record)
    if form == "csv":
        put_table(table)
        return
    for name, statement in record.ledger.statements.sort_values("stated_on").iterrows():
        who = ", ".join(filter(None, [statement.speaker, statement.source]))
        say(f"{statement.stated_on}  {who} ({statement.side})  [{name}]")
        say(f"  {statement.statement}")
        cited = isinstance(statement.url, str)
        say(f"  {statement.publisher}: {statement.url}" if cited else f"  {statement.note}")
        if statement.testable == "partly":
            say(f"  partly testable: {statement.why_not}")
        for finding in table.finding[table.statement_id == name]:
            say(f"  - {finding}")
        say()


@command
def concessions(
    origin: Origin,
    who: Who,
    kind: Annotated[
        Literal["explicit", "implied"] | None, typer.Option(help="Only one kind of concession.")
    ] = None,
    counts: Annotated[bool, typer.Option("--counts", help="Count them per source.")] = False,
) -> None:
    """Write the claims in which a side concedes ground, with citations, as CSV.

    Explicit: a Russian source says that a place is under Ukrainian control, or a
    Ukrainian one that a place its side had claimed is under Russian control.
    Implied: a Russian source says that a place was taken back.

    Example: python -m geo concessions --side russian --kind explicit
    """
    from geo.analysis.concessions import conceded_claims, count_concessions

    ledger = origin.ledger()
    for one in who.source or ():
        if one not in ledger.sources.index:
            allowed = ", ".join(ledger.sources.index)
            msg = f"`source` was {one!r} but is expected to be one of {allowed}"
            raise ValueError(msg)
    found = conceded_claims(ledger)
    wanted = {"side": who.side, "source_id": who.source, "kind": kind and [kind]}
    for column, chosen in wanted.items():
        if chosen:
            found = found[found[column].isin(chosen)]
    put_table(count_concessions(found) if counts else found.reset_index())


@command
def coverage(
    origin: Origin,
    table: Annotated[
        Literal["months", "sources", "bulletins"], typer.Option(help="Table in CSV or JSON.")
    ] = "months",
    form: Annotated[Literal["text", "csv", "json"], FORM] = "text",
) -> None:
    """Write how good the record is: claims per source and month, citations, delays, bulletins.

    A gap, - in the text, is a month of which the record holds nothing of a source;
    0 is a month in which its map was read and showed no change.

    Example: python -m geo coverage --table bulletins --format csv > bulletins.csv
    """
    from geo.analysis import coverage as counted

    ledger = origin.ledger()
    if form == "text":
        for sentence in counted.coverage_sentences(ledger):
            say(f"- {sentence}")
        say()
        matrix = counted.coverage_matrix(ledger).astype(str)
        sides, names = matrix.pop("side").str.upper(), matrix.pop("source_id")
        matrix = matrix.set_axis(names.where(names != "", sides).tolist())
        put(matrix.rename(columns=lambda month: month[2:]).to_string(na_rep="-") + "\n")
        return
    found = {
        "months": counted.coverage_by_month,
        "sources": counted.coverage_by_source,
        "bulletins": counted.coverage_of_bulletins,
    }[table](ledger)
    if form == "csv":
        put_table(found)
        return
    for column in found.select_dtypes("datetime"):
        found[column] = found[column].dt.strftime("%Y-%m-%d")
    put(found.to_json(orient="records", force_ascii=False) + "\n")
