"""Letters reach Slack once, at Slack's pace, and what went wrong is called by its name."""

import asyncio
from uuid import UUID

import pytest

from bot.channel import Doubtful, Refused, Throttled
from bot.slack.pace import Limits, Pacer
from handlers.messages import Button, Buttons, Heading, Status, Table, Text, Tone
from tests.slack.conftest import close, letter
from tests.slack.stand_in import Failure


async def test_a_letter_carries_its_name_so_that_it_can_be_found_again(office):
    sent = await office.desk.send(letter("L1", Text("hello")))
    message = office.slack.messages["D01ADA"][0]
    assert sent == f"D01ADA:{message['ts']}"
    assert message["metadata"] == {"event_type": "greenroom_letter", "event_payload": {"letter": "L1", "part": 0}}
    assert not {message["unfurl_links"], message["unfurl_media"]} & {True, "true"}
    assert await office.channel.find(letter("L1", Text("hello"))) == sent
    assert await office.channel.find(letter("L2", Text("hello"))) is None


async def test_the_same_letter_has_the_same_message_id_every_time(office):
    long = [Text(f"paragraph {number}") for number in range(60)]
    for _ in range(2):
        await office.desk.send(letter("8a7a4e0a-97a5-4b0b-8c5f-3d8e9b3f8f11", *long))
    ids = [message["client_msg_id"] for message in office.slack.messages["D01ADA"]]
    assert ids[:2] == ids[2:]
    assert ids[0] == "8a7a4e0a-97a5-4b0b-8c5f-3d8e9b3f8f11" != ids[1]
    assert UUID(ids[1])


async def test_a_long_letter_becomes_several_messages_and_is_updated_as_one(office):
    long = [Text(f"paragraph {number}") for number in range(120)]
    sent = await office.desk.send(letter("L1", *long))
    assert [len(message["blocks"]) for message in office.slack.messages["D01ADA"]] == [50, 50, 20]
    again = await office.channel.send(letter("L2", Text("short"), replaces=sent))
    assert office.slack.posted("D01ADA") == ["short"]
    assert again == f"D01ADA:{office.slack.messages['D01ADA'][0]['ts']}"


async def test_an_updated_letter_that_is_gone_is_posted_anew(office):
    await office.channel.send(letter("L1", Text("still here"), replaces="D01ADA:1.000001"))
    assert office.slack.posted("D01ADA") == ["still here"]


async def test_a_broken_connection_is_doubtful_and_the_message_is_found(office):
    office.slack.failures["chat.postMessage"] = [Failure(drop=True)]
    with pytest.raises(Doubtful):
        await office.channel.send(letter("L1", Text("hello")))
    assert office.slack.count("chat.postMessage") == 1
    found = await office.channel.find(letter("L1", Text("hello")))
    assert found == f"D01ADA:{office.slack.messages['D01ADA'][0]['ts']}"


@pytest.mark.parametrize(
    "failure", [Failure(status=503), Failure(error="fatal_error"), Failure(error="internal_error")]
)
async def test_what_slack_does_not_know_itself_is_doubtful_and_goes_out_later(office, failure):
    office.slack.failures["chat.postMessage"] = [failure]
    with pytest.raises(Doubtful):
        await office.channel.send(letter("L1", Text("hello")))
    assert await office.channel.find(letter("L1", Text("hello"))) is None
    await office.channel.send(letter("L1", Text("hello")))
    assert office.slack.posted("D01ADA") == ["hello"]


@pytest.mark.parametrize(
    "cause", ["user_not_found", "cannot_dm_bot", "channel_not_found", "is_inactive", "restricted_action"]
)
async def test_a_permanent_error_is_refused_and_the_next_letter_goes_out(office, cause):
    office.slack.failures["chat.postMessage"] = [Failure(error=cause)]
    with pytest.raises(Refused) as refused:
        await office.channel.send(letter("L1", Text("hello")))
    assert refused.value.cause == cause
    await office.channel.send(letter("L2", Text("hello again")))
    assert office.slack.posted("D01ADA") == ["hello again"]


