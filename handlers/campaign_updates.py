"""Keeps messages true: the admin's progress card while it changes, people's reminders when they are over."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

from handlers.campaign_control import progress_of
from handlers.nudge_card import ended_card
from handlers.people import as_person
from handlers.readiness import Provider
from handlers.serialize import to_json
from handlers.services import Services
from storage.models import Campaign

SHOW_EVERY = timedelta(seconds=5)
"""A card is updated at most so often."""
SHOWN_FOR = timedelta(days=60)
"""Older campaigns change no more."""
CARDS_AT_ONCE = 50


async def update_cards(services: Services) -> None:
    """Everything that a message says and that is not true any more."""
    for company in await services.store.companies.all():
        await _show_progress(services, company.id)
        await _close_reminders(services, company.id)


async def _show_progress(services: Services, company: int) -> None:
    now = services.now()
    for campaign in await services.store.campaigns.to_show(company, now - SHOW_EVERY, now - SHOWN_FOR):
        await _show(services, campaign)


async def _show(services: Services, campaign: Campaign) -> None:
    row = await services.store.people.get(campaign.company_id, campaign.asked_by) if campaign.asked_by else None
    if row is None:
        return
    reader = as_person(row)
    reply = await progress_of(services, campaign, reader)
    shown = hashlib.sha256(json.dumps(to_json(reply)).encode()).hexdigest()
    if shown == campaign.shown:
        return
    if await services.store.campaigns.mark_shown(campaign.id, before=campaign.shown, shown=shown, now=services.now()):
        key = f"progress:{campaign.id}:{services.now().isoformat()}"
        await services.outbox.send(reader, reply, key=key, replaces=campaign.card)


async def _close_reminders(services: Services, company: int) -> None:
    """The message of somebody who is finished says so; an old button on it would only confuse."""
    for each in await services.store.enrolments.with_open_cards(company, CARDS_AT_ONCE):
        enrolment, person = each.enrolment, as_person(each.person)
        if enrolment.ended_at is None or not await services.store.enrolments.close_card(enrolment.id):
            continue
        reply = ended_card(
            Provider(each.campaign.provider),
            enrolment.state,
            enrolment.ended_at,
            timezone=person.timezone,
            language=person.language,
        )
        key = f"ended:{enrolment.id}:{enrolment.written}:{enrolment.state}"
        await services.outbox.send(person, reply, key=key, replaces=enrolment.card)
