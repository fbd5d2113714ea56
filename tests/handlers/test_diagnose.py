"""Diagnosis: the cause, who fixes it, one button; what no system shows is found by people's words, or not at all."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import yaml

from bot.demo import Demo
from handlers import causes
from handlers.findings import FINDINGS
from handlers.symptoms import described_case
from tests.chat import Chat

Person = Callable[[str], Chat]
SYMPTOMS = yaml.safe_load((causes.KNOWLEDGE / "symptoms.yaml").read_text(encoding="utf-8"))


def test_every_case_is_reached_by_a_system_or_by_words() -> None:
    assert {case.id for case in causes.cases()} == FINDINGS.keys() | {each["case"] for each in SYMPTOMS}


@pytest.mark.parametrize("symptom", SYMPTOMS, ids=lambda each: str(each["case"]))
def test_the_words_of_each_case_lead_to_it(symptom: dict[str, str | list[str]]) -> None:
    for words in symptom["words"]:
        assert described_case(f"Help! {words}") == symptom["case"], words


@pytest.mark.parametrize(
    ("words", "case"),
    [
        ("The candidates are fine but the interviewers are invited twice", "double-invitation"),
        ("Die Interviewer werden doppelt eingeladen", "double-invitation"),
        ("Je ne peux pas planifier d’entretien", "no-recruiting-rights"),
        ("Zoom says the app is not approved", "zoom-app-not-approved"),
        ("The e-mail from Cronofy did not arrive", "auth-mail-not-received"),
        ("It is raining", ""),
    ],
)
def test_a_sentence_leads_to_its_case(words: str, case: str) -> None:
    assert described_case(words) == case


async def test_an_admin_learns_the_cause_and_asks_the_person_with_one_button(demo: Demo, person: Person) -> None:
    ada, ben = person("ada"), person("ben")
    answer = await ada.says("why can't Ben select Zoom")
    assert "The Zoom account is not connected" in answer
    assert "I asked Ben Okafor." in await ada.presses("Ask Ben to do it")
    (request,) = await ben.screen()
    assert request.startswith("Ada Lindqvist asks for your help\n**Ben Okafor and Zoom**")
    assert "I still see: The Zoom account is not connected." in await ben.presses("Done")
    await ben.presses("Connect Zoom")
    await ben.follows("Connect Zoom")
    await ben.presses("Done")
    assert (await ada.screen())[-1].startswith("Ben Okafor says that it is done.")
    assert "Zoom: Ready" in await ada.presses("Check again")


async def test_what_it_must_fix_is_given_to_it(demo: Demo, person: Person) -> None:
    ada, ines = person("ada"), person("ines")
    answer = await ada.says("why can't Stefan Maier select Zoom")
    assert "The calendar account is switched off" in answer
    await ada.presses("Give to someone")
    await ada.presses("Ines Moreau")
    (request,) = await ines.screen()
    assert "Stefan Maier et Zoom" in request


async def test_a_person_is_synchronised_again_with_one_button(demo: Demo, person: Person) -> None:
    ada = person("ada")
    row = (await demo.program.store.people.with_email(demo.program.company, "emma@aurora.example"))[0]
    answer = await ada.does(intent="sync_person", values={"person": str(row.id)})
    assert "I asked Cronofy for the calendar of Emma Clarke once more." in answer


async def test_an_unknown_cause_is_said_to_be_unknown_with_a_text_for_support(demo: Demo, person: Person) -> None:
    ada = person("ada")
    assert "Zoom: Ready" in await ada.says("why can't Clara select Zoom")
    answer = await ada.presses("It does not work all the same")
    assert "I don't know the cause of this." in answer
    assert "The organiser does not belong to the job" in answer
    assert "This text is ready for Personio's support:" in answer


async def test_employees_get_the_same_about_themselves(demo: Demo, person: Person) -> None:
    ben, stefan, clara = person("ben"), person("stefan"), person("clara")
    assert "One step left for Zoom" in await ben.says("I can't select Zoom in the interview")
    answer = await ben.does(intent="report_problem", values={"provider": "zoom"}, text="")
    assert "One step left for Zoom" in answer
    answer = await stefan.does(intent="report_problem", values={"provider": "zoom"})
    assert "Das Kalenderkonto ist deaktiviert" in answer or "IT" in answer
    answer = await clara.does(intent="report_problem", values={"provider": "zoom"})
    assert "Die Ursache kenne ich nicht." in answer


async def test_the_hr_admin_is_told_in_the_persons_words(demo: Demo, person: Person) -> None:
    clara, ada = person("clara"), person("ada")
    await clara.does(intent="report_problem", values={"provider": "zoom"})
    assert "Ada Lindqvist" in await clara.presses("HR-Admin informieren")
    assert (await ada.screen())[-1].startswith("Clara Hoffmann reports a problem\nIt is about Zoom.")
    assert "Clara Hoffmann" in await ada.presses("Look at it")


async def test_a_lost_e_mail_gets_a_fresh_link_and_advice(demo: Demo, person: Person) -> None:
    ben = person("ben")
    answer = await ben.does(intent="link_problem", values={"provider": "zoom"})
    assert "One step left for Zoom" in answer
    assert "If no e-mail arrives:\n1. " in answer.replace("\n\n", "\n")
    assert "Which one is it about?" in await ben.does(intent="link_problem")


async def test_short_honest_answers(demo: Demo, person: Person) -> None:
    ben = person("ben")
    assert "neither your password nor the permission comes to me" in await ben.says("what is Cronofy?")
    assert "Pro or higher" in await ben.says("which video tools are supported")
    answer = await ben.does(intent="human", text="")
    assert "Ada Lindqvist (ada@aurora.example)" in answer
    assert "I told Ada Lindqvist." in await ben.presses("Tell them that I need help")
