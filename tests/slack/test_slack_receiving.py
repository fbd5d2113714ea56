"""What the framework does wrong by itself, done right: each probe with the outcome that Slack needs."""

import asyncio
import json
import logging
from datetime import timedelta

import pytest

from bot.channel import Incoming
from handlers.messages import Button, Buttons, Link, Reply, Text
from tests.slack.conftest import close
from tests.slack.stand_in import SECRET, Failure, signed


async def test_a_sentence_is_answered_in_direct_messages(office):
    assert await office.says("U01ADA", "hello") == ["You said: hello"]
    assert office.desk.events[0].conversation == ""
    assert office.desk.events[0].locale == "en-US"


async def test_an_event_is_acknowledged_only_when_it_is_stored(office):
    order = []

    async def stored():
        await asyncio.sleep(0)
        order.append("stored")

    office.desk.stored = stored
    response = await office.slack.says("U01ADA", "hello")
    order.append("acknowledged")
    assert response.status_code == 200
    assert order == ["stored", "acknowledged"]


async def test_an_event_that_comes_twice_is_answered_once(office):
    for _ in range(2):
        response = await office.slack.says("U01ADA", "hello", event_id="Ev1")
        assert response.status_code == 200
    await office.settled()
    assert office.slack.posted("D01ADA") == ["You said: hello"]


async def test_an_event_that_could_not_be_stored_comes_again_and_is_answered(office):
    office.desk.broken = True
    assert (await office.slack.says("U01ADA", "hello", event_id="Ev1")).status_code == 500
    office.desk.broken = False
    assert (await office.slack.says("U01ADA", "hello", event_id="Ev1")).status_code == 200
    await office.settled()
    assert office.slack.posted("D01ADA") == ["You said: hello"]


async def test_slack_retries_until_it_is_stored(office):
    tries = []

    async def stored():
        tries.append(1)
        if len(tries) < 3:
            raise OSError("the database is locked")

    office.desk.stored, office.slack.retries = stored, 3
    response = await office.slack.says("U01ADA", "hello")
    await office.settled()
    assert response.status_code == 200
    assert office.slack.posted("D01ADA") == ["You said: hello"]


async def test_a_store_that_hangs_never_costs_more_than_slacks_deadline(office, monkeypatch):
    monkeypatch.setattr("bot.slack.listeners.DEADLINE", 0.02)
    free = asyncio.Event()
    office.desk.stored = free.wait
    assert (await office.slack.says("U01ADA", "hello", event_id="Ev1")).status_code == 500
    command = await office.slack.commands("U01ADA", "status")
    assert (command.status_code, "try again" in command.text) == (200, True)
    free.set()
    await office.slack.says("U01ADA", "hello", event_id="Ev1")
    await office.settled()
    assert office.slack.posted("D01ADA") == ["You said: hello"]


async def test_a_fault_while_answering_is_no_fault_of_slack(office):
    def fail(incoming: Incoming) -> Reply:
        raise RuntimeError("a bug")

    office.desk.answer = fail
    response = await office.slack.says("U01ADA", "hello")
    with pytest.raises(RuntimeError):
        await office.settled()
    assert response.status_code == 200
    office.desk.answer = lambda incoming: (Text("Fine again."),)
    assert await office.says("U01ADA", "hello?") == ["Fine again."]


@pytest.mark.parametrize(
    "event",
    [
        {"type": "reaction_added", "user": "U01ADA"},
        {"type": "message", "subtype": "message_changed", "channel": "D01ADA", "channel_type": "im"},
        {"type": "message", "channel": "D01ADA", "channel_type": "im", "bot_id": "B0OTHER", "text": "beep"},
        {"type": "message", "channel": "D01ADA", "channel_type": "im", "user": "U0BOT", "text": "my own words"},
        {"type": "message", "channel": "C01GENERAL", "channel_type": "channel", "user": "U01ADA", "text": "psst"},
        {"type": "app_context_changed", "user": "U01ADA"},
    ],
)
async def test_an_event_that_nobody_waits_for_is_acknowledged_and_left_alone(office, event):
    assert (await office.slack.event(event)).status_code == 200
    assert not office.desk.events


async def post(office, body: bytes, headers=None, content_type: str = "application/json"):
    headers = signed(body, int(office.slack.now())) if headers is None else headers
    return await office.client.post("/slack/events", content=body, headers={"content-type": content_type, **headers})


async def test_the_news_that_events_are_held_back_is_acknowledged(office):
    body = json.dumps({"type": "app_rate_limited", "team_id": "T01AURORA", "minute_rate_limited": 1}).encode()
    assert (await post(office, body)).status_code == 200


