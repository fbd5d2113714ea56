"""Each defect of botbuilder 4.17.1 that the channel steps around, with what happens here instead."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import perf_counter

import pytest
from botbuilder.core import TurnContext
from botbuilder.schema import Activity

from bot.channel import Doubtful, Refused, Throttled
from bot.teams.adapter import TeamsAdapter
from handlers.messages import Text
from tests.teams.stand_in import TENANT, Fault, Writer

WORDS = (Text("A message."),)


@asynccontextmanager
async def watching_the_loop() -> AsyncIterator[list[float]]:
    """How long the event loop was kept from other work, each time."""
    stalls: list[float] = []

    async def watch() -> None:
        while True:
            before = perf_counter()
            await asyncio.sleep(0)
            stalls.append(perf_counter() - before)

    task = asyncio.create_task(watch())
    yield stalls
    task.cancel()


async def meet(writer: Writer, post) -> None:
    await post(writer.says("hello"))


async def test_1_one_token_serves_every_message(ada, ben, post, teams, desk, channel):
    await asyncio.gather(meet(ada, post), meet(ben, post))
    letters = [desk.letter(WORDS, ada.account, TENANT) for _ in range(5)]
    await asyncio.gather(*(channel.send(letter) for letter in letters))
    assert teams.tokens == 1


async def test_1_a_token_is_renewed_before_it_ends(ada, post, teams, desk, channel, clock):
    await meet(ada, post)
    clock.pass_time(minutes=56)
    await asyncio.gather(*(channel.send(desk.letter(WORDS, ada.account, TENANT)) for _ in range(4)))
    assert teams.tokens == 2


async def test_2_fetching_keys_stops_nobody_else(ada, post, teams):
    release = asyncio.Event()
    teams.before_keys = release.wait
    request = asyncio.create_task(post(ada.says("hello")))
    async with watching_the_loop() as stalls:
        await asyncio.sleep(0.02)
    assert len(stalls) > 10
    assert not request.done()

    release.set()
    assert (await request).status_code == 202


async def test_3_a_rotated_key_is_fetched_when_it_appears(ada, post, teams, clock):
    await meet(ada, post)
    teams.publish("second")
    del teams.published["first"]
    clock.pass_time(minutes=6)
    assert (await post(ada.says("hello"), token=teams.token("second"))).status_code == 202


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é"])
async def test_4_every_refusal_is_a_401(token, ada, client, teams):
    headers = {"Authorization": f"Bearer {token}".encode()}
    assert (await client.post("/api/messages", json=ada.says("hello"), headers=headers)).status_code == 401
    assert (await client.post("/api/messages", json=ada.says("hello"))).status_code == 401
    good = {"Authorization": f"Bearer {teams.token()}"}
    assert (await client.post("/api/messages", json=ada.says("hello"), headers=good)).status_code == 202


async def test_5_sends_do_not_queue_behind_a_few_threads(teams, desk, post, settings, accounts, clock):
    writers = [Writer(teams, f"Person{number}", "ada@aurora.example") for number in range(24)]
    for writer in writers:
        await meet(writer, post)
        clock.pass_time(seconds=1)
    channel = desk.channel
    together = asyncio.Barrier(24)

    async def wait_for_all(call) -> None:
        await asyncio.wait_for(together.wait(), 5)

    teams.before_answer = wait_for_all
    sent = await asyncio.gather(*(channel.send(desk.letter(WORDS, writer.account, TENANT)) for writer in writers))
    assert len(set(sent)) == 24


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (Fault.of(429, Retry_After="6"), Throttled),
        (Fault.of(412, "PreconditionFailed"), Throttled),
        (Fault.of(500, "ServiceError"), Refused),
        (Fault.of(502), Doubtful),
        (Fault.of(504), Doubtful),
    ],
)
async def test_6_nothing_is_retried_behind_our_back(fault, outcome, ada, post, teams, desk, channel):
    await meet(ada, post)
    teams.faults["POST"] = [fault]
    before = len(teams.posts())
    with pytest.raises(outcome):
        await channel.send(desk.letter(WORDS, ada.account, TENANT))
    assert len(teams.posts()) == before + 1

    assert await channel.send(desk.letter(WORDS, ada.account, TENANT))


async def test_6_the_pause_that_teams_asks_for_is_passed_on(ada, post, teams, desk, channel):
    await meet(ada, post)
    teams.faults["POST"] = [Fault.of(429, Retry_After="6")]
    with pytest.raises(Throttled) as pause:
        await channel.send(desk.letter(WORDS, ada.account, TENANT))
    assert pause.value.retry_after == 6
    assert await channel.send(desk.letter(WORDS, ada.account, TENANT))


async def test_7_errors_in_html_keep_their_status(ada, post, teams, desk, channel):
    await meet(ada, post)
    teams.faults["POST"] = [Fault.page(413), Fault.page(502)]
    with pytest.raises(Refused, match="413"):
        await channel.send(desk.letter(WORDS, ada.account, TENANT))
    with pytest.raises(Doubtful):
        await channel.send(desk.letter(WORDS, ada.account, TENANT))
    assert await channel.send(desk.letter(WORDS, ada.account, TENANT))


def button(verb: str = "status") -> dict:
    return {
        "type": "Action.Execute",
        "title": "Go",
        "verb": verb,
        "data": {"greenroom": {"intent": verb, "values": {}, "message": ""}},
    }


async def test_8_a_press_can_be_answered_with_a_line_of_text(ada, post):
    response = await post(ada.presses(button(), message="1"))
    assert response.status_code == 200
    assert response.json() == {
        "statusCode": 200,
        "type": "application/vnd.microsoft.activity.message",
        "value": "I am on it.",
    }


async def test_8_an_action_of_another_kind_is_refused_in_teams_own_words(ada, post, desk):
    response = await post(ada.presses(button() | {"type": "Action.Unknown"}, message="1"))
    assert response.status_code == 200
    assert response.json()["statusCode"] == 400
    assert response.json()["type"] == "application/vnd.microsoft.error"
    assert (await post(ada.presses(button(), message="1"))).json()["statusCode"] == 200


async def test_9_a_failed_press_is_answered_as_an_error_and_works_again(ada, post, desk):
    await meet(ada, post)
    desk.broken = RuntimeError("The database is away, and here is a secret.")
    response = await post(ada.presses(button(), message="1"))
    assert response.status_code == 200
    assert response.json()["statusCode"] == 500
    assert response.json()["value"] == {
        "code": "Failed",
        "message": "That did not work. Please try again in a moment.",
    }

    desk.broken = None
    assert (await post(ada.presses(button(), message="1"))).json()["statusCode"] == 200


async def test_9_a_message_that_could_not_be_stored_is_not_acknowledged(ada, post, desk):
    activity = ada.says("hello")
    desk.broken = RuntimeError("The database is away.")
    assert (await post(activity)).status_code == 500

    desk.broken = None
    assert (await post(activity)).status_code == 202
    assert desk.last.text == "hello"


async def test_10_an_activity_without_channel_data_is_understood(ada, post, desk):
    activity = ada.says("hello", conversation="19:team@thread.tacv2")
    del activity["channelData"]
    assert (await post(activity)).status_code == 202
    assert desk.last.workspace == TENANT


async def test_11_an_installation_asks_the_roster_about_nobody_but_the_person(ada, ben, post, teams):
    added = ada.activity("conversationUpdate", membersAdded=[{"id": "28:bot"}, {"id": ada.id}, {"id": ben.id}])
    await asyncio.gather(post(added), post(ada.installs()))
    assert [call.path for call in teams.calls if call.method == "GET"] == [f"conversations/{ada.chat}/members/{ada.id}"]


BODIES = {
    "a list": [],
    "a text": "hello",
    "a number": 7,
    "nothing": None,
    "an empty object": {},
    "no conversation": {"conversation": None},
    "a conversation that is text": {"conversation": "a:1"},
    "a time that is none": {"timestamp": "yesterday"},
    "entities that are none": {"entities": "x"},
    "an entity that is text": {"entities": ["x"]},
    "a service URL that is a number": {"serviceUrl": 7},
    "an id that is an object": {"id": {}},
    "a text that is a list": {"text": ["x"]},
    "a sender that is text": {"from": "Ada"},
    "a type that is a number": {"type": 1},
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
async def test_12_what_is_no_activity_is_a_400(body, ada, post, desk):
    sent = ada.says("hello") | body if isinstance(body, dict) and body else body
    assert (await post(sent)).status_code == 400
    assert not desk.received
    assert (await post(ada.says("hello"))).status_code == 202


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 100_000])
async def test_12_what_is_no_json_is_a_400(body, ada, client, post):
    assert (await client.post("/api/messages", content=body)).status_code == 400
    assert (await post(ada.says("hello"))).status_code == 202


@pytest.mark.parametrize("chunked", [True, False])
async def test_12_what_is_too_large_is_a_413(chunked, ada, client, post):
    async def parts() -> AsyncIterator[bytes]:
        for _ in range(300):
            yield b" " * 1024

    content = parts() if chunked else b" " * 300 * 1024
    assert (await client.post("/api/messages", content=content)).status_code == 413
    assert (await post(ada.says("hello"))).status_code == 202


async def test_13_a_pause_below_a_second_is_kept(channel, ada, post, teams):
    adapter: TeamsAdapter = channel._sender._adapter
    context = TurnContext(adapter, Activity().deserialize(ada.says("hello")))
    before = perf_counter()
    await context.send_activities([Activity(type="delay", value=20)])
    assert 0.02 <= perf_counter() - before < 1
    assert teams.calls == []
