"""Whether Slack still reaches the bot: over its connection, over its public address, and by the echo of its words."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from starlette.applications import Starlette

from bot.ears import Listening
from bot.reach import PROBE_EVERY
from bot.slack.hearing import SILENT_AFTER, signature
from bot.web_server import serve
from handlers.messages import Text
from tests.slack.conftest import close, letter
from tests.slack.stand_in import BOT_ID, SECRET, Failure, signed


async def echo(office) -> httpx.Response:
    event = {"type": "message", "channel_type": "im", "channel": "D01ADA", "bot_id": BOT_ID, "text": "…"}
    return await office.slack.event({**event, "ts": office.slack.stamp()})


def pass_time(office, time: timedelta) -> None:
    office.clock[0] += time


async def test_a_cut_connection_is_found_and_connecting_again_mends_it(socket_office):
    slack, channel = socket_office.slack, socket_office.channel
    assert isinstance(channel, Listening)
    assert await channel.trouble() == ""
    slack.failures["apps.connections.open"] = [Failure(error="internal_error")] * 100
    for socket in list(slack._sockets):
        await socket.close()
    await slack.until(lambda: slack.count("apps.connections.open") >= 2)
    assert await channel.trouble() == "not_connected"
    slack.failures["apps.connections.open"].clear()
    slack.connected.clear()
    await channel.connect_again()
    await slack.connected.wait()
    assert await socket_office.says("U01ADA", "hello") == ["You said: hello"]
    assert await channel.trouble() == ""


async def test_a_connection_that_is_open_and_brings_nothing_is_found_by_the_missing_echo(socket_office):
    channel, desk = socket_office.channel, socket_office.desk
    await desk.send(letter("first", Text("Good morning")))
    await echo(socket_office)
    pass_time(socket_office, timedelta(seconds=1))
    await desk.send(letter("second", Text("Good morning")))
    assert await channel.trouble() == ""
    pass_time(socket_office, SILENT_AFTER)
    assert await channel.trouble() == "silent"
    socket_office.slack.connected.clear()
    await channel.connect_again()
    await socket_office.slack.connected.wait()
    await channel._socket._connecting
    assert await channel.trouble() == "silent", "until something proves the contrary"
    await socket_office.slack.opens_home("U01ADA")
    assert await channel.trouble() == ""


async def test_who_never_echoed_is_never_missed(office):
    await office.desk.send(letter("first", Text("Good morning")))
    pass_time(office, timedelta(hours=1))
    assert await office.channel.trouble() == ""


async def test_an_echo_that_overtakes_slacks_answer_counts(office):
    await office.desk.send(letter("first", Text("Good morning")))
    await echo(office)
    office.slack.failures["chat.postMessage"] = [Failure(hang=0.05)]
    pass_time(office, timedelta(seconds=1))

    async def overtaking():
        await office.slack.until(lambda: office.slack.count("chat.postMessage") == 2)
        await echo(office)

    await asyncio.gather(office.desk.send(letter("second", Text("Good morning"))), overtaking())
    pass_time(office, timedelta(hours=1))
    assert await office.channel.trouble() == ""


@pytest.fixture
async def public_office(open_office, slack, unused_tcp_port):
    """Its public address leads to itself, as long as it is served."""
    office = await open_office(public_url=f"http://127.0.0.1:{unused_tcp_port}")
    yield office, unused_tcp_port
    await close(office)


async def test_a_public_address_that_leads_nowhere_any_more_is_found(public_office):
    office, port = public_office
    channel = office.channel

    async def troubles(times: int) -> list[str]:
        found = []
        for _ in range(times):
            found.append(await channel.trouble())
            pass_time(office, PROBE_EVERY)
        return found

    assert await troubles(3) == ["", "", ""], "it was never reached, so nobody is alarmed"
    async with serve(Starlette(routes=channel.routes()), port=port, host="127.0.0.1"):
        assert await troubles(1) == [""]
    assert await troubles(3) == ["", "address_lost", "address_lost"]
    async with serve(Starlette(), port=port, host="127.0.0.1"):
        assert await troubles(1) == ["address_lost"], "somebody else answers there"
    async with serve(Starlette(routes=channel.routes()), port=port, host="127.0.0.1"):
        assert await troubles(1) == [""]
    assert office.desk.events == [], "nothing of it looks like somebody's message"


async def test_the_question_to_itself_is_signed_as_slack_signs(office):
    body, now = b'{"type": "url_verification"}', office.clock[0]
    ours = {name.lower(): value for name, value in signature(SECRET, body, now).items()}
    assert ours == {name.lower(): value for name, value in signed(body, int(now.timestamp())).items()}
