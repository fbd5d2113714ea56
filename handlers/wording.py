"""Small pieces of text that several conversations share: ages, sources, who can help."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from handlers.facts import Seen, Source
from handlers.messages import Note
from handlers.texts import n, t

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def ago(moment: datetime, now: datetime, language: str) -> str:
    """How long ago, in the largest unit that fits: "just now", "5 minutes ago", "3 days ago"."""
    passed = now - moment
    if passed < MINUTE:
        return t("just now", language)
    if passed < HOUR:
        return n("{count} minute ago", "{count} minutes ago", passed // MINUTE, language)
    if passed < DAY:
        return n("{count} hour ago", "{count} hours ago", passed // HOUR, language)
    return n("{count} day ago", "{count} days ago", passed // DAY, language)


def source_name(source: Source, language: str) -> str:
    """Who said it, as people call it."""
    match source:
        case Source.IMPORT:
            return t("the imported list", language)
        case Source.ADMIN:
            return t("an admin's word", language)
        case Source.EMPLOYEE:
            return t("the person's own word", language)
        case Source.TEST_INTERVIEW:
            return t("a test interview", language)
        case Source.GOTO:
            return "GoTo"
        case _:
            return source.value.capitalize()


def evidence_note(evidence: Iterable[Seen], now: datetime, language: str) -> Note:
    """What an answer rests on: each source once, with the age of its oldest word."""
    by_source: dict[Source, datetime] = {}
    for seen in evidence:
        by_source[seen.source] = min(seen.observed_at, by_source.get(seen.source, seen.observed_at))
    if not by_source:
        return Note(t("There is no evidence yet.", language))
    said = ", ".join(
        t("{source} ({age})", language, source=source_name(source, language), age=ago(moment, now, language))
        for source, moment in sorted(by_source.items())
    )
    return Note(t("Evidence: {said}.", language, said=said))


def numbered(steps: Iterable[str]) -> str:
    """Steps as a numbered list of our small Markdown."""
    return "\n".join(f"{number}. {step}" for number, step in enumerate(steps, start=1))
