"""Cronofy sessions out of stored tokens; refreshed tokens go back into the store."""

from __future__ import annotations

from functools import partial

from handlers.services import Services
from providers.cronofy import CronofySession, Tokens
from storage.grants import SERVICE_ACCOUNT
from storage.models import Grant


async def service_session(services: Services, company: int, *, patient: bool = False) -> CronofySession | None:
    """The company's own authorisation; None when there is none."""
    return await person_session(services, company, SERVICE_ACCOUNT, patient=patient)


async def person_session(
    services: Services, company: int, person: int, *, patient: bool = False
) -> CronofySession | None:
    """A person's authorisation; None when Cronofy is not configured or the person is not authorised."""
    grant = await services.store.grants.get(company, person) if services.cronofy else None
    return session_of(services, grant, patient=patient) if grant else None


def session_of(services: Services, grant: Grant, *, patient: bool = False) -> CronofySession:
    """The session that a stored grant opens."""
    tokens = Tokens(
        access_token=grant.access_token,
        refresh_token=grant.refresh_token,
        expires_at=grant.expires_at,
        sub=grant.sub,
    )
    return session_with(services, grant.company_id, grant.person_id, tokens, patient=patient)


def session_with(
    services: Services, company: int, person: int, tokens: Tokens, *, patient: bool = False
) -> CronofySession:
    """The session that tokens open; renewed ones are stored as this person's.

    `patient` is for work that nobody waits for: it waits for its turn and lets people go first.
    """
    if services.cronofy is None:
        raise ValueError("There are tokens, but Cronofy is not configured.")
    cronofy = services.cronofy.patiently() if patient else services.cronofy
    return cronofy.session(tokens, on_refresh=partial(save_tokens, services, company, person))


async def save_tokens(services: Services, company: int, person: int, tokens: Tokens) -> None:
    await services.store.grants.save_all(company, [token_row(person, tokens)])


def token_row(person: int, tokens: Tokens) -> dict[str, object]:
    """A row for Grants.save_all."""
    return {
        "person_id": person,
        "sub": tokens.sub,
        "access_token": tokens.access_token,
        "refresh_token": tokens.refresh_token,
        "expires_at": tokens.expires_at,
    }
