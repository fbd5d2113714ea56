"""Test interviews: made, waited for, looked at, deleted; every failure names its cause and can be repeated."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.demo import Demo
from bot.sandbox.faults import Fault, System
from handlers.messages import Progress, Table
from handlers.proof_run import at_night
from tests.conftest import Start
from tests.handlers.guide_people import Admin, Company, restarted

ZOOM = {"provider": "zoom"}


@pytest.fixture
async def ada(demo: Demo) -> Admin:
    return await Company(demo).admin("en")


async def tests_clara(ada: Admin) -> str:
    await ada.says("run a test interview with Zoom")
    await ada.presses("Clara Hoffmann")
    return (await ada.screen())[-1]


async def test_it_is_private_at_night_without_guests_and_deleted(demo: Demo, ada: Admin) -> None:
    written: list[dict[str, object]] = []
    account = demo.world.account("clara@aurora.example")

    class Kept(dict[str, dict[str, object]]):
        def __setitem__(self, key: str, event: dict[str, object]) -> None:
            written.append(event)
            super().__setitem__(key, event)

    account.events = Kept()  # type: ignore[assignment]
    assert "It works: Clara Hoffmann got a link (zoom.example)." in await tests_clara(ada)
    (event,) = written
    assert "T03:00:00" in str(event["start"]), "four in the morning in Berlin"
    assert account.events == {}
    observed = await demo.program.store.observations.of(demo.program.company, (await clara(demo)).id)
    assert [row.value for row in observed if row.source == "test_interview"] == ["connected"]


async def clara(demo: Demo):  # type: ignore[no-untyped-def]
    return (await demo.program.store.people.with_email(demo.program.company, "clara@aurora.example"))[0]


async def test_a_link_that_cannot_be_made_is_a_failure_and_can_be_tried_again(demo: Demo, ada: Admin) -> None:
    demo.world.fault(Fault.CONFERENCING_FAILING, times=1)
    answer = await tests_clara(ada)
    assert answer.startswith("Test interview: Zoom\nNo good link for Clara Hoffmann.")
    assert "I don't know the cause of this." in answer
    assert demo.world.account("clara@aurora.example").events == {}
    await ada.presses("Test again")
    assert "It works: Clara Hoffmann" in (await ada.screen())[-1]


async def test_when_the_callback_is_lost_the_link_is_found_by_looking(demo: Demo, ada: Admin) -> None:
    demo.world.fault(Fault.CALLBACK_LOST)
    assert "wait for its link" in await tests_clara(ada)
    demo.world.clear()
    async with restarted(demo) as program:
        await program.chores.sweep()
        await ada.settled()
    assert "It works: Clara Hoffmann" in (await ada.screen())[-1]


async def test_a_link_that_never_comes_is_given_up_after_minutes(demo: Demo, ada: Admin) -> None:
    demo.world.fault(Fault.CALLBACK_LOST)
    await tests_clara(ada)
    for event in demo.world.account("clara@aurora.example").events.values():
        event["conferencing"] = {"pending": True}
    await ada.presses("Check now")
    assert "wait for its link" in (await ada.screen())[-1]
    demo.world.clock.advance(timedelta(minutes=4))
    await ada.presses("Check now")
    assert "No good link for Clara Hoffmann." in (await ada.screen())[-1]
    assert demo.world.account("clara@aurora.example").events == {}


async def test_a_refusal_of_cronofy_says_what_to_do(demo: Demo, ada: Admin, impatient: None) -> None:
    await ada.says("run a test interview with Zoom")
    demo.world.fault(Fault.SERVER_ERROR, system=System.CRONOFY, path="/events")
    answer = await ada.presses("Clara Hoffmann")
    assert "No good link for Clara Hoffmann." in answer
    assert len(answer.split("\n")) > 3, "with advice"
    demo.world.clear()
    await ada.presses("Test again")
    assert "It works" in (await ada.screen())[-1]


async def test_a_host_without_an_account_is_told_the_step(demo: Demo, ada: Admin) -> None:
    ben = (await demo.program.store.people.with_email(demo.program.company, "ben@aurora.example"))[0]
    await ada.does(intent="test_interview", values={**ZOOM, "person": str(ben.id)})
    assert "The Zoom account is not connected." in (await ada.screen())[-1]


async def test_all_hosts_are_tested_with_progress(demo: Demo, ada: Admin) -> None:
    demo.world.fault(Fault.CONFERENCING_FAILING, times=1)
    await ada.says("run a test interview with Zoom")
    assert "in the calendars of 10 hosts" in await ada.presses("All 10 hosts")
    await ada.presses("Start")
    await ada.settled()
    last = (await ada.messages())[-1].reply
    (progress,) = [block for block in last if isinstance(block, Progress)]
    (table,) = [block for block in last if isinstance(block, Table)]
    assert (progress.done, progress.total) == (10, 10)
    assert [row[1] for row in table.rows].count("no link, and I don't know why") == 1
    assert "9 hosts are proven" in (await ada.screen())[-1]
    assert all(not account.events for account in demo.world.accounts())


async def test_a_run_can_be_stopped(demo: Demo, ada: Admin) -> None:
    demo.world.fault(Fault.CALLBACK_LOST)
    await ada.says("run a test interview with Zoom")
    await ada.presses("All 10 hosts")
    await ada.presses("Start")
    await ada.presses("Stop")
    demo.world.clear()
    await ada.presses("Check now")
    last = (await ada.screen())[-1]
    assert last.count("stopped") == 5
    assert "5 hosts are proven" in last


async def test_meet_that_is_switched_off_is_found_by_the_test(start: Start) -> None:
    demo = await start(calendar="google")
    ada = await Company(demo).admin("en")
    await ada.says("run a test interview with Google Meet")
    demo.world.meet_enabled = False
    answer = await ada.presses("Ada Lindqvist")
    assert "Google Meet is switched off." in answer
    demo.world.meet_enabled = True
    await ada.presses("Test again")
    assert "It works: Ada Lindqvist got a link" in (await ada.screen())[-1]


def test_the_night_is_the_hosts_and_never_over() -> None:
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert at_night(noon, "Europe/Berlin") == datetime(2026, 11, 23, 3, tzinfo=UTC)
    assert at_night(datetime(2026, 11, 22, 2, 30, tzinfo=UTC), "Europe/Berlin") == datetime(2026, 11, 23, 3, tzinfo=UTC)
    assert at_night(datetime(2026, 11, 22, 0, 0, tzinfo=UTC), "Europe/Berlin") == datetime(2026, 11, 22, 3, tzinfo=UTC)
