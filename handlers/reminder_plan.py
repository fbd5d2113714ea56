"""When reminders go out: on which days, at which hours, and how many one person may get; pure functions."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from handlers.workdays import IsFree, free_days

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
SPREAD = 90
"""Minutes at the beginning of a working day over which the reminders of that day are spread."""
LONGEST_BREAK = 60
"""Days; nobody's holidays in a row last longer."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What an admin can set; the defaults are kind."""

    days: tuple[int, ...] = (0, 2, 6, 13)
    """After the first message; each is one reminder."""
    begin: int = 9
    end: int = 17
    """Hours in the person's own zone; nothing is sent before or after."""
    a_week: int = 3
    """Reminders that one person may get in seven days, over all campaigns; never more than one a day."""
    tells_hr: bool = False
    """Whoever asked is told by name who did not connect after the last one, which announces it."""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Plan:
        known = {name: data[name] for name in cls.__slots__ if name in data}
        return cls(**{**known, "days": tuple(known.get("days", cls().days))})

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "days": list(self.days)}


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody works, as far as it matters for a good hour."""

    timezone: str
    office: str = ""
    seed: int = 0
    """Makes people's minutes differ; the same person always gets the same."""

    @property
    def zone(self) -> ZoneInfo:
        try:
            return ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError):
            return ZoneInfo("UTC")

    @property
    def is_free(self) -> IsFree:
        return free_days(self.timezone, self.office)


def good_moment(after: datetime, place: Place, plan: Plan) -> datetime:
    """The first moment from then on that is within working hours of a working day there; in UTC."""
    day = after.astimezone(place.zone).date()
    if place.is_free(day) or after >= _at(day, plan.end, place):
        return morning(day + DAY, place, plan)
    return morning(day, place, plan) if after < _at(day, plan.begin, place) else after.astimezone(UTC)


def morning(day: date, place: Place, plan: Plan) -> datetime:
    """That day, or the first working day after it, at this person's own minute after the beginning; in UTC."""
    days = (day + offset * DAY for offset in range(LONGEST_BREAK))
    working = next((each for each in days if not place.is_free(each)), day)
    return _at(working, plan.begin, place) + _own_minutes(place, plan)


def is_good(moment: datetime, place: Place, plan: Plan) -> bool:
    return good_moment(moment, place, plan) == moment.astimezone(UTC)


def following(sent: datetime, attempt: int, days: Sequence[int], place: Place, plan: Plan) -> datetime:
    """When the next step is due after reminder number `attempt` (from 1) was sent."""
    gaps = [later - earlier for earlier, later in itertools.pairwise(days)] or [WEEK.days]
    # After the last reminder there is time for an answer, as long as the longest wait before it.
    gap = gaps[attempt - 1] if attempt <= len(gaps) else max(gaps)
    day = sent.astimezone(place.zone).date() + timedelta(days=max(1, gap))
    return morning(day, place, plan)


def allowed_from(reminded: Sequence[datetime], now: datetime, place: Place, plan: Plan) -> datetime:
    """From when on the ceiling lets this person have another one; `now` when it does already."""
    moment = now
    today = now.astimezone(place.zone).date()
    if any(each.astimezone(place.zone).date() == today for each in reminded):
        moment = max(moment, morning(today + DAY, place, plan))
    lately = sorted(each for each in reminded if each > now - WEEK)
    if len(lately) >= plan.a_week:
        moment = max(moment, lately[-plan.a_week] + WEEK)
    return moment


def _own_minutes(place: Place, plan: Plan) -> timedelta:
    spread = min(SPREAD, (plan.end - plan.begin) * 60)
    # A prime spreads neighbours; people of one team have ids in a row.
    return timedelta(minutes=place.seed * 37 % spread)


def _at(day: date, hour: int, place: Place) -> datetime:
    """That hour of that day there, in UTC; an hour that a clock change leaves out is the one after it."""
    whole = datetime.combine(day, time(), place.zone)
    local = datetime.combine(day, time(hour), place.zone) if hour < 24 else whole + DAY
    return local.astimezone(UTC)
