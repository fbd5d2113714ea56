"""Asks each system about many people at once, in as few calls as it allows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import TYPE_CHECKING

from handlers.evidence import Known
from handlers.facts import Facts, PersonFact, Source
from handlers.live_answers import of_google, of_goto, of_meet_everywhere, of_microsoft, of_zoom_user
from handlers.live_systems import Looked, meet, tried, zoom_app
from providers.base import ProviderError
from providers.google_types import GoogleAccount
from providers.goto_types import Standing
from providers.zoom_types import User
from storage.observations import NewObservation

if TYPE_CHECKING:
    from providers.google_meet import GoogleMeet
    from providers.goto import GoTo
    from providers.microsoft_teams import MicrosoftTeams
    from providers.zoom import Zoom

CHUNK = 64
"""People whose calendars are looked at together, and whose news are written in one transaction."""


async def zoom_crowd(zoom: Zoom, company: Facts, people: Sequence[Known]) -> AsyncIterator[Looked]:
    """The approval of the app each time, the users when somebody is due."""
    yield await tried(Source.ZOOM, zoom_app(zoom, company))
    if people:
        yield await tried(Source.ZOOM, _zoom_users(zoom, people))


async def _zoom_users(zoom: Zoom, people: Sequence[Known]) -> list[NewObservation]:
    users = {user.email: user async for page in zoom.users() for user in page}
    missing = (users.get(one.email, User(email=one.email, status="missing")) for one in people)
    return [each for one, user in zip(people, missing, strict=True) for each in of_zoom_user(one.id, user)]


async def goto_crowd(goto: GoTo, people: Sequence[Known]) -> AsyncIterator[Looked]:
    if people:
        yield await tried(Source.GOTO, _goto_users(goto, people))


async def _goto_users(goto: GoTo, people: Sequence[Known]) -> list[NewObservation]:
    keys = {user.email: user.key async for page in goto.users() for user in page}
    licences = await goto.licences()
    found: list[NewObservation] = []
    for one in people:
        key = keys.get(one.email)
        found += of_goto(one.id, licences.standing_of(key) if key else Standing.MISSING)
    return found


async def microsoft_crowd(microsoft: MicrosoftTeams, people: Sequence[Known]) -> AsyncIterator[Looked]:
    """Batch by batch; whoever is not answered about keeps what was known."""
    by_email: dict[str, list[Known]] = {}
    for one in people:
        by_email.setdefault(one.email, []).append(one)
    try:
        async for chunk in microsoft.accounts(list(by_email)):
            answered = {email: account for email, account in chunk.items() if not isinstance(account, ProviderError)}
            found = [
                each
                for email, account in answered.items()
                for one in by_email[email]
                for each in of_microsoft(one.id, account)
            ]
            yield Looked(Source.MICROSOFT, found, tuple(e for e in chunk.values() if isinstance(e, ProviderError)))
    except ProviderError as error:
        yield Looked(Source.MICROSOFT, problems=(error,))


async def google_crowd(
    google: GoogleMeet, people: Sequence[Known], *, everybody: Sequence[Known]
) -> AsyncIterator[Looked]:
    """The directory in one go, then each calendar in its owner's name."""
    if not people:
        return
    accounts: Mapping[str, GoogleAccount] = {}
    try:
        accounts = await _directory(google)
        found = [each for one in people for each in of_google(one.id, _account_of(accounts, one.email))]
        yield Looked(Source.GOOGLE, found)
    except ProviderError as error:
        yield Looked(Source.GOOGLE, problems=(error,))
    said = {one.id: one.facts[PersonFact.MEETINGS].value for one in everybody if PersonFact.MEETINGS in one.facts}
    for start in range(0, len(people), CHUNK):
        chunk = people[start : start + CHUNK]
        looks = [
            meet(google, one.id, _account_of(accounts, one.email) if accounts else None, one.email) for one in chunk
        ]
        seen = await asyncio.gather(*looks)
        found = [each for looked in seen for each in looked.found if each.fact == PersonFact.MEETINGS]
        said |= {each.subject: each.value for each in found}
        yield Looked(Source.GOOGLE, found, tuple(error for looked in seen for error in looked.problems))
    yield Looked(Source.GOOGLE, of_meet_everywhere(value == "allowed" for value in said.values()))


async def _directory(google: GoogleMeet) -> dict[str, GoogleAccount]:
    """Everybody by each of their addresses."""
    known: dict[str, GoogleAccount] = {}
    async for page in google.accounts():
        for account in page:
            known |= {address: account for address in (*account.aliases, account.primary)}
    return known


def _account_of(accounts: Mapping[str, GoogleAccount], email: str) -> GoogleAccount:
    found = accounts.get(email)
    return found.under(email) if found else GoogleAccount(email, found=False)
