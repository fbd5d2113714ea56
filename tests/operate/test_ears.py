"""A chat that is deaf is found, connected again, and told to the owners once; so is its recovery."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from starlette.routing import BaseRoute

from bot.channel import Letter
from bot.demo import Demo
from bot.ears import Ears
from bot.reach import PROBE_EVERY, TIMES_IN_VAIN, Reach
from handlers.deaf_chat import tell_owners
from tests.chat import Chat

STEP = timedelta(seconds=20)


class Phone:
    """A platform whose line can be cut."""

    name = "slack"
    needs_reference = False
    can_be_asked = True

    def __init__(self) -> None:
        self.cut = ""
        self.mends_itself = False
        self.connected = 0
        self.broken = False

    def routes(self) -> Sequence[BaseRoute]:
        return ()

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def relink(self) -> None: ...

    async def send(self, letter: Letter) -> str:
        return "1"

    async def find(self, letter: Letter) -> str | None:
        return None

    async def trouble(self) -> str:
        if self.broken:
            raise RuntimeError("a fault of ours")
        return self.cut

    async def connect_again(self) -> None:
        self.connected += 1
        if self.mends_itself:
            self.cut = ""


@pytest.fixture
def phone() -> Phone:
    return Phone()


@pytest.fixture
def ears(demo: Demo, phone: Phone) -> Ears:
    program = demo.program
    return Ears(
        {"web": program.channels["web"], "slack": phone},
        lambda silence: tell_owners(program.services, program.company, silence),
        program.now,
    )


async def passing(demo: Demo, ears: Ears, time: timedelta) -> None:
    for _ in range(time // STEP):
        demo.world.clock.advance(STEP)
        await ears.look()
    await demo.settled()


async def test_a_line_that_stays_cut_is_told_to_the_owners_once_within_two_minutes(
    demo: Demo, ears: Ears, phone: Phone
) -> None:
    ada, ben = Chat(demo, "ada@aurora.example"), Chat(demo, "ben@aurora.example")
    phone.cut = "not_connected"
    await passing(demo, ears, timedelta(minutes=2))
    assert ears.deaf == {"slack": "not_connected"}
    assert phone.connected == 2, "after twenty seconds, and then each minute"
    (told,) = await ada.screen()
    assert told.startswith("Slack does not reach me")
    await passing(demo, ears, timedelta(minutes=30))
    assert len(await ada.screen()) == 1
    phone.cut = ""
    await passing(demo, ears, timedelta(minutes=2))
    assert ears.deaf == {}
    assert (await ada.screen())[1].startswith("Slack reaches me again")
    assert await ben.screen() == [], "only the owners can do something about it"


async def test_a_line_that_is_mended_by_connecting_again_worries_nobody(demo: Demo, ears: Ears, phone: Phone) -> None:
    phone.cut, phone.mends_itself = "not_connected", True
    await passing(demo, ears, timedelta(minutes=5))
    assert (phone.connected, ears.deaf) == (1, {})
    assert await Chat(demo, "ada@aurora.example").screen() == []


async def test_a_connection_that_is_just_being_made_is_no_fault(demo: Demo, ears: Ears, phone: Phone) -> None:
    phone.cut = "not_connected"
    await passing(demo, ears, STEP)
    assert (ears.deaf, phone.connected) == ({}, 0)
    phone.cut = ""
    await passing(demo, ears, STEP)
    assert (ears.deaf, phone.connected) == ({}, 0)


async def test_a_shaky_line_nags_nobody_and_a_lasting_silence_after_it_is_told(
    demo: Demo, ears: Ears, phone: Phone
) -> None:
    ada = Chat(demo, "ada@aurora.example")
    for _ in range(4):
        phone.cut = "silent"
        await passing(demo, ears, timedelta(seconds=80))
        phone.cut = ""
        await passing(demo, ears, timedelta(seconds=40))
    assert len(await ada.screen()) == 2
    await passing(demo, ears, timedelta(minutes=5))
    phone.cut = "silent"
    await passing(demo, ears, timedelta(hours=1))
    assert len(await ada.screen()) == 3


async def test_several_processes_that_see_the_same_silence_tell_it_once(demo: Demo, ears: Ears, phone: Phone) -> None:
    other = Ears({"slack": phone}, ears._tell, demo.program.now)
    phone.cut = "not_connected"
    for _ in range(6):
        demo.world.clock.advance(STEP)
        await ears.look()
        await other.look()
    await demo.settled()
    assert len(await Chat(demo, "ada@aurora.example").screen()) == 1


async def test_a_fault_of_one_channel_keeps_nobody_from_looking_at_the_next(
    demo: Demo, ears: Ears, phone: Phone
) -> None:
    phone.broken = True
    await passing(demo, ears, STEP)
    phone.broken, phone.cut = False, "silent"
    await passing(demo, ears, STEP * 2)
    assert ears.deaf == {"slack": "silent"}


async def test_an_address_that_never_led_here_is_no_alarm_and_one_that_did_is_after_two_tries(demo: Demo) -> None:
    works, asked = False, 0

    async def probe() -> bool:
        nonlocal asked
        asked += 1
        return works

    reach = Reach(probe, demo.program.now)

    async def look(times: int) -> list[bool]:
        found = []
        for _ in range(times):
            found.append(await reach.is_lost())
            demo.world.clock.advance(PROBE_EVERY)
        return found

    assert await look(10) == [False] * 10
    works = True
    assert await look(1) == [False]
    works = False
    assert await look(TIMES_IN_VAIN + 1) == [False, True, True]
    works = True
    assert await look(1) == [False]
    before = asked
    assert await reach.is_lost() is False
    assert await reach.is_lost() is False
    assert asked == before + 1, "not more often than every half minute"
