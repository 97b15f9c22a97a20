"""What a picture or a film says of itself: what was chosen, known and counted; whom to credit."""

from __future__ import annotations

import pandas as pd

from geo.ledger.ledger import Ledger
from geo.selection.snapshot import Snapshot
from geo.style.words import Language, name_of, say, say_day


def known_of(snapshot: Snapshot, *, each: bool) -> str:
    """Transaction time, in words; `each` where several days are shown."""
    lang, told = snapshot.language, snapshot.known_day
    if each and snapshot.known_by == "then":
        return say("known_each", lang)
    return say("known_by", lang, say_day(told, lang)) if told else say("known_now", lang)


def terms_of(snapshot: Snapshot, language: Language) -> str:
    """How long claims count, in words."""
    terms = snapshot.terms
    return say("current", language, *terms) if terms else say("current_ever", language)


def shown_only(snapshot: Snapshot, sources: pd.DataFrame) -> list[str]:
    """The filters in words; empty where nothing is filtered out."""
    lang = snapshot.language
    shown = [say(side, lang) for side in snapshot.sides]
    shown += [name_of(name, sources.name[name], lang) for name in snapshot.sources]
    shown += [say(status, lang) for status in snapshot.statuses]
    said = [say("shown", lang, "; ".join(shown)) + "."] if shown else []
    strikes = say("strikes", lang)
    return [*said, f"{strikes[0].upper()}{strikes[1:]}."] if snapshot.strikes else said


def credits_of(sources: pd.DataFrame, ledger: Ledger, language: Language, *, context: bool) -> str:
    """Credits for the claims of some sources and for the land, and the version of the ledger."""
    every = list(dict.fromkeys(sources.attribution))
    named = [who for who in every if not who.startswith("as named")]
    if not named:
        cited = say("sources_named", language)
    else:
        key = "sources" if len(named) < len(every) else "sources_all"
        cited = say(key, language, "; ".join(named))
    terms = [say("terms", language), *([say("terms_context", language)] if context else [])]
    if sources.index.isin(ledger.drawn).any():
        terms.append(say("imported", language))
    return f"{cited} {' '.join(terms)} {say('version', language, ledger.version)}."
