"""Is this message real? Checked without a click, reported to the owners."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from bot.demo import Demo
from handlers.genuine import phrase
from tests.chat import Chat

Person = Callable[[str], Chat]


async def test_ben_checks_a_message_and_ada_has_the_same_phrase(demo: Demo, person: Person) -> None:
    ben, ada = person("ben"), person("ada")
    await ben.says("help")
    answer = await ben.presses("Is this message real?")
    words = phrase(demo.program.services, demo.program.company)
    assert words in answer
    assert f"{demo.program.settings.greenroom_public_url}/link/" in answer
    assert words in await ada.does(intent="is_it_real")
    assert phrase(demo.program.services, demo.program.company + 1) != words
    demo.world.clock.advance(timedelta(days=7))
    assert phrase(demo.program.services, demo.program.company) != words


async def test_a_report_reaches_the_owners_once_a_day(demo: Demo, person: Person) -> None:
    ben, ada = person("ben"), person("ada")
    await ben.does(intent="is_it_real")
    for _ in range(3):
        assert "I told the owners" in await ben.does(intent="report_suspicious")
    alarms = [said for said in await ada.screen() if "Ben Okafor (ben@aurora.example) reported a message" in said]
    assert len(alarms) == 1
    assert phrase(demo.program.services, demo.program.company) in await ada.presses("Show this week's phrase")
    actions = [entry.action async for entry in demo.program.store.audit.entries(demo.program.company)]
    assert actions.count("report_suspicious") == 3
