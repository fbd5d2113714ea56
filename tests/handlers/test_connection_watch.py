"""Connections that break: each host is told once, and IT once when many break together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bot.demo import Demo
from tests.chat import Chat
from tests.conftest import SUNDAY

Person = Callable[[str], Chat]
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
CONNECTED = ("ada", "clara", "marc", "priya", "jonas", "tomasz", "sofia")


async def look(demo: Demo, moment: datetime) -> None:
    demo.world.clock.fix(moment)
    await demo.program.chores.sync()
    await demo.settled()
    demo.world.clock.advance(timedelta(minutes=3))


async def watch(demo: Demo) -> None:
    await demo.program.chores.watch_connections()
    await demo.program.settled()


async def test_a_host_is_told_once_and_can_reconnect_from_the_message(demo: Demo, person: Person) -> None:
    clara = person("clara")
    await look(demo, MONDAY)
    demo.world.disconnect(clara.email, "zoom")
    await look(demo, MONDAY + timedelta(minutes=10))
    for _ in range(3):
        await watch(demo)
    (told,) = await clara.screen()
    assert "Zoom hat die Verbindung verloren" in told
    await clara.presses("Zoom neu verbinden")
    await clara.follows("Zoom neu verbinden", onwards="Weiter zu Cronofy")
    await clara.presses("Das habe ich erledigt")
    assert "Zoom ist als clara@aurora.example verbunden" in (await clara.screen())[0]

    # When it breaks again, that is news again.
    demo.world.clock.advance(timedelta(minutes=10))
    demo.world.disconnect(clara.email, "zoom")
    await look(demo, MONDAY + timedelta(hours=2))
    await watch(demo)
    assert len(await clara.screen()) == 2


async def test_at_night_it_waits_for_the_morning(demo: Demo, person: Person) -> None:
    clara = person("clara")
    demo.world.disconnect(clara.email, "zoom")
    await look(demo, SUNDAY + timedelta(hours=1))
    await watch(demo)
    assert await clara.screen() == []
    await look(demo, MONDAY)
    await watch(demo)
    assert len(await clara.screen()) == 1


async def test_many_at_once_are_one_message_to_it(demo: Demo, person: Person) -> None:
    await look(demo, MONDAY)
    for name in CONNECTED:
        demo.world.disconnect(f"{name}@aurora.example", "zoom")
    await look(demo, MONDAY + timedelta(minutes=10))
    for _ in range(3):
        await watch(demo)
    (told,) = await person("ines").screen()
    assert "7 connexions ont été perdues en une heure : Zoom" in told
    assert [await person(name).screen() for name in CONNECTED] == [[]] * len(CONNECTED)


async def test_what_was_never_connected_is_no_news(demo: Demo, person: Person) -> None:
    await look(demo, MONDAY)
    await watch(demo)
    assert await person("nora").screen() == await person("hugo").screen() == []
