"""What becomes of each due reminder: a message, a later time, or the end; decided in batches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from handlers.evidence import company_facts, facts_of
from handlers.facts import Facts
from handlers.genuine import phrase
from handlers.moments import day_text
from handlers.nudge_card import Nudge, nudge_card
from handlers.readiness import Provider, Readiness, State, assess, path_for
from handlers.reminder_plan import WEEK, Place, Plan, allowed_from, following, good_moment, morning
from handlers.serialize import to_json
from handlers.services import Services
from storage.deliveries import NewDelivery
from storage.enrolments import Due
from storage.models import Account, Person
from storage.observations import COMPANY
from storage.pacing import Decision
from storage.states import ASKED_ENOUGH, CONNECTED, OPTED_OUT, STOPPED, UNREACHABLE

BATCH = 200
NUDGES = UUID("0f0a35bb-1a7d-4a63-9f0e-3f1f0d7f2a11")
"""The namespace from which a reminder's id is made out of its reason."""
LOOK_AGAIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Background:
    """What is the same for everybody of a company."""

    now: datetime
    company: int
    name: str
    plan: Plan
    facts: Facts
    phrase: str = ""
    askers: dict[int, str] = field(default_factory=dict)
    tells_hr: bool = False


@dataclass(frozen=True, slots=True)
class Sight:
    """One person whose reminder is due, and what is known of them."""

    due: Due
    facts: Facts
    reminded: Sequence[datetime]
    address: Account | None

    @property
    def is_wanted(self) -> bool:
        """They put the last one off until now."""
        until = self.due.enrolment.snoozed_until
        return until is not None and all(moment < until for moment in self.reminded)

    @property
    def place(self) -> Place:
        return place_of(self.due.person)


async def remind(services: Services) -> list[str]:
    """Write the messages that are due now; returns their ids, which are to be sent."""
    new: list[str] = []
    for company in await services.store.campaigns.companies_running():
        await services.store.campaigns.finish_and_resume(company, services.now())
        new += await _remind(services, company)
    return new


async def _remind(services: Services, company: int) -> Sequence[str]:
    now, store = services.now(), services.store
    room = await store.pacing.room(company, services.rates, now, BATCH)
    due = await store.enrolments.due(company, now, room) if room else ()
    if not due:
        return ()
    background = await _background(services, company, due)
    sights = await _sights(services, company, due)
    decisions = await _undisturbed(services, background, [(each, decide(each, background)) for each in sights])
    return await store.pacing.carry_out(decisions, services.rates, now)


async def _undisturbed(
    services: Services, background: Background, decided: Sequence[tuple[Sight, Decision]]
) -> list[Decision]:
    """Who wants silence gets the message after it; whoever asked for this moment gets it now."""
    asked = [sight.address for sight, each in decided if each.delivery and sight.address and not sight.is_wanted]
    silent = await services.silences(asked) if asked else {}
    return [
        _later(sight.due, good_moment(silent[person], sight.place, background.plan), "silence")
        if each.delivery and not sight.is_wanted and (person := sight.due.person.id) in silent
        else each
        for sight, each in decided
    ]


async def _background(services: Services, company: int, due: Sequence[Due]) -> Background:
    row = await services.store.companies.get(company)
    plan = Plan.from_json(row.reminders)
    askers = {each.campaign.asked_by for each in due}
    found = [await services.store.people.get(company, id) for id in askers if id is not None]
    return Background(
        now=services.now(),
        company=company,
        name=row.name,
        plan=plan,
        tells_hr=plan.tells_hr and not services.works_council,
        facts=await company_facts(services, company),
        phrase=phrase(services, company),
        askers={each.id: each.name for each in found if each},
    )


async def _sights(services: Services, company: int, due: Sequence[Due]) -> list[Sight]:
    people = [each.person.id for each in due]
    facts = await facts_of(services, company, people)
    enrolments = services.store.enrolments
    reminded = await enrolments.reminded_since(company, people, services.now() - WEEK)
    addresses = await enrolments.addresses(company, people, services.chats())
    return [
        Sight(each, facts.get(each.person.id, {}), reminded.get(each.person.id, ()), addresses.get(each.person.id))
        for each in due
    ]


