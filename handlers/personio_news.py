"""Personio tells when people come, change and go: who hosts starts, who leaves stops, without waiting for a sync."""

from __future__ import annotations

import hashlib
from collections.abc import Collection

import structlog

from handlers.facts import PersonFact, Source
from handlers.roster import employment_of, sync_people, take_over
from handlers.services import Services
from providers.base import NotFound, ProviderError
from providers.personio import EVENTS, Personio
from providers.personio_types import Person, Webhook
from storage.observations import NewObservation

LOG = structlog.get_logger(__name__)
EVERYBODY = ""
"""Instead of a person's id: the news did not say whom it is about."""


def address_of(services: Services, company: int) -> str:
    """Where Personio tells us; nobody can guess it."""
    return f"{_ours(services)}{services.sign(f'personio-{company}')}"


def token_of(services: Services, company: int) -> str:
    """What Personio shows with each delivery."""
    return hashlib.sha256(services.sign(f"personio-token-{company}").encode()).hexdigest()


async def subscribe(services: Services, company: int) -> None:
    """Have Personio tell us, once; without the right to it, the next synchronisation finds everything as well."""
    if services.personio is None:
        return
    url, token = address_of(services, company), token_of(services, company)
    try:
        ours = [each for each in await services.personio.webhooks() if each.url.startswith(_ours(services))]
        good = [each for each in ours if _is_good(each, url)]
        for other in ours:
            if other not in good[:1]:
                await services.personio.delete_webhook(other.id)
        if not good:
            await services.personio.create_webhook(url=url, token=token)
    except ProviderError as error:
        LOG.info("personio_does_not_tell", status=error.status, reasons=error.reasons)


async def people_changed(services: Services, company: int, ids: Collection[str]) -> None:
    """News are hints, and can be old, doubled or forged: the truth is read from Personio."""
    if services.personio is None:
        return
    if EVERYBODY in ids:
        await sync_people(services, company)
        return
    source = services.personio.patiently()
    hosts = frozenset(await source.interview_hosts())
    found = {id: await _read(source, id) for id in ids}
    # Without the right to any attribute Personio sends bare ids, which say nothing about anybody.
    people = [person for person in found.values() if person and (person.email or person.name)]
    statuses = {person.id: await employment_of(source, person, is_host=True) for person in people}
    await take_over(services, company, people, hosts=hosts, statuses=statuses)
    await _let_go(services, company, [id for id, person in found.items() if person is None])


async def _read(source: Personio, id: str) -> Person | None:
    try:
        return await source.person(id)
    except NotFound:
        return None


async def _let_go(services: Services, company: int, deleted: Collection[str]) -> None:
    """Those whom Personio does not know any more have left."""
    if not deleted:
        return
    gone = [row.id for row in await services.store.people.all(company) if row.personio_id in deleted]
    seen = [NewObservation(person, PersonFact.EMPLOYMENT, Source.PERSONIO, "inactive") for person in gone]
    await services.store.observations.save(company, seen, services.now())
    await services.store.enrolments.stop(company, gone, services.now())


def _ours(services: Services) -> str:
    return f"{services.public_url}/webhooks/personio/"


def _is_good(webhook: Webhook, url: str) -> bool:
    return webhook.url == url and webhook.status == "enabled" and set(EVENTS) <= set(webhook.events)
