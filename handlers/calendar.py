"""The company's calendar integration: is it active, of which kind, and how an admin connects it."""

from __future__ import annotations

from handlers import causes
from handlers.evidence import company_facts, value_of
from handlers.facts import CompanyFact, Facts, Source
from handlers.faults import fault_note
from handlers.links import CALENDAR, make_link
from handlers.messages import Block, Button, Buttons, Event, Fact, Link, Reply, Status, Text, Tone
from handlers.messages import Facts as FactSheet
from handlers.readiness import ews_days_left
from handlers.refresh import refresh_integration
from handlers.router import Router
from handlers.services import Services
from handlers.texts import n, t
from handlers.wording import evidence_note
from storage.observations import COMPANY, NewObservation

router = Router()


@router.on_admin("check_calendar")
async def check_calendar(event: Event, services: Services) -> Reply:
    language = event.person.language
    problem = await refresh_integration(services, event.person.company)
    facts = await company_facts(services, event.person.company)
    blocks = [*state_of_integration(facts, language), *_kind(facts, services, language)]
    if value_of(facts, CompanyFact.INTEGRATION) != "active":
        blocks += await _way_on(event, services)
    seen = [facts[fact] for fact in (CompanyFact.INTEGRATION, CompanyFact.CALENDAR) if fact in facts]
    blocks.append(evidence_note(seen, services.now(), language))
    return (*blocks, fault_note(problem, language)) if problem else tuple(blocks)


def state_of_integration(facts: Facts, language: str) -> list[Block]:
    """Whether it is active, in one line."""
    match value_of(facts, CompanyFact.INTEGRATION):
        case "active":
            return [Status(Tone.GOOD, t("The calendar integration is active.", language))]
        case "inactive":
            return [Status(Tone.BAD, t("The calendar integration is not active.", language))]
        case "needs_attention":
            return [Status(Tone.WARNING, t("The calendar integration needs attention.", language))]
    return [Status(Tone.NEUTRAL, t("Nobody has told me yet whether the calendar integration is active.", language))]


def _kind(facts: Facts, services: Services, language: str) -> list[Block]:
    seen = facts.get(CompanyFact.CALENDAR)
    if seen is None:
        return []
    rows = [Fact(t("Calendar", language), kind_name(seen.value, language))]
    if domain := str(seen.detail.get("domain", "")):
        rows.append(Fact(t("Domain", language), domain))
    blocks: list[Block] = [FactSheet(tuple(rows))]
    if seen.value == "ews":
        days = ews_days_left(services.now())
        text = n(
            "Microsoft switches this way off in {count} day. Please ask your IT to move to Microsoft Graph.",
            "Microsoft switches this way off in {count} days. Please ask your IT to move to Microsoft Graph.",
            days,
            language,
        )
        blocks.append(Status(Tone.WARNING, text))
    return blocks


async def _way_on(event: Event, services: Services) -> list[Block]:
    language = event.person.language
    if services.is_direct:
        url = await make_link(services, event.person, purpose=CALENDAR, card=event.answer)
        text = t("An administrator of your calendar can connect it here. It takes about a minute.", language)
        return [Text(text), Buttons((Link(t("Connect the calendar", language), url, primary=True),))]
    steps = "\n".join(
        f"{number}. {step}" for number, step in enumerate(causes.fix("integration-inactive", language), start=1)
    )
    seen_active = Button(t("It is active", language), "calendar_is_active", in_place=True)
    return [Text(steps), Buttons((seen_active,))]


@router.on_admin("calendar_is_active")
async def calendar_is_active(event: Event, services: Services) -> Reply:
    """An admin's word, where no system can be asked."""
    if not services.is_direct:
        word = NewObservation(COMPANY, CompanyFact.INTEGRATION, Source.ADMIN, "active")
        await services.store.observations.save(event.person.company, [word], services.now())
    return await check_calendar(event, services)


def kind_name(kind: str, language: str) -> str:
    """The kind of calendar, as people call it."""
    match kind:
        case "google":
            return "Google"
        case "graph":
            return t("Microsoft 365 through Microsoft Graph", language)
        case "ews":
            return t("Microsoft 365 through EWS", language)
    return t("Microsoft Exchange in your own data centre", language)
