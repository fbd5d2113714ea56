"""What changed: lost connections grouped by their cause, new hosts, leavers, steps that turned bad again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from handlers import causes, guide_words
from handlers.discretion import hides, sees_names
from handlers.evidence import Known, company_facts, facts_of_everybody, value_of
from handlers.facts import CompanyFact, Facts, PersonFact, Seen
from handlers.findings import NOT_AUTHENTICATED, SYNC_CAUSES, ZOOM_APP_CAUSES, named_cause
from handlers.guide_state import UNKNOWN_TEAMS
from handlers.guide_steps import GuideStep
from handlers.messages import Block, Button, Buttons, Event, Heading, Person, Reply, Status, Text, Tone
from handlers.people import as_person
from handlers.readiness import Path
from handlers.router import Router
from handlers.services import Services
from handlers.texts import escape, n, t
from storage.setups import REOPENED

router = Router()
DAY = timedelta(days=1)
MORNING = 9
"""The hour of the company's day from which the digest is sent."""
MOST_NAMES = 10
_OWN = {PersonFact.ZOOM: Path.ZOOM, PersonFact.TEAMS: Path.TEAMS_EWS, PersonFact.GOTO: Path.GOTO}
_LOOKED_AT = (PersonFact.SYNC, *_OWN, PersonFact.HOSTS, PersonFact.EMPLOYMENT)


