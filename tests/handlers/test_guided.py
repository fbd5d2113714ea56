"""Without Cronofy of one's own: Personio's pages, people's word, and nothing called proven that is only reported."""

from __future__ import annotations

import pytest

from bot.demo import Demo
from storage.observations import COMPANY
from tests.chat import Chat
from tests.conftest import Start


@pytest.fixture
async def guided(start: Start) -> Demo:
    return await start(cronofy_client_id="")


async def test_connecting_leads_through_personios_pages(guided: Demo) -> None:
    ben = Chat(guided, "ben@aurora.example")
    answer = await ben.says("connect my Zoom")
    assert answer.startswith("Connect Zoom in Personio\n1. ")
    assert "Connect interviews with Cronofy" in answer or "Personal settings" in answer
    assert not guided.world.requests("conferencing"), "there is no link to make"


async def test_done_is_reported_not_proven(guided: Demo) -> None:
    ada, ben = Chat(guided, "ada@aurora.example"), Chat(guided, "ben@aurora.example")
    await ada.says("is the calendar integration active")
    await ada.presses("It is active")
    await ben.says("connect my Zoom")
    answer = await ben.presses("I've done it")
    assert answer.startswith("Zoom is connected, as you told me")
    assert "the person's own word (just now)" in answer
    assert len(await ben.messages()) == 1


async def test_the_calendar_is_active_by_an_admins_word(guided: Demo) -> None:
    ada = Chat(guided, "ada@aurora.example")
    answer = await ada.says("is the calendar integration active")
    assert "Nobody has told me yet whether the calendar integration is active." in answer
    assert "\n1. " in answer
    answer = await ada.presses("It is active")
    assert "The calendar integration is active." in answer
    assert "Evidence: an admin's word (just now)." in answer


async def test_in_direct_mode_a_word_does_not_count(start: Start) -> None:
    demo = await start()
    ada, ben = Chat(demo, "ada@aurora.example"), Chat(demo, "ben@aurora.example")
    demo.world.revoke_service_account()
    answer = await ada.does(intent="calendar_is_active")
    assert "The calendar integration is not active." in answer
    await ben.does(intent="done", values={"provider": "zoom"})
    of_company = await demo.program.store.observations.of(demo.program.company, COMPANY)
    row = (await demo.program.store.people.with_email(demo.program.company, "ben@aurora.example"))[0]
    of_ben = await demo.program.store.observations.of(demo.program.company, row.id)
    assert {"admin", "employee"}.isdisjoint(each.source for each in (*of_company, *of_ben))


async def test_lists_in_guided_mode_know_who_is_unknown(guided: Demo) -> None:
    ada = Chat(guided, "ada@aurora.example")
    await ada.says("is the calendar integration active")
    await ada.presses("It is active")
    answer = await ada.says("who hasn't connected Zoom")
    assert "Ben Okafor" in answer
    assert "Not known yet" in answer


@pytest.mark.parametrize("missing", ["personio_client_id", "cronofy_client_id"])
async def test_whatever_is_not_configured_is_simply_absent(start: Start, missing: str) -> None:
    demo = await start(look=False, **{missing: ""})
    await demo.program.first_look()
    company, people = demo.program.company, demo.program.store.people
    await demo.program.store.companies.link_workspace(company, "web", "demo")
    (ada,) = await people.with_email(company, "ada@aurora.example")
    await people.link_accounts(company, "web", "demo", {ada.email: ada.id})
    chat = Chat(demo, ada.email)
    for sentence in ("hello", "connect my Zoom", "who isn't synced", "is the calendar integration active"):
        assert "went wrong" not in await chat.says(sentence)
