"""Buttons that are pressed ten times, and by two people at once: one effect, and everybody reads the truth."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest

from bot.demo import Demo
from tests.chat import Chat
from tests.handlers.test_campaigns import button_that_sends, make_admin, monday, sent_by, work

Person = Callable[[str], Chat]
NUDGE = "nudge everyone who hasn't connected Zoom"
CAMPAIGN = {"campaign": "1"}


async def at_once(demo: Demo, *presses: tuple[Chat, str, Mapping[str, str]]) -> None:
    """All of them arrive before any is answered."""
    events = [chat.event(intent=intent, values=dict(values)) for chat, intent, values in presses]
    await asyncio.gather(*(demo.program.inbox.receive(event) for event in events))
    await demo.settled()
    demo.world.clock.advance(timedelta(seconds=1))


async def state(demo: Demo) -> str:
    newest = await demo.program.store.campaigns.newest(demo.program.company)
    return newest.state if newest else ""


@pytest.fixture
async def ada(demo: Demo, person: Person) -> Chat:
    """Her campaign runs."""
    await monday(demo)
    await make_admin(demo, "ines")
    ada = person("ada")
    await sent_by(demo, ada, NUDGE)
    return ada


async def test_tomorrow_ten_times_uses_up_one_time(demo: Demo, person: Person, ada: Chat) -> None:
    ben = person("ben")
    await ben.presses("Remind me later")
    tomorrow = {"provider": "zoom", "when": "tomorrow", "snoozes": "0"}
    await at_once(demo, *[(ben, "snooze", tomorrow)] * 10)
    for _ in range(3):
        await ben.does(intent="snooze", values=tomorrow)
    answers = [text for text in await ben.screen() if "I will remind you again" in text]
    assert all("2 more times" in text for text in answers), "every answer says the same"
    assert len(answers) == 13


async def test_two_admins_pause_and_resume_at_once(demo: Demo, person: Person, ada: Chat) -> None:
    ines = person("ines")
    await at_once(demo, *[(ada, "campaign_pause", CAMPAIGN), (ines, "campaign_pause", CAMPAIGN)] * 5)
    assert await state(demo) == "paused"
    await at_once(demo, *[(ada, "campaign_resume", CAMPAIGN), (ines, "campaign_resume", CAMPAIGN)] * 5)
    assert await state(demo) == "running"
    await at_once(demo, (ada, "campaign_cancel_confirmed", CAMPAIGN), (ines, "campaign_pause", CAMPAIGN))
    assert await state(demo) == "cancelled", "cancelled does not come back"
    await at_once(demo, *[(each, "campaign_resume", CAMPAIGN) for each in (ada, ines)] * 5)
    assert await state(demo) == "cancelled"
    await work(demo)
    assert len(await person("ben").screen()) == 1


async def test_no_interviews_ten_times_and_back_ten_times(demo: Demo, person: Person, ada: Chat) -> None:
    ben = person("ben")
    zoom = {"provider": "zoom"}
    await at_once(demo, *[(ben, "opt_out_confirmed", zoom)] * 10)
    await at_once(demo, *[(ben, "opt_in", zoom)] * 10)
    counts = await demo.program.store.campaigns.counts(1)
    assert counts.states.get("opted_out", 0) == 0
    before = counts.messages["sent"]
    demo.world.clock.advance(timedelta(days=1))
    await demo.program.sync()
    await work(demo)
    after = await demo.program.store.campaigns.counts(1)
    assert after.messages["sent"] == before + 1


async def test_sent_and_discarded_at_once_is_one_of_the_two(demo: Demo, person: Person) -> None:
    await monday(demo)
    await make_admin(demo, "ines")
    ada, ines = person("ada"), person("ines")
    await ada.says(NUDGE)
    button_that_sends(ada)
    await at_once(demo, *[(ada, "campaign_send", CAMPAIGN), (ines, "campaign_discard", CAMPAIGN)] * 5)
    await work(demo)
    got = len(await person("ben").screen())
    states = [each.state for each in await demo.program.store.campaigns.in_state(demo.program.company, "running")]
    assert got == len(states), "either it runs and Ben has his message, or neither"
