"""Asks Cronofy for people's calendars, and takes the answers, which come later and one by one."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog

from handlers.access import service_session, session_with, token_row
from handlers.facts import PersonFact, Source
from handlers.own_accounts import OwnAccounts, own_accounts
from handlers.refresh import calendar_observations, person_observations
from handlers.services import Services
from providers.base import ProviderError
from providers.cronofy import PERSON_SCOPE, PersonRequest, Tokens
from providers.cronofy_callbacks import AuthorisationResult
from providers.cronofy_types import PersonAccount
from storage.observations import NewObservation

LOG = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A card in the chat that shows what comes of a request, and the provider that it is about."""

    card: str
    provider: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """Cronofy's answer about one person, the exact address that it came to, and who waits for it."""

    person: int
    result: AuthorisationResult
    address: str
    waiting: Waiting | None = None


async def ask_for(
    services: Services, company: int, people: Sequence[tuple[int, str]], *, waiting: Waiting | None = None
) -> None:
    """Ask for the calendars of people, given by id and address; the answers can come before this returns."""
    session = await service_session(services, company)
    if session is None or not people:
        return
    requests = [
        PersonRequest(
            email=email, callback_url=callback_address(services, company, person, waiting), scope=PERSON_SCOPE
        )
        for person, email in people
    ]
    asked_at = services.now()
    refused = {each.request.callback_url: each.reasons for each in await session.authorise_people(requests)}
    asked = [
        _refused(person, refused[request.callback_url])
        if request.callback_url in refused
        else NewObservation(person, PersonFact.SYNC, Source.CRONOFY, "requested")
        for (person, _), request in zip(people, requests, strict=True)
    ]
    await services.store.observations.save(company, asked, asked_at)


async def accept(services: Services, company: int, arrivals: Sequence[Arrival]) -> None:
    """Take the answers about some people: tokens, first news, and a channel for later news."""
    news = await asyncio.gather(*(_accepted(services, company, arrival) for arrival in arrivals))
    tokens = {one.person: one.tokens for one in news if one.tokens is not None}
    await services.store.grants.save_all(company, [token_row(person, each) for person, each in tokens.items()])
    allowed = await own_accounts(services, company)
    found = [observation for one in news for observation in one.observations(allowed)]
    found += calendar_observations(one.account for one in news if one.account is not None)
    await services.store.observations.save(company, found, services.now())
    await _watch(services, company, tokens)


def callback_address(services: Services, company: int, person: int, waiting: Waiting | None = None) -> str:
    """Where Cronofy tells about this person, and whom that reminds of what: nobody else can make such an address."""
    told = f"{company}-{person}" + (f"-{waiting.provider}-{waiting.card}" if waiting else "")
    return f"{services.public_url}/webhooks/cronofy/{services.sign(told)}"


@dataclass(frozen=True, slots=True)
class _News:
    person: int
    tokens: Tokens | None = None
    account: PersonAccount | None = None
    failure: NewObservation | None = None

    def observations(self, allowed: OwnAccounts) -> list[NewObservation]:
        if self.failure is not None:
            return [self.failure]
        return person_observations(self.person, self.account, allowed) if self.account else []


async def _accepted(services: Services, company: int, arrival: Arrival) -> _News:
    person, result = arrival.person, arrival.result
    if services.cronofy is None or not result.code:
        return _News(person, failure=_failed(person, result))
    try:
        tokens = (await services.cronofy.patiently().exchange(result.code, redirect_uri=arrival.address)).tokens
    except ProviderError as error:
        # It stays "requested", so it is asked for again.
        LOG.warning("authorisation_not_finished", status=error.status)
        return _News(person)
    try:
        return _News(person, tokens, await session_with(services, company, person, tokens, patient=True).person())
    except ProviderError as error:
        LOG.warning("account_not_read", status=error.status)
        return _News(person, tokens)


def _refused(person: int, reasons: Sequence[str]) -> NewObservation:
    return NewObservation(person, PersonFact.SYNC, Source.CRONOFY, "failed", {"error": "; ".join(reasons)})


def _failed(person: int, result: AuthorisationResult) -> NewObservation:
    detail = {"error_key": result.error_key or result.error, "error": result.error_description}
    said = {name: value for name, value in detail.items() if value}
    return NewObservation(person, PersonFact.SYNC, Source.CRONOFY, "failed", said)


async def _watch(services: Services, company: int, tokens: Mapping[int, Tokens]) -> None:
    """Ask Cronofy to tell about later disconnections of these people; without it only the next look finds them."""
    channels = await asyncio.gather(*(_channel(services, company, each, one) for each, one in tokens.items()))
    await services.store.grants.save_channels(company, {person: id for person, id in channels if id})


async def _channel(services: Services, company: int, person: int, tokens: Tokens) -> tuple[int, str]:
    session = session_with(services, company, person, tokens, patient=True)
    try:
        return person, (await session.create_channel(callback_address(services, company, person))).id
    except ProviderError as error:
        LOG.warning("channel_not_opened", status=error.status)
        return person, ""
