"""A campaign that was sent is watched, paused, resumed, cancelled, and read as a result."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from handlers.campaign_cards import progress_card, result_card
from handlers.downloads import download
from handlers.messages import Button, Buttons, Event, Means, Person, Reply, Status, Text, Tone
from handlers.router import Router
from handlers.services import Services
from handlers.texts import t
from storage.models import Campaign

router = Router()
FURTHEST = timedelta(days=60)
"""A start later than this is a slip of the finger."""


@router.on_admin("campaign_show")
async def show(event: Event, services: Services) -> Reply:
    campaign = await campaign_of(event, services)
    return gone(event) if campaign is None else await progress_of(services, campaign, event.person)


@router.on_admin("campaign_pause")
async def pause(event: Event, services: Services) -> Reply:
    campaign = await campaign_of(event, services)
    if campaign is None:
        return gone(event)
    until = start_of(event, services.now()) if event.values.get("when") else None
    await services.store.campaigns.pause(event.person.company, campaign.id, until=until, now=services.now())
    return await show(event, services)


@router.on_admin("campaign_resume")
async def resume(event: Event, services: Services) -> Reply:
    campaign = await campaign_of(event, services)
    if campaign is None:
        return gone(event)
    await services.store.campaigns.resume(event.person.company, campaign.id)
    return await show(event, services)


@router.on_admin("campaign_cancel")
async def cancel(event: Event, services: Services) -> Reply:
    """Asked once more: what is cancelled does not come back."""
    campaign, language = await campaign_of(event, services), event.person.language
    if campaign is None:
        return gone(event)
    values = {"campaign": str(campaign.id)}
    text = t("Cancel the rest? Nobody will get another message of this campaign.", language)
    yes = Button(
        t("Yes, cancel the rest", language),
        "campaign_cancel_confirmed",
        values,
        danger=True,
        in_place=True,
        means=Means.YES,
    )
    no = Button(t("No, go on", language), "campaign_show", values, in_place=True, means=Means.NO)
    return (Status(Tone.WARNING, text), Buttons((yes, no)))


@router.on_admin("campaign_cancel_confirmed")
async def cancel_confirmed(event: Event, services: Services) -> Reply:
    campaign = await campaign_of(event, services)
    if campaign is None:
        return gone(event)
    await services.store.campaigns.cancel(event.person.company, campaign.id, services.now())
    return await show(event, services)


@router.on_admin("campaign_result")
async def result(event: Event, services: Services) -> Reply:
    campaign = await campaign_of(event, services)
    if campaign is None:
        return gone(event)
    counts = await services.store.campaigns.counts(campaign.id)
    outcomes = await services.store.campaigns.outcomes(campaign.id)
    return result_card(campaign, counts, outcomes, event.person, where=services)


@router.on_admin("campaign_export")
async def export(event: Event, services: Services) -> Reply:
    campaign, language = await campaign_of(event, services), event.person.language
    if campaign is None:
        return gone(event)
    services.trail.note(event, about=campaign.audience)
    text = t("Here is everybody's result as a file.", language)
    return download(event, services, text, campaign.company_id, campaign.id)


async def progress_of(services: Services, campaign: Campaign, reader: Person) -> Reply:
    """The progress card as it is now."""
    counts = await services.store.campaigns.counts(campaign.id)
    return progress_card(campaign, counts, reader, a_second=a_second(services), where=services)


def a_second(services: Services) -> float:
    """Messages a second in the slowest chat, so that nobody is promised too much."""
    return min((services.rates.of(chat) for chat in services.chats()), default=services.rates.default)


def start_of(event: Event, now: datetime) -> datetime | None:
    """When the event says it should be; now when it says nothing; None when it cannot be."""
    wanted = event.values.get("when", "")
    if not wanted:
        return now
    try:
        moment = datetime.fromisoformat(wanted)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(event.person.timezone))
    return max(aware, now) if aware <= now + FURTHEST else None


async def campaign_of(event: Event, services: Services) -> Campaign | None:
    wanted = event.values.get("campaign", "")
    if not wanted.isdecimal() or len(wanted) > 9:
        return None
    return await services.store.campaigns.get(event.person.company, int(wanted))


def gone(event: Event) -> Reply:
    return (Text(t("I don't find these reminders any more.", event.person.language)),)
