"""An admin has people reminded: rehearsed first, confirmed once, then watched, paused, cancelled."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from handlers.audience import EVERYBODY, Audience, Wish, audience_of, groups_of
from handlers.campaign_cards import progress_card, result_card
from handlers.connect import named_provider
from handlers.evidence import company_facts
from handlers.messages import Button, Buttons, Event, Link, Note, Person, Reply, Status, Text, Tone
from handlers.nudge_card import Nudge, nudge_card
from handlers.readiness import Provider, needs_own_account, path_for
from handlers.refresh import OWN_FACT
from handlers.rehearsal_card import Rehearsal, audience_card, rehearsal_card
from handlers.reminder_plan import Plan
from handlers.router import Router
from handlers.services import Services
from handlers.texts import t
from storage.models import Campaign
from storage.states import DRAFT

router = Router()
FURTHEST = timedelta(days=60)
"""A start later than this is a slip of the finger."""
EXPORT_LIFETIME = timedelta(minutes=15)


@router.on_admin("nudge")
async def nudge(event: Event, services: Services) -> Reply:
    """The rehearsal: shows everything, sends nothing."""
    provider, language = named_provider(event), event.person.language
    if provider is None:
        return _ask_provider(event)
    path = path_for(provider, await company_facts(services, event.person.company))
    if path is not None and not needs_own_account(path):
        return (Text(_nothing_to_ask(provider, language)),)
    group = event.values.get("group", "")
    group = "" if group.casefold() in EVERYBODY else group
    known = await groups_of(services, event.person.company)
    if unknown := _first_unknown(group, known):
        return _unknown_group(event, unknown, known)
    starts_at = start_of(event, services.now())
    if starts_at is None:
        return (Text(t("When should it start? A day within the next 60, please.", language)),)
    people = _people(event)
    if people is None:
        return (Text(t("Who do you mean? Please write the name or the e-mail address.", language)),)
    return await _rehearse(event, services, Wish(provider, group, people), starts_at)


@router.on_admin("campaign_send")
async def send(event: Event, services: Services) -> Reply:
    """Start what was rehearsed: only those who were shown, and of these only those for whom it still holds."""
    campaign = await _campaign(event, services)
    if campaign is None:
        return _gone(event)
    if campaign.state == DRAFT:
        audience = await _still(services, campaign)
        first_at = {one.person.id: one.first_at for one in audience.members}
        await services.store.campaigns.start(event.person.company, campaign.id, first_at, card=event.answer)
    return await show(event, services)


@router.on_admin("campaign_show")
async def show(event: Event, services: Services) -> Reply:
    campaign = await _campaign(event, services)
    return _gone(event) if campaign is None else await progress_of(services, campaign, event.person)


@router.on_admin("campaign_test")
async def test(event: Event, services: Services) -> Reply:
    """The message as it will look, to the admin alone."""
    campaign, person = await _campaign(event, services), event.person
    if campaign is None:
        return _gone(event)
    example = await _example(services, campaign, person)
    note = Note(t("This is a test; nobody else has got it.", person.language))
    minute = f"{services.now():%Y%m%d%H%M}"
    sent = await services.outbox.send(
        person, (note, *nudge_card(example)), key=f"test:{campaign.id}:{person.id}:{minute}"
    )
    if not sent:
        return (Text(t("You have it already.", person.language)),)
    return (Text(t("I have sent it to you, as you would get it.", person.language)),)


@router.on_admin("campaign_audience")
async def audience(event: Event, services: Services) -> Reply:
    campaign = await _campaign(event, services)
    if campaign is None:
        return _gone(event)
    first = event.values.get("first", "")
    number = int(first) if first.isdecimal() and len(first) < 8 else 0
    members = (await _still(services, campaign)).members
    return audience_card(campaign.id, members, min(number, max(0, len(members) - 1)), event.person)


@router.on_admin("campaign_discard")
async def discard(event: Event, services: Services) -> Reply:
    campaign = await _campaign(event, services)
    if campaign is None:
        return _gone(event)
    if not await services.store.campaigns.discard(event.person.company, campaign.id) and campaign.card:
        return await show(event, services)
    return (Status(Tone.NEUTRAL, t("Cancelled: nothing was sent.", event.person.language)),)


@router.on_admin("campaign_pause")
async def pause(event: Event, services: Services) -> Reply:
    campaign = await _campaign(event, services)
    if campaign is None:
        return _gone(event)
    until = start_of(event, services.now()) if event.values.get("when") else None
    await services.store.campaigns.pause(event.person.company, campaign.id, until=until, now=services.now())
    return await show(event, services)


@router.on_admin("campaign_resume")
async def resume(event: Event, services: Services) -> Reply:
    campaign = await _campaign(event, services)
    if campaign is None:
        return _gone(event)
    await services.store.campaigns.resume(event.person.company, campaign.id)
    return await show(event, services)


@router.on_admin("campaign_cancel")
async def cancel(event: Event, services: Services) -> Reply:
    """Asked once more: what is cancelled does not come back."""
    campaign, language = await _campaign(event, services), event.person.language
    if campaign is None:
        return _gone(event)
    values = {"campaign": str(campaign.id)}
    text = t("Cancel the rest? Nobody will get another message of this campaign.", language)
    yes = Button(t("Yes, cancel the rest", language), "campaign_cancel_confirmed", values, danger=True, in_place=True)
    no = Button(t("No, go on", language), "campaign_show", values, in_place=True)
    return (Status(Tone.WARNING, text), Buttons((yes, no)))


@router.on_admin("campaign_cancel_confirmed")
async def cancel_confirmed(event: Event, services: Services) -> Reply:
    campaign = await _campaign(event, services)
    if campaign is None:
        return _gone(event)
    await services.store.campaigns.cancel(event.person.company, campaign.id, services.now())
    return await show(event, services)


@router.on_admin("campaign_result")
async def result(event: Event, services: Services) -> Reply:
    campaign = await _campaign(event, services)
    if campaign is None:
        return _gone(event)
    counts = await services.store.campaigns.counts(campaign.id)
    outcomes = await services.store.campaigns.outcomes(campaign.id)
    return result_card(campaign, counts, outcomes, event.person)


@router.on_admin("campaign_export")
async def export(event: Event, services: Services) -> Reply:
    campaign, language = await _campaign(event, services), event.person.language
    if campaign is None:
        return _gone(event)
    ends = int((services.now() + EXPORT_LIFETIME).timestamp())
    secret = services.sign_export(f"{campaign.company_id}-{campaign.id}-{event.person.id}-{ends}")
    minutes = int(EXPORT_LIFETIME.total_seconds() // 60)
    return (
        Text(t("Here is everybody's result as a file.", language)),
        Buttons((Link(t("Download the CSV file", language), f"{services.public_url}/exports/{secret}", primary=True),)),
        Note(t("The link is for you alone and works for {minutes} minutes.", language, minutes=minutes)),
    )


async def progress_of(services: Services, campaign: Campaign, reader: Person) -> Reply:
    """The progress card as it is now."""
    counts = await services.store.campaigns.counts(campaign.id)
    return progress_card(campaign, counts, reader, a_second=a_second(services))


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


async def _rehearse(event: Event, services: Services, wish: Wish, starts_at: datetime) -> Reply:
    store, company = services.store, event.person.company
    audience = await audience_of(services, company, wish, starts_at=starts_at)
    plan = Plan.from_json((await store.companies.get(company)).reminders)
    id = await store.campaigns.draft(
        company,
        provider=wish.provider.value,
        fact=OWN_FACT[wish.provider].value,
        audience=[one.person.id for one in audience.members],
        group=wish.group,
        asked_by=event.person.id,
        days=list(plan.days),
        created_at=services.now(),
        starts_at=starts_at,
    )
    campaign = await store.campaigns.get(company, id)
    if campaign is None:
        return _gone(event)
    example = await _example(services, campaign, event.person)
    return rehearsal_card(Rehearsal(campaign, audience, example, a_second(services)), event.person)


async def _still(services: Services, campaign: Campaign) -> Audience:
    """Those who were shown and for whom it still holds."""
    if not campaign.audience:
        return Audience()
    wish = Wish(Provider(campaign.provider), people=frozenset(campaign.audience))
    starts_at = max(campaign.starts_at, services.now())
    return await audience_of(services, campaign.company_id, wish, starts_at=starts_at)


async def _example(services: Services, campaign: Campaign, reader: Person) -> Nudge:
    company = await services.store.companies.get(campaign.company_id)
    return Nudge(
        first_name=reader.first_name,
        language=reader.language,
        provider=Provider(campaign.provider),
        asked_by=reader.name,
        company=company.name,
        number=1,
        most=len(campaign.days),
    )


async def _campaign(event: Event, services: Services) -> Campaign | None:
    wanted = event.values.get("campaign", "")
    if not wanted.isdecimal() or len(wanted) > 9:
        return None
    return await services.store.campaigns.get(event.person.company, int(wanted))


def _first_unknown(groups: str, known: list[str]) -> str:
    names = {name.casefold() for name in known}
    return next((name for name in groups.split(",") if name and name.casefold() not in names), "")


def _gone(event: Event) -> Reply:
    return (Text(t("I don't find these reminders any more.", event.person.language)),)


def _people(event: Event) -> frozenset[int] | None:
    """The ids that the event names; empty for nobody in particular, None when it means somebody unknown."""
    wanted = event.values.get("person", "")
    ids = [part.strip() for part in wanted.split(",") if part.strip()]
    if any(not part.isdecimal() or len(part) > 9 for part in ids) or event.values.get("person_unknown"):
        return None
    return frozenset(int(part) for part in ids)


def _ask_provider(event: Event) -> Reply:
    own = (Provider.ZOOM, Provider.TEAMS, Provider.GOTO)
    buttons = tuple(Button(each.display_name, event.intent, {**event.values, "provider": each.value}) for each in own)
    return (Text(t("For which provider?", event.person.language)), Buttons(buttons))


def _nothing_to_ask(provider: Provider, language: str) -> str:
    return t(
        "Nobody has to do anything for {provider}, because it comes with your company's calendar.",
        language,
        provider=provider.display_name,
    )


def _unknown_group(event: Event, group: str, known: list[str]) -> Reply:
    language = event.person.language
    text = t("I don't know a department or office called “{group}”. I know these:", language, group=group)
    buttons = tuple(Button(name, "nudge", {**event.values, "group": name}) for name in known[:10])
    return (Text(text), Buttons(buttons)) if buttons else (Text(text),)
