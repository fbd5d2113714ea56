"""Who may do what is decided by the stored person, whatever a button claims."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.demo import Demo
from handlers.conversations import ROUTER
from handlers.messages import ADMINS, Role
from tests.chat import Chat

Person = Callable[[str], Chat]
ADMIN_ONLY = sorted(intent for intent, route in ROUTER.routes.items() if route.roles == ADMINS)


def test_everything_about_others_is_for_admins() -> None:
    assert {"list_not_synced", "list_not_connected", "check_calendar", "check_person", "progress"} <= set(ADMIN_ONLY)


@pytest.mark.parametrize(
    ("who", "sentence", "words"),
    [
        ("ben", "who isn't synced", "Sorry, only your company's admins can ask that."),
        ("marc", "qui n'est pas synchronisé", "Désolé, cette question est réservée à l’administration"),
        ("dieter", "wer ist nicht synchronisiert", "Das kann leider nur die Administration Ihres Unternehmens fragen."),
    ],
)
async def test_an_employee_who_asks_about_others_is_refused_kindly(
    person: Person, who: str, sentence: str, words: str
) -> None:
    chat = person(who)
    answer = await chat.says(sentence)
    assert answer.startswith(words)
    assert "Stefan" not in answer
    assert "Zoom" in await chat.does(intent="my_status")


async def test_forged_buttons_of_an_admin_do_nothing_for_an_employee(demo: Demo, person: Person) -> None:
    ada, ben = person("ada"), person("ben")
    await ada.says("who isn't synced")
    card = (await ada.messages())[-1]
    for intent in ADMIN_ONLY:
        values = {"person": "1", "provider": "zoom", "role": "owner", "company": "1", "is_admin": "true"}
        answer = await ben.does(intent=intent, values=values, message=card.delivery)
        assert answer.startswith("Sorry, only your company's admins can ask that."), intent
    assert len(await ada.messages()) == 1


async def test_nobody_can_change_or_replace_somebody_elses_message(demo: Demo, person: Person) -> None:
    ada, ben = person("ada"), person("ben")
    await ada.says("who isn't synced")
    shown = await ada.screen()
    card = (await ada.messages())[-1]
    await ben.does(intent="connect", values={"provider": "zoom"}, message=card.delivery, in_place=True)
    assert await ada.screen() == shown
    assert any("One step left for Zoom" in message for message in await ben.screen())


async def test_a_person_of_another_company_does_not_exist(demo: Demo, person: Person) -> None:
    store = demo.program.store
    other = await store.companies.ensure("other", name="Other", domains=[], language="en", timezone="Europe/Berlin")
    place = {"language": "en", "timezone": "Europe/Berlin"}
    await store.roles.begin(other.id, ["eve@other.example"], now=demo.program.now(), **place)
    eve = (await store.people.with_email(other.id, "eve@other.example"))[0]
    ada = person("ada")
    for wanted in (str(eve.id), "eve@other.example"):
        answer = await ada.does(intent="check_person", values={"person": wanted})
        assert answer.startswith("Who do you mean?")


async def test_a_role_that_was_taken_away_counts_at_once(demo: Demo, person: Person) -> None:
    ada = person("ada")
    await ada.says("help")
    row = (await demo.program.store.people.with_email(demo.program.company, "ada@aurora.example"))[0]
    await demo.program.store.people.change(demo.program.company, row.id, role=Role.EMPLOYEE)
    assert (await ada.presses("Who isn't synced?")).startswith("Sorry, only your company's admins")
    await demo.program.store.people.change(demo.program.company, row.id, role=Role.HR_ADMIN)
    assert "7 hosts are not synced" in await ada.presses("Who isn't synced?")


@pytest.mark.parametrize("intent", ["no_such_thing", "__class__", "list_not_synced; drop", "connect\n"])
async def test_an_intent_that_nobody_answers_gets_the_menu(person: Person, intent: str) -> None:
    assert (await person("ben").does(intent=intent)).startswith("I can't do that yet. This is what I can do:")


@pytest.mark.parametrize("provider", ["webex", "", "ZOOM", "zoom'--", "x" * 10_000])
async def test_a_provider_that_does_not_exist_is_asked_for(person: Person, provider: str) -> None:
    ben = person("ben")
    for intent in ("connect", "done"):
        answer = await ben.does(intent=intent, values={"provider": provider})
        assert answer.startswith("Which one do you use for interviews?")
    assert "One step left for Zoom" in await ben.presses("Zoom")
