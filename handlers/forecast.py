"""Runs a campaign's plan with a fast clock: what would go out on which day if nobody answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from handlers.audience import Member
from handlers.reminder_plan import Place, Plan, allowed_from, following, good_moment


@dataclass(frozen=True, slots=True)
class Planned:
    """One message that would be sent."""

    person: int
    number: int
    """1 is the first message."""
    moment: datetime


@dataclass(frozen=True, slots=True)
class Day:
    """One day's messages, by their number in the plan."""

    day: date
    by_number: dict[int, int]

    @property
    def total(self) -> int:
        return sum(self.by_number.values())


def forecast(members: Sequence[Member], plan: Plan) -> list[Planned]:
    """Every message to everybody, in the order of time."""
    planned = [each for one in members for each in _of_person(one, plan)]
    return sorted(planned, key=lambda each: (each.moment, each.person))


def by_day(planned: Sequence[Planned], timezone: str) -> list[Day]:
    """Counted by the reader's days."""
    zone = ZoneInfo(timezone)
    days: dict[date, Counter[int]] = {}
    for each in planned:
        days.setdefault(each.moment.astimezone(zone).date(), Counter())[each.number] += 1
    return [Day(day, dict(counts)) for day, counts in sorted(days.items())]


def _of_person(one: Member, plan: Plan) -> Iterator[Planned]:
    place = Place(one.person.timezone, one.person.office, one.person.id)
    moment = one.first_at.astimezone(UTC)
    sent: list[datetime] = []
    for number in range(1, len(plan.days) + 1):
        while (later := good_moment(allowed_from(sent, moment, place, plan), place, plan)) > moment:
            moment = later
        yield Planned(one.person.id, number, moment)
        sent.append(moment)
        moment = following(moment, number, plan.days, place, plan)
