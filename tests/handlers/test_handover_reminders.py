"""Reminders of a hand-over: in working hours, twice, then the asker hears of the silence; never after it is done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.demo import Demo
from tests.chat import Chat
from tests.conftest import Start
from tests.handlers.guide_people import Admin, Company, restarted

Person = Callable[[str], Chat]
WAITING = "Ada Lindqvist attend toujours votre aide"


@pytest.fixture
async def demo(start: Start) -> Demo:
    """Zoom itself cannot be asked, so its step rests on people's word."""
    return await start(zoom_client_id="")


@pytest.fixture
async def ada(demo: Demo) -> Admin:
    """On Sunday she asked Ines to allow the app."""
    ada = await Company(demo).admin("en")
    await ada.says("set up Zoom")
    await ada.goes_to(3)
    await ada.presses("Give to someone")
    await ada.presses("Ines Moreau")
    return ada


async def at(demo: Demo, day: int, hour: int) -> None:
    """That moment comes (UTC), and the program looks."""
    moment = datetime(2026, 11, day, hour, tzinfo=UTC)
    demo.world.clock.advance(moment - demo.world.clock())
    for _ in range(2):
        await demo.program.remind_of_tasks()
        await demo.settled()


async def test_two_reminders_in_working_hours_and_then_the_asker_is_told(
    demo: Demo, ada: Admin, person: Person
) -> None:
    ines = person("ines")
    await at(demo, 23, 3)
    assert len(await ines.screen()) == 1, "a day has not passed, and it is night"
    await at(demo, 23, 13)
    assert (await ines.screen())[-1].startswith(WAITING)
    assert "1. Connectez-vous à la Zoom App Marketplace" in (await ines.screen())[-1]
    await at(demo, 25, 13)
    assert len(await ines.screen()) == 2
    await at(demo, 27, 13)
    assert len(await ines.screen()) == 3
    await at(demo, 29, 13)
    assert not any("has not answered" in text for text in await ada.screen()), "on a Sunday nobody is told"
    await at(demo, 30, 14)
    assert (await ada.screen())[-1].startswith("Ines Moreau was asked 8 days ago and has not answered.")
    await ada.presses("As a text to send")
    assert (await ada.screen())[-1].startswith("To copy")


async def test_the_answer_to_a_reminder_counts(demo: Demo, ada: Admin, person: Person) -> None:
    await at(demo, 23, 13)
    assert "Merci" in await person("ines").presses("C’est fait")
    assert (await ada.screen())[-1].startswith("Ines Moreau says that it is done.")
    await at(demo, 27, 13)
    assert len(await person("ines").screen()) == 2


async def test_what_was_done_without_a_word_is_not_asked_for_again(demo: Demo, ada: Admin, person: Person) -> None:
    await ada.goes_to(3)
    await ada.presses("Done, check it")
    await at(demo, 23, 13)
    (shown,) = await person("ines").screen()
    assert shown.startswith("Cette demande est déjà réglée.")
    assert await demo.program.store.tasks.open(demo.program.company, "") == []


async def test_whoever_wants_no_reminders_gets_none_and_the_asker_is_told(
    demo: Demo, ada: Admin, person: Person
) -> None:
    people, company = demo.program.store.people, demo.program.company
    (row,) = await people.with_email(company, "ines@aurora.example")
    await people.change(company, row.id, opted_out_at=demo.program.now())
    await at(demo, 23, 13)
    assert len(await person("ines").screen()) == 1
    assert (await ada.screen())[-1].startswith("Ines Moreau was asked 1 day ago and has not answered.")


async def test_an_admin_has_somebody_reminded_but_not_at_once(demo: Demo, ada: Admin, person: Person) -> None:
    assert "Please give them a little time." in await ada.presses("Remind Ines")
    demo.world.clock.advance(timedelta(hours=5))
    assert "I reminded Ines Moreau." in await ada.presses("Remind Ines")
    assert (await person("ines").screen())[-1].startswith(WAITING)
    assert "Please give them a little time." in await ada.presses("Remind Ines")
    await person("ines").presses("C’est fait")
    demo.world.clock.advance(timedelta(hours=5))
    assert "already" in await ada.does(intent="task_remind", values={"task": "1"})


async def test_a_colleague_reminds_from_the_set_up(demo: Demo, ada: Admin, person: Person) -> None:
    yusuf = await Company(demo).admin("de")
    demo.world.clock.advance(timedelta(hours=5))
    await yusuf.says("Zoom einrichten")
    await yusuf.goes_to(3)
    assert "Ines Moreau" in await yusuf.presses("Ines erinnern")
    assert (await person("ines").screen())[-1].startswith(WAITING)


async def test_a_restart_repeats_no_reminder(demo: Demo, ada: Admin, person: Person) -> None:
    await at(demo, 23, 13)
    async with restarted(demo) as program:
        await program.remind_of_tasks()
        await program.settled()
    await demo.settled()
    assert len(await person("ines").screen()) == 2


async def test_what_keeps_one_person_back_is_reminded_of_too(demo: Demo, person: Person) -> None:
    ada, ben = person("ada"), person("ben")
    await ada.says("why can't Ben select Zoom")
    await ada.presses("Ask Ben to do it")
    demo.world.clock.advance(timedelta(hours=25))
    await demo.program.sync()
    await at(demo, 23, 13)
    reminder = (await ben.screen())[-1]
    assert reminder.startswith("Ada Lindqvist is still waiting for your help\n**Ben Okafor and Zoom**")
    assert "The Zoom account is not connected." in reminder
    await ben.presses("Connect Zoom")
    await ben.follows("Connect Zoom")
    before = len(await ben.screen())
    await at(demo, 27, 13)
    assert len(await ben.screen()) == before
    assert await demo.program.store.tasks.open(demo.program.company, "") == []
