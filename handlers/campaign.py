"""An admin has people reminded: rehearsed first, then confirmed once."""

from __future__ import annotations

from datetime import datetime

from handlers.audience import EVERYBODY, Audience, Wish, audience_of, groups_of
from handlers.campaign_control import a_second, campaign_of, gone, show, start_of
from handlers.connect import named_provider
from handlers.evidence import company_facts
from handlers.genuine import phrase
from handlers.messages import Button, Buttons, Event, Note, Person, Reply, Status, Text, Tone
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
    campaign = await campaign_of(event, services)
    if campaign is None:
        return gone(event)
    if campaign.state == DRAFT:
        audience = await _still(services, campaign)
        first_at = {one.person.id: one.first_at for one in audience.members}
        await services.store.campaigns.start(event.person.company, campaign.id, first_at, card=event.answer)
    return await show(event, services)


@router.on_admin("campaign_test")
async def test(event: Event, services: Services) -> Reply:
    """The message as it will look, to the admin alone."""
    campaign, person = await campaign_of(event, services), event.person
    if campaign is None:
        return gone(event)
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
    campaign = await campaign_of(event, services)
    if campaign is None:
        return gone(event)
    first = event.values.get("first", "")
    number = int(first) if first.isdecimal() and len(first) < 8 else 0
    members = (await _still(services, campaign)).members
    return audience_card(campaign.id, members, min(number, max(0, len(members) - 1)), event.person)


@router.on_admin("campaign_discard")
async def discard(event: Event, services: Services) -> Reply:
    campaign = await campaign_of(event, services)
    if campaign is None:
        return gone(event)
    if not await services.store.campaigns.discard(event.person.company, campaign.id) and campaign.card:
        return await show(event, services)
    return (Status(Tone.NEUTRAL, t("Cancelled: nothing was sent.", event.person.language)),)


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
        grows=not wish.people,
        asked_by=event.person.id,
        days=list(plan.days),
        created_at=services.now(),
        starts_at=starts_at,
    )
    campaign = await store.campaigns.get(company, id)
    if campaign is None:
        return gone(event)
    example = await _example(services, campaign, event.person)
    rehearsal = Rehearsal(campaign, audience, example, a_second(services), services.works_council)
    return rehearsal_card(rehearsal, event.person)


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
        phrase=phrase(services, campaign.company_id),
    )


def _first_unknown(groups: str, known: list[str]) -> str:
    names = {name.casefold() for name in known}
    return next((name for name in groups.split(",") if name and name.casefold() not in names), "")


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
