"""Every fault of the outside systems: the answer says what cannot be known and what was known last, and recovers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.demo import Demo
from bot.sandbox.faults import Fault, System
from providers.base import ProviderError
from storage.observations import COMPANY
from tests.chat import Chat, names_in, row_of
from tests.handlers.test_live_checks import LIVE_FAULTS

pytestmark = pytest.mark.usefixtures("impatient")

LATER = timedelta(hours=3)
"""Long enough that access tokens have to be renewed, and that an age can be told."""
ON_THE_WIRE = {
    Fault.UNAUTHORISED: "It refused the request.",  # even a new token is: not the person's fault
    Fault.PAYMENT_REQUIRED: "The plan does not include this.",
    Fault.FORBIDDEN: "The authorisation lacks a right.",
    Fault.INVALID_REQUEST: "It refused the request.",
    Fault.LOCKED: "The account is locked.",
    Fault.TOO_MANY: "It is busy right now.",
    Fault.TOO_MANY_RETRY_AFTER: "It is busy right now.",
    Fault.SERVER_ERROR: "It did not answer properly.",
    Fault.BAD_GATEWAY: "It did not answer properly.",
    Fault.UNAVAILABLE: "It did not answer properly.",
    Fault.GATEWAY_TIMEOUT: "It did not answer properly.",
    Fault.GARBAGE: "It did not answer properly.",
    Fault.CONNECTION_CLOSED: "It did not answer properly.",
    Fault.SLOW: "It did not answer properly.",
}
"""Faults that any call can meet, and what people are advised."""
Play = Callable[[Demo], Awaitable[None]]
PLAYS: dict[Fault, Play] = {}


def when(*faults: Fault) -> Callable[[Play], Play]:
    def keep(play: Play) -> Play:
        PLAYS.update(dict.fromkeys(faults, play))
        return play

    return keep


def test_every_fault_is_played() -> None:
    in_test_absences = {Fault.ABSENCES_OF_NOBODY}
    assert set(ON_THE_WIRE) | set(PLAYS) | LIVE_FAULTS | in_test_absences == set(Fault)


@pytest.mark.parametrize("fault", PLAYS, ids=str)
async def test_a_fault_of_one_system_ends_in_recovery(demo: Demo, fault: Fault) -> None:
    demo.world.fault(fault)
    await PLAYS[fault](demo)


@pytest.mark.parametrize("fault", ON_THE_WIRE, ids=str)
async def test_while_cronofy_fails_the_last_known_state_is_shown_with_its_age(demo: Demo, fault: Fault) -> None:
    ada, ben = Chat(demo, "ada@aurora.example"), Chat(demo, "ben@aurora.example")
    before = await everything(demo)
    demo.world.clock.advance(LATER)
    hurry(demo)
    demo.world.fault(fault, system=System.CRONOFY)

    for answer in (
        await ada.says("who isn't synced"),
        await ada.says("is the calendar integration active"),
        await ada.does(intent="check_person", values={"person": "stefan@aurora.example"}),
        await ben.does(intent="my_status"),
    ):
        assert "(3 hours ago)" in answer
    assert "I could not ask Cronofy just now, so this is what I knew last." in await ada.says("who isn't synced")
    assert ON_THE_WIRE[fault] in plain_advice(await ada.says("who isn't synced"))
    assert len(names_in(ada.reply)) == 7
    assert await everything(demo) == before, "silence is evidence of nothing"
    answer = await ben.says("connect my Zoom")
    assert "Cronofy" in answer
    assert ON_THE_WIRE[fault] in answer

    demo.world.clear()
    answer = await ada.says("who isn't synced")
    assert "I could not ask" not in answer
    assert "One step left for Zoom" in await ben.says("connect my Zoom")


@pytest.mark.parametrize("fault", ON_THE_WIRE, ids=str)
async def test_while_personio_fails_people_and_hosts_stay_as_they_were(demo: Demo, fault: Fault) -> None:
    ada = Chat(demo, "ada@aurora.example")
    before = await everything(demo)
    hurry(demo)
    demo.world.fault(fault, system=System.PERSONIO)
    with pytest.raises(ProviderError) as failure:
        await demo.program.chores.sync()
    assert failure.value.system == "Personio"
    assert await everything(demo) == before
    assert "7 hosts are not synced" in await ada.says("who isn't synced")

    demo.world.clear()
    await demo.program.chores.sync()
    assert "7 hosts are not synced" in await ada.says("who isn't synced")


@when(Fault.EXPIRED_TOKEN)
async def _expired_tokens_are_renewed_without_anybody_noticing(demo: Demo) -> None:
    demo.world.clear()
    demo.world.fault(Fault.EXPIRED_TOKEN, times=1)
    ben = Chat(demo, "ben@aurora.example")
    assert "I could not ask" not in await ben.does(intent="my_status")
    demo.world.clock.advance(timedelta(days=2))
    assert "One step left for Zoom" in await ben.says("connect my Zoom")


@when(Fault.INVALID_GRANT_ON_REFRESH)
async def _withdrawn_access_is_a_lost_calendar_and_an_inactive_integration(demo: Demo) -> None:
    ada, ben = Chat(demo, "ada@aurora.example"), Chat(demo, "ben@aurora.example")
    demo.world.clock.advance(LATER)
    assert "The calendar connection has been lost" in await ben.says("connect my Zoom")
    assert "The calendar integration is not active." in await ada.says("is the calendar integration active")
    demo.world.clear()
    await ada.follows("Connect the calendar")
    demo.world.clock.advance(timedelta(minutes=10))
    await ben.presses("Check again")
    assert "One step left for Zoom" in (await ben.screen())[0]


@when(Fault.CALLBACK_LOST)
async def _a_lost_callback_is_asked_for_again(demo: Demo) -> None:
    ada, emma = Chat(demo, "ada@aurora.example"), Chat(demo, "emma@aurora.example")
    assert "Looking for your calendar" in await emma.says("connect my Zoom")
    demo.world.disconnect("clara@aurora.example", "zoom")
    demo.world.clear()
    demo.world.clock.advance(timedelta(minutes=6))
    await emma.presses("Check again")
    assert "One step left for Zoom" in (await emma.screen())[0]
    # The news of Clara's account never came: the next look finds it.
    await demo.program.chores.sync()
    await ada.says("who hasn't connected Zoom")
    assert row_of(ada.reply, "Clara Hoffmann")[1] == "The Zoom account is not connected"


@when(Fault.CALLBACK_DUPLICATED)
async def _a_callback_that_comes_twice_counts_once(demo: Demo) -> None:
    ada, emma = Chat(demo, "ada@aurora.example"), Chat(demo, "emma@aurora.example")
    await emma.says("connect my Zoom")
    assert len(await emma.messages()) == 1
    assert "One step left for Zoom" in (await emma.screen())[0]
    demo.world.disconnect("clara@aurora.example", "zoom")
    await ada.settled()
    demo.world.clear()
    await ada.says("who hasn't connected Zoom")
    assert names_in(ada.reply).count("Clara Hoffmann") == 1
    assert "One step left for Zoom" in await emma.presses("I've done it")


@when(Fault.UNKNOWN_NOTIFICATION, Fault.TWO_SIGNATURES)
async def _odd_news_makes_us_look(demo: Demo) -> None:
    ada = Chat(demo, "ada@aurora.example")
    demo.world.disconnect("clara@aurora.example", "zoom")
    await ada.settled()
    await ada.says("who hasn't connected Zoom")
    assert row_of(ada.reply, "Clara Hoffmann")[1] == "The Zoom account is not connected"
    demo.world.clear()
    demo.world.reconnect("clara@aurora.example", "zoom")
    await demo.program.chores.sync()
    await ada.says("who hasn't connected Zoom")
    assert "Clara Hoffmann" not in names_in(ada.reply)


@when(Fault.WRONG_SIGNATURE)
async def _news_with_a_wrong_signature_is_not_believed(demo: Demo) -> None:
    ada = Chat(demo, "ada@aurora.example")
    asked = len(demo.world.requests("userinfo"))
    demo.world.disconnect("clara@aurora.example", "zoom")
    await ada.settled()
    assert len(demo.world.requests("userinfo")) == asked
    demo.world.clear()
    demo.world.disconnect("clara@aurora.example", "zoom")
    await ada.settled()
    await ada.says("who hasn't connected Zoom")
    assert "Clara Hoffmann" in names_in(ada.reply)


@when(Fault.MISSING_CONFERENCING_PROFILES)
async def _profiles_that_are_left_out_are_not_taken_for_absent(demo: Demo) -> None:
    clara = Chat(demo, "clara@aurora.example")
    assert "Zoom ist als clara@aurora.example verbunden" in await clara.says("mein Zoom verbinden")
    demo.world.clear()
    demo.world.disconnect("clara@aurora.example", "zoom", notify=False)
    assert "Zoom hat die Verbindung verloren" in await clara.says("mein Zoom verbinden")


@when(Fault.REDIRECT_WITHOUT_PROFILE)
async def _a_return_that_names_no_profile_is_proven_by_asking(demo: Demo) -> None:
    ben = Chat(demo, "ben@aurora.example")
    await ben.says("connect my Zoom")
    assert "Zoom is connected" in await ben.follows("Connect Zoom")
    demo.world.clear()
    assert "Zoom is connected as ben@aurora.example" in await ben.says("connect my Zoom")


@when(Fault.CONFERENCING_FAILING)
async def _events_without_a_conference_do_not_touch_what_is_known(demo: Demo) -> None:
    """Nothing writes events yet; test interviews come later and will read this fault as their result."""
    ada = Chat(demo, "ada@aurora.example")
    assert "Zoom is connected" in await ada.says("connect my Zoom")
    demo.world.clear()
    assert "Zoom is connected" in await ada.says("connect my Zoom")


@when(Fault.MISSING_ATTRIBUTES, Fault.MISSING_SCOPE, Fault.PERSONS_UNAUTHORISED)
async def _a_right_that_is_missing_in_personio_erases_nobody(demo: Demo) -> None:
    ada = Chat(demo, "ada@aurora.example")
    before = await everything(demo)
    if any(switch.fault == Fault.MISSING_SCOPE for switch in demo.world.faults.active()):
        # The token that we hold still works; only the next one is refused.
        demo.world.clock.advance(timedelta(days=1, minutes=1))
    with pytest.raises(ProviderError) as failure:
        await demo.program.chores.sync()
    assert failure.value.system == "Personio"
    assert failure.value.advice
    assert await everything(demo) == before
    demo.world.clear()
    await demo.program.chores.sync()
    assert "7 hosts are not synced" in await ada.says("who isn't synced")


@when(Fault.EMPTY_HIRING_TEAM)
async def _empty_hiring_teams_leave_no_hosts_until_they_are_filled(demo: Demo) -> None:
    ada, ben = Chat(demo, "ada@aurora.example"), Chat(demo, "ben@aurora.example")
    await demo.program.chores.sync()
    assert "One step left for Zoom" in await ben.says("connect my Zoom"), "whoever asks is helped"
    demo.world.clear()
    await demo.program.chores.sync()
    assert "7 hosts are not synced" in await ada.says("who isn't synced")


async def everything(demo: Demo) -> dict[tuple[int, str, str], str]:
    """What every source last said about everybody, without the times."""
    company, observations = demo.program.company, demo.program.store.observations
    people = [row.id for row in await demo.program.store.people.all(company)]
    return {
        (subject, seen.fact, seen.source): seen.value
        for subject in (COMPANY, *people)
        for seen in await observations.of(company, subject)
    }


def plain_advice(answer: str) -> str:
    return answer.partition("so this is what I knew last. ")[2]


def hurry(demo: Demo) -> None:
    """Nobody here waits for as long as people do: a slow answer is too late after a moment."""
    services = demo.program.services
    assert services.cronofy is not None
    object.__setattr__(services, "cronofy", services.cronofy.patiently(1.0))
