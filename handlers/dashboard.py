"""The dashboard: what an admin has to know at one glance, and the way to each thing on it."""

from __future__ import annotations

from handlers import status
from handlers.calendar import state_of_integration
from handlers.campaign_cards import are_small, connected_line, title_of
from handlers.changes import DAY, changes_since, headlines
from handlers.connect import named_provider
from handlers.dashboard_people import HOME, people_section
from handlers.discretion import sees_names
from handlers.evidence import company_facts, judge_all, value_of
from handlers.facts import CompanyFact
from handlers.faults import fault_note
from handlers.handover_topic import read_topic
from handlers.live_notes import notes_about
from handlers.messages import Block, Button, Buttons, Event, Heading, Person, Progress, Reply, Status, Table, Tone
from handlers.needs import Filter, hosts_in
from handlers.reach import reach_section
from handlers.refresh import refresh_integration
from handlers.router import Router
from handlers.services import Services
from handlers.texts import t
from handlers.wording import ago
from storage.campaigns import Counts
from storage.models import Campaign, Task
from storage.observations import COMPANY
from storage.states import CONNECTED, PAUSED, RUNNING

router = Router()
MOST_CAMPAIGNS = 3
MOST_HANDOVERS = 5


@router.on(HOME)
async def home(event: Event, services: Services) -> Reply:
    """The page that is always there: the whole company for admins, everybody else's own state."""
    return await dashboard(event, services) if event.person.is_admin else await status.my_status(event, services)


@router.on_admin("progress")
async def progress(event: Event, services: Services) -> Reply:
    """The numbers of the provider that was named, or else everything."""
    provider = named_provider(event)
    return await status.numbers(event, services, provider) if provider else await dashboard(event, services)


async def dashboard(event: Event, services: Services) -> Reply:
    """The company first, then its people, then what is under way."""
    reader, language = event.person, event.person.language
    problem = await refresh_integration(services, reader.company)
    judgements = await judge_all(services, reader.company)
    return (
        Heading(t("Overview", language)),
        *await _integration(reader, services),
        *status.bars(judgements, services, language),
        *people_section(event, services, judgements),
        *await _campaigns(reader, services),
        *await _handovers(reader, services),
        *await _changes(reader, services),
        *await reach_section(reader, services, hosts_in(judgements)),
        _ways_on(event, services),
        *await notes_about(services, reader.company, COMPANY, language),
        *((fault_note(problem, language),) if problem else ()),
    )


async def _integration(reader: Person, services: Services) -> Reply:
    facts = await company_facts(services, reader.company)
    shown = tuple(state_of_integration(facts, reader.language))
    if value_of(facts, CompanyFact.INTEGRATION) == "active":
        return shown
    button = Button(t("Is the calendar active?", reader.language), "check_calendar", primary=True)
    return (*shown, Buttons((button,)))


async def _campaigns(reader: Person, services: Services) -> Reply:
    """Reminders that run or pause, the newest first."""
    if not sees_names(services, reader):
        return ()
    running = await services.store.campaigns.in_state(reader.company, RUNNING, PAUSED)
    shown = [
        block
        for campaign in running[:MOST_CAMPAIGNS]
        for block in _campaign(campaign, await services.store.campaigns.counts(campaign.id), services, reader.language)
    ]
    return (Heading(t("Reminders", reader.language)), *shown) if shown else ()


def _campaign(campaign: Campaign, counts: Counts, services: Services, language: str) -> Reply:
    tone = Tone.WARNING if campaign.state == PAUSED else Tone.NEUTRAL
    blocks: list[Block] = [Status(tone, title_of(campaign, language))]
    if not are_small(services, counts):
        blocks.append(Progress(connected_line(counts, language), counts.states.get(CONNECTED, 0), counts.people))
    button = Button(t("Show these reminders", language), "campaign_show", {"campaign": str(campaign.id)})
    return (*blocks, Buttons((button,)))


async def _handovers(reader: Person, services: Services) -> Reply:
    """What somebody was asked to do and has not answered yet, the oldest first."""
    if not sees_names(services, reader):
        return ()
    language, tasks = reader.language, await services.store.tasks.open(reader.company, "")
    if not tasks:
        return ()
    table = Table(
        caption=t("Who was asked for what", language),
        columns=(t("What", language), t("Who was asked", language), t("When", language)),
        rows=tuple([await _handover(task, reader, services) for task in tasks[:MOST_HANDOVERS]]),
        total=len(tasks),
    )
    again = Button(t("Ask somebody else", language), "handover", {"topic": tasks[0].topic})
    return (Heading(t("Waiting for an answer", language)), table, *((Buttons((again,)),) if len(tasks) == 1 else ()))


async def _handover(task: Task, reader: Person, services: Services) -> tuple[str, str, str]:
    topic = read_topic(task.topic)
    what = await topic.title(services, reader.company, reader.language) if topic else task.topic
    asked = await services.store.people.get(reader.company, task.assignee_id)
    return what, asked.name if asked else "–", ago(task.created_at, services.now(), reader.language)


async def _changes(reader: Person, services: Services) -> Reply:
    """Headlines alone; the button leads to the names."""
    language = reader.language
    found = await changes_since(services, reader.company, services.now() - DAY)
    told = [Status(Tone.WARNING, title) for title, _ in headlines(found, reader, services)]
    if not told:
        return ()
    button = Button(t("What changed?", language), "what_changed")
    return (Heading(t("What changed since yesterday", language)), *told, Buttons((button,)))


def _ways_on(event: Event, services: Services) -> Buttons:
    language, chosen = event.person.language, Filter.of(event).to_values()
    refresh = Button(t("Refresh", language), HOME, chosen, in_place=True, refreshes=True)
    if not sees_names(services, event.person):
        return Buttons((refresh,))
    further = (
        Button(t("Who needs what, as CSV", language), "export_people", chosen),
        Button(t("Reminders", language), "reminders"),
        Button(t("Set up video interviews", language), "setup_provider"),
    )
    return Buttons((refresh, *further))
