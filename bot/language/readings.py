"""Weighs what the model says with who asks, what is named and what is forbidden; decides how sure that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.language.entities import Entities
from bot.language.intents import ADMIN_ONLY, CONSEQUENTIAL, GREETING, OUT_OF_SCOPE, THANKS
from bot.language.meaning import CERTAINLY, Band, Context
from bot.language.negation import INSTEAD, belongs_to_wish, forbids

Ranking = list[tuple[str, float]]

ACT = CERTAINLY
ACT_CONSEQUENTIAL = 0.75
ASK = 0.12
EMPLOYEE_FACTOR = 0.35
"""Employees may ask for what only admins may do, but rarely mean it."""
_ANYWHERE = ("provider", "calendar_type", "language")
_TIMED = frozenset(
    [
        "snooze",
        "nudge",
        "pause_reminders",
        "resume_reminders",
        "schedule_reminders",
        "test_interview",
        "connect",
        "cancel",
    ]
)
_ABOUT_PEOPLE = frozenset(
    [
        "list_not_synced",
        "list_not_connected",
        "nudge",
        "check_person",
        "pause_reminders",
        "resume_reminders",
        "schedule_reminders",
        "progress",
        "manage_interviewers",
        "email_template",
        "cancel",
    ]
)
_ABOUT_SOMEBODY = ("check_person", "nudge", "manage_interviewers")
_ONLY_A_TIME = (["xtime"], ["xtime", "?"], ["xuntil"], ["xuntil", "?"])
_ABOUT_ME = frozenset({"report_problem", "my_status"})


def reweigh(ranked: Ranking, factors: Mapping[str, float], context: Context) -> Ranking:
    weighed = [
        (
            intent,
            share
            * factors.get(intent, 1.0)
            * (1.0 if context.is_admin or intent not in ADMIN_ONLY else EMPLOYEE_FACTOR),
        )
        for intent, share in ranked
    ]
    total = sum(share for _, share in weighed) or 1.0
    return sorted(((intent, share / total) for intent, share in weighed), key=lambda pair: -pair[1])


def _exchange(ranked: Ranking, intent: str) -> Ranking:
    """That intent takes the first one's place, and the other way round."""
    shares = dict(ranked)
    first = ranked[0][0]
    shares[first], shares[intent] = shares[intent], shares[first]
    return sorted(shares.items(), key=lambda pair: -pair[1])


def consistent(ranked: Ranking, entities: Entities, context: Context) -> Ranking:
    """A problem of a named other person is theirs, and a whole message that is a time is a wish to wait."""
    intent = ranked[0][0]
    if "xperson" in entities.kinds and intent in _ABOUT_ME and context.is_admin:
        shares = dict(ranked)
        return _exchange(ranked, max(_ABOUT_SOMEBODY, key=lambda other: shares.get(other, 0.0)))
    if entities.words in _ONLY_A_TIME and context.pending is None and intent != "snooze":
        return _exchange(ranked, "snooze")
    return ranked


def guarded(ranked: Ranking, text: str) -> tuple[Ranking, bool]:
    """Never the act that the sentence forbids."""
    intent = ranked[0][0]
    if not forbids(text, intent) or belongs_to_wish(text, intent):
        return ranked, False
    for other, _ in ranked[1:4]:
        if other == INSTEAD[intent]:
            return _exchange(ranked, other), True
    return _exchange(ranked, INSTEAD[intent]), True


def band_of(ranked: Ranking) -> Band:
    intent, share = ranked[0]
    if intent in {GREETING, THANKS}:
        return "act" if share >= ASK else "menu"
    if intent == OUT_OF_SCOPE:
        runner_up = ranked[1][1] if len(ranked) > 1 else 0.0
        return "ask" if share < ACT and runner_up >= ASK else "menu"
    if share >= (ACT_CONSEQUENTIAL if intent in CONSEQUENTIAL else ACT):
        return "act"
    return "ask" if share >= ASK else "menu"


def kept_slots(intent: str, slots: Mapping[str, str]) -> dict[str, str]:
    """Only what the intent can use: a time beside a question about privacy means nothing."""
    return {name: value for name, value in slots.items() if _uses(intent, name)}


def _uses(intent: str, name: str) -> bool:
    if name.startswith("when"):
        return intent in _TIMED
    if name == "role":
        return intent in ("grant_role", "revoke_role")
    if name == "group":
        return intent in _ABOUT_PEOPLE
    return name in _ANYWHERE or name.startswith("person") or name in {"choice", "detail"}


def top(ranked: Ranking, count: int = 5) -> Sequence[tuple[str, float]]:
    return [(intent, round(share, 4)) for intent, share in ranked[1:count]]