async def test_the_rest_of_a_letter_goes_out_when_slack_cut_it_short(office):
    long = [Text(f"paragraph {number}") for number in range(60)]
    office.slack.failures["chat.postMessage"] = [Failure(), Failure(error="ratelimited", status=429, retry_after="30")]
    with pytest.raises(Throttled):
        await office.channel.send(letter("L1", *long))
    office.channel._pacer._paused.clear()
    await office.channel.send(letter("L1", *long))
    assert [len(message["blocks"]) for message in office.slack.messages["D01ADA"]] == [50, 10]


async def test_after_a_kill_only_the_missing_part_of_a_letter_is_sent(office):
    long = [Text(f"paragraph {number}") for number in range(60)]
    await office.desk.send(letter("L1", *long))
    office.slack.messages["D01ADA"].pop()  # the process died before the second part
    assert await office.channel.find(letter("L1", *long)) is None
    await office.channel.send(letter("L1", *long))
    assert [len(message["blocks"]) for message in office.slack.messages["D01ADA"]] == [50, 10]


async def test_when_slack_cannot_be_reached_nothing_is_doubtful_and_the_letter_goes_out_later(office):
    reachable = office.channel._api._url
    office.channel._api._clients.clear()
    office.channel._api._url = "http://127.0.0.1:9/api/"
    with pytest.raises(Throttled):
        await office.channel.send(letter("L1", Text("hello")))
    office.channel._api._clients.clear()
    office.channel._api._url = reachable
    await office.channel.send(letter("L1", Text("hello")))
    assert office.slack.posted("D01ADA") == ["hello"]


async def test_one_429_pauses_everybody_of_that_workspace(office):
    office.slack.failures["chat.postMessage"] = [Failure(error="ratelimited", status=429, retry_after="30")]
    with pytest.raises(Throttled) as first:
        await office.channel.send(letter("L1", Text("hello")))
    with pytest.raises(Throttled) as second:
        await office.channel.send(letter("L2", Text("hello"), account="U02BEN"))
    assert first.value.retry_after == 30
    assert 28 < second.value.retry_after <= 30
    assert office.slack.count("chat.postMessage") == 1
    office.channel._pacer._paused.clear()  # half a minute later
    await office.channel.send(letter("L1", Text("hello")))
    assert office.slack.posted("D01ADA") == ["hello"]


async def test_forty_letters_at_once_meet_one_429_not_forty(office):
    await office.channel.send(letter("warm", Text("hello")))
    office.slack.failures["chat.postMessage"] = [Failure(error="ratelimited", status=429, retry_after="30")] * 100

    async def send(number: int) -> None:
        for _ in range(3):
            with pytest.raises(Throttled):
                await office.channel.send(letter(f"L{number}", Text("hello")))

    await asyncio.gather(*(send(number) for number in range(40)))
    assert office.slack.count("chat.postMessage") <= 41


async def test_a_workspace_without_tables_gets_lists_from_then_on(office):
    office.slack.refuses_tables = True
    table = Table("Who", ("Name", "State"), (("Ada", "ready"), ("Ben", "")), total=40)
    await office.channel.send(letter("L1", table))
    await office.channel.send(letter("L2", table))
    assert office.slack.count("chat.postMessage") == 3
    first = office.slack.messages["D01ADA"][0]
    assert [block["type"] for block in first["blocks"]] == ["header", "section", "context"]
    assert first["blocks"][1]["text"]["text"] == "• *Ada* · State: ready\n• *Ben* · State: –"


async def test_a_letter_without_anything_to_say_is_refused(office):
    with pytest.raises(Refused):
        await office.channel.send(letter("L1", Text("")))


async def test_a_hidden_message_is_replaced_through_its_press(office):
    again = Buttons((Button("Again", "again", in_place=True),))
    office.desk.answer = lambda incoming: (Text(f"About {incoming.text or incoming.intent}"), again)
    await office.slack.mentions("U01ADA", "status")
    await office.settled()
    await office.slack.presses("U01ADA", "Again", {**office.slack.ephemerals[0], "channel": "C01GENERAL"})
    await office.settled()
    assert [shown["text"] for shown in office.slack.ephemerals] == ["About again\n[Again]"]


