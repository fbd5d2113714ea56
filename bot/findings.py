"""What an examination found: one sentence each, what it disables, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Condition(StrEnum):
    """How something is; what is not configured is no fault."""

    WELL = "ok"
    ABSENT = "absent"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check; no secret ever stands in it."""

    check: str
    """Such as "slack.scope.chat:write": stable, for programs."""
    condition: Condition
    said: str
    todo: str = ""
    """What to do, and who can do it."""


def well(check: str, said: str) -> Finding:
    return Finding(check, Condition.WELL, said)


def absent(check: str, said: str, todo: str = "") -> Finding:
    return Finding(check, Condition.ABSENT, said, todo)


def wrong(check: str, said: str, todo: str) -> Finding:
    return Finding(check, Condition.WRONG, said, todo)
