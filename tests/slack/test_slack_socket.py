"""The same conversations over Socket Mode."""

import asyncio

from handlers.messages import Button, Buttons, Text
from tests.slack.test_slack_surfaces import opened


async def test_a_sentence_is_answered(socket_office):
    assert await socket_office.says("U01ADA", "hello") == ["You said: hello"]
    assert socket_office.client is not None
    assert socket_office.channel.routes() == []


async def test_an_event_that_could_not_be_stored_is_not_acknowledged_and_comes_again(socket_office):
    slack, desk = socket_office.slack, socket_office.desk
    slack.deadline, desk.broken = 0.03, True
    assert (await slack.says("U01ADA", "hello", event_id="Ev1")).status_code == 408
    slack.deadline, desk.broken = 3.0, False
    assert (await slack.says("U01ADA", "hello", event_id="Ev1")).status_code == 200
    await socket_office.settled()
    assert slack.posted("D01ADA") == ["You said: hello"]


async def test_a_hundred_events_at_once_get_a_hundred_answers(socket_office):
    await asyncio.gather(*(socket_office.slack.says("U01ADA", f"hello {number}") for number in range(100)))
    await socket_office.settled()
    assert sorted(socket_office.slack.posted("D01ADA")) == sorted(f"You said: hello {n}" for n in range(100))


async def test_buttons_commands_forms_and_the_home_tab_work_too(socket_office):
    slack, desk = socket_office.slack, socket_office.desk
    desk.answer = lambda incoming: (Text(incoming.text or incoming.intent), Buttons((Button("Go", "go"),)))
    await socket_office.says("U01ADA", "hello")
    await slack.presses("U01ADA", "Go", slack.messages["D01ADA"][0])
    await slack.commands("U01ADA", "status")
    await slack.opens_home("U01ADA")
    await socket_office.settled()
    assert [event.intent or event.text for event in desk.events] == ["hello", "go", "status", "home"]
    assert "U01ADA" in slack.homes


async def test_an_error_stands_beside_its_field(socket_office):
    modal = await opened(socket_office)
    wrong = await socket_office.slack.submits("U01ADA", modal, {"Day": "2020-01-01", "Who": "Team 1"})
    assert wrong.json() == {"response_action": "errors", "errors": {"input0": "This day is over."}}


async def test_a_stop_finishes_what_is_being_stored_and_takes_nothing_more(socket_office):
    slack, desk = socket_office.slack, socket_office.desk
    begun, free = asyncio.Event(), asyncio.Event()

    async def stored():
        begun.set()
        await free.wait()

    desk.stored = stored
    waiting = asyncio.create_task(slack.says("U01ADA", "hello"))
    await begun.wait()
    stopping = asyncio.create_task(socket_office.channel._socket.stop())
    await asyncio.sleep(0)
    free.set()
    assert (await waiting).status_code == 200
    await stopping
    await desk.settled()
    assert slack.posted("D01ADA") == ["You said: hello"]
