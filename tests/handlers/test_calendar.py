"""The company's calendar: is it active, of which kind, and how an admin connects it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.demo import Demo
from storage.grants import SERVICE_ACCOUNT
from tests.chat import Chat
from tests.conftest import Start

Person = Callable[[str], Chat]


@pytest.mark.parametrize(
    ("calendar", "name"),
    [
        ("google", "Google"),
        ("graph", "Microsoft 365 through Microsoft Graph"),
        ("ews", "Microsoft 365 through EWS"),
        ("exchange", "Microsoft Exchange in your own data centre"),
    ],
)
async def test_the_kind_of_calendar_is_told_by_evidence(start: Start, calendar: str, name: str) -> None:
    ada = Chat(await start(calendar=calendar), "ada@aurora.example")
    answer = await ada.says("is the calendar integration active")
    assert "The calendar integration is active." in answer
    assert name in answer
    assert "Evidence: Cronofy (just now)." in answer
    assert ("Microsoft switches this way off in 130 days." in answer) is (calendar == "ews")


async def test_without_an_authorisation_an_admin_connects_it_through_cronofys_page(start: Start) -> None:
    demo = await start()
    demo.world.revoke_service_account()
    ada = Chat(demo, "ada@aurora.example")
    answer = await ada.says("is the calendar integration active")
    assert "The calendar integration is not active." in answer
    page = await ada.follows("Connect the calendar")
    assert "The calendar is connected" in page
    (card,) = await ada.screen()
    assert card.startswith("The calendar integration is active.\nI am reading your people's calendars now.")
    assert "7 hosts are not synced" in await ada.says("who isn't synced")


async def test_a_refusal_leaves_the_calendar_as_it_was_and_can_be_tried_again(start: Start) -> None:
    demo = await start()
    demo.world.revoke_service_account()
    ada = Chat(demo, "ada@aurora.example")
    await ada.says("is the calendar integration active")
    assert "It was not connected" in await ada.follows("Connect the calendar", accept=False)
    assert (await ada.screen())[0].startswith("The calendar was not connected.")
    assert await demo.program.store.grants.get(demo.program.company, SERVICE_ACCOUNT) is None
    await ada.says("is the calendar integration active")
    assert "The calendar is connected" in await ada.follows("Connect the calendar")


async def test_an_inactive_calendar_is_the_first_thing_everybody_hears(demo: Demo, person: Person) -> None:
    demo.world.revoke_service_account()
    ada, ben = person("ada"), person("ben")
    assert "Nobody can be synced, because the calendar integration is not active." in await ada.says("who isn't synced")
    assert "The calendar integration is not active." in await ada.presses("Is the calendar active?")
    await ada.follows("Connect the calendar")
    assert "One step left for Zoom" in await ben.says("connect my Zoom")


async def test_an_expired_link_for_the_calendar_is_renewed_in_the_chat(demo: Demo, person: Person) -> None:
    demo.world.revoke_service_account()
    ada = person("ada")
    await ada.says("is the calendar integration active")
    old = await ada.address("Connect the calendar")
    await ada.says("is the calendar integration active")
    from tests.visitor import Visitor

    async with Visitor() as visitor:
        await visitor.opens(old)
        ada.tick()
        await visitor.presses("Send a new link")
    await ada.settled()
    assert "Here is a new link to connect the calendar." in (await ada.screen())[-1]
    assert "The calendar is connected" in await ada.follows("Connect the calendar")
