"""The dashboard: the whole company for admins, filtered and paged in place; everybody else sees themselves."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from bot.demo import Demo
from handlers.messages import Table
from tests.chat import Chat, names_in
from tests.conftest import Start

Person = Callable[[str], Chat]


async def test_an_employee_finds_the_own_state_and_an_admin_the_company(person: Person) -> None:
    assert (await person("ben").does(intent="home")).startswith("Your video interviews\nZoom: Needs you")
    answer = await person("ada").does(intent="home")
    assert answer.startswith("Overview\nThe calendar integration is active.\nZoom: 10 of 28 hosts are ready")
    assert "Microsoft Teams: 19 of 28 hosts are ready" in answer
    assert "Google Meet" not in answer, "nobody uses it here"
    assert "27 hosts are not ready" in answer


@pytest.mark.parametrize(
    ("name", "words", "title"),
    [
        ("ada", "show me the dashboard", "Overview"),
        ("ada", "give me an overview of the whole company", "Overview"),
        ("ines", "tableau de bord", "Vue d’ensemble"),
        ("clara", "Dashboard bitte", "Überblick"),
    ],
)
async def test_it_is_reached_by_words(demo: Demo, person: Person, name: str, words: str, title: str) -> None:
    people, company = demo.program.store.people, demo.program.company
    [row] = await people.with_email(company, f"{name}@aurora.example")
    await people.change(company, row.id, role="hr_admin")
    assert (await person(name).says(words)).startswith(f"{title}\n")


async def test_filters_and_pages_work_in_place_and_go_together(person: Person) -> None:
    ada = person("ada")
    await ada.does(intent="home")
    everybody = await ada.presses("Zoom")
    assert "✓ Zoom" in everybody
    first = names_in(ada.reply)
    await ada.presses("Next")
    assert names_in(ada.reply) != first
    answer = await ada.presses("Waiting for somebody else")
    assert "8 hosts are not ready" in answer
    assert "✓ Zoom" in answer
    assert "✓ Waiting for somebody else" in answer
    table = next(block for block in ada.reply if isinstance(block, Table))
    assert table.columns == ("Name", "Why", "Who can fix it")
    assert ("Stefan Maier", "The calendar account is switched off", "IT") in table.rows
    await ada.presses("All states")
    assert "27 hosts are not ready" in await ada.presses("All providers")
    assert len(await ada.messages()) == 1


@pytest.mark.parametrize("first", ["-1", "999999", "x", "²", "9" * 30])
async def test_a_page_that_is_none_shows_one_that_is(person: Person, first: str) -> None:
    ada = person("ada")
    await ada.does(intent="home", values={"first": first, "provider": "skype", "state": "ready"})
    assert names_in(ada.reply)


async def test_refreshing_shows_what_changed_meanwhile(demo: Demo, person: Person) -> None:
    ada = person("ada")
    await ada.does(intent="home")
    demo.world.connect("ben@aurora.example", "zoom")
    await ada.settled()
    await person("ben").does(intent="my_status")
    assert "Zoom: 11 of 28 hosts are ready" in await ada.presses("Refresh")
    assert len(await ada.messages()) == 1


async def test_the_file_holds_every_page_of_the_filter_for_its_admin_alone(demo: Demo, person: Person) -> None:
    ada = person("ada")
    await ada.does(intent="home")
    await ada.presses("GoTo Meeting")
    await ada.presses("Action needed")
    await ada.presses("Who needs what, as CSV")
    address = (await ada.address("Download the CSV file")).removeprefix(demo.program.services.public_url)
    [row] = await demo.program.store.people.with_email(demo.program.company, ada.email)
    async with httpx.AsyncClient(base_url=demo.program.services.public_url) as client:
        fetched = await client.get(address)
        lines = fetched.text.removeprefix("\ufeff").splitlines()
        assert lines[0] == "Name,E-mail,Provider,State,Why,Who can fix it"
        assert (
            "Ben Okafor,ben@aurora.example,GoTo Meeting,Action needed,The GoTo account is not connected" in fetched.text
        )
        assert len(lines) > 10
        assert "Stefan" not in fetched.text, "he waits for somebody else"
        assert (await client.get(f"{address}x")).status_code == 404
        await demo.program.store.people.change(demo.program.company, row.id, role="employee")
        assert (await client.get(address)).status_code == 404


async def test_reminders_hand_overs_and_news_are_on_it(demo: Demo, person: Person) -> None:
    ada = person("ada")
    await ada.says("remind everyone to connect Zoom")
    await ada.presses("Send to 8 people")
    await ada.does(intent="handover_to", values={"topic": "step:zoom:zoom_app", "email": "ines@aurora.example"})
    demo.world.disconnect("clara@aurora.example", "zoom", notify=False)
    await person("clara").does(intent="my_status")
    answer = await ada.does(intent="home")
    assert "Reminders for Zoom are running" in answer
    assert (
        "Waiting for an answer\nWho was asked for what\nWhat\nWho was asked\nWhen\nCronofy app for all Zoom" in answer
    )
    assert "What changed since yesterday\nThe Zoom account is not connected" in answer
    assert "Reminders for Zoom are running" in await ada.presses("Show these reminders")


async def test_who_cannot_be_written_to_is_listed_with_the_reason(demo: Demo, person: Person) -> None:
    ada, people = person("ada"), demo.program.store.people
    answer = await ada.does(intent="home")
    assert "I cannot write to 1 host" in answer
    reason = "Paul Girard\nNo account with this person's e-mail address in the web chat."
    assert reason in await ada.presses("Who can't you reach?")
    await people.save_reference("web", "demo", "ben@aurora.example", {"unreachable": "blocked"})
    assert "Ben Okafor\nblocked" in (answer := await ada.does(intent="unreachable"))
    assert reason in answer
    await people.save_reference("web", "demo", "ben@aurora.example", {})
    assert "Ben Okafor" not in await ada.does(intent="unreachable")


async def test_accounts_that_are_nobodys_are_shown_until_somebody_has_them(demo: Demo, person: Person) -> None:
    ada, directory = person("ada"), demo.program.directory
    directory.adopt("slack", demo.program.company_id)
    strangers = [("U1", "agency@elsewhere.example"), ("U2", "Ben@aurora.example"), ("U3", "old.ben@aurora.example")]
    await directory.link("slack", "T1", strangers)
    assert "2 chat accounts belong to nobody in Personio" in await ada.does(intent="home")
    await ada.presses("Which accounts?")
    assert names_in(ada.reply) == ["agency@elsewhere.example", "old.ben@aurora.example"]
    await directory.link("slack", "T1", [("U3", "ines@aurora.example")])
    await ada.does(intent="unmatched")
    assert names_in(ada.reply) == ["agency@elsewhere.example"]
    await directory.keep_only("slack", "T1", {"U2", "U3"})
    assert "Every chat account belongs to somebody in Personio." in await ada.does(intent="unmatched")


async def test_in_works_council_mode_a_recruiter_sees_no_names_and_no_small_numbers(start: Start) -> None:
    demo = await start(greenroom_privacy="works_council")
    company, people = demo.program.company, demo.program.store.people
    [row] = await people.with_email(company, "ben@aurora.example")
    await people.change(company, row.id, role="recruiter")
    ben = Chat(demo, "ben@aurora.example")
    answer = await ben.does(intent="home")
    assert not any(isinstance(block, Table) for block in ben.reply)
    assert "GoTo Meeting: no numbers" in answer
    assert "27 hosts are not ready" in answer
    assert "I cannot write to" not in answer, "one host is fewer than five"
    for intent in ("unreachable", "export_people"):
        answer = await ben.does(intent=intent)
        assert "names are shown only to those who can help" in answer
        assert not any(isinstance(block, Table) for block in ben.reply)
    ada = Chat(demo, "ada@aurora.example")
    await ada.does(intent="home")
    assert names_in(ada.reply), "whoever has to act sees the names"


async def test_before_the_calendar_is_connected_the_way_to_it_is_shown(start: Start) -> None:
    demo = await start()
    demo.world.revoke_service_account()
    ada = Chat(demo, "ada@aurora.example")
    answer = await ada.does(intent="home")
    assert "The calendar integration is not active.\nIs the calendar active?" in answer
