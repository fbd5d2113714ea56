"""Test interviews: a real event in a host's calendar, its link waited for and looked at, and the event deleted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import uuid4
from zoneinfo import ZoneInfo

import structlog

from handlers.access import person_session
from handlers.access_requests import callback_address
from handlers.evidence import company_facts, judge
from handlers.facts import CompanyFact, PersonFact, Source
from handlers.findings import NOT_AUTHENTICATED
from handlers.guide_state import path_name
from handlers.messages import Person
from handlers.people import as_person
from handlers.readiness import Path, Provider, needs_own_account, path_for
from handlers.refresh import CRONOFY_NAMES, OWN_FACT, refresh_person
from handlers.services import Services
from handlers.texts import t
from providers.base import Invalid, NotFound, ProviderError
from providers.cronofy import CronofySession
from providers.cronofy_types import CalendarEvent, EventDraft, PersonAccount
from storage.models import Proof
from storage.observations import COMPANY, NewObservation
from storage.proofs import FAILED, PROVEN

AT_A_TIME = 5
PATIENCE = timedelta(minutes=3)
"""How long a link is waited for."""
LENGTH = timedelta(minutes=15)
NIGHT = 4
"""The hour of the host's day at which nobody works."""
LINK_PROVIDERS = {
    Provider.GOOGLE_MEET: frozenset({"google_meet", "google", "hangouts_meet"}),
    Provider.ZOOM: frozenset({"zoom"}),
    Provider.TEAMS: frozenset({"ms_teams", "teams", "microsoft_teams"}),
    Provider.GOTO: frozenset({"go_to", "gotomeeting", "goto"}),
}
"""What Cronofy calls the provider of a link; the integrated ones are not documented, so likely names count too."""
LOG = structlog.get_logger(__name__)


class Cannot(Exception):
    """The test interview did not work, and why: a case of the knowledge, a reason, or the host of a wrong link."""

    def __init__(self, cause: str = "", *, reason: str = "", wrong_host: str = "") -> None:
        super().__init__(cause or reason or wrong_host)
        self.cause, self.reason, self.wrong_host = cause, reason, wrong_host


async def start(services: Services, asker: Person, provider: Provider, hosts: Sequence[int], *, card: str) -> str:
    """Queue test interviews of these hosts and begin with the first; returns the run."""
    run, path = str(uuid4()), path_for(provider, await company_facts(services, asker.company))
    rows = [
        {
            "id": str(uuid4()),
            "run": run,
            "company_id": asker.company,
            "person_id": host,
            "asker_id": asker.id,
            "provider": provider.value,
            "path": path_name(path),
            "card": card,
        }
        for host in hosts
    ]
    await services.store.proofs.add(rows, services.now())
    await advance(services, asker.company, run)
    return run


async def advance(services: Services, company: int, run: str) -> None:
    """Begin with the next ones, a few at a time."""
    for proof in await services.store.proofs.claim(company, run, AT_A_TIME, services.now()):
        await _begin(services, proof)


async def look(services: Services, proof: Proof, *, failing: bool = False) -> bool:
    """Is the link there? Says whether this test interview is over; `failing`: Cronofy says that none will come."""
    session = await person_session(services, proof.company_id, proof.person_id)
    if session is None or proof.starts_at is None:
        return await _fail(services, proof, Cannot("organizer-not-selectable"))
    try:
        event = await _event(session, proof)
    except ProviderError as error:
        LOG.warning("test_interview_not_read", status=error.status)
        return False
    if event is not None and event.join_url:
        await _delete(session, proof)
        return await _judge(services, proof, event)
    begun = proof.begun_at or proof.created_at
    if not failing and services.now() - begun < PATIENCE:
        return False
    await _delete(session, proof)
    return await _fail(services, proof, Cannot())


def at_night(now: datetime, timezone: str) -> datetime:
    """Outside working hours: early in the morning where the host lives, at least an hour from now."""
    local = now.astimezone(ZoneInfo(timezone))
    night = local.replace(hour=NIGHT, minute=0, second=0, microsecond=0)
    return night if night - local > timedelta(hours=1) else night + timedelta(days=1)


async def _begin(services: Services, proof: Proof) -> None:
    row = await services.store.people.get(proof.company_id, proof.person_id)
    session = await person_session(services, proof.company_id, proof.person_id)
    try:
        if row is None or session is None:
            raise Cannot("organizer-not-selectable")
        await _write(services, proof, as_person(row), session)
    except Cannot as outcome:
        await _fail(services, proof, outcome)
    except ProviderError as error:
        LOG.warning("test_interview_not_made", status=error.status)
        await _fail(services, proof, Cannot(reason=error.advice))


