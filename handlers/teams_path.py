"""Which calendar, and so which Teams: decided by evidence; on EWS with the dates, who is affected and the way out."""

from __future__ import annotations

from handlers import causes
from handlers.calendar import kind_name
from handlers.evidence import company_facts, judge_everybody
from handlers.facts import CompanyFact, Seen
from handlers.faults import fault_note
from handlers.guide_rules import hosts_among
from handlers.messages import Block, Button, Buttons, Event, Heading, Link, Note, Reply, Status, Text, Tone
from handlers.readiness import Provider, ews_days_left
from handlers.refresh import refresh_integration
from handlers.router import Router
from handlers.services import Services
from handlers.texts import escape, n, t
from handlers.wording import evidence_note, numbered

router = Router()
MIGRATION = "ews-365-switch-off"
MOST_NAMES = 12


@router.on_admin("calendar_type")
async def calendar_type(event: Event, services: Services) -> Reply:
    language, company = event.person.language, event.person.company
    problem = await refresh_integration(services, company)
    seen = (await company_facts(services, company)).get(CompanyFact.CALENDAR)
    notes = (fault_note(problem, language),) if problem else ()
    if seen is None:
        return (*_unknown(language), *notes)
    blocks: list[Block] = [
        Status(Tone.NEUTRAL, t("Your calendar: {kind}", language, kind=kind_name(seen.value, language))),
        Text(_meaning(seen.value, language)),
    ]
    if seen.value == "ews":
        blocks += await _way_out(services, company, seen, language)
    blocks.append(Buttons(tuple(_onwards(seen, language))))
    return (*blocks, evidence_note([seen], services.now(), language), *notes)


def _meaning(kind: str, language: str) -> str:
    match kind:
        case "google":
            return t("Google Meet comes with it: nobody has to sign in. Teams does not fit this calendar.", language)
        case "graph":
            return t("Teams comes with it: whoever is synchronised can choose Teams at once.", language)
        case "ews":
            return t("Teams needs one step from every host: they sign in with their own Microsoft account.", language)
    return t(
        "Teams needs one step from every host: they sign in with their own Microsoft account. Your own Exchange "
        "servers are not affected by Microsoft's switch-off.",
        language,
    )


async def _way_out(services: Services, company: int, seen: Seen, language: str) -> list[Block]:
    """Microsoft ends EWS for Microsoft 365: how long it lasts, whom it hits, what to do."""
    days = ews_days_left(services.now())
    left = n(
        "Microsoft switches EWS off on 1 April 2027: {count} day is left.",
        "Microsoft switches EWS off on 1 April 2027: {count} days are left.",
        days,
        language,
    )
    hosts = hosts_among(await judge_everybody(services, company, Provider.TEAMS))
    names = ", ".join(one.person.name for one in hosts[:MOST_NAMES]) + (" …" if len(hosts) > MOST_NAMES else "")
    affected = n("It affects {count} host:", "It affects {count} hosts:", len(hosts), language)
    return [
        Heading(t("Move to Microsoft Graph", language)),
        Status(Tone.WARNING if days else Tone.BAD, left),
        Text(causes.cause(MIGRATION, language)),
        Text(f"{affected} {escape(names)}"),
        Text(numbered(causes.fix(MIGRATION, language))),
        Note(t("After the move nobody has to sign in for Teams any more.", language)),
    ]


def _onwards(seen: Seen, language: str) -> list[Button | Link]:
    items: list[Button | Link] = []
    if seen.value == "ews":
        if url := str(seen.detail.get("migration_url", "")):
            items.append(Link(t("Start the move at Cronofy", language), url, primary=True))
        topic = f"case:{MIGRATION}:{Provider.TEAMS}"
        items.append(Button(t("Give to someone", language), "handover", {"topic": topic}))
    provider = Provider.GOOGLE_MEET if seen.value == "google" else Provider.TEAMS
    label = t("Set up {provider}", language, provider=provider.display_name)
    return [*items, Button(label, "setup_provider", {"provider": provider.value}, primary=not items)]


def _unknown(language: str) -> Reply:
    case = "which-integration-type"
    open_it = Button(
        t("Set up {provider}", language, provider=Provider.TEAMS.display_name),
        "setup_provider",
        {"provider": Provider.TEAMS.value},
        primary=True,
    )
    return (
        Status(Tone.NEUTRAL, causes.title(case, language)),
        Text(causes.cause(case, language)),
        Text(numbered(causes.fix(case, language))),
        Buttons((open_it,)),
    )
