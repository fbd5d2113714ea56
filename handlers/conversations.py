"""Every conversation, and the way into them: `answer` checks the role and turns faults into advice."""

from __future__ import annotations

import structlog

from handlers import (
    about,
    calendar,
    campaign,
    campaign_control,
    changes,
    connect,
    dashboard,
    diagnose,
    genuine,
    guide,
    handover,
    handover_reminders,
    held,
    help,
    interviewers,
    lists,
    mailing,
    nudges,
    own_data,
    people_sheet,
    proof,
    reach,
    reminder_settings,
    roles,
    sightings,
    status,
    sync_import,
    teams_path,
    template,
    unsure,
)
from handlers.discretion import is_kept_back, kept_back
from handlers.faults import fault
from handlers.messages import Event, Reply, Text
from handlers.router import EVERYBODY, Route, Router
from handlers.services import Services
from handlers.texts import t
from providers.base import ProviderError

LOG = structlog.get_logger(__name__)

# Where order is meaning the list is explicit; a conversation is one file and one entry here.
ROUTER = Router()
for conversation in (
    help,
    connect,
    status,
    dashboard,
    people_sheet,
    reach,
    lists,
    calendar,
    campaign,
    campaign_control,
    reminder_settings,
    nudges,
    interviewers,
    guide,
    handover,
    handover_reminders,
    proof,
    diagnose,
    sync_import,
    teams_path,
    template,
    mailing,
    about,
    changes,
    held,
    roles,
    sightings,
    own_data,
    genuine,
    unsure,
):
    ROUTER.include(conversation.router)


async def answer(event: Event, services: Services) -> Reply:
    """The reply to what a person did; permission comes from the stored person, never from what a button carries."""
    language = event.person.language
    route = ROUTER.routes.get(event.intent)
    if route is None:
        return (Text(t("I can't do that yet. This is what I can do:", language)), help.menu(event))
    if event.person.role not in route.roles:
        services.trail.note(event, "refused", intent=event.intent)
        return (
            Text(t("Sorry, only your company's admins can ask that. I can always tell you about yourself:", language)),
            help.menu(event),
        )
    if is_kept_back(route, event, services):
        return (*kept_back(language), help.menu(event))
    try:
        return await _on_record(route, event, services)
    except ProviderError as error:
        LOG.warning("provider_error", system=error.system, action=error.action, status=error.status)
        return fault(error, language)


async def _on_record(route: Route, event: Event, services: Services) -> Reply:
    """What only admins may ask or do goes on record, also where its conversation does not say about whom."""
    before = services.trail.count(event)
    reply = await route.handler(event, services)
    if route.roles != EVERYBODY and services.trail.count(event) == before:
        services.trail.note(event, about=await _meant(event, services))
    return reply


async def _meant(event: Event, services: Services) -> tuple[int, ...]:
    """The person whom the event names by number, if it is one of this company."""
    wanted = event.values.get("person", "")
    if not (wanted.isascii() and wanted.isdecimal() and len(wanted) < 16):
        return ()
    row = await services.store.people.get(event.person.company, int(wanted))
    return (row.id,) if row else ()
