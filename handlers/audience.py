"""Whom a campaign would reach, who is left out and why, and when each one would get the first message."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from handlers.evidence import company_facts, facts_of, value_of
from handlers.facts import Facts, PersonFact
from handlers.readiness import Provider, Readiness, State, assess, path_for
from handlers.refresh import OWN_FACT
from handlers.reminder_plan import WEEK, Place, Plan, allowed_from, good_moment
from handlers.services import Services
from handlers.texts import label
from storage.models import Account, Person

EVERYBODY = frozenset({"", "everyone", "everybody", "all", "pending"})


class Reason(StrEnum):
    """Why somebody gets no message."""

    CONNECTED = "connected"
    LEFT = "left"
    LEAVE = "leave"
    NOT_HOSTING = "not_hosting"
    OPTED_OUT = "opted_out"
    SNOOZED = "snoozed"
    WAITING = "waiting"
    CALENDAR_LOST = "calendar_lost"
    UNKNOWN = "unknown"
    REMINDED = "reminded"
    ASKED_TODAY = "asked_today"
    CEILING = "ceiling"
    UNREACHABLE = "unreachable"


REASONS: Mapping[Reason, str] = {
    Reason.CONNECTED: label("Connected already"),
    Reason.LEFT: label("Left the company"),
    Reason.LEAVE: label("On leave"),
    Reason.NOT_HOSTING: label("Hosts no interviews"),
    Reason.OPTED_OUT: label("Asked not to be reminded"),
    Reason.SNOOZED: label("Put it off themselves"),
    Reason.WAITING: label("Somebody else has to act first"),
    Reason.CALENDAR_LOST: label("Has to reconnect the calendar first"),
    Reason.UNKNOWN: label("Too little is known"),
    Reason.REMINDED: label("Is being reminded already"),
    Reason.ASKED_TODAY: label("Asked today already"),
    Reason.CEILING: label("Asked often enough this week"),
    Reason.UNREACHABLE: label("Not reachable in a chat"),
}


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who would get a message, and when."""

    person: Person
    first_at: datetime


@dataclass(frozen=True, slots=True)
class Audience:
    """The result of a rehearsal."""

    members: Sequence[Member] = ()
    left_out: Mapping[Reason, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wish:
    """Whom an admin wants to reach."""

    provider: Provider
    group: str = ""
    """The name of a department or an office, or several with commas between; empty for everybody."""
    people: Collection[int] = ()
    """Only these; empty for everybody."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What the choice rests on, read at once for everybody."""

    facts: Mapping[int, Facts]
    being_reminded: Collection[int]
    reminded: Mapping[int, Sequence[datetime]]
    addresses: Mapping[int, Account]


async def audience_of(services: Services, company: int, wish: Wish, *, starts_at: datetime) -> Audience:
    """Judge everybody the wish names, as the ticker will do it again before each message."""
    rows = [row for row in await services.store.people.all(company) if _is_named(row, wish)]
    ids = [row.id for row in rows]
    enrolments = services.store.enrolments
    known = _Known(
        facts=await facts_of(services, company, ids),
        being_reminded=await enrolments.being_reminded(company, wish.provider),
        reminded=await enrolments.reminded_since(company, ids, services.now() - WEEK),
        addresses=await enrolments.addresses(company, ids, services.chats()),
    )
    plan = Plan.from_json((await services.store.companies.get(company)).reminders)
    of_company = await company_facts(services, company)
    path = path_for(wish.provider, of_company)
    verdicts = {row.id: assess(path, of_company, known.facts.get(row.id, {}), now=services.now()) for row in rows}
    own = OWN_FACT[wish.provider]
    reasons = {row.id: _why_not(row, verdicts[row.id], known, plan, services.now(), own) for row in rows}
    members = [
        Member(row, good_moment(starts_at, place, plan))
        for row in rows
        if reasons[row.id] is None and (place := Place(row.timezone, row.office, row.id))
    ]
    return Audience(
        members=sorted(members, key=lambda one: (one.first_at, one.person.name)),
        left_out=Counter(reason for reason in reasons.values() if reason is not None),
    )


async def groups_of(services: Services, company: int) -> list[str]:
    """The departments and offices that people can be named by."""
    rows = await services.store.people.all(company)
    return sorted({name for row in rows for name in (row.department, row.office) if name})


def _is_named(row: Person, wish: Wish) -> bool:
    if wish.people and row.id not in wish.people:
        return False
    names = {row.department.casefold(), row.office.casefold()}
    return not wish.group or bool(names & {part.casefold() for part in wish.group.split(",")})


def _why_not(
    row: Person, verdict: Readiness, known: _Known, plan: Plan, now: datetime, own: PersonFact
) -> Reason | None:
    facts = known.facts.get(row.id, {})
    if reason := _by_state(verdict, facts):
        return reason
    if value_of(facts, own) == "connected":
        return Reason.CALENDAR_LOST
    if row.opted_out_at is not None:
        return Reason.OPTED_OUT
    if row.id in known.being_reminded:
        return Reason.REMINDED
    if row.id not in known.addresses:
        return Reason.UNREACHABLE
    reminded = known.reminded.get(row.id, ())
    place = Place(row.timezone, row.office, row.id)
    if any(moment > now - timedelta(days=1) for moment in reminded):
        return Reason.ASKED_TODAY
    return Reason.CEILING if allowed_from(reminded, now, place, plan) > now else None


def _by_state(verdict: Readiness, facts: Facts) -> Reason | None:
    match verdict.state:
        case State.READY:
            return Reason.CONNECTED
        case State.NOT_NEEDED:
            gone = value_of(facts, PersonFact.EMPLOYMENT) == "inactive"
            return Reason.LEFT if gone else Reason.NOT_HOSTING
        case State.PAUSED:
            return Reason.SNOOZED if verdict.fact == PersonFact.PAUSED else Reason.LEAVE
        case State.WAITING:
            return Reason.WAITING
        case State.UNKNOWN | State.STALE:
            return Reason.UNKNOWN
    return None
