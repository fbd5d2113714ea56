"""Brings a company's people and their calendars up to date; every step is safe to repeat."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import datetime, timedelta

import structlog

from handlers.absences import sync_absences
from handlers.access import session_of
from handlers.access_requests import ask_for
from handlers.evidence import facts_of_everybody, value_of
from handlers.facts import Facts, PersonFact, Source
from handlers.live_checks import check_everybody
from handlers.newcomers import enrol_newcomers
from handlers.own_accounts import OwnAccounts, own_accounts
from handlers.personio_news import subscribe
from handlers.refresh import calendar_observations, person_observations, refresh_integration
from handlers.roster import sync_people
from handlers.services import Services
from providers.base import NotAuthorised, ProviderError
from providers.cronofy_types import PersonAccount
from storage.models import Grant
from storage.observations import NewObservation

LOG = structlog.get_logger(__name__)
ASK_AGAIN_AFTER = timedelta(days=1)
CHUNK = 64
"""People who are looked at together, and whose news are written in one transaction."""
CANNOT_BE_SYNCED = frozenset({"missing", "duplicate"})
"""Addresses with which nobody can be synchronised: asking Cronofy would tell nothing new."""


async def sync_company(services: Services, company: int) -> None:
    """Everything: people from Personio, the integration, calendars not asked for yet, news of the others.

    Raises ProviderError when an outside system does not answer; what was read until then stays.
    """
    problem: ProviderError | None = None
    try:
        await _sync_calendars(services, company)
    except ProviderError as error:
        problem = error  # the other systems can be asked all the same
    await check_everybody(services, company)
    await enrol_newcomers(services, company)
    if problem is not None:
        raise problem
    await services.store.companies.mark_synced(company, services.now())


async def _sync_calendars(services: Services, company: int) -> None:
    if services.personio is not None:
        await subscribe(services, company)
        await sync_people(services, company)
        await sync_absences(services, company)
    problem = await refresh_integration(services, company)
    if problem is not None:
        raise problem
    await refresh_everybody(services, company)
    await ask_for_hosts(services, company, unless_asked_since=services.now() - ASK_AGAIN_AFTER)


async def ask_for_hosts(services: Services, company: int, *, unless_asked_since: datetime) -> int:
    """Ask for the calendars of hosts who have none yet; returns how many."""
    people = await _without_calendar(services, company, before=unless_asked_since)
    await ask_for(services, company, people)
    return len(people)


async def refresh_everybody(services: Services, company: int, *, only: Collection[int] | None = None) -> None:
    """Look at everybody who is authorised, or at some; those who cannot be read keep what was known."""
    grants = await services.store.grants.of_people(company)
    if only is not None:
        grants = [grant for grant in grants if grant.person_id in only]
    for start in range(0, len(grants), CHUNK):
        chunk = grants[start : start + CHUNK]
        allowed = await own_accounts(services, company)
        seen = await asyncio.gather(*(_looked_at(services, grant) for grant in chunk))
        found = [each for grant, account in zip(chunk, seen, strict=True) for each in _news(grant, account, allowed)]
        for grant, account in zip(chunk, seen, strict=True):
            if isinstance(account, NotAuthorised):
                await services.store.grants.forget(company, grant.person_id)  # so that it is asked for again
        found += calendar_observations(account for account in seen if isinstance(account, PersonAccount))
        await services.store.observations.save(company, found, services.now())


async def _looked_at(services: Services, grant: Grant) -> PersonAccount | ProviderError:
    try:
        return await session_of(services, grant, patient=True).person()
    except ProviderError as error:
        return error


def _news(grant: Grant, account: PersonAccount | ProviderError, allowed: OwnAccounts) -> list[NewObservation]:
    match account:
        case PersonAccount():
            return person_observations(grant.person_id, account, allowed)
        case NotAuthorised():
            return [NewObservation(grant.person_id, PersonFact.SYNC, Source.CRONOFY, "disconnected")]
    LOG.warning("account_not_read", status=account.status)
    return []


async def _without_calendar(services: Services, company: int, *, before: datetime) -> list[tuple[int, str]]:
    """Hosts without an authorisation, with an address that can have one, who were last asked before then."""
    granted = {grant.person_id for grant in await services.store.grants.of_people(company)}
    facts = [PersonFact.HOSTS, PersonFact.EMPLOYMENT, PersonFact.ADDRESS, PersonFact.SYNC]
    return [
        (one.id, one.email)
        for one in await facts_of_everybody(services, company, facts)
        if one.id not in granted and _should_be_synced(one.facts) and _was_asked_before(one.facts, before)
    ]


def _should_be_synced(facts: Facts) -> bool:
    hosts = value_of(facts, PersonFact.HOSTS) == "yes"
    gone = value_of(facts, PersonFact.EMPLOYMENT) == "inactive"
    return hosts and not gone and value_of(facts, PersonFact.ADDRESS) not in CANNOT_BE_SYNCED


def _was_asked_before(facts: Facts, moment: datetime) -> bool:
    asked = facts.get(PersonFact.SYNC)
    return asked is None or asked.observed_at < moment
