"""Reminders that would do harm are held, those who can help are asked once, and they go on after the first success."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.demo import Demo
from handlers.campaign_hold import Hold, hold
from storage.models import Campaign
from tests.chat import Chat
from tests.conftest import Start
from tests.handlers.test_campaigns import monday, next_day, sent_by, work

Person = Callable[[str], Chat]
NUDGE = "nudge everyone who hasn't connected Zoom"


@pytest.fixture
async def demo(start: Start) -> Demo:
    """Zoom itself cannot be asked, so only Cronofy and the links tell."""
    return await start(zoom_client_id="")


async def watch(demo: Demo, times: int = 2) -> None:
    for _ in range(times):
        demo.world.clock.advance(timedelta(minutes=1))
        await demo.program.watch_connections()
        await demo.program.settled()


async def fail(person: Person, *names: str) -> None:
    for name in names:
        await person(name).says("connect my Zoom")
        await person(name).follows("Connect Zoom", accept=False)


async def newest(demo: Demo) -> Campaign:
    found = await demo.program.store.campaigns.newest(demo.program.company)
    assert found is not None
    return found


async def test_three_who_fail_hold_the_campaign_until_the_first_success(demo: Demo, person: Person) -> None:
    await monday(demo)
    ada, ines = person("ada"), person("ines")
    await sent_by(demo, ada, NUDGE)
    await fail(person, "ben", "oliver")
    await watch(demo)
    assert (await newest(demo)).state == "running", "two may be unlucky"
    await fail(person, "aisha")
    await watch(demo)
    assert (await newest(demo)).state == "paused"
    asked = [text for text in await ines.screen() if "3 personnes ont essayé de connecter Zoom" in text]
    assert len(asked) == 1, "one request to the one who can approve it"
    held = [text for text in await ada.screen() if "I have held these reminders" in text]
    assert len(held) == 1
    assert "several people tried and nobody got through" in held[0]

    # Nobody hears anything meanwhile, however long it takes.
    count = len(await person("dieter").screen())
    for _ in range(4):
        await next_day(demo)
        await watch(demo)
        await work(demo)
    assert len(await person("dieter").screen()) == count

    await ines.says("connecte mon Zoom")
    await ines.follows("Connecter Zoom", onwards="Continuer vers Cronofy")
    await watch(demo)
    assert (await newest(demo)).state == "running"
    assert sum("Somebody got through" in text for text in await ada.screen()) == 1
    await work(demo)
    assert len(await person("dieter").screen()) == count + 1


async def test_an_admin_who_lets_it_go_on_is_not_overruled_by_old_failures(demo: Demo, person: Person) -> None:
    await monday(demo)
    ada = person("ada")
    await sent_by(demo, ada, NUDGE)
    await fail(person, "ben", "oliver", "aisha")
    await watch(demo)
    await ada.presses("Resume")
    await watch(demo)
    assert (await newest(demo)).state == "running"
    await fail(person, "ben", "oliver", "aisha")
    await watch(demo)
    assert (await newest(demo)).state == "paused"


async def test_a_suspicion_holds_it_until_an_admin_decides(demo: Demo, person: Person) -> None:
    await monday(demo)
    ada = person("ada")
    await sent_by(demo, ada, NUDGE)
    services = demo.program.services
    assert await hold(services, await newest(demo), Hold.SUSPICIOUS)
    assert not await hold(services, await newest(demo), Hold.SUSPICIOUS), "held already"
    await demo.settled()
    await demo.program.settled()
    assert sum("reported the message as suspicious" in text for text in await ada.screen()) == 1
    await fail(person, "ben")
    await person("ben").says("connect my Zoom")
    await person("ben").follows("Connect Zoom")
    await watch(demo)
    assert (await newest(demo)).state == "paused", "a success says nothing about a suspicion"
    assert "are running" in await ada.presses("Resume")
