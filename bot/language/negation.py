"""Sees when a sentence forbids the very act that it names, so that the act is never done."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.language.lexicon import flat, lexicons

INSTEAD = {
    "connect": "snooze",
    "disconnect": "cancel",
    "nudge": "cancel",
    "pause_reminders": "cancel",
    "resume_reminders": "pause_reminders",
    "manage_interviewers": "cancel",
    "opt_out": "cancel",
    "opt_in": "cancel",
    "setup_provider": "cancel",
    "schedule_reminders": "cancel",
    "test_interview": "cancel",
}
"""What is done when somebody says not to; nothing here acts on other people."""

_OF_WHAT_FOLLOWS = frozenset({"ohne"})
"""German negates after its verb, but "write to all without Zoom" forbids nothing."""
NEAR = 5
"""Words between the negation and its verb."""
_CLAUSES = re.compile(r"[.,;:!?\n]| - ")
_BELONGS = re.compile(r"\b(?:any ?more|anymore|any longer|plus|mehr|kein \w+|more)\b")


@lru_cache(maxsize=64)
def _words(name: str, language: str) -> re.Pattern[str] | None:
    entries = lexicons()[language].get(name)
    return re.compile(r"\b(?:" + "|".join(map(re.escape, entries)) + r")\b") if entries else None


def forbids(text: str, intent: str) -> bool:
    """Whether some clause negates the verb of that act; "remind those who have not connected" does not."""
    if intent not in INSTEAD:
        return False
    clauses = [flat(clause) for clause in _CLAUSES.split(text)]
    return any(_negated(clause, intent, language) for clause in clauses for language in lexicons())


def _negated(clause: str, intent: str, language: str) -> bool:
    act, negation = _words(f"act {intent}", language), _words("hard negation", language)
    if act is None or negation is None:
        return False
    verbs = list(act.finditer(clause))
    return any(_governs(clause, no, verb, language) for no in negation.finditer(clause) for verb in verbs)


def _governs(clause: str, no: re.Match[str], verb: re.Match[str], language: str) -> bool:
    before = no.end() <= verb.start()
    between = clause[no.end() : verb.start()] if before else clause[verb.end() : no.start()]
    if not before and (language != "de" or no.group() in _OF_WHAT_FOLLOWS):
        return False
    ends = _words("clause end", language)
    crosses = not before and ends is not None and ends.search(between) is not None
    return len(between.split()) <= NEAR and not crosses and not (before and _starts_clause(between, ends, language))


def _starts_clause(between: str, ends: re.Pattern[str] | None, language: str) -> bool:
    """German articles look like relative pronouns, so there only commas part clauses."""
    return language != "de" and ends is not None and ends.search(between) is not None


def belongs_to_wish(text: str, intent: str) -> bool:
    """ "Do not write to me any more" and "no reminders this week" say no and mean it: the wish itself is a no."""
    if intent in {"opt_out", "pause_reminders", "manage_interviewers"}:
        return _BELONGS.search(flat(text)) is not None
    return False
