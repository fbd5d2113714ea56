"""Who is not there yet: not synced, or not connected, each with the cause and who can fix it."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.connect import named_provider
from handlers.discretion import SMALLEST_GROUP, hides, kept_back, sees_names
from handlers.evidence import NO_HOST, Judged, company_facts, judge_everybody, value_of
from handlers.facts import CompanyFact, PersonFact
from handlers.faults import fault_note
from handlers.messages import Block, Button, Buttons, Event, Note, Reply, Status, Table, Text, Tone
from handlers.pages import Page, page_of
from handlers.readiness import Provider, State
from handlers.refresh import refresh_integration
from handlers.router import Router
from handlers.services import Services
from handlers.texts import n, t
from handlers.verdicts import who, why_briefly
from handlers.wording import evidence_note

router = Router()

PAGE = 15
NOT_COUNTED = frozenset({State.NOT_NEEDED, State.READY})


@router.on_admin("list_not_synced")
async def list_not_synced(event: Event, services: Services) -> Reply:
    language, company = event.person.language, event.person.company
    problem = await refresh_integration(services, company)
    notes = (fault_note(problem, language),) if problem else ()
    if value_of(await company_facts(services, company), CompanyFact.INTEGRATION) == "inactive":
        return (*_inactive(language), *notes)
    judged = await judge_everybody(services, company, Provider.ZOOM, unless={**NO_HOST, PersonFact.SYNC: "synced"})
    missing = [one for one in judged if one.readiness.state not in NOT_COUNTED and not _is_synced(one)]
    if not missing:
        return (Status(Tone.GOOD, t("Every host is synced.", language)), *notes)
    title = n("{count} host is not synced", "{count} hosts are not synced", len(missing), language)
    return (*_names(event, services, title, missing), *notes)


@router.on_admin("list_not_connected")
async def list_not_connected(event: Event, services: Services) -> Reply:
    language, provider = event.person.language, named_provider(event)
    if provider is None:
        choices = (Provider.ZOOM, Provider.TEAMS, Provider.GOTO)
        buttons = tuple(Button(each.display_name, event.intent, {"provider": each.value}) for each in choices)
        return (Text(t("For which provider?", language)), Buttons(buttons))
    problem = await refresh_integration(services, event.person.company)
    notes = (fault_note(problem, language),) if problem else ()
    judged = await judge_everybody(services, event.person.company, provider)
    missing = [one for one in judged if one.readiness.state not in NOT_COUNTED]
    name = provider.display_name
    if not missing:
        return (Status(Tone.GOOD, t("Every host is ready for {provider}.", language, provider=name)), *notes)
    title = n(
        "{count} host is not ready for {provider}",
        "{count} hosts are not ready for {provider}",
        len(missing),
        language,
        provider=name,
    )
    return (*_names(event, services, title, missing), *notes)


def _names(event: Event, services: Services, title: str, people: Sequence[Judged]) -> Reply:
    """How many, who they are and why, for those who have to act; everybody on the page goes on record."""
    language = event.person.language
    if not sees_names(services, event.person):
        few = t("Fewer than {count} hosts are not ready.", language, count=SMALLEST_GROUP)
        _, why = kept_back(language)
        return (Status(Tone.WARNING, few if hides(services, len(people)) else title), why)
    # Those with the same cause together.
    page = page_of(event, sorted(people, key=lambda one: (one.readiness.cause, one.person.name)), PAGE)
    services.trail.note(event, about=(one.person.id for one in page.items))
    return (Status(Tone.WARNING, title), _table(page, len(people), language), _evidence(people, services, language))


def _is_synced(one: Judged) -> bool:
    seen = one.person.facts.get(PersonFact.SYNC)
    return seen is not None and seen.value == "synced"


def _inactive(language: str) -> tuple[Block, ...]:
    text = t("Nobody can be synced, because the calendar integration is not active.", language)
    return (
        Status(Tone.BAD, text),
        Buttons((Button(t("Is the calendar active?", language), "check_calendar", primary=True),)),
    )


def _table(page: Page[Judged], total: int, language: str) -> Table:
    return Table(
        caption=t("Who, why, and who can fix it", language),
        columns=(t("Name", language), t("Why", language), t("Who can fix it", language)),
        rows=tuple(_row(one, language) for one in page.items),
        total=total,
        previous=page.previous,
        following=page.following,
    )


def _row(one: Judged, language: str) -> tuple[str, ...]:
    verdict = one.readiness
    return (one.person.name or one.person.email, why_briefly(verdict, language), who(verdict, language))


def _evidence(people: Sequence[Judged], services: Services, language: str) -> Note:
    seen = [each for one in people for _, each in one.readiness.evidence]
    return evidence_note(seen, services.now(), language)
