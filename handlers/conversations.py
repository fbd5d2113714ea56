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
    diagnose,
    guide,
    handover,
    help,
    interviewers,
    lists,
    nudges,
    proof,
    reminder_settings,
    status,
    sync_import,
    teams_path,
    template,
)
from handlers.faults import fault
from handlers.messages import Event, Reply, Text
from handlers.router import Router
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
    lists,
    calendar,
    campaign,
    campaign_control,
    reminder_settings,
    nudges,
    interviewers,
    guide,
    handover,
    proof,
    diagnose,
    sync_import,
    teams_path,
    template,
    about,
    changes,
):
    ROUTER.include(conversation.router)


async def answer(event: Event, services: Services) -> Reply:
    """The reply to what a person did; permission comes from the stored person, never from what a button carries."""
    language = event.person.language
    route = ROUTER.routes.get(event.intent)
    if route is None:
        return (Text(t("I can't do that yet. This is what I can do:", language)), help.menu(event))
    if event.person.role not in route.roles:
        return (
            Text(t("Sorry, only your company's admins can ask that. I can always tell you about yourself:", language)),
            help.menu(event),
        )
    try:
        return await route.handler(event, services)
    except ProviderError as error:
        LOG.warning("provider_error", system=error.system, action=error.action, status=error.status)
        return fault(error, language)
