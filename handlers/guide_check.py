"""Looks at what a step of the guide rests on, and keeps everybody's card up to date."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import structlog

from handlers.discretion import sees_names
from handlers.evidence import judge_everybody
from handlers.guide_card import draw, numbered_title
from handlers.guide_rules import hosts_among
from handlers.guide_state import Survey, survey
from handlers.guide_steps import GuideStep
from handlers.live_checks import check_everybody
from handlers.messages import Event, Person, Reply, Status, Tone
from handlers.people import as_person
from handlers.readiness import Provider
from handlers.refresh import refresh_integration
from handlers.services import Services
from handlers.sync import ask_for_hosts, refresh_everybody
from handlers.texts import t
from providers.base import ProviderError

ASK_AGAIN_AFTER = timedelta(minutes=2)
KEPT_UP_TO_DATE = timedelta(days=3)
"""A card that nobody has touched for so long is brought up to date when somebody touches it."""
SHOWN_ELSEWHERE = frozenset({GuideStep.MEET, GuideStep.ZOOM_APP, GuideStep.MAILBOX})
"""Steps that Google, Zoom or Microsoft can be asked about, where they are configured."""
LOG = structlog.get_logger(__name__)


async def look(services: Services, company: int, provider: Provider, *, step: str = "") -> ProviderError | None:
    """Ask the systems about a step now; without one, only about the integration. Returns what went wrong."""
    if step in SHOWN_ELSEWHERE:
        await check_everybody(services, company)
    if not services.is_direct:
        return None
    problem = await refresh_integration(services, company)
    if problem is not None or step in ("", GuideStep.INTEGRATION):
        return problem
    try:
        if step == GuideStep.SYNCED:
            await ask_for_hosts(services, company, unless_asked_since=services.now() - ASK_AGAIN_AFTER)
        hosts = hosts_among(await judge_everybody(services, company, provider))
        await refresh_everybody(services, company, only={one.person.id for one in hosts})
    except ProviderError as error:
        return error
    return None


async def show(services: Services, event: Event, found: Survey, *, step: str = "") -> Reply:
    """The card for the person who asked; from now on it is theirs, and the others' cards follow."""
    person = event.person
    now = services.now()
    await services.store.setups.show(person.company, found.provider.value, person.id, card=event.answer, now=now)
    reply = draw(found, person.language, now, chosen=step)
    await _note_named(services, event, found, reply)
    return reply


async def _note_named(services: Services, event: Event, found: Survey, reply: Reply) -> None:
    """Whoever is named goes on record; of two with one name both do."""
    tested = {found.tried.host} if found.tried else set()
    hosts = {name for one in found.steps for name in one.missing} | tested - {""}
    words = str(reply).replace("\\", "")
    if named := {name for name in hosts if name in words}:
        rows = await services.store.people.all(event.person.company)
        services.trail.note(event, about=[row.id for row in rows if row.name in named])


async def redraw(services: Services, company: int, *, provider: str = "", but: int = 0) -> None:
    """Bring everybody's cards up to date, except one person's; what is open again is told in a new message."""
    surveys: dict[str, Survey] = {}
    for row in await services.store.setups.cards(company, provider):
        if row.person_id == but or services.now() - row.shown_at > KEPT_UP_TO_DATE:
            continue
        if row.provider not in surveys:
            surveys[row.provider] = await survey(services, company, Provider(row.provider))
        person = await services.store.people.get(company, row.person_id)
        if person is not None and as_person(person).is_admin and sees_names(services, as_person(person)):
            await _bring_up_to_date(services, as_person(person), surveys[row.provider], card=row.card)


async def watch(services: Services, company: int) -> None:
    """After every look at the company: have steps turned bad again?"""
    await redraw(services, company)


async def _bring_up_to_date(services: Services, person: Person, found: Survey, *, card: str) -> None:
    reply = draw(found, person.language, services.now())
    if not found.reopened:
        await services.outbox.send(person, reply, key=f"guide:{uuid4()}", replaces=card)
        return
    names = "; ".join(numbered_title(found, step, person.language) for step in found.reopened)
    news = t(
        "{provider}: a step is open again: {step}", person.language, provider=found.provider.display_name, step=names
    )
    sent = await services.outbox.send(person, (Status(Tone.WARNING, news), *reply), key=f"guide:{uuid4()}")
    if sent:
        await services.store.setups.show(person.company, found.provider.value, person.id, card=sent, now=services.now())
