"""Asks Zoom, Microsoft, Google and GoTo: about one person while they wait, and about everybody who hosts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime, timedelta

import structlog

from handlers.evidence import NO_HOST, Known, facts_of_everybody, stored_company_facts, value_of
from handlers.facts import ASKED, Facts, PersonFact, Seen, Source
from handlers.live_crowd import google_crowd, goto_crowd, microsoft_crowd, zoom_crowd
from handlers.live_systems import Looked, Systems, ask_about, configured, systems_of
from handlers.messages import Person
from handlers.services import Services
from providers.base import NotPermitted, ProviderError
from storage.observations import COMPANY, NewObservation

LOG = structlog.get_logger(__name__)
LOOK_AGAIN_AFTER = timedelta(hours=12)
"""How often somebody is looked at whom nobody asks about."""
FAILED, ANSWERED = "failed", "answered"
CASES = {Source.MICROSOFT: "bot-graph-forbidden", Source.GOOGLE: "bot-google-delegation"}
"""The case that explains why a system does not let Greenroom look."""


async def check_person(services: Services, person: Person) -> None:
    """Look at one person now; a system that does not answer changes nothing that is known, and hides no other."""
    if "@" not in person.email or not configured(services):
        return
    company = await stored_company_facts(services, person.company)
    systems = systems_of(services, company)
    is_own = await _is_own(services, person.company, person.email)
    looked = await ask_about(systems, person.id, person.email, company=company, is_own=is_own)
    found = [each for one in looked for each in one.found]
    await services.store.observations.save(person.company, found, services.now())
    await _say_whether_asked(services, person.company, person.id, looked)


async def check_everybody(services: Services, company: int) -> None:
    """Look at the company and at every host who was not looked at lately; what fails is written down, never raised."""
    known = await stored_company_facts(services, company)
    systems = systems_of(services, known).patiently()
    people = await _hosts(services, company)
    crowds = _crowds(services, systems, known, people)
    looked = await asyncio.gather(*(_through(services, company, crowd) for crowd in crowds))
    await _say_whether_asked(services, company, COMPANY, [each for several in looked for each in several])


def _crowds(
    services: Services, systems: Systems, company: Facts, people: Sequence[Known]
) -> Iterator[AsyncIterator[Looked]]:
    def due(source: Source, fact: PersonFact, *, own: bool = False) -> list[Known]:
        after = services.now() - LOOK_AGAIN_AFTER
        asked = [one for one in people if not own or value_of(one.facts, PersonFact.ADDRESS) != "foreign_domain"]
        return [one for one in asked if not _seen_by(one.facts.get(fact), source, after)]

    if systems.zoom:
        yield zoom_crowd(systems.zoom, company, due(Source.ZOOM, PersonFact.ZOOM_USER))
    if systems.goto:
        yield goto_crowd(systems.goto, due(Source.GOTO, PersonFact.GOTO_USER))
    if systems.microsoft:
        yield microsoft_crowd(systems.microsoft, due(Source.MICROSOFT, PersonFact.MAILBOX, own=True))
    if systems.google:
        yield google_crowd(systems.google, due(Source.GOOGLE, PersonFact.MAILBOX, own=True), everybody=people)


async def _through(services: Services, company: int, crowd: AsyncIterator[Looked]) -> list[Looked]:
    """Write what one system says as it says it; gives what it answered, without what it said."""
    told: list[Looked] = []
    async for looked in crowd:
        await services.store.observations.save(company, looked.found, services.now())
        # Somebody who could not be read among many who could is no failure of the system.
        told.append(Looked(looked.source, problems=() if looked.found else looked.problems))
    return told


async def _hosts(services: Services, company: int) -> list[Known]:
    """Everybody who hosts and can be asked about."""
    facts = [
        PersonFact.HOSTS,
        PersonFact.EMPLOYMENT,
        PersonFact.ADDRESS,
        PersonFact.MAILBOX,
        PersonFact.MEETINGS,
        PersonFact.ZOOM_USER,
        PersonFact.GOTO_USER,
    ]
    return [
        one
        for one in await facts_of_everybody(services, company, facts, unless=NO_HOST)
        if "@" in one.email
        and value_of(one.facts, PersonFact.HOSTS) == "yes"
        and value_of(one.facts, PersonFact.EMPLOYMENT) != "inactive"
    ]


async def _is_own(services: Services, company: int, email: str) -> bool:
    domains = (await services.store.companies.get(company)).domains
    return not domains or email.rpartition("@")[2] in domains


def _seen_by(seen: Seen | None, source: Source, after: datetime) -> bool:
    return seen is not None and seen.source is source and seen.observed_at > after


async def _say_whether_asked(services: Services, company: int, subject: int, looked: Sequence[Looked]) -> None:
    """Write down which system did not answer, and when it does again."""
    failed = {each.source: each.problems[0] for each in looked if each.problems}
    for source, error in failed.items():
        LOG.warning("live_check_failed", source=source.value, action=error.action, status=error.status)
    news = [_failure(subject, source, error) for source, error in failed.items()]
    answered = {each.source for each in looked} - failed.keys()
    open_failures = await failures(services, company, subject) if answered else {}
    news += [NewObservation(subject, ASKED, source, ANSWERED) for source in answered & open_failures.keys()]
    await services.store.observations.save(company, news, services.now())


def _failure(subject: int, source: Source, error: ProviderError) -> NewObservation:
    detail = {"advice": error.advice, "action": error.action}
    if isinstance(error, NotPermitted) and source in CASES:
        detail["error_key"] = CASES[source]
    return NewObservation(subject, ASKED, source, FAILED, detail)


async def failures(services: Services, company: int, subject: int) -> dict[Source, Seen]:
    """The systems that did not answer when they were last asked about this person, or about the company.

    One that is not configured any more is not missed.
    """
    there = configured(services)
    if not there:
        return {}
    newest: dict[Source, Seen] = {}
    for one in dict.fromkeys((COMPANY, subject)):
        for row in await services.store.observations.of(company, one):
            source = Source(row.source)
            known = newest.get(source)
            if row.fact == ASKED and (known is None or row.observed_at >= known.observed_at):
                newest[source] = Seen(row.value, source, row.observed_at, row.since, row.detail)
    return {source: seen for source, seen in newest.items() if seen.value == FAILED and source in there}
