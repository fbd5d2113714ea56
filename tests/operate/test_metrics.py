"""What is measured: told by people's own conversations, never with their names."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import timedelta

import httpx
from prometheus_client.parser import text_string_to_metric_families

from bot.channel import Refused
from bot.demo import Demo
from bot.sandbox.faults import Fault, Switch, System
from providers.http import HttpClient
from providers.limits import Limit
from tests.chat import Chat
from tests.conftest import Start
from tests.operate.test_health import visitor

Values = dict[tuple[str, frozenset[tuple[str, str]]], float]


async def page(demo: Demo) -> str:
    demo.world.clock.advance(timedelta(minutes=6))  # older than what is remembered
    async with visitor(demo) as prometheus:
        answer = await prometheus.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return answer.text


async def values(demo: Demo) -> Values:
    families = text_string_to_metric_families(await page(demo))
    return {(one.name, frozenset(one.labels.items())): one.value for family in families for one in family.samples}


def value(found: Values, name: str, **labels: str) -> float:
    return found.get((name, frozenset(labels.items())), 0.0)


async def test_a_conversation_is_counted_from_the_message_to_the_link_that_was_followed(demo: Demo) -> None:
    ben = Chat(demo, "ben@aurora.example")
    before = await values(demo)
    await ben.says("connect my Zoom")
    await ben.follows("Connect Zoom")
    after = await values(demo)

    def more(name: str, **labels: str) -> float:
        return value(after, name, **labels) - value(before, name, **labels)

    assert more("greenroom_messages_total", channel="web") == 1
    assert more("greenroom_intents_total", intent="connect") == 1
    assert more("greenroom_answer_seconds_count", channel="web") == 1
    assert more("greenroom_deliveries_total", channel="web", result="sent") == 2, "the answer and its update"
    assert more("greenroom_send_seconds_count", channel="web") == 2
    assert more("greenroom_vendor_calls_total", system="Cronofy", status="200") >= 1
    assert more("greenroom_vendor_call_seconds_count", system="Cronofy") >= 1
    for stage in ("made", "opened", "confirmed"):
        assert more("greenroom_links", provider="zoom", stage=stage) == 1
    assert more("greenroom_readiness", provider="zoom", state="ready") == 1
    assert value(after, "greenroom_queue_items", queue="inbox") == 0
    assert value(after, "greenroom_ready") == 1


async def test_a_link_that_zoom_refused_is_a_failed_one(demo: Demo) -> None:
    ben = Chat(demo, "ben@aurora.example")
    await ben.says("connect my Zoom")
    await ben.follows("Connect Zoom", accept=False)
    found = await values(demo)
    assert value(found, "greenroom_links", provider="zoom", stage="failed") == 1
    assert value(found, "greenroom_links", provider="zoom", stage="confirmed") == 0


async def test_what_a_vendor_and_a_platform_refuse_is_counted_by_its_kind(demo: Demo) -> None:
    ben = Chat(demo, "ben@aurora.example")
    demo.world.faults.on(Switch(Fault.FORBIDDEN, system=System.ZOOM))
    await ben.says("am I ready?")

    async def refuse(letter: object) -> str:
        raise Refused("user_left")

    demo.program.channels["web"].send = refuse  # type: ignore[method-assign]
    await demo.program.inbox.receive(ben.event(text="help"))
    await ben.settled()
    found = await values(demo)
    assert value(found, "greenroom_vendor_calls_total", system="Zoom", status="403") >= 1
    assert value(found, "greenroom_deliveries_total", channel="web", result="refused") == 1


async def test_waiting_for_a_turn_within_the_limits_is_counted(demo: Demo) -> None:
    observer, time = demo.program.observer, [0.0]

    async def pass_by(seconds: float) -> None:
        time[0] += seconds

    client = HttpClient(
        system="Zoom",
        base_url="http://zoom.example",
        now=demo.program.now,
        limits=[Limit(1, 1.5)],
        monotonic=lambda: time[0],
        sleep=pass_by,
        on_call=observer.called,
        on_wait=observer.waited,
        transport=httpx.MockTransport(lambda _: httpx.Response(200)),
    )
    for _ in range(3):
        await client.call("GET", "/", action="reading")
    found = await values(demo)
    assert value(found, "greenroom_vendor_waits_total", system="Zoom") == 2
    assert value(found, "greenroom_vendor_wait_seconds_total", system="Zoom") == 3


async def test_no_label_names_a_person_or_carries_what_a_stranger_made_up(demo: Demo) -> None:
    ben = Chat(demo, "ben@aurora.example")
    await ben.says("connect my Zoom")
    await ben.does(intent="made-up-by-a-stranger", values={"person": "ada@aurora.example"})
    text = await page(demo)
    labels = set(re.findall(r'="([^"]*)"', text))
    assert not [label for label in labels if "@" in label or "made-up" in label or "ben" in label.lower()]
    assert 'greenroom_intents_total{intent="unknown"} 1.0' in text


async def test_groups_that_a_works_council_keeps_hidden_are_left_out(start: Start) -> None:
    demo = await start(greenroom_privacy="works_council")
    counts = [count for (name, _), count in (await values(demo)).items() if name == "greenroom_readiness"]
    assert counts
    assert not [count for count in counts if 0 < count < 5]


def test_a_question_on_the_terminal_imports_neither_metrics_nor_traces() -> None:
    asked = (
        "import sys; from bot.cli import app\n"
        "try: app(['ask', '--demo', 'help'])\n"
        "except SystemExit: print([m for m in sys.modules if m.startswith(('prometheus', 'opentelemetry'))])"
    )
    ended = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines()[-1] == "[]"
