"""One person and one provider: how far they are, and the one next step, drawn for that person."""

from __future__ import annotations

from collections.abc import Iterable

from handlers import causes
from handlers.access_requests import Arrival, Waiting, ask_for
from handlers.facts import PersonFact
from handlers.faults import fault_note
from handlers.foreign_account import foreign_account
from handlers.links import CONNECT, LIFETIME, make_link
from handlers.messages import Button, Buttons, Link, Note, Person, Reply, Status, Text, Tone
from handlers.people import as_person
from handlers.readiness import Path, Provider, State, Step, needs_own_account
from handlers.refresh import WRONG_ACCOUNT
from handlers.services import Services
from handlers.situation import Situation, situation_of
from handlers.texts import t
from handlers.verdicts import why
from handlers.wording import evidence_note, numbered
from providers.base import ProviderError

IN_PERSONIO = {
    Provider.GOOGLE_MEET: "meet-not-selectable",
    Provider.ZOOM: "zoom-not-authenticated",
    Provider.TEAMS: "teams-ews-not-authenticated",
    Provider.GOTO: "goto-not-authenticated",
}
"""The case of the knowledge whose steps lead through Personio's own pages."""


async def state_of(services: Services, person: Person, provider: Provider, *, card: str) -> Reply:
    """How far this person is with this provider, and the one next step."""
    situation = await situation_of(services, person, provider, card=card)
    if situation.verdict.cause == WRONG_ACCOUNT:
        blocks = foreign_account(provider, situation.account, person.language)
    else:
        blocks = await _answer(situation)
    evidence = situation.verdict.evidence
    if not evidence:
        return blocks
    return (*blocks, evidence_note((seen for _, seen in evidence), services.now(), person.language))


async def show_on_cards(services: Services, company: int, arrivals: Iterable[Arrival]) -> None:
    """Bring the cards of people up to date who wait for an answer about their calendars."""
    for arrival in arrivals:
        row = await services.store.people.get(company, arrival.person)
        if row is not None and arrival.waiting is not None:
            person, card = as_person(row), arrival.waiting.card
            reply = await state_of(services, person, Provider(arrival.waiting.provider), card=card)
            await services.outbox.send(person, reply, key=f"asked:{card}", replaces=card)


async def _answer(situation: Situation) -> Reply:
    guided = not situation.services.is_direct
    match situation.verdict.state:
        case State.READY:
            return _ready(situation)
        case State.ACTION_NEEDED | State.UNKNOWN | State.STALE if guided and situation.path not in _AT_ONCE:
            return _guided_step(situation)
        case State.ACTION_NEEDED if situation.lost_calendar:
            return await _calendar_step(situation)
        case State.ACTION_NEEDED:
            return await _link_step(situation)
        case _ if situation.is_worth_asking and not guided:
            return await _ask_calendar(situation)
        case State.UNKNOWN | State.STALE:
            return _not_known(situation)
        case State.NOT_NEEDED:
            return _gone(situation)
        case _:
            return _blocked(situation)


_AT_ONCE = frozenset(path for path in Path if not needs_own_account(path))


def _ready(situation: Situation) -> Reply:
    language, name = situation.language, situation.provider.display_name
    if situation.path in _AT_ONCE:
        text = t(
            "Nothing to do, {person}: {provider} comes with your company's calendar, so you can choose it for "
            "interviews at once.",
            language,
            person=situation.person.first_name,
            provider=name,
        )
        return (Status(Tone.GOOD, t("{provider} is ready", language, provider=name)), Text(text))
    return (Status(Tone.GOOD, _connected_line(situation)), Text(t("You can choose it for interviews.", language)))


def _connected_line(situation: Situation) -> str:
    language, name = situation.language, situation.provider.display_name
    account = situation.account
    if not situation.verdict.proven:
        return t("{provider} is connected, as you told me", language, provider=name)
    if not account:
        return t("{provider} is connected", language, provider=name)
    return t("{provider} is connected as {account}", language, provider=name, account=account)


