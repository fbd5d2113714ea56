"""Which of the four systems can be asked about a company's people, and what each says about one person."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from handlers.evidence import value_of
from handlers.facts import CompanyFact, Facts, Source
from handlers.live_answers import of_google, of_goto, of_meet, of_microsoft, of_zoom_app, of_zoom_user
from handlers.services import Services
from providers.base import ProviderError, Unavailable
from providers.google_types import GoogleAccount
from storage.observations import NewObservation

if TYPE_CHECKING:
    from providers.google_meet import GoogleMeet
    from providers.goto import GoTo
    from providers.microsoft_teams import MicrosoftTeams
    from providers.zoom import Zoom

PERSON_WAITS = 8.0
"""Seconds that one system may hold up an answer."""
NAMES = {Source.ZOOM: "Zoom", Source.MICROSOFT: "Microsoft", Source.GOOGLE: "Google", Source.GOTO: "GoTo"}
MICROSOFT_CALENDARS = frozenset({"graph", "ews"})


@dataclass(frozen=True, slots=True)
class Looked:
    """What one system said, and what it did not answer."""

    source: Source
    found: list[NewObservation] = field(default_factory=list)
    problems: tuple[ProviderError, ...] = ()


@dataclass(frozen=True, slots=True)
class Systems:
    """Those that are configured; Microsoft and Google only where the company's calendar is theirs."""

    zoom: Zoom | None = None
    microsoft: MicrosoftTeams | None = None
    google: GoogleMeet | None = None
    goto: GoTo | None = None

    def patiently(self) -> Systems:
        """The same, for work that nobody waits for."""
        return Systems(
            zoom=self.zoom and self.zoom.patiently(),
            microsoft=self.microsoft and self.microsoft.patiently(),
            google=self.google and self.google.patiently(),
            goto=self.goto and self.goto.patiently(),
        )


def configured(services: Services) -> frozenset[Source]:
    """The systems that can be asked about people and their accounts."""
    systems = {
        Source.ZOOM: services.zoom,
        Source.MICROSOFT: services.microsoft,
        Source.GOOGLE: services.google,
        Source.GOTO: services.goto,
    }
    return frozenset(source for source, system in systems.items() if system is not None)


def systems_of(services: Services, company: Facts) -> Systems:
    """While the kind of calendar is not known, it is asked about if there is only one that it can be."""
    kind = value_of(company, CompanyFact.CALENDAR)
    microsoft = kind in MICROSOFT_CALENDARS or (not kind and services.google is None)
    google = kind == "google" or (not kind and services.microsoft is None)
    return Systems(
        zoom=services.zoom,
        microsoft=services.microsoft if microsoft else None,
        google=services.google if google else None,
        goto=services.goto,
    )


async def ask_about(
    systems: Systems, person: int, email: str, *, company: Facts, is_own: bool, patience: float = PERSON_WAITS
) -> list[Looked]:
    """Ask every system about one person at the same time; `is_own` is an address of the company's own domains."""
    looks: list[tuple[Source, Awaitable[Looked]]] = []
    if systems.zoom:
        looks.append((Source.ZOOM, tried(Source.ZOOM, zoom_app(systems.zoom, company))))
        looks.append((Source.ZOOM, tried(Source.ZOOM, _zoom_user(systems.zoom, person, email))))
    if systems.goto:
        looks.append((Source.GOTO, tried(Source.GOTO, _goto(systems.goto, person, email))))
    if systems.microsoft and is_own:
        looks.append((Source.MICROSOFT, _microsoft(systems.microsoft, person, email)))
    if systems.google and is_own:
        looks.append((Source.GOOGLE, _google(systems.google, person, email)))
    return list(await asyncio.gather(*(_in_time(source, look, patience) for source, look in looks)))


async def _in_time(source: Source, look: Awaitable[Looked], patience: float) -> Looked:
    """A person waits, and a look can be several calls, each of which may take its time."""
    try:
        async with asyncio.timeout(patience):
            return await look
    except TimeoutError:
        slow = Unavailable(NAMES[source], "looking up a user", reasons=("took too long",))
        return Looked(source, problems=(slow,))


async def tried(source: Source, answer: Awaitable[list[NewObservation]]) -> Looked:
    """What was found, or what went wrong instead."""
    try:
        return Looked(source, await answer)
    except ProviderError as error:
        return Looked(source, problems=(error,))


async def zoom_app(zoom: Zoom, company: Facts) -> list[NewObservation]:
    """For whom the app is approved now, seen beside what Zoom said before."""
    before = company.get(CompanyFact.ZOOM_APP)
    known = before.value if before and before.source is Source.ZOOM else ""
    return of_zoom_app(await zoom.cronofy_app(), before=known)


async def meet(google: GoogleMeet, person: int, account: GoogleAccount | None, email: str) -> Looked:
    """Nobody can be asked about in whose name there is no living account; one that is not known is tried."""
    if account and (not account.found or account.suspended or account.archived or account.mailbox_ready is False):
        return Looked(Source.GOOGLE)
    address = account.primary if account and account.primary else email

    async def answer() -> list[NewObservation]:
        return of_meet(person, await google.meet_possible(address))

    return await tried(Source.GOOGLE, answer())


async def _zoom_user(zoom: Zoom, person: int, email: str) -> list[NewObservation]:
    return of_zoom_user(person, await zoom.user(email))


async def _goto(goto: GoTo, person: int, email: str) -> list[NewObservation]:
    return of_goto(person, await goto.standing(email))


async def _microsoft(microsoft: MicrosoftTeams, person: int, email: str) -> Looked:
    try:
        account = await microsoft.account(email)
    except ProviderError as error:
        return Looked(Source.MICROSOFT, problems=(error,))
    return Looked(Source.MICROSOFT, of_microsoft(person, account), account.problems)


async def _google(google: GoogleMeet, person: int, email: str) -> Looked:
    """The directory and the calendar need different rights: one that is missing does not hide the other."""
    account: GoogleAccount | None = None
    problems: tuple[ProviderError, ...] = ()
    try:
        account = await google.account(email)
    except ProviderError as error:
        problems = (error,)
    found = of_google(person, account) if account else []
    seen = await meet(google, person, account, email)
    return Looked(Source.GOOGLE, [*found, *seen.found], (*problems, *seen.problems))
