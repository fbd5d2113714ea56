"""Asks the outside systems again, and writes down what they say; silence is never written as a no."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator

from handlers.access import person_session, service_session
from handlers.evidence import company_facts
from handlers.facts import CompanyFact, PersonFact, Source
from handlers.live_checks import check_person
from handlers.messages import Person
from handlers.own_accounts import OwnAccounts, own_accounts
from handlers.readiness import DEFAULT_POLICY, Provider
from handlers.services import Services
from providers.base import NotAuthorised, ProviderError
from providers.cronofy_types import (
    EWS,
    GO_TO,
    GRAPH,
    MS_TEAMS,
    ZOOM,
    CalendarProfile,
    ConferencingProfile,
    PersonAccount,
    ServiceAccount,
)
from storage.grants import SERVICE_ACCOUNT
from storage.observations import COMPANY, NewObservation

OWN_FACT = {
    Provider.ZOOM: PersonFact.ZOOM,
    Provider.TEAMS: PersonFact.TEAMS,
    Provider.GOTO: PersonFact.GOTO,
    Provider.GOOGLE_MEET: PersonFact.INTEGRATED,
}
"""The fact that says whether a person has done their part."""
CRONOFY_NAMES = {Provider.ZOOM: ZOOM, Provider.TEAMS: MS_TEAMS, Provider.GOTO: GO_TO}
WRONG_ACCOUNT = "auth-wrong-account"
"""The case of the knowledge: connected, but with an account that is not the person's own."""
MICROSOFT_365 = frozenset({"office365", "outlook_com"})


async def refresh_person(services: Services, person: Person) -> ProviderError | None:
    """Look at one person now, in every system that is configured.

    Returns what went wrong with the connection itself, in which case nothing was overwritten; what went wrong
    elsewhere is known to live_checks.failures.
    """
    problem, _ = await asyncio.gather(refresh_connection(services, person), check_person(services, person))
    return problem


async def refresh_connection(services: Services, person: Person) -> ProviderError | None:
    """Look at one person's calendar and video accounts, and at the integration if that was too long ago."""
    if services.cronofy is None:
        return None
    problem = await _refresh_old_integration(services, person.company)
    return await _refresh_account(services, person) or problem


async def _refresh_old_integration(services: Services, company: int) -> ProviderError | None:
    seen = (await company_facts(services, company)).get(CompanyFact.INTEGRATION)
    if seen and DEFAULT_POLICY.is_fresh(CompanyFact.INTEGRATION, seen, services.now()):
        return None
    return await refresh_integration(services, company)


async def _refresh_account(services: Services, person: Person) -> ProviderError | None:
    session = await person_session(services, person.company, person.id)
    if session is None:
        return None
    try:
        account = await session.person()
    except NotAuthorised:
        await services.store.grants.forget(person.company, person.id)  # so that it is asked for again
        gone = NewObservation(person.id, PersonFact.SYNC, Source.CRONOFY, "disconnected")
        await services.store.observations.save(person.company, [gone], services.now())
        return None
    except ProviderError as error:
        return error
    allowed = await own_accounts(services, person.company)
    found = [*person_observations(person.id, account, allowed), *calendar_observations([account])]
    await services.store.observations.save(person.company, found, services.now())
    return None


async def refresh_integration(services: Services, company: int) -> ProviderError | None:
    """Look at the company's calendar integration now; returns what went wrong."""
    if services.cronofy is None:
        return None
    session = await service_session(services, company)
    if session is None:
        inactive = NewObservation(COMPANY, CompanyFact.INTEGRATION, Source.CRONOFY, "inactive")
        await services.store.observations.save(company, [inactive], services.now())
        return None
    try:
        account = await session.service_account()
    except NotAuthorised:
        await services.store.grants.forget(company, SERVICE_ACCOUNT)
        withdrawn = NewObservation(COMPANY, CompanyFact.INTEGRATION, Source.CRONOFY, "inactive")
        await services.store.observations.save(company, [withdrawn], services.now())
        return None
    except ProviderError as error:
        return error
    await services.store.observations.save(company, company_observations(account), services.now())
    return None


