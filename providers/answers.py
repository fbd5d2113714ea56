"""An outside system's answer, and reading values out of JSON that may lack anything."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from providers.base import Unavailable

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful answer; whether its body is JSON is only looked at when somebody asks."""

    system: str
    action: str
    status: int
    content: bytes

    def json(self) -> Any:
        """The body; Unavailable when it is not JSON."""
        try:
            return json.loads(self.content)
        except (ValueError, RecursionError):
            raise self.useless("not JSON") from None

    def record(self) -> Record:
        """The body as a JSON object; Unavailable when it is anything else."""
        body = self.json()
        if not isinstance(body, dict):
            raise self.useless("not an object")
        return body

    def useless(self, reason: str) -> Unavailable:
        """The error for an answer that lacks what it is for."""
        return Unavailable(self.system, self.action, status=self.status, reasons=(reason,))


def text(record: Record, *names: str) -> str:
    """The first of the fields that is there, as text; numbers count as text."""
    for name in names:
        value = record.get(name)
        if isinstance(value, str) and value:
            return value
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
    return ""


def flag(record: Record, name: str) -> bool | None:
    """True or false if it says so; None is unknown, never no."""
    value = record.get(name)
    return value if isinstance(value, bool) else None


def part(record: Record, *path: str) -> Record:
    """The object inside; empty when there is none."""
    for name in path:
        value = record.get(name)
        record = value if isinstance(value, dict) else {}
    return record


def parts(record: Record, name: str) -> tuple[Record, ...] | None:
    """The list of objects inside; None when there is none, which is not the same as an empty one."""
    value = record.get(name)
    if not isinstance(value, list):
        return None
    return tuple(item for item in value if isinstance(item, dict))


def moment(value: str) -> datetime | None:
    """An ISO date and time as aware UTC; None when it is not one."""
    try:
        parsed = datetime.fromisoformat(value)
        return parsed.astimezone(UTC) if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
