"""Whoever asked is told who did not connect: only if it is switched on, and only what was announced."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.demo import Demo
from tests.chat import Chat
from tests.conftest import Start
from tests.handlers.test_campaigns import monday, next_day, sent_by, work

Person = Callable[[str], Chat]
PLAN = {"days": "1, 2", "begin": "9", "end": "17", "a_week": "5"}
ANNOUNCED = "I tell Ada Lindqvist, who asked for it."


async def weeks(demo: Demo, days: int = 4) -> None:
    for _ in range(days):
        await next_day(demo)
        await work(demo)
        await demo.program.watch_connections()
        await demo.program.settled()


async def switched(demo: Demo, ada: Chat, told: str) -> str:
    await monday(demo)
    await ada.says("change the reminder schedule")
    return await ada.fills_in(**PLAN, **({"tells_hr": told} if told else {}))


async def test_switched_on_it_is_announced_and_then_told_once(demo: Demo, person: Person) -> None:
    ada, ben, aisha = person("ada"), person("ben"), person("aisha")
    assert "the last one announces it" in await switched(demo, ada, "yes")
    await sent_by(demo, ada, "nudge everyone who hasn't connected Zoom")
    assert ANNOUNCED not in "\n".join(await ben.screen()), "it is the first, not the last"
    await weeks(demo, 1)
    assert ANNOUNCED in (await ben.screen())[-1]
    await aisha.says("connect my Zoom")
    await aisha.follows("Connect Zoom")
    await weeks(demo)
    told = [text for text in await ada.screen() if "after the last reminder" in text]
    assert len(told) == 1
    assert "Ben Okafor" in told[0]
    assert "Aisha Khan" not in told[0], "she connected in time"


async def test_switched_off_nobody_is_told(demo: Demo, person: Person) -> None:
    ada = person("ada")
    assert "I tell nobody by myself" in await switched(demo, ada, "no")
    await sent_by(demo, ada, "nudge everyone who hasn't connected Zoom")
    await weeks(demo)
    assert ANNOUNCED not in "\n".join(await person("ben").screen())
    assert not [text for text in await ada.screen() if "after the last reminder" in text]


async def test_what_was_not_announced_is_not_told(demo: Demo, person: Person) -> None:
    ada = person("ada")
    await switched(demo, ada, "no")
    await sent_by(demo, ada, "nudge everyone who hasn't connected Zoom")
    await weeks(demo, 1)
    await ada.says("change the reminder schedule")
    await ada.fills_in(**PLAN, tells_hr="yes")
    await weeks(demo, 3)
    assert not [text for text in await ada.screen() if "after the last reminder" in text]


async def test_never_in_the_works_council_mode(start: Start) -> None:
    demo = await start(greenroom_privacy="works_council")
    ada, ben = Chat(demo, "ada@aurora.example"), Chat(demo, "ben@aurora.example")
    with pytest.raises(AssertionError):
        await switched(demo, ada, "yes")
    await ada.does(intent="reminder_plan", values={**PLAN, "tells_hr": "yes"})
    await sent_by(demo, ada, "nudge everyone who hasn't connected Zoom")
    await weeks(demo)
    assert "who asked for it." not in "\n".join(await ben.screen())
    assert not [text for text in await ada.screen() if "after the last reminder" in text]
