"""Diagnosis: what keeps somebody from a provider, on which evidence, who fixes it, and one button to do so."""

from __future__ import annotations

from handlers import causes
from handlers.access_requests import ask_for
from handlers.connect import named_provider
from handlers.evidence import facts_about
from handlers.faults import fault_note
from handlers.findings import FINDINGS
from handlers.handover_topic import topic_about
from handlers.messages import Block, Button, Buttons, Event, Fact, Facts, Heading, Person, Reply, Text
from handlers.next_step import state_of
from handlers.people import as_person
from handlers.readiness import Owner, Provider, Readiness, State, Step, assess, path_for
from handlers.refresh import refresh_person
from handlers.router import Router
from handlers.services import Services
from handlers.support import support
from handlers.symptoms import described_case
from handlers.texts import t
from handlers.verdicts import why
from handlers.wording import evidence_note, numbered

router = Router()

_UNSEEN = ("organizer-not-on-job", "no-recruiting-rights")
"""What keeps people from choosing a provider although everything that can be looked at is in order."""


def next_buttons(verdict: Readiness, provider: Provider, person: Person, language: str) -> tuple[Button, ...]:
    """For an admin who reads about somebody: the one thing to do next."""
    values = {"provider": provider.value, "person": str(person.id)}
    topic = topic_about(person.id, provider, verdict.owner)
    if verdict.state is State.READY:
        return (Button(t("It does not work all the same", language), "unexplained", values),)
    match verdict.step:
        case Step.CONNECT | Step.RELINK if verdict.owner is Owner.EMPLOYEE:
            ask = t("Ask {person} to do it", language, person=person.first_name)
            return (Button(ask, "handover_to", {"topic": topic, "person": str(person.id)}, primary=True),)
        case Step.CONNECT_CALENDAR:
            return (Button(t("Connect the calendar", language), "check_calendar", primary=True),)
        case Step.SYNC:
            return (
                Button(t("Synchronise again", language), "sync_person", values, primary=True),
                _give(topic, language),
            )
        case Step.CHOOSE_PROVIDER | Step.TEST_INTERVIEW:
            open_it = {"provider": provider.value}
            return (Button(t("Open the set-up", language), "setup_provider", open_it, primary=True),)
        case Step.DONE_NOTHING | Step.CONFIRM_HOSTING | Step.WAIT | Step.REFRESH:
            return ()
    return (_give(topic, language, primary=True),)


@router.on_admin("sync_person")
async def sync_person(event: Event, services: Services) -> Reply:
    language, id = event.person.language, event.values.get("person", "")
    row = await services.store.people.get(event.person.company, int(id)) if id.isdecimal() and len(id) < 12 else None
    if row is None or not services.is_direct:
        return (Text(numbered(causes.fix("organizer-not-selectable", language))),)
    await ask_for(services, row.company_id, [(row.id, row.email)])
    text = t("I asked Cronofy for the calendar of {person} once more. It takes a moment.", language, person=row.name)
    again = Button(t("Check again", language), "check_person", dict(event.values), primary=True)
    return (Text(text), Buttons((again,)))


@router.on_admin("unexplained")
async def unexplained(event: Event, services: Services) -> Reply:
    """Everything looks right and still it does not work: said so, with what nobody can look at."""
    provider = named_provider(event) or Provider.ZOOM
    return _unknown(provider, event.person.language, words="")


@router.on("report_problem")
async def report_problem(event: Event, services: Services) -> Reply:
    """An employee about themselves: their own words and what the systems say, whichever explains it."""
    language, case = event.person.language, described_case(event.text)
    if case and case not in FINDINGS:
        return explain(case, language)
    problem = await refresh_person(services, event.person)
    provider, verdict = await _worst(event, services)
    notes = (fault_note(problem, language),) if problem else ()
    if verdict.state is State.READY:
        found = explain(case, language) if case else _unknown(provider, language, words=event.text)
        return (*found, _tell(event, provider), *notes)
    if verdict.state is State.ACTION_NEEDED and not case:
        return (*await state_of(services, event.person, provider, card=event.answer), *notes)
    blocks: list[Block] = [*(explain(case, language) if case else _named(verdict, provider, language))]
    blocks.append(evidence_note((seen for _, seen in verdict.evidence), services.now(), language))
    return (*blocks, _tell(event, provider), *notes)


