"""Hosts who join while reminders run get them as well, for the same reasons as everybody in a rehearsal."""

from __future__ import annotations

from handlers.audience import Wish, audience_of
from handlers.readiness import Provider
from handlers.services import Services
from storage.models import Campaign
from storage.states import RUNNING


async def enrol_newcomers(services: Services, company: int) -> None:
    for campaign in await services.store.campaigns.in_state(company, RUNNING):
        if campaign.grows:
            await _enrol(services, campaign)


async def _enrol(services: Services, campaign: Campaign) -> None:
    newcomers = await services.store.standings.newcomers(campaign)
    if not newcomers:
        return
    wish = Wish(Provider(campaign.provider), campaign.group, newcomers)
    starts_at = max(campaign.starts_at, services.now())
    audience = await audience_of(services, campaign.company_id, wish, starts_at=starts_at)
    first_at = {one.person.id: one.first_at for one in audience.members}
    await services.store.campaigns.enrol(campaign.company_id, campaign.id, first_at)
