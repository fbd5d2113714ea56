"""Works out the hour that the recognised forms name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from bot.language.date_patterns import Part

_OFFICE_AFTERNOON = range(1, 7)
"""Nobody means three at night."""


class Unclear(Exception):
    """Past, impossible, or with two readings, which are then the options."""

    def __init__(self, *options: datetime) -> None:
        super().__init__("no single time in the future")
        self.options = options


def one_hour(hours: Sequence[Part]) -> time | None:
    """ "in the morning at 8": the exact one counts, the part of the day says which half."""
    exact = [part for part in hours if part.form != "part"]
    rough = [part for part in hours if part.form == "part"]
    if len(exact) > 1 or len(rough) > 1:
        raise Unclear
    if not exact:
        return _hour(rough[0]) if rough else None
    hour = _hour(exact[0])
    evening = bool(rough) and int(rough[0].value("P")) >= 13
    return hour.replace(hour=hour.hour + 12) if evening and hour.hour < 12 else hour


def _hour(part: Part) -> time:
    if part.form == "part":
        return time(min(int(part.value("P")), 23), 59 if part.value("P") == "24" else 0)
    if part.form == "clock":
        numbers = re.findall(r"\d+", part.value("C"))
        return _clock(int(numbers[0]), int(numbers[1]) if len(numbers) > 1 else 0, part, exact=len(numbers) > 1)
    return _spoken(part)


def _spoken(part: Part) -> time:
    numbers = [float(value) for value in part.values("N")]
    number = int(numbers[-1] if part.form == "to" and len(numbers) > 1 and not part.has("K") else numbers[0])
    match part.form:
        case "half before":
            minutes = -30
        case "half past":
            minutes = 30
        case "three quarters":
            minutes = -15
        case "past" | "to":
            minutes = (15 if part.has("Q") else int(min(numbers))) * (1 if part.form == "past" else -1)
            number = int(numbers[-1]) if len(numbers) > 1 else number
        case _:
            minutes = int(numbers[1]) if len(numbers) > 1 else 0
    base = datetime.combine(date(2000, 1, 2), _clock(number, 0, part, exact=False)) + timedelta(minutes=minutes)
    return base.time()


def _clock(hour: int, minute: int, part: Part, *, exact: bool) -> time:
    if part.has("m"):
        hour = hour % 12 + (12 if part.value("m") == "pm" else 0)
    elif hour in _OFFICE_AFTERNOON and not (exact and part.tokens[-1].text.startswith("0")):
        hour += 12
    if hour == 24 and minute == 0:
        return time(23, 59)
    if hour > 23 or minute > 59:
        raise Unclear
    return time(hour, minute)
