"""How far somebody is: oneself, one person by name, and the company in numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from handlers import causes
from handlers.connect import named_provider
from handlers.diagnose import next_buttons
from handlers.discretion import SMALLEST_GROUP, hides
from handlers.evidence import Judged, facts_about, judge_everybody
from handlers.facts import Facts
from handlers.faults import fault_note
from handlers.live_notes import notes_about, plan_note
from handlers.messages import Block, Button, Buttons, Event, Heading, Note, Person, Progress, Reply, Status, Text
from handlers.needs import in_use
from handlers.people import as_person
from handlers.readiness import Provider, Readiness, State, assess, path_for, summary
from handlers.refresh import refresh_person
from handlers.router import Router
from handlers.services import Services
from handlers.texts import t
from handlers.verdicts import TONES, why
from handlers.wording import evidence_note
from storage.observations import COMPANY

router = Router()


@router.on("my_status")
async def my_status(event: Event, services: Services) -> Reply:
    person, language = event.person, event.person.language
    problem = await refresh_person(services, person)
    company, facts = await facts_about(services, person.company, person.id)
    verdicts = _relevant(_verdicts(company, facts, services), named_provider(event))
    title = Heading(t("Your video interviews", language))
    reply: list[Block] = [title, *_lines(verdicts, language, own=True)]
    reply.append(
        Buttons((*_next_steps(verdicts, language), Button(t("Who has seen my status?", language), "who_saw_me")))
    )
    seen = [each for verdict in verdicts.values() for _, each in verdict.evidence]
    reply.append(evidence_note(seen, services.now(), language))
    reply += await _live_notes(services, person, facts, verdicts, language)
    return (*reply, fault_note(problem, language)) if problem else tuple(reply)


@router.on_admin("check_person")
async def check_person(event: Event, services: Services) -> Reply:
    language = event.person.language
    people = await _named(event, services)
    if not people:
        return (Text(_nobody(event)),)
    if len(people) > 1:
        return _ask_who(event, people)
    person = people[0]
    services.trail.note(event, about=(person.id,))
    problem = await refresh_person(services, person)
    company, facts = await facts_about(services, person.company, person.id)
    verdicts = _relevant(_verdicts(company, facts, services), named_provider(event))
    reply: list[Block] = [Heading(person.name), *_lines(verdicts, language)]
    about = next((provider for provider, verdict in verdicts.items() if verdict.cause), next(iter(verdicts)))
    reply += why(verdicts[about], language)
    values = {"person": str(person.id), **{key: event.values[key] for key in ("provider",) if key in event.values}}
    again = Button(t("Check again", language), "check_person", values, in_place=True, refreshes=True)
    reply.append(Buttons((*next_buttons(verdicts[about], about, person, language), again)))
    seen = [each for verdict in verdicts.values() for _, each in verdict.evidence]
    reply.append(evidence_note(seen, services.now(), language))
    reply += await _live_notes(services, person, facts, verdicts, language)
    return (*reply, fault_note(problem, language)) if problem else tuple(reply)


async def numbers(event: Event, services: Services, provider: Provider) -> Reply:
    """The company in numbers, for one provider."""
    language, company = event.person.language, event.person.company
    judged = await judge_everybody(services, company, provider)
    questions = (
        Button(t("Who isn't synced?", language), "list_not_synced"),
        Button(t("Who hasn't connected?", language), "list_not_connected", {"provider": provider.value}),
        Button(t("What changed?", language), "what_changed"),
    )
    return (
        Heading(t("How far your company is", language)),
        _bar(provider, judged, services, language),
        Buttons(questions),
        *await notes_about(services, company, COMPANY, language),
    )


def bars(judgements: Mapping[Provider, Sequence[Judged]], services: Services, language: str) -> Reply:
    """How far the company is with each provider that is in use."""
    return tuple(_bar(provider, judgements[provider], services, language) for provider in in_use(judgements))


def _bar(provider: Provider, judged: Sequence[Judged], services: Services, language: str) -> Progress | Text:
    counts = summary(one.readiness for one in judged)
    hosts = counts.total - counts.states[State.NOT_NEEDED]
    ready = counts.states[State.READY]
    if hides(services, hosts, ready, hosts - ready):
        return Text(_too_few(provider, language))
    label = t(
        "{provider}: {ready} of {hosts} hosts are ready",
        language,
        provider=provider.display_name,
        ready=ready,
        hosts=hosts,
    )
    return Progress(label, ready, hosts)


async def _live_notes(
    services: Services, person: Person, facts: Facts, verdicts: dict[Provider, Readiness], language: str
) -> tuple[Note, ...]:
    plan = plan_note(facts, language) if Provider.ZOOM in verdicts else ()
    return (*plan, *await notes_about(services, person.company, person.id, language))


def _too_few(provider: Provider, language: str) -> str:
    return t(
        "{provider}: no numbers, because a group of fewer than {count} people would show.",
        language,
        provider=provider.display_name,
        count=SMALLEST_GROUP,
    )


def _verdicts(company: Facts, person: Facts, services: Services) -> dict[Provider, Readiness]:
    return {each: assess(path_for(each, company), company, person, now=services.now()) for each in Provider}


def _relevant(verdicts: dict[Provider, Readiness], named: Provider | None) -> dict[Provider, Readiness]:
    """The one that was asked about; otherwise those that this person uses or can use."""
    if named:
        return {named: verdicts[named]}
    of_use = {provider: verdict for provider, verdict in verdicts.items() if verdict.state is not State.NOT_NEEDED}
    possible = {provider: verdict for provider, verdict in of_use.items() if verdict.cause != "meet-not-selectable"}
    return possible or of_use or {Provider.ZOOM: verdicts[Provider.ZOOM]}


def _lines(verdicts: dict[Provider, Readiness], language: str, *, own: bool = False) -> list[Status]:
    return [
        Status(TONES[verdict.state], _line(provider, verdict, language, own=own))
        for provider, verdict in verdicts.items()
    ]


def _line(provider: Provider, verdict: Readiness, language: str, *, own: bool) -> str:
    state = causes.state_label(verdict.state, language, own=own)
    if not verdict.cause:
        return t("{provider}: {state}", language, provider=provider.display_name, state=state)
    cause = causes.title(verdict.cause, language)
    return t("{provider}: {state} – {cause}", language, provider=provider.display_name, state=state, cause=cause)


def _next_steps(verdicts: dict[Provider, Readiness], language: str) -> tuple[Button, ...]:
    return tuple(
        Button(
            t("Connect {provider}", language, provider=provider.display_name),
            "connect",
            {"provider": provider.value},
            primary=True,
        )
        for provider, verdict in verdicts.items()
        if verdict.state is State.ACTION_NEEDED
    )


async def _named(event: Event, services: Services) -> list[Person]:
    """The people whom the event may mean: an id from a button or the directory, an address, or several ids."""
    company, people = event.person.company, services.store.people
    wanted = event.values.get("person", "") or event.values.get("person_candidates", "")
    if "@" in wanted:
        return [as_person(row) for row in await people.with_email(company, wanted)]
    ids = [int(part) for part in wanted.split(",") if part.strip().isdecimal()][:10]
    rows = [await people.get(company, id) for id in ids]
    return [as_person(row) for row in rows if row]


def _nobody(event: Event) -> str:
    language, unknown = event.person.language, event.values.get("person_unknown", "")
    if unknown:
        return t("I don't know anybody called “{name}” in your company.", language, name=unknown)
    return t("Who do you mean? Please write the name or the e-mail address.", language)


def _ask_who(event: Event, people: list[Person]) -> Reply:
    kept = {key: value for key, value in event.values.items() if key == "provider"}
    buttons = tuple(
        Button(f"{person.name} ({person.email})", event.intent, {"person": str(person.id), **kept}) for person in people
    )
    return (Text(t("There is more than one. Who do you mean?", event.person.language)), Buttons(buttons))
