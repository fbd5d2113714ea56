"""Guided mode: the list of synchronised people, pasted; every line is taken over or shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from handlers.discretion import Discreet, hides
from handlers.evidence import judge_everybody, value_of
from handlers.facts import CompanyFact, PersonFact, Source
from handlers.guide_check import redraw
from handlers.guide_rules import hosts_among
from handlers.messages import (
    Block,
    Button,
    Buttons,
    Event,
    Form,
    Input,
    InputKind,
    Note,
    Option,
    Reply,
    Status,
    Table,
    Text,
    Tone,
)
from handlers.readiness import Provider
from handlers.router import Router
from handlers.services import Services
from handlers.sync_list import NOT_SYNCED, PENDING, SYNCED, Line, plain, read_list, same_name
from handlers.texts import escape, label, n, t
from storage import models
from storage.observations import COMPANY, NewObservation

router = Router()
LONGEST = 100_000
MOST_ROWS = 40
MOST_NAMES = 15


@dataclass(frozen=True, slots=True)
class Taken:
    """What the lines say, sorted: nothing is dropped."""

    people: dict[int, Line]
    unmatched: list[tuple[Line, str]] = field(default_factory=list)
    """Lines that were not taken over, each with the reason in plain English."""


@router.on_admin("import_sync_list")
async def import_sync_list(event: Event, services: Services) -> Reply:
    return (_form(event),)


@router.on_admin("import_sync_save")
async def import_sync_save(event: Event, services: Services) -> Reply:
    language, company = event.person.language, event.person.company
    lines = read_list(event.values.get("list", "")[:LONGEST])
    if not lines:
        return (_form(event, error=t("There is no line with words in it.", language)),)
    people = await services.store.people.all(company)
    taken = sort_lines(lines, people, default=event.values.get("default") or SYNCED)
    found = [_observation(person, line) for person, line in taken.people.items()]
    if found:
        # The list comes from the page of the integration, so the integration is there.
        found.append(NewObservation(COMPANY, CompanyFact.INTEGRATION, Source.IMPORT, "active"))
    await services.store.observations.save(company, found, services.now())
    await redraw(services, company)
    return (*_summary(taken, services, language), *await _not_on_it(services, event, taken), _onwards(event))


def sort_lines(lines: Sequence[Line], people: Sequence[models.Person], *, default: str) -> Taken:
    """Which line is whose: by address, then by name; `default` is what a line without a status says."""
    by_email: dict[str, list[models.Person]] = defaultdict(list)
    by_name: dict[frozenset[str], list[models.Person]] = defaultdict(list)
    for person in people:
        by_email[person.email].append(person)
        by_name[same_name(person.name)].append(person)
    taken = Taken({})
    for line in lines:
        rows = by_email.get(line.email, []) if line.email else by_name.get(same_name(line.name), [])
        line_value = line.value or (default if not line.unclear else "")
        reason = _reason(line, rows, line_value, taken)
        if reason:
            taken.unmatched.append((line, reason))
        else:
            taken.people[rows[0].id] = replace(line, value=line_value)
    return taken


def _reason(line: Line, rows: Sequence[models.Person], value: str, taken: Taken) -> str:
    if not rows:
        return label("nobody has this address or name")
    if len(rows) > 1:
        return label("several people have it")
    if value not in (SYNCED, NOT_SYNCED, PENDING):
        return label("the status was not understood") if line.unclear else label("it has no status")
    earlier = taken.people.get(rows[0].id)
    if earlier is None:
        return ""
    same = earlier.value == value
    return label("twice in the list") if same else label("twice, with another status; the first line counts")


def _observation(person: int, line: Line) -> NewObservation:
    said = {"error": line.error, "error_key": plain(line.error).replace(" ", "_")} if line.error else {}
    return NewObservation(person, PersonFact.SYNC, Source.IMPORT, line.value, dict(said))


def _summary(taken: Taken, where: Discreet, language: str) -> list[Block]:
    synced = sum(1 for line in taken.people.values() if line.value == SYNCED)
    failed = sum(1 for line in taken.people.values() if line.value == NOT_SYNCED)
    done = n("{count} line was taken over.", "{count} lines were taken over.", len(taken.people), language)
    counts = t("Synchronised: {synced}, with an error: {failed}.", language, synced=synced, failed=failed)
    counts = "" if hides(where, synced, failed) else f" {counts}"
    blocks: list[Block] = [Status(Tone.GOOD if taken.people else Tone.WARNING, f"{done}{counts}")]
    if not taken.unmatched:
        return blocks
    left = len(taken.unmatched)
    title = n("{count} line was not taken over", "{count} lines were not taken over", left, language)
    rows = tuple(
        (str(line.number), line.text[:80], t(reason, language)) for line, reason in taken.unmatched[:MOST_ROWS]
    )
    columns = (t("Line", language), t("What it says", language), t("Why", language))
    return [*blocks, Status(Tone.WARNING, title), Table(title, columns, rows, total=left)]


async def _not_on_it(services: Services, event: Event, taken: Taken) -> list[Block]:
    """Hosts of whom neither this list nor an earlier part of it says anything stay unknown; they are named."""
    language = event.person.language
    hosts = hosts_among(await judge_everybody(services, event.person.company, Provider.ZOOM))
    absent = [
        one.person
        for one in hosts
        if one.person.id not in taken.people and not value_of(one.person.facts, PersonFact.SYNC)
    ]
    if not absent:
        return []
    services.trail.note(event, about=(one.id for one in absent[:MOST_NAMES]))
    title = n("{count} host is not on the list:", "{count} hosts are not on the list:", len(absent), language)
    names = ", ".join(one.name for one in absent[:MOST_NAMES]) + (" …" if len(absent) > MOST_NAMES else "")
    return [Text(f"{title} {escape(names)}"), Note(t("For me they stay unknown.", language))]


def _onwards(event: Event) -> Buttons:
    language, provider = event.person.language, event.values.get("provider", "")
    more = Button(t("Paste another list", language), "import_sync_list", {"provider": provider})
    values = {"provider": provider} if provider else {}
    return Buttons((Button(t("Open the set-up", language), "setup_provider", values, primary=True), more))


def _form(event: Event, *, error: str = "") -> Form:
    language = event.person.language
    options = (
        Option(t("is synchronised", language), SYNCED),
        Option(t("has an error", language), NOT_SYNCED),
        Option(t("is left out", language), "skip"),
    )
    hint = t(
        "Copy it from Personio, or paste a CSV file: names or addresses, with or without a status. "
        "A long list can come in parts.",
        language,
    )
    inputs = (
        Input(
            "list",
            t("The list", language),
            InputKind.MULTILINE,
            value=event.values.get("list", "") if error else "",
            hint=hint,
            error=error,
            max_length=LONGEST,
        ),
        Input("default", t("A line without a status …", language), InputKind.CHOICE, SYNCED, options=options),
    )
    kept = {"provider": event.values.get("provider", "")}
    return Form(t("Paste the list", language), "import_sync_save", inputs, t("Take it over", language), kept)