async def test_what_only_one_person_saw_cannot_be_looked_up(office):
    with pytest.raises(Doubtful):
        await office.channel.find(letter("L1", Text("x"), conversation="C01GENERAL", private=True))


async def test_a_token_that_slack_took_back_is_cleaned_up(open_office, slack, desk):
    office = await open_office(bot_token="", client_id="1.2", client_secret="s")
    await desk.save(_installation("xoxb-dead"))
    with pytest.raises(Refused):
        await office.channel.send(letter("L1", Text("hello"), workspace="T02OTHER"))
    assert desk.installed == {}
    slack.tokens["xoxb-new"] = "T02OTHER"
    await desk.save(_installation("xoxb-new"))
    await office.channel.send(letter("L1", Text("hello"), workspace="T02OTHER"))
    assert slack.posted("D01ADA") == ["hello"]
    await close(office)


async def test_a_status_is_a_sign_to_see_and_a_word_to_hear(office):
    await office.channel.send(letter("L1", Heading("Zoom"), Status(Tone.BAD, "not connected"), language="de"))
    message = office.slack.messages["D01ADA"][0]
    assert message["blocks"][1]["text"]["text"] == "❌ not connected"
    assert message["text"] == "*Zoom*\nProblem: not connected"


def _installation(token: str):
    from bot.slack.ports import Installation

    return Installation(team_id="T02OTHER", bot_token=token, bot_id="B0BOT", bot_user_id="U0BOT")


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


LIMITS = Limits(
    channel_per_second=1, channel_burst=2, workspace_per_second=5, workspace_burst=10, reserve=4, patience=10
)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pacer(clock: Clock) -> Pacer:
    return Pacer(LIMITS, clock=clock, sleep=clock.sleep)


async def test_one_channel_gets_a_burst_and_then_one_message_a_second(pacer, clock):
    for _ in range(5):
        await pacer.turn("T1", "C1", bulk=False)
    assert clock.now == pytest.approx(3)


async def test_bulk_leaves_room_for_an_answer_that_goes_at_once(pacer, clock):
    for number in range(6):
        await pacer.turn("T1", f"D{number}", bulk=True)
    assert clock.now == 0
    await pacer.turn("T1", "D90", bulk=True)
    waited = clock.now
    for number in range(4):
        await pacer.turn("T1", f"D{100 + number}", bulk=False)
    assert waited == pytest.approx(0.2)
    assert clock.now == waited


async def test_a_campaign_keeps_the_workspaces_pace(pacer, clock):
    for number in range(106):
        await pacer.turn("T1", f"D{number}", bulk=True)
    assert clock.now == pytest.approx(20)


async def test_workspaces_do_not_wait_for_each_other(pacer, clock):
    for number in range(60):
        await pacer.turn(f"T{number}", "D1", bulk=True)
    assert clock.now == 0


async def test_whoever_would_wait_long_goes_back_into_the_queue(pacer, clock):
    for _ in range(12):
        await pacer.turn("T1", "C1", bulk=False)
    pacer.pause("T1", "chat.postMessage", 60)
    with pytest.raises(Throttled) as later:
        await pacer.unpaused("T1", "chat.postMessage")
    assert later.value.retry_after == 60
    await pacer.unpaused("T1", "chat.update")
    await pacer.unpaused("T2", "chat.postMessage")
    clock.now += 55
    await pacer.unpaused("T1", "chat.postMessage")
    assert clock.slept[-1] == 5


async def test_a_long_line_of_bulk_messages_is_not_waited_out(clock):
    pacer = Pacer(LIMITS, clock=clock, sleep=asyncio.sleep)
    pacer._workspaces["T1"] = pacer._add("T1")
    pacer._workspaces["T1"].waiting = 100
    with pytest.raises(Throttled) as later:
        await pacer.turn("T1", "D1", bulk=True)
    assert later.value.retry_after == pytest.approx(20)