@dataclass(frozen=True, slots=True)
class Changes:
    """What is new since a moment; empty when nothing is."""

    lost: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Names of people by the cause that they share; a cause of the whole company has no names."""
    new_hosts: Sequence[str] = ()
    leavers: Sequence[str] = ()
    reopened: Sequence[tuple[str, str]] = ()
    """Path and step."""

    left_lately: bool = False
    """Whether one of the leavers is new; the others were told of before."""

    @property
    def is_news(self) -> bool:
        return bool(self.lost or self.new_hosts or self.left_lately or self.reopened)

    def __bool__(self) -> bool:
        return bool(self.lost or self.new_hosts or self.leavers or self.reopened)


@router.on_admin("what_changed")
async def what_changed(event: Event, services: Services) -> Reply:
    found = await changes_since(services, event.person.company, services.now() - DAY)
    return draw(found, event.person, services)


async def send_digests(services: Services, company: int) -> None:
    """Once a day and only when something changed: one message to each HR admin."""
    settings, now = await services.store.companies.get(company), services.now()
    today = now.astimezone(ZoneInfo(settings.timezone))
    if today.hour < MORNING or not (found := await changes_since(services, company, now - DAY)).is_news:
        return
    for row in await services.store.people.all(company):
        if row.role in ("owner", "hr_admin"):
            key = f"digest:{row.id}:{today.date()}"
            await services.outbox.send(as_person(row), draw(found, as_person(row), services), key=key)


async def changes_since(services: Services, company: int, moment: datetime) -> Changes:
    facts = await company_facts(services, company)
    people = await facts_of_everybody(services, company, _LOOKED_AT)
    hosts = [one for one in people if value_of(one.facts, PersonFact.HOSTS) == "yes"]
    leavers = [one for one in people if _left_but_connected(one.facts)]
    fresh = [one for one in hosts if _is_new(one.facts.get(PersonFact.HOSTS), moment)]
    return Changes(
        lost=_lost(facts, hosts, moment),
        # When everybody is new, the company was only just read.
        new_hosts=[one.name for one in fresh] if len(fresh) < len(hosts) else (),
        leavers=[one.name for one in leavers],
        left_lately=any(_is_new(one.facts.get(PersonFact.EMPLOYMENT), moment) for one in leavers),
        reopened=await _reopened(services, company, moment),
    )


def draw(found: Changes, reader: Person, services: Services) -> Reply:
    language = reader.language
    heading = Heading(t("What changed since yesterday", language))
    told = headlines(found, reader, services)
    if not told:
        return (heading, Status(Tone.GOOD, t("Nothing that needs you.", language)))
    look = (
        Button(t("Who isn't synced?", language), "list_not_synced"),
        Button(t("Who hasn't connected?", language), "list_not_connected"),
    )
    return (heading, *(block for title, names in told for block in _group(title, names)), Buttons(look))


def headlines(found: Changes, reader: Person, services: Services) -> list[tuple[str, Sequence[str]]]:
    """What happened, and the names for those who have to act; a new host has to do nothing because they are new."""
    language, names = reader.language, sees_names(services, reader)
    told: list[tuple[str, Sequence[str]]] = [(_reopened_title(*each, language), ()) for each in found.reopened]
    for cause, lost in sorted(found.lost.items(), key=lambda pair: -len(pair[1])):
        told.append((causes.title(cause, language), lost if names else ()))
    if found.new_hosts and not hides(services, len(found.new_hosts)):
        title = n("{count} new host", "{count} new hosts", len(found.new_hosts), language)
        told.append((title, () if services.works_council else found.new_hosts))
    if found.leavers and (names or not hides(services, len(found.leavers))):
        title = n(
            "{count} person has left and is still connected",
            "{count} people have left and are still connected",
            len(found.leavers),
            language,
        )
        told.append((title, found.leavers if names else ()))
    return told


def _reopened_title(path: str, step: str, language: str) -> str:
    known = Path(path) if path != UNKNOWN_TEAMS else None
    title = guide_words.title(GuideStep(step), known, language)
    return t("A step of the set-up is open again: {step}", language, step=title)


def _group(title: str, names: Sequence[str]) -> list[Block]:
    shown = ", ".join(names[:MOST_NAMES]) + (" …" if len(names) > MOST_NAMES else "")
    blocks: list[Block] = [Status(Tone.WARNING, title)]
    return [*blocks, Text(escape(shown))] if shown else blocks


def _lost(facts: Facts, hosts: Sequence[Known], moment: datetime) -> dict[str, list[str]]:
    """One cause of the whole company explains everybody; only what is left is told person by person."""
    integration, app = facts.get(CompanyFact.INTEGRATION), facts.get(CompanyFact.ZOOM_APP)
    if integration and integration.value != "active":
        return {"integration-inactive": []} if _is_new(integration, moment) else {}
    lost: dict[str, list[str]] = defaultdict(list)
    withdrawn = ZOOM_APP_CAUSES.get(app.value, "") if app else ""
    if withdrawn and _is_new(app, moment):
        lost[withdrawn] = []
    for one in hosts:
        cause = _cause(one.facts, moment)
        if cause and not (withdrawn and cause == NOT_AUTHENTICATED[Path.ZOOM]):
            lost[cause].append(one.name)
    return dict(lost)


def _cause(facts: Facts, moment: datetime) -> str:
    sync = facts.get(PersonFact.SYNC)
    # A refusal is not news: it is asked for, and refused, again every day.
    if sync and sync.value == "disconnected" and _is_new(sync, moment):
        named = named_cause(PersonFact.SYNC, str(sync.detail.get("error_key", "")))
        return named or SYNC_CAUSES[sync.value]
    for fact, path in _OWN.items():
        seen = facts.get(fact)
        if seen and seen.value == "disconnected" and _is_new(seen, moment):
            return NOT_AUTHENTICATED[path]
    return ""


def _left_but_connected(facts: Facts) -> bool:
    return value_of(facts, PersonFact.EMPLOYMENT) == "inactive" and value_of(facts, PersonFact.SYNC) == "synced"


def _is_new(seen: Seen | None, moment: datetime) -> bool:
    return seen is not None and seen.since >= moment


async def _reopened(services: Services, company: int, moment: datetime) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for path in (*(each.value for each in Path), UNKNOWN_TEAMS):
        marks = await services.store.setups.marks(company, path)
        found += [(path, step) for step, row in marks.items() if row.status == REOPENED and row.changed_at >= moment]
    return found
