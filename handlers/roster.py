"""Takes over from Personio who works here and who hosts interviews."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from handlers.facts import PersonFact, Source
from handlers.services import Services
from providers import personio
from storage import models
from storage.observations import NewObservation
from storage.people import PersonRecord
from storage.references import mark

EMPLOYMENTS = {"active": "active", "onboarding": "onboarding", "leave": "leave", "inactive": "inactive"}
LANGUAGES = {"en": "en", "english": "en", "fr": "fr", "french": "fr", "de": "de", "german": "de"}


async def sync_people(services: Services, company: int) -> None:
    """Read everybody, then write: a failure in the middle leaves what was known."""
    if services.personio is None:
        return
    source = services.personio.patiently()
    hosts = frozenset(await source.interview_hosts())
    people = [person async for page in source.persons() for person in page]
    statuses = {person.id: await employment_of(source, person, is_host=person.id in hosts) for person in people}
    await take_over(services, company, people, hosts=hosts, statuses=statuses)


async def take_over(
    services: Services,
    company: int,
    people: Sequence[personio.Person],
    *,
    hosts: frozenset[str],
    statuses: Mapping[str, str],
) -> None:
    """Write what Personio says of these people, and let those in peace who have left."""
    settings = await services.store.companies.get(company)
    erased = await services.store.personal.stay_away(company)
    people = [each for each in people if mark(each.id) not in erased or statuses[each.id].lower() == "active"]
    await services.store.people.save(company, [_record(person, settings) for person in people])
    rows = await services.store.people.all(company)
    ids = {row.personio_id: row.id for row in rows if row.personio_id}
    shared = Counter(row.email for row in rows if row.personio_id)
    found = list(_observations(people, ids, hosts=hosts, statuses=statuses, domains=settings.domains, shared=shared))
    await services.store.observations.save(company, found, services.now())
    left = [each.subject for each in found if (each.fact, each.value) == (PersonFact.EMPLOYMENT, "inactive")]
    if left:
        await services.store.enrolments.stop(company, left, services.now())


async def employment_of(source: personio.Personio, person: personio.Person, *, is_host: bool) -> str:
    """The state of somebody's employment; asked one by one only for hosts, and only if the list does not say."""
    if person.status or not is_host:
        return person.status
    employments = await source.employments(person.id)
    return employments[0].status if employments else ""


def _record(person: personio.Person, settings: models.Company) -> PersonRecord:
    return PersonRecord(
        personio_id=person.id,
        email=person.email.lower(),
        name=person.name or person.email,
        language=LANGUAGES.get(person.language.lower(), settings.language),
        timezone=person.timezone or settings.timezone,
        office=person.office,
        department=person.department,
    )


def _observations(
    people: Sequence[personio.Person],
    ids: Mapping[str, int],
    *,
    hosts: frozenset[str],
    statuses: Mapping[str, str],
    domains: Sequence[str],
    shared: Mapping[str, int],
) -> Iterable[NewObservation]:
    for person in people:
        id = ids[person.id]
        yield NewObservation(id, PersonFact.HOSTS, Source.PERSONIO, "yes" if person.id in hosts else "no")
        address = _address(person.email.lower(), shared, domains)
        yield NewObservation(id, PersonFact.ADDRESS, Source.PERSONIO, address)
        employment = EMPLOYMENTS.get(statuses[person.id].lower())
        if employment:
            yield NewObservation(id, PersonFact.EMPLOYMENT, Source.PERSONIO, employment)


def _address(email: str, shared: Mapping[str, int], domains: Sequence[str]) -> str:
    if "@" not in email:
        return "missing"
    if shared[email] > 1:
        return "duplicate"
    return "foreign_domain" if domains and email.rpartition("@")[2] not in domains else "ok"