def company_observations(account: ServiceAccount) -> list[NewObservation]:
    """What the company's own account says about the integration and the kind of calendar."""
    state = "active" if account.status in {"active", ""} else "needs_attention"
    detail = {"domain": account.domain} if account.domain else {}
    found = [NewObservation(COMPANY, CompanyFact.INTEGRATION, Source.CRONOFY, state, detail)]
    kind = calendar_kind(account.provider_name, account.provider_protocol)
    if kind:
        migration = {"migration_url": account.migration_url} if account.migration_url else {}
        found.append(NewObservation(COMPANY, CompanyFact.CALENDAR, Source.CRONOFY, kind, {**detail, **migration}))
    return found


def calendar_observations(accounts: Iterable[PersonAccount]) -> list[NewObservation]:
    """What people's calendars say about the company's: the company's own account often does not tell Graph from EWS."""
    for account in accounts:
        for profile in account.profiles or ():
            kind = calendar_kind(profile.provider_name, profile.provider_protocol, profile.provider_service)
            primary = profile.primary
            if not kind and primary and primary.integrated_conferencing:
                kind = "graph"  # a Microsoft calendar that brings Teams with it can only be reached through Graph
            if kind:
                detail = _without_empty(domain=account.email.rpartition("@")[2], migration_url=profile.migration_url)
                return [NewObservation(COMPANY, CompanyFact.CALENDAR, Source.CRONOFY, kind, detail)]
    return []


def calendar_kind(provider_name: str, protocol: str, service: str = "") -> str:
    """google, graph, ews or exchange; empty when it cannot be told."""
    if provider_name == "google":
        return "google"
    if protocol == GRAPH:
        return "graph"
    if protocol == EWS:
        return "ews" if {provider_name, service} & MICROSOFT_365 else "exchange"
    return ""


def person_observations(person: int, account: PersonAccount, allowed: OwnAccounts) -> list[NewObservation]:
    """What a person's own account says about their calendar and their conferencing."""
    return [
        NewObservation(person, fact, Source.CRONOFY, value, detail)
        for fact, value, detail in (*_calendar(account), *_conferencing(person, account, allowed))
    ]


Found = tuple[PersonFact, str, dict[str, str]]


def _calendar(account: PersonAccount) -> Iterator[Found]:
    if account.profiles is None:
        return
    if not account.profiles:
        yield PersonFact.SYNC, "absent", {}
        return
    # One connected calendar is enough; without any, the first one that says so explains why.
    profile = next((each for each in account.profiles if each.connected), account.profiles[0])
    if profile.connected is None:
        return
    yield PersonFact.SYNC, _sync_state(profile), _without_empty(relink_url=profile.relink_url, account=profile.name)
    primary = profile.primary
    if primary and primary.integrated_conferencing is not None:
        yield PersonFact.INTEGRATED, "yes" if primary.integrated_conferencing else "no", {}


def _sync_state(profile: CalendarProfile) -> str:
    if not profile.connected:
        return "disconnected"
    return "syncing" if profile.initial_sync_required else "synced"


def _conferencing(person: int, account: PersonAccount, allowed: OwnAccounts) -> Iterator[Found]:
    if account.conferencing is None:
        return
    for provider, name in CRONOFY_NAMES.items():
        profiles = account.conferencing_with(name)
        own = [each for each in profiles if allowed.belongs(person, account.email, each.name)]
        best = next((each for each in (*own, *profiles) if each.connected), profiles[0] if profiles else None)
        if best is None:
            yield OWN_FACT[provider], "absent", {}
        elif best.connected and best not in own:
            yield OWN_FACT[provider], "disconnected", {**_profile_detail(best), "error_key": WRONG_ACCOUNT}
        elif best.connected is not None:
            yield OWN_FACT[provider], "connected" if best.connected else "disconnected", _profile_detail(best)


def _profile_detail(profile: ConferencingProfile) -> dict[str, str]:
    return _without_empty(account=profile.name, profile_id=profile.profile_id, relink_url=profile.relink_url)


def _without_empty(**values: str) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}