async def test_slack_may_check_our_address(office):
    body = json.dumps({"type": "url_verification", "challenge": "3eZbrw1a"}).encode()
    response = await post(office, body)
    assert (response.status_code, "3eZbrw1a" in response.text) == (200, True)


@pytest.mark.parametrize(
    "change",
    [
        {"x-slack-signature": "v0=" + "0" * 64},
        {"x-slack-signature": "v0=é".encode("latin-1")},
        {"x-slack-signature": ""},
        {"x-slack-request-timestamp": "abc"},
        {"x-slack-request-timestamp": "١٢٣"},
        {"x-slack-request-timestamp": "9" * 40},
        {"x-slack-request-timestamp": "-5"},
        {"x-slack-request-timestamp": ""},
    ],
)
async def test_what_slack_did_not_sign_is_refused_without_a_trace(office, caplog, change):
    caplog.set_level(logging.DEBUG)
    body = b'{"type":"event_callback","secret":"marmalade"}'
    given = {**signed(body, int(office.slack.now())), **change}
    raw = {key: value.encode() if isinstance(value, str) else value for key, value in given.items()}
    headers = [(key.encode(), value) for key, value in raw.items()]
    response = await office.client.post("/slack/events", content=body, headers=headers)
    assert response.status_code == 401
    assert response.text == ""
    assert "marmalade" not in caplog.text
    assert not office.desk.events


@pytest.mark.parametrize("body", [b'{"type":"x"}', b"ssl_check=1", b"\xff\xfe", b"not json", b""])
async def test_nothing_unsigned_gets_in(office, body):
    assert (await post(office, body, headers={})).status_code == 401


async def test_a_request_of_an_hour_ago_is_refused_and_a_fresh_one_is_taken(office):
    body = b'{"type":"event_callback"}'
    old = signed(body, int(office.slack.now()) - 3600)
    assert (await post(office, body, headers=old)).status_code == 401
    assert await office.says("U01ADA", "hello") == ["You said: hello"]


async def test_another_secret_signs_nothing(office):
    body = b'{"type":"event_callback"}'
    foreign = signed(body, int(office.slack.now()), secret=SECRET + "x")
    assert (await post(office, body, headers=foreign)).status_code == 401


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"not json", "application/json"),
        (b"[1]", "application/json"),
        (b"\xff\xfe", "application/json"),
        (b"[" * 100_000, "application/json"),
        (b"payload=oops", "application/x-www-form-urlencoded"),
        (b"nothing=here", "application/x-www-form-urlencoded"),
        (b"", "application/json"),
    ],
)
async def test_signed_nonsense_is_a_bad_request(office, body, content_type):
    assert (await post(office, body, content_type=content_type)).status_code == 400


async def test_a_huge_request_is_cut_off(office, caplog):
    caplog.set_level(logging.DEBUG)
    assert (await post(office, b"marmalade" * 200_000)).status_code == 413
    assert "marmalade" not in caplog.text


async def test_twenty_events_ask_slack_and_the_store_nothing_about_who_we_are(office):
    before = office.slack.count("auth.test")
    await asyncio.gather(*(office.slack.says("U01ADA", f"hello {number}") for number in range(20)))
    await office.settled()
    assert before == 1
    assert office.slack.count("auth.test") == 1
    assert office.desk.looked == 0
    assert len(office.slack.posted("D01ADA")) == 20


async def test_when_slack_does_not_say_who_we_are_nothing_is_lost(open_office, slack, desk):
    slack.failures["auth.test"] = [Failure(error="internal_error", status=500)]
    office = await open_office(wait=False)
    await slack.until(lambda: slack.count("auth.test"))
    assert (await slack.says("U01ADA", "hello", event_id="Ev1")).status_code == 500
    office.clock[0] += timedelta(seconds=10)
    assert (await slack.says("U01ADA", "hello", event_id="Ev1")).status_code == 200
    await desk.settled()
    assert slack.posted("D01ADA") == ["You said: hello"]
    await close(office)


async def test_a_mention_is_answered_to_the_asker_alone(office):
    await office.slack.mentions("U01ADA", "who isn't synced?")
    await office.settled()
    shown = office.slack.ephemerals[0]
    assert (shown["user"], shown["channel"], shown["text"]) == ("U01ADA", "C01GENERAL", "You said: who isn't synced?")
    assert office.slack.posted("C01GENERAL") == []
    assert office.desk.events[0].public


async def test_a_mention_without_words_asks_for_help(office):
    await office.slack.mentions("U01ADA", "")
    await office.settled()
    assert office.desk.events[0].intent == "help"


async def test_a_mention_in_a_thread_is_answered_in_that_thread(office):
    await office.slack.mentions("U01ADA", "status", thread_ts="111.222")
    await office.settled()
    assert office.slack.ephemerals[0]["thread_ts"] == "111.222"


