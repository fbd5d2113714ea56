"""Holds reminders that would do harm, tells whoever asked for them, and lets them go on when the reason is gone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from handlers.campaign_control import progress_of
from handlers.detective import LATELY, ask_for_approval, has_succeeded, tried_in_vain
from handlers.messages import Note, Person, Reply, Role
from handlers.people import as_person
from handlers.readiness import Provider
from handlers.services import Services
from handlers.texts import label, t
from storage.models import Campaign
from storage.states import PAUSED, RUNNING


class Hold(StrEnum):
    """Why Greenroom holds reminders without being told to."""

    SUSPICIOUS = "suspicious"
    IN_VAIN = "in_vain"


NEWS: Mapping[Hold, str] = {
    Hold.SUSPICIOUS: label(
        "I have held these reminders, because somebody reported the message as suspicious. Nobody else gets one until "
        "you let them go on."
    ),
    Hold.IN_VAIN: label(
        "I have held these reminders, because several people tried and nobody got through. I have asked those who can "
        "give the approval, and go on by myself once the first person is connected."
    ),
}


async def hold(services: Services, campaign: Campaign, reason: Hold) -> bool:
    """Nobody gets another message until an admin lets it go on; False when it does not run."""
    now = services.now()
    if not await services.store.campaigns.pause(campaign.company_id, campaign.id, now=now, held=reason):
        return False
    for admin in await _concerned(services, campaign):
        key = f"held:{campaign.id}:{now.isoformat()}:{admin.id}"
        await services.outbox.send(admin, await _news(services, campaign, NEWS[reason], admin), key=key)
    return True


async def hold_in_vain(services: Services, company: int) -> None:
    """Hold where nobody gets through; go on after the first success."""
    for campaign in await services.store.campaigns.in_state(company, RUNNING, PAUSED):
        provider = Provider(campaign.provider)
        if campaign.state == PAUSED and campaign.held == Hold.IN_VAIN:
            if await has_succeeded(services, company, provider, since=_since(services, campaign)):
                await _go_on(services, campaign)
        elif campaign.state == RUNNING and (
            count := await tried_in_vain(services, company, provider, since=_since(services, campaign))
        ):
            await ask_for_approval(services, company, provider, count)
            await hold(services, campaign, Hold.IN_VAIN)


def _since(services: Services, campaign: Campaign) -> datetime:
    """What led to an earlier hold does not lead to the next one: an admin let the reminders go on knowing it."""
    lately = services.now() - LATELY
    return (
        max(lately, campaign.held_at) if campaign.held_at and campaign.state == RUNNING else campaign.held_at or lately
    )


async def _go_on(services: Services, campaign: Campaign) -> None:
    if not await services.store.campaigns.resume(campaign.company_id, campaign.id):
        return
    text = label("Somebody got through, so these reminders go on.")
    for admin in await _concerned(services, campaign):
        key = f"released:{campaign.id}:{services.now().isoformat()}:{admin.id}"
        await services.outbox.send(admin, await _news(services, campaign, text, admin), key=key)


async def _news(services: Services, campaign: Campaign, text: str, admin: Person) -> Reply:
    now = await services.store.campaigns.get(campaign.company_id, campaign.id)
    return (Note(t(text, admin.language)), *await progress_of(services, now or campaign, admin))


async def _concerned(services: Services, campaign: Campaign) -> list[Person]:
    """Whoever asked for it; the owners when that person is not there any more."""
    rows = await services.store.people.all(campaign.company_id)
    asked = [row for row in rows if row.id == campaign.asked_by]
    return [as_person(row) for row in asked or [row for row in rows if row.role == Role.OWNER]]
