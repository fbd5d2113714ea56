"""Draws a verdict: its tone, the cause, who can put it right, and how."""

from __future__ import annotations

from handlers import causes
from handlers.messages import Fact, Facts, Reply, Text, Tone
from handlers.readiness import Owner, Readiness, State
from handlers.texts import t
from handlers.wording import numbered

TONES = {
    State.READY: Tone.GOOD,
    State.ACTION_NEEDED: Tone.WARNING,
    State.WAITING: Tone.BAD,
    State.PAUSED: Tone.NEUTRAL,
    State.NOT_NEEDED: Tone.NEUTRAL,
    State.UNKNOWN: Tone.NEUTRAL,
    State.STALE: Tone.NEUTRAL,
}


def why(verdict: Readiness, language: str) -> Reply:
    """The cause in words, who can fix it and the steps; nothing when nothing is wrong."""
    if not verdict.cause:
        return ()
    facts = (
        Fact(t("What is wrong", language), causes.title(verdict.cause, language)),
        Fact(t("Who can fix it", language), who(verdict, language)),
    )
    caution = causes.caution(verdict.cause, language)
    explained = causes.cause(verdict.cause, language) + (f" {caution}" if caution else "")
    return (Facts(facts), Text(explained), Text(numbered(causes.fix(verdict.cause, language))))


def why_briefly(verdict: Readiness, language: str, *, own: bool = False) -> str:
    """One line: the cause where there is one, otherwise the state."""
    if verdict.cause:
        return causes.title(verdict.cause, language)
    return causes.state_label(verdict.state, language, own=own)


def who(verdict: Readiness, language: str) -> str:
    """Who can put it right; a dash where nobody has to."""
    return "–" if verdict.owner is Owner.NOBODY else causes.owner_label(verdict.owner, language)
