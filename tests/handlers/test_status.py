"""How far somebody is: oneself, somebody by name, the company in numbers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from bot.demo import Demo
from tests.chat import Chat

Person = Callable[[str], Chat]


async def test_ones_own_status_names_the_state_the_cause_and_the_next_step(person: Person) -> None:
    ben = person("ben")
    answer = await ben.does(intent="my_status")
    assert answer.startswith("Your video interviews\nZoom: Needs you – The Zoom account is not connected")
    assert "Microsoft Teams: Ready" in answer
    assert "Google Meet" not in answer, "this company cannot use it, so it is no use to Ben"
    assert "One step left for Zoom" in await ben.presses("Connect Zoom")


async def test_ones_own_status_is_looked_up_live(demo: Demo, person: Person) -> None:
    clara = person("clara")
    assert "Zoom: Bereit" in await clara.does(intent="my_status")
    demo.world.disconnect("clara@aurora.example", "zoom", notify=False)
    assert "Zoom: Ihr Schritt – Das Zoom-Konto ist nicht verbunden" in await clara.does(intent="my_status")
    demo.world.reconnect("clara@aurora.example", "zoom")
    assert "Zoom: Bereit" in await clara.does(intent="my_status")


async def test_an_admin_reads_about_one_person_with_cause_and_fix(person: Person) -> None:
    ada = person("ada")
    answer = await ada.does(intent="check_person", values={"person": "stefan@aurora.example"})
    assert answer.startswith("Stefan Maier\nZoom: Waiting for somebody else – The calendar account is switched off")
    assert "What is wrong\nThe calendar account is switched off\nWho can fix it\nIT" in answer
    assert "Evidence: Cronofy (just now)" in answer


async def test_checking_somebody_again_shows_the_new_state_in_place(demo: Demo, person: Person) -> None:
    ada = person("ada")
    await ada.does(intent="check_person", values={"person": "ben@aurora.example", "provider": "zoom"})
    demo.world.connect("ben@aurora.example", "zoom")
    answer = await ada.presses("Check again")
    assert "Ben Okafor\nZoom: Ready" in answer
    assert len(await ada.messages()) == 1


async def test_two_people_at_one_address_are_asked_apart(person: Person) -> None:
    ada = person("ada")
    answer = await ada.does(intent="check_person", values={"person": "lyon.team@aurora.example"})
    assert answer.startswith("There is more than one. Who do you mean?")
    assert (await ada.presses("Paul Girard (lyon.team@aurora.example)")).startswith("Paul Girard\n")


async def test_an_unknown_name_is_said_to_be_unknown(person: Person) -> None:
    ada = person("ada")
    answer = await ada.does(intent="check_person", values={"person_unknown": "Zaphod *Beeblebrox*"})
    assert answer == "I don't know anybody called “Zaphod *Beeblebrox*” in your company."
    for values in ({}, {"person": "999999"}, {"person": "x, y"}, {"person": "nobody@aurora.example"}):
        answer = await ada.does(intent="check_person", values=values)
        assert answer == "Who do you mean? Please write the name or the e-mail address."


async def test_the_company_in_numbers_for_one_provider(person: Person) -> None:
    ada = person("ada")
    answer = await ada.does(intent="progress", values={"provider": "zoom"})
    assert answer.startswith("How far your company is\nZoom: 10 of 28 hosts are ready")
    assert "Microsoft Teams" not in answer
    assert "7 hosts are not synced" in await ada.presses("Who isn't synced?")


async def test_the_age_of_the_evidence_is_told(demo: Demo, person: Person) -> None:
    ada = person("ada")
    demo.world.clock.advance(timedelta(hours=2))
    answer = await ada.does(intent="check_person", values={"person": "paul@aurora.example"})
    assert answer.startswith("Who do you mean?")
    answer = await ada.does(intent="check_person", values={"person": "stefan@aurora.example"})
    assert "Evidence: Cronofy (2 hours ago)" in answer