@router.on("link_problem")
async def link_problem(event: Event, services: Services) -> Reply:
    """The e-mail or the link did not come or did not work: a fresh link, and what usually helps."""
    language, provider = event.person.language, named_provider(event)
    if provider is None:
        buttons = tuple(Button(each.display_name, "link_problem", {"provider": each.value}) for each in Provider)
        return (Text(t("Which one is it about?", language)), Buttons(buttons))
    problem = await refresh_person(services, event.person)
    reply = await state_of(services, event.person, provider, card=event.answer)
    case = described_case(event.text)
    help = case if case in ("auth-wrong-account", "zoom-app-not-approved") else "auth-mail-not-received"
    _, verdict = await _worst(event, services)
    if verdict.state is State.ACTION_NEEDED:
        reply = (*reply, Text(t("If no e-mail arrives:", language) + "\n\n" + numbered(causes.fix(help, language))))
    return (*reply, fault_note(problem, language)) if problem else reply


@router.on("tell_admins")
async def tell_admins(event: Event, services: Services) -> Reply:
    """Tell the HR admins; they get the person's name, and a button to look."""
    person, language = event.person, event.person.language
    provider = named_provider(event) or Provider.ZOOM
    rows = await services.store.people.all(person.company)
    admins = [as_person(row) for row in rows if row.role in ("owner", "hr_admin") and row.id != person.id][:3]
    told = [each.name for each in admins if await _told(services, event, each, provider)]
    if not told:
        return (Text(t("I can't reach your HR admin in the chat. Please write to them yourself.", language)),)
    return (Text(t("I told {people}.", language, people=", ".join(told))),)


def explain(case: str, language: str) -> Reply:
    """A case of the knowledge: cause, who can fix it, and how."""
    owner = causes.case(case).owners[0]
    caution = causes.caution(case, language)
    explained = causes.cause(case, language) + (f" {caution}" if caution else "")
    sheet = (
        Fact(t("What is wrong", language), causes.title(case, language)),
        Fact(t("Who can fix it", language), "–" if owner is Owner.NOBODY else causes.owner_label(owner, language)),
    )
    return (Facts(sheet), Text(explained), Text(numbered(causes.fix(case, language))))


async def _worst(event: Event, services: Services) -> tuple[Provider, Readiness]:
    """The provider that was named, or the one with which something is wrong."""
    person, named = event.person, named_provider(event)
    company, facts = await facts_about(services, person.company, person.id)
    verdicts = {each: assess(path_for(each, company), company, facts, now=services.now()) for each in Provider}
    if named:
        return named, verdicts[named]
    order = (State.ACTION_NEEDED, State.WAITING, State.READY)
    usable = [each for each in Provider if verdicts[each].cause != "meet-not-selectable"]
    ranked = sorted(usable, key=lambda each: order.index(state) if (state := verdicts[each].state) in order else 9)
    ready = next((each for each in usable if verdicts[each].state is State.READY), None)
    best = ready or ranked[0]
    return best, verdicts[best]


def _named(verdict: Readiness, provider: Provider, language: str) -> Reply:
    if verdict.cause:
        return why(verdict, language)
    state = causes.state_label(verdict.state, language)
    return (Text(t("{provider}: {state}", language, provider=provider.display_name, state=state)),)


def _unknown(provider: Provider, language: str, *, words: str) -> Reply:
    unseen = " ".join(f"**{causes.title(case, language)}:** {causes.fix(case, language)[0]}" for case in _UNSEEN)
    cannot = t("Two things I cannot look at; please check them first.", language)
    evidence = t("calendar synchronised, account connected", language)
    return (Text(f"{cannot} {unseen}"), *support(provider, language, evidence=evidence, words=words))


def _tell(event: Event, provider: Provider) -> Buttons:
    label = t("Tell my HR admin", event.person.language)
    return Buttons((Button(label, "tell_admins", {"provider": provider.value, "words": event.text[:200]}),))


async def _told(services: Services, event: Event, admin: Person, provider: Provider) -> bool:
    language, person = admin.language, event.person
    values = {"person": str(person.id), "provider": provider.value}
    blocks: list[Block] = [
        Heading(t("{person} reports a problem", language, person=person.name)),
        Text(t("It is about {provider}.", language, provider=provider.display_name)),
    ]
    if words := event.values.get("words", "").strip():
        blocks.append(Text(t("In their words: {words}", language, words=words)))
    blocks.append(Buttons((Button(t("Look at it", language), "check_person", values, primary=True),)))
    key = f"told:{person.id}:{admin.id}:{event.answer}"
    return bool(await services.outbox.send(admin, tuple(blocks), key=key))


def _give(topic: str, language: str, *, primary: bool = False) -> Button:
    return Button(t("Give to someone", language), "handover", {"topic": topic}, primary=primary)