def decide(sight: Sight, background: Background) -> Decision:
    """The first reason against a message decides; without any it is written."""
    due, now = sight.due, background.now
    enrolment, days = due.enrolment, due.campaign.days
    if due.person.opted_out_at is not None:
        return _end(due, OPTED_OUT)
    path = path_for(Provider(due.campaign.provider), background.facts)
    verdict = assess(path, background.facts, sight.facts, now=now)
    if decision := _not_now(sight, background, verdict):
        return decision
    if enrolment.attempt >= len(days):
        return _end(due, ASKED_ENOUGH)
    # What people asked for themselves, they get when they were told.
    allowed = now if sight.is_wanted else allowed_from(sight.reminded, now, sight.place, background.plan)
    moment = good_moment(allowed, sight.place, background.plan)
    if moment > now:
        return _later(due, moment, "hour" if allowed == now else "ceiling")
    if sight.address is None:
        return _end(due, UNREACHABLE, "no_account")
    return _message(sight, sight.address, background)


def _not_now(sight: Sight, background: Background, verdict: Readiness) -> Decision | None:
    due, now = sight.due, background.now
    match verdict.state:
        case State.READY:
            return _end(due, CONNECTED)
        case State.NOT_NEEDED:
            return _end(due, STOPPED, "not_needed")
        case State.PAUSED | State.WAITING:
            return _later(due, _next_look(sight, background), verdict.state.value)
        case State.UNKNOWN | State.STALE:
            # Never reminded as failing without evidence: the next synchronisation will tell.
            return _later(due, now + LOOK_AGAIN, verdict.state.value)
    return None


def _next_look(sight: Sight, background: Background) -> datetime:
    """The next working day, as early as reminders go out: nobody has to wait for long who is back."""
    tomorrow = background.now.astimezone(sight.place.zone).date() + timedelta(days=1)
    return morning(tomorrow, sight.place, background.plan)


def _message(sight: Sight, address: Account, background: Background) -> Decision:
    due = sight.due
    enrolment, person, days = due.enrolment, due.person, due.campaign.days
    asked_by = background.askers.get(due.campaign.asked_by or COMPANY, "")
    after = following(background.now, enrolment.attempt + 1, days, sight.place, background.plan)
    announces = background.tells_hr and bool(asked_by) and enrolment.attempt + 1 == len(days)
    nudge = Nudge(
        first_name=person.name.split(" ", 1)[0],
        language=person.language,
        provider=Provider(due.campaign.provider),
        asked_by=asked_by,
        company=background.name,
        number=enrolment.attempt + 1,
        most=len(days),
        told_on=day_text(after, person.timezone, person.language) if announces else "",
        phrase=background.phrase,
    )
    key = f"nudge:{enrolment.id}:{enrolment.written + 1}"
    delivery = NewDelivery(
        id=str(uuid5(NUDGES, f"{background.company}:{key}")),
        company_id=background.company,
        person_id=person.id,
        channel=address.channel,
        workspace=address.workspace,
        account=address.external_id,
        conversation="",
        reply=to_json(nudge_card(nudge)),
        key=key,
        language=person.language,
        enrolment_id=enrolment.id,
    )
    return replace(_as_it_is(due), delivery=delivery, next_at=after, announced=announces)


def place_of(person: Person) -> Place:
    return Place(person.timezone, person.office, person.id)


def _end(due: Due, state: str, reason: str = "") -> Decision:
    return replace(_as_it_is(due), end=state, reason=reason)


def _later(due: Due, moment: datetime, reason: str) -> Decision:
    return replace(_as_it_is(due), next_at=moment, reason=reason)


def _as_it_is(due: Due) -> Decision:
    row = due.enrolment
    return Decision(
        row.id, row.written, attempt=row.attempt, card=row.card, card_open=row.card_open, announced=row.announced
    )