async def test_a_thread_of_direct_messages_goes_on_in_that_thread(office):
    office.desk.answer = lambda incoming: (Text(incoming.text or incoming.intent), Buttons((Button("Go", "go"),)))
    await office.slack.says("U01ADA", "status", thread_ts="111.222")
    await office.settled()
    message = office.slack.messages["D01ADA"][0]
    await office.slack.presses("U01ADA", "Go", message)
    await office.settled()
    assert [m["thread_ts"] for m in office.slack.messages["D01ADA"]] == ["111.222", "111.222"]
    assert office.slack.ephemerals == []


async def test_a_command_is_answered_where_it_was_given_or_else_in_direct_messages(office):
    response = await office.slack.commands("U01ADA", "status")
    assert (response.status_code, response.text) == (200, "")
    await office.slack.commands("U01ADA", "status again", channel="C02SECRET")
    await office.settled()
    assert [shown["text"] for shown in office.slack.ephemerals] == ["You said: status"]
    assert office.slack.posted("D01ADA") == ["You said: status again"]


async def test_a_command_without_words_asks_for_help(office):
    await office.slack.commands("U01ADA", "  ")
    await office.settled()
    assert office.desk.events[0].intent == "help"


async def test_names_and_links_reach_the_bot_as_people_saw_them(office):
    await office.says(
        "U01ADA", "is <@U02BEN> ready? <mailto:x@y.example|x@y.example> &amp; <https://a.example|a.example>"
    )
    assert office.desk.events[0].text == "is ben@aurora.example ready? x@y.example & a.example"


async def test_lines_that_were_pasted_stay_lines(office):
    await office.says("U01ADA", "Ada   Ok\nBen   Failed")
    assert office.desk.events[0].text == "Ada Ok\nBen Failed"


BUTTONS = Buttons((Button("Connect", "connect", {"provider": "zoom"}, primary=True), Link("Open", "https://a.example")))


async def test_a_press_becomes_its_intent_with_its_values(office):
    office.desk.answer = lambda incoming: (Text("Zoom?"), BUTTONS) if incoming.text else (Text("Gladly."),)
    await office.says("U01ADA", "connect")
    message = office.slack.messages["D01ADA"][0]
    response = await office.slack.presses("U01ADA", "Connect", message)
    await office.settled()
    pressed = office.desk.events[1]
    assert response.status_code == 200
    assert (pressed.intent, pressed.values, pressed.message) == (
        "connect",
        {"provider": "zoom"},
        f"letter-{office.desk.events[0].id}",
    )
    assert office.slack.posted("D01ADA")[1:] == ["Gladly."]


async def test_a_press_on_a_link_is_acknowledged(office):
    office.desk.answer = lambda incoming: (BUTTONS,)
    await office.says("U01ADA", "connect")
    assert (await office.slack.presses("U01ADA", "Open", office.slack.messages["D01ADA"][0])).status_code == 200
    assert len(office.desk.events) == 1


async def test_a_press_that_arrives_twice_is_one_press(office):
    office.desk.answer = lambda incoming: (BUTTONS,)
    await office.says("U01ADA", "connect")
    await office.slack.presses("U01ADA", "Connect", office.slack.messages["D01ADA"][0])
    first = office.desk.events[-1]
    assert not await office.desk.receive(first)


async def test_a_press_that_carries_more_than_slack_takes_still_arrives_whole(office):
    many = {"people": ",".join(map(str, range(1000)))}
    office.desk.answer = lambda incoming: (Buttons((Button("A", "a"), Button("All", "remind", many))),)
    await office.says("U01ADA", "remind")
    await office.slack.presses("U01ADA", "All", office.slack.messages["D01ADA"][0])
    assert (office.desk.events[1].intent, office.desk.events[1].values) == ("remind", many)


async def test_nobody_presses_what_was_sent_to_somebody_else_and_is_only_named(office):
    many = {"people": ",".join(map(str, range(1000)))}
    office.desk.answer = lambda incoming: (Buttons((Button("All", "remind", many),)),)
    await office.says("U01ADA", "remind")
    response = await office.slack.presses("U02BEN", "All", office.slack.messages["D01ADA"][0])
    assert (response.status_code, len(office.desk.events)) == (200, 1)


async def test_buttons_of_somebody_else_mean_nothing(office):
    message = {
        "channel": "D01ADA",
        "ts": "1.2",
        "blocks": [{"type": "actions", "elements": [{"text": {"text": "X"}, "action_id": "x", "value": "{}"}]}],
    }
    assert (await office.slack.presses("U01ADA", "X", message)).status_code == 200
    assert not office.desk.events