async def _link_step(situation: Situation) -> Reply:
    """Everything before this is done; one link is left."""
    services, language, name = situation.services, situation.language, situation.provider.display_name
    url = await make_link(services, situation.person, purpose=CONNECT, provider=situation.provider, card=situation.card)
    lost = situation.verdict.step is Step.RELINK
    status = t("{provider} has lost its connection", language, provider=name)
    if not lost:
        status = t("One step left for {provider}", language, provider=name)
    text = t(
        "1. Open the link.\n2. Confirm your e-mail address with Cronofy, which sends you a message.\n"
        "3. Sign in to {provider} with your own account.",
        language,
        provider=name,
    )
    label = (
        t("Reconnect {provider}", language, provider=name) if lost else t("Connect {provider}", language, provider=name)
    )
    buttons = Buttons((Link(label, url, primary=True), situation.check_again))
    return (Status(Tone.WARNING, status), Text(text), buttons, _for_you_alone(language))


async def _calendar_step(situation: Situation) -> Reply:
    """Before any video account comes the person's own calendar, whose connection they can restore."""
    services, language, name = situation.services, situation.language, situation.provider.display_name
    url = await make_link(services, situation.person, purpose=CONNECT, provider=situation.provider, card=situation.card)
    text = t(
        "1. Open the link and sign in to your calendar again.\n2. Come back here and press “I've done it”.\n\n"
        "After that {provider} can follow.",
        language,
        provider=name,
    )
    link = Link(t("Reconnect my calendar", language), url, primary=True)
    status = Status(Tone.WARNING, t("Your calendar has lost its connection", language))
    return (status, Text(text), Buttons((link, situation.check_again)), _for_you_alone(language))


def _for_you_alone(language: str) -> Note:
    minutes = int(LIFETIME.total_seconds() // 60)
    return Note(t("The link is for you alone and works for {minutes} minutes.", language, minutes=minutes))


def _guided_step(situation: Situation) -> Reply:
    """Without Cronofy of our own, Personio's pages lead to the same place."""
    language, name = situation.language, situation.provider.display_name
    steps = causes.fix(IN_PERSONIO[situation.provider], language)
    return (
        Status(Tone.WARNING, t("Connect {provider} in Personio", language, provider=name)),
        Text(numbered(steps)),
        Buttons((situation.check_again,)),
    )


def _not_known(situation: Situation) -> Reply:
    language, name = situation.language, situation.provider.display_name
    text = t(
        "I don't know enough yet to say how far you are with {provider}: I have no news about your calendar. "
        "Your HR admin can connect or synchronise it.",
        language,
        provider=name,
    )
    if situation.verdict.state is State.STALE:
        text = t("What I know about you and {provider} is too old to rely on.", language, provider=name)
    return (
        Status(Tone.NEUTRAL, t("{provider}: not known yet", language, provider=name)),
        Text(text),
        Buttons((_look_again(situation),)),
    )


def _blocked(situation: Situation) -> Reply:
    """Somebody else's turn: what is wrong, who can put it right, and how."""
    language, name = situation.language, situation.provider.display_name
    return (
        Status(Tone.BAD, t("{provider} is not ready yet", language, provider=name)),
        *why(situation.verdict, language),
        Buttons((_look_again(situation),)),
    )


def _gone(situation: Situation) -> Reply:
    language = situation.language
    text = t("If that is a mistake, your HR admin can correct it in Personio.", language)
    return (Status(Tone.NEUTRAL, t("Personio says that you have left the company.", language)), Text(text))


def _look_again(situation: Situation) -> Button:
    values = {"provider": situation.provider.value}
    return Button(t("Check again", situation.language), "connect", values, in_place=True, refreshes=True)


async def _ask_calendar(situation: Situation) -> Reply:
    """Ask for this calendar now, and show on this card what comes of it."""
    services, person = situation.services, situation.person
    waiting = Waiting(situation.card, situation.provider.value)
    try:
        await ask_for(services, person.company, [(person.id, person.email)], waiting=waiting)
    except ProviderError as error:
        known = _blocked if situation.verdict.cause else _not_known
        return (*known(situation), fault_note(error, situation.language))
    now = await situation_of(services, person, situation.provider, card=situation.card)
    seen = now.facts.get(PersonFact.SYNC)
    return await _answer(now) if seen and seen.value != "requested" else _looking(situation)


def _looking(situation: Situation) -> Reply:
    text = t(
        "I have just asked Cronofy for your calendar, which comes before {provider}. "
        "It takes a moment; the answer appears here.",
        situation.language,
        provider=situation.provider.display_name,
    )
    return (
        Status(Tone.NEUTRAL, t("Looking for your calendar", situation.language)),
        Text(text),
        Buttons((_look_again(situation),)),
    )