async def _write(services: Services, proof: Proof, host: Person, session: CronofySession) -> None:
    account = await session.person()
    calendar = next((each.primary for each in account.profiles or () if each.connected and each.primary), None)
    if calendar is None:
        raise Cannot("organizer-not-selectable")
    starts_at = at_night(services.now(), host.timezone)
    await services.store.proofs.note(proof.id, calendar_id=calendar.id, starts_at=starts_at)
    draft = EventDraft(
        event_id=proof.id,
        summary=t("Greenroom: test interview", host.language),
        description=t("This only tests that video interviews work. It is deleted again at once.", host.language),
        start=starts_at,
        end=starts_at + LENGTH,
        conferencing=_conferencing(proof, account),
        notify_url=callback_address(services, proof.company_id, proof.person_id),
        private=True,
    )
    try:
        await session.upsert_event(calendar.id, draft)
    except Invalid as refused:
        raise Cannot(_WITHOUT_LINK.get(proof.path, "")) from refused


_WITHOUT_LINK = {
    Path.GOOGLE_MEET.value: "meet-service-off",
    Path.TEAMS_GRAPH.value: "teams-licence-missing",
    path_name(None): "which-integration-type",
}
"""What it means when the calendar itself offers no conference."""


def _conferencing(proof: Proof, account: PersonAccount) -> str:
    """The host's own account, or what comes with the calendar."""
    if proof.path == path_name(None) or not needs_own_account(Path(proof.path)):
        return "integrated"
    mine = account.conferencing_with(CRONOFY_NAMES[Provider(proof.provider)])
    profile = next((each for each in mine if each.connected), None)
    if profile is None:
        raise Cannot(NOT_AUTHENTICATED[Path(proof.path)])
    return profile.profile_id


async def _event(session: CronofySession, proof: Proof) -> CalendarEvent | None:
    if proof.starts_at is None:
        return None
    day = timedelta(days=1)
    async for event in session.events(start=proof.starts_at - day, end=proof.starts_at + day):
        if event.event_id == proof.id:
            return event
    return None


async def _delete(session: CronofySession, proof: Proof) -> None:
    try:
        await session.delete_event(proof.calendar_id, proof.id)
    except NotFound:
        return
    except ProviderError as error:
        LOG.warning("test_interview_not_deleted", status=error.status)


async def _judge(services: Services, proof: Proof, event: CalendarEvent) -> bool:
    provider, host = Provider(proof.provider), urlsplit(event.join_url).hostname or ""
    if event.conferencing_provider and event.conferencing_provider not in LINK_PROVIDERS[provider]:
        return await _fail(services, proof, Cannot(wrong_host=host))
    detail = {"provider": event.conferencing_provider, "host": host}
    if not await services.store.proofs.settle(proof.id, PROVEN, detail=detail, now=services.now()):
        return True
    await services.store.observations.save(proof.company_id, _seen(proof, detail), services.now())
    if proof.path == path_name(None):
        await services.store.proofs.note(proof.id, path=Path.TEAMS_GRAPH.value)
    return True


def _seen(proof: Proof, detail: dict[str, str]) -> list[NewObservation]:
    """What a test interview that worked says."""
    provider, person, source = Provider(proof.provider), proof.person_id, Source.TEST_INTERVIEW
    if proof.path != path_name(None) and needs_own_account(Path(proof.path)):
        return [NewObservation(person, OWN_FACT[provider], source, "connected", dict(detail))]
    kind = "google" if provider is Provider.GOOGLE_MEET else "graph"
    return [
        NewObservation(person, PersonFact.INTEGRATED, source, "yes", dict(detail)),
        NewObservation(COMPANY, CompanyFact.CALENDAR, source, kind),
    ]


async def _fail(services: Services, proof: Proof, outcome: Cannot) -> bool:
    """The cause, if one is known: what the host's own evidence says comes first."""
    row = await services.store.people.get(proof.company_id, proof.person_id)
    cause = outcome.cause
    if row is not None and not (cause or outcome.reason or outcome.wrong_host):
        await refresh_person(services, as_person(row))
        cause = (await judge(services, proof.company_id, row.id, Provider(proof.provider))).cause
    detail = {"cause": cause, "reason": outcome.reason, "wrong_host": outcome.wrong_host}
    await services.store.proofs.settle(proof.id, FAILED, detail=detail, now=services.now())
    return True
