"""Works the recognised forms out to a moment in the person's zone."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from bot.language.date_hours import Unclear, one_hour
from bot.language.date_patterns import Part

START_OF_WORK = time(9)
END_OF_WORK = time(17)


def at_local(day: date, hour: time, now: datetime) -> datetime:
    """That wall-clock time; an hour that the clocks skip moves forward."""
    local = datetime.combine(day, hour, tzinfo=now.tzinfo)
    return local.astimezone(UTC).astimezone(now.tzinfo)


def resolve(group: Sequence[Part], now: datetime, language: str) -> datetime:
    days = [part for part in group if part.is_day]
    hours = [part for part in group if not part.is_day]
    if len(days) > 1 or len(hours) > 2:
        raise Unclear
    hour = one_hour(hours)
    if not days:
        return _later_today(hour or START_OF_WORK, now)
    moment = _DAYS[days[0].form](days[0], now, hour, language)
    if moment <= now:
        raise Unclear
    return moment


def _later_today(hour: time, now: datetime) -> datetime:
    moment = at_local(now.date(), hour, now)
    if moment > now:
        return moment
    raise Unclear(at_local(now.date() + timedelta(days=1), hour, now))


def _date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise Unclear from error


def _coming(month: int, day: int, now: datetime) -> date:
    """This year's, or next year's if it is over; the 29th of February only where it exists."""
    this_year = _date(now.year, month, day)
    return this_year if this_year >= now.date() else _date(now.year + 1, month, day)


def _iso(part: Part, now: datetime, hour: time | None, language: str) -> datetime:
    year, month, day = (int(number) for number in part.value("L").split("-"))
    return at_local(_date(year, month, day), hour or START_OF_WORK, now)


def _numeric(part: Part, now: datetime, hour: time | None, language: str) -> datetime:
    numbers = [int(number) for number in re.findall(r"\d+", part.value("d"))]
    day, month = numbers[:2]
    if language == "en" and month <= 12 and day <= 12 and day != month:
        raise Unclear(
            *(at_local(_coming(*pair, now), hour or START_OF_WORK, now) for pair in ((month, day), (day, month)))
        )
    if month > 12:
        day, month = month, day
    if len(numbers) == 3:
        year = numbers[2] + (2000 if numbers[2] < 100 else 0)
        return at_local(_date(year, month, day), hour or START_OF_WORK, now)
    return at_local(_coming(month, day, now), hour or START_OF_WORK, now)


def _named(part: Part, now: datetime, hour: time | None, language: str) -> datetime:
    month, day = int(part.value("M")), int(float(part.values("N")[0]))
    years = part.values("y")
    chosen = _date(int(years[0]), month, day) if years else _coming(month, day, now)
    return at_local(chosen, hour or START_OF_WORK, now)


def _ahead(now: datetime, weekday: int) -> int:
    return (weekday - now.weekday()) % 7


def _weekday(part: Part, now: datetime, hour: time | None, language: str) -> datetime:
    weekday = int(part.value("W") if part.has("W") else part.value("w"))
    days = _ahead(now, weekday)
    soon = at_local(now.date() + timedelta(days=days), hour or START_OF_WORK, now)
    week_later = at_local(now.date() + timedelta(days=days + 7), hour or START_OF_WORK, now)
    this_week = now.weekday() + days < 7
    if days == 0:
        raise Unclear(*(moment for moment in (soon, week_later) if moment > now))
    if part.has("X") and "sure" not in part.values("X") and this_week:
        raise Unclear(soon, week_later)
    return soon


def _week_from(part: Part, now: datetime, hour: time | None, language: str) -> datetime:
    unit = part.value("U") if part.has("U") else "weeks"
    count = float(part.value("N")) if part.has("N") else 1
    if unit != "weeks" or count != 1 or _ahead(now, int(part.value("W"))) == 0:
        raise Unclear
    days = _ahead(now, int(part.value("W"))) + 7
    return at_local(now.date() + timedelta(days=days), hour or START_OF_WORK, now)


def _duration(part: Part, now: datetime, hour: time | None, language: str) -> datetime:
    unit, count = part.value("U"), float(part.value("N")) + (0.5 if part.has("H") else 0)
    return _after(now, unit, count, hour)


def _after(now: datetime, unit: str, count: float, hour: time | None) -> datetime:
    if count <= 0 or count > 1000:
        raise Unclear
    if unit in {"minutes", "hours"}:
        if hour:
            raise Unclear
        return (now.astimezone(UTC) + timedelta(**{unit: count})).astimezone(now.tzinfo)
    if unit == "months":
        return _months(now, int(count), hour)
    days = count * {"days": 1, "weeks": 7, "fortnights": 14}[unit]
    return at_local(now.date() + timedelta(days=int(days)), hour or now.time(), now)


def _months(now: datetime, count: int, hour: time | None) -> datetime:
    month = now.month - 1 + count
    return at_local(_date(now.year + month // 12, month % 12 + 1, now.day), hour or now.time(), now)


def _half_hour(part: Part, now: datetime, hour: time | None, language: str) -> datetime:
    return _after(now, part.value("U"), 0.5, hour)


def _quarter_hour(part: Part, now: datetime, hour: time | None, language: str) -> datetime:
    return _after(now, part.value("U"), 0.25, hour)


def _next_unit(part: Part, now: datetime, hour: time | None, language: str) -> datetime:
    match part.value("U"):
        case "weeks":
            day = now.date() + timedelta(days=7 - now.weekday())
        case "months":
            day = _date(now.year + now.month // 12, now.month % 12 + 1, 1)
        case _:
            raise Unclear
    return at_local(day, hour or START_OF_WORK, now)


def _end_of(part: Part, now: datetime, hour: time | None, language: str) -> datetime:
    match part.value("U"):
        case "days":
            day = now.date()
        case "weeks":
            day = now.date() + timedelta(days=4 - now.weekday())
        case "months":
            day = _date(now.year + now.month // 12, now.month % 12 + 1, 1) - timedelta(days=1)
        case _:
            raise Unclear
    return at_local(day, hour or END_OF_WORK, now)


def _after_weekend(part: Part, now: datetime, hour: time | None, language: str) -> datetime:
    return at_local(now.date() + timedelta(days=7 - now.weekday()), hour or START_OF_WORK, now)


def _day(part: Part, now: datetime, hour: time | None, language: str) -> datetime:
    ahead = int(part.value("D"))
    if ahead == 0 and hour is None:
        raise Unclear
    return at_local(now.date() + timedelta(days=ahead), hour or START_OF_WORK, now)


def _tonight(part: Part, now: datetime, hour: time | None, language: str) -> datetime:
    if hour and hour.hour < 12:
        hour = hour.replace(hour=hour.hour + 12)
    return at_local(now.date(), hour or time(int(part.value("V"))), now)


def _never(part: Part, now: datetime, hour: time | None, language: str) -> datetime:
    raise Unclear


_DAYS: dict[str, Callable[[Part, datetime, time | None, str], datetime]] = {
    "iso": _iso, "numeric": _numeric, "named": _named, "week from": _week_from, "duration": _duration,
    "half hour": _half_hour, "quarter hour": _quarter_hour, "after weekend": _after_weekend, "end of": _end_of,
    "next unit": _next_unit, "weekday": _weekday, "tonight": _tonight, "day": _day, "vague": _never, "gone": _never,
}  # fmt: skip
