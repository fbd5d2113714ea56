"""Who gets the e-mail for hosts, with which providers, and why others do not."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from handlers.evidence import Judged, judge_everybody, value_of
from handlers.facts import PersonFact
from handlers.guide_rules import hosts_among
from handlers.messages import Person
from handlers.people import as_person
from handlers.readiness import Provider, State
from handlers.services import Services
from handlers.template import needs_account
from handlers.texts import label
from storage import models


class Left(StrEnum):
    """Why a host gets no e-mail."""

    CONNECTED = "connected"
    WAITING = "waiting"
    NOTHING_TO_DO = "nothing_to_do"
    OPTED_OUT = "opted_out"
    WRITTEN_TODAY = "written_today"
    REMINDED = "reminded"
    NO_ADDRESS = "no_address"
    SHARED = "shared"
    OUTSIDE = "outside"


REASONS: Mapping[Left, str] = {
    Left.CONNECTED: label("Connected already"),
    Left.WAITING: label("Somebody else has to act first"),
    Left.NOTHING_TO_DO: label("Nothing to do for them"),
    Left.OPTED_OUT: label("Asked not to be reminded"),
    Left.WRITTEN_TODAY: label("Got it today already"),
    Left.REMINDED: label("Reminded in the chat today already"),
    Left.NO_ADDRESS: label("No e-mail address in Personio"),
    Left.SHARED: label("An address that several people share"),
    Left.OUTSIDE: label("An address outside your company's domains"),
}
_BY_ADDRESS = {"missing": Left.NO_ADDRESS, "duplicate": Left.SHARED, "foreign_domain": Left.OUTSIDE}
_BY_STATE = {State.READY: Left.CONNECTED, State.WAITING: Left.WAITING}
_MAY_HAVE_A_STEP = frozenset({State.ACTION_NEEDED, State.UNKNOWN, State.STALE})


@dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody who gets it, with what applies to them."""

    person: Person
    providers: tuple[Provider, ...] = ()
    """Those that need a step of theirs."""
    at_once: tuple[Provider, ...] = ()


@dataclass(frozen=True, slots=True)
class Addressees:
    """Those who would get it, and how many would not, by the reason."""

    people: Sequence[Addressee] = ()
    left_out: Mapping[Left, int] = field(default_factory=dict)


async def addressees_of(
    services: Services, company: int, providers: Sequence[Provider], *, already: Collection[int], since: datetime
) -> Addressees:
    """Hosts with a step left; where no provider needs one, everybody who can use them at once."""
    rows = {row.id: row for row in await services.store.people.all(company)}
    reminded = await services.store.enrolments.reminded_since(company, list(rows), since)
    steps: dict[int, list[Provider]] = defaultdict(list)
    ready: dict[int, list[Provider]] = defaultdict(list)
    hosts: dict[int, Judged] = {}
    for provider in providers:
        own = await needs_account(services, company, provider)
        for one in hosts_among(await judge_everybody(services, company, provider)):
            hosts[one.person.id] = one
            if own and _has_a_step(one, services):
                steps[one.person.id].append(provider)
            elif not own and one.readiness.state is State.READY:
                ready[one.person.id].append(provider)
    wanted = steps or ready
    people: list[Addressee] = []
    left: Counter[Left] = Counter()
    for id, one in hosts.items():
        if reason := _why_not(one, rows[id], is_wanted=id in wanted, already=already, reminded=id in reminded):
            left[reason] += 1
        else:
            people.append(Addressee(as_person(rows[id]), tuple(steps[id]), tuple(ready[id])))
    return Addressees(sorted(people, key=lambda each: each.person.name), left)


def _has_a_step(one: Judged, services: Services) -> bool:
    """Where no system can be asked, nobody knows who has done it: they are told too."""
    state = one.readiness.state
    return state is State.ACTION_NEEDED if services.is_direct else state in _MAY_HAVE_A_STEP


def _why_not(
    one: Judged, row: models.Person, *, is_wanted: bool, already: Collection[int], reminded: bool
) -> Left | None:
    if row.id in already:
        return Left.WRITTEN_TODAY
    if not is_wanted:
        return _BY_STATE.get(one.readiness.state, Left.NOTHING_TO_DO)
    if row.opted_out_at is not None:
        return Left.OPTED_OUT
    if reminded:
        return Left.REMINDED
    if "@" not in row.email:
        return Left.NO_ADDRESS
    return _BY_ADDRESS.get(value_of(one.person.facts, PersonFact.ADDRESS))
