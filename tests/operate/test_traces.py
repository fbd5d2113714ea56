"""Traces for those who want them: one for each message, with every call on the way; nobody's words or names."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from bot.metrics import Metrics
from bot.observing import Observed, metrics_of, observer_of
from bot.settings import SettingsError, read_settings
from bot.traces import Traces
from tests.chat import Chat
from tests.conftest import Start


@pytest.fixture
def exported() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def observer(exported: InMemorySpanExporter) -> Observed:
    return Observed(Metrics(), Traces(SimpleSpanProcessor(exported)))


ITEM = "0b54ffb6-20d0-4b6c-8d6c-1f7a8fb1f0c1"


def named(spans: Sequence[ReadableSpan], name: str) -> ReadableSpan:
    (found,) = [span for span in spans if span.name == name]
    return found


def test_a_message_is_one_trace_with_the_id_of_the_log(observer: Observed, exported: InMemorySpanExporter) -> None:
    with observer.message(ITEM, "slack"):
        observer.understood("connect")
        observer.waited("Zoom", 0.2)
        observer.called("Zoom", "looking up a user", 200, 0.25)
        observer.sent("slack", "sent", 0.1)
    spans = exported.get_finished_spans()
    assert {f"{span.context.trace_id:032x}" for span in spans if span.context} == {ITEM.replace("-", "")}
    message, call = named(spans, "message"), named(spans, "Zoom: looking up a user")
    assert dict(message.attributes or {}) == {"greenroom.channel": "slack", "greenroom.intent": "connect"}
    assert call.parent is not None
    assert message.context is not None
    assert call.parent.span_id == message.context.span_id
    assert dict(call.attributes or {}) == {"http.response.status_code": 200}
    assert call.start_time is not None
    assert call.end_time is not None
    assert call.end_time - call.start_time == 250_000_000
    assert {"send slack", "Zoom: waiting for its turn"} <= {span.name for span in spans}


async def test_a_conversation_is_one_trace_down_to_each_call(
    observer: Observed, exported: InMemorySpanExporter, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.demo.observer_of", lambda _: observer)
    demo = await start()
    exported.clear()
    await Chat(demo, "ben@aurora.example").says("am I ready?")
    spans = exported.get_finished_spans()
    message = named(spans, "message")
    assert dict(message.attributes or {})["greenroom.intent"] == "my_status"
    assert message.context is not None
    of_this = {one.name for one in spans if one.context and one.context.trace_id == message.context.trace_id}
    assert {"message", "send web", "Cronofy: reading the account", "Zoom: looking up a user"} <= of_this
    told = str([(one.name, dict(one.attributes or {})) for one in spans])
    assert "ben" not in told
    assert "am I ready" not in told


def test_a_fault_ends_the_trace_and_the_next_message_has_its_own(
    observer: Observed, exported: InMemorySpanExporter
) -> None:
    with pytest.raises(RuntimeError), observer.message(ITEM, "slack"):
        raise RuntimeError("a fault of ours")
    with observer.message(ITEM.replace("0b54", "ffff"), "slack"):
        pass
    first, second = exported.get_finished_spans()
    assert not first.status.is_ok
    assert first.context is not None
    assert second.context is not None
    assert first.context.trace_id != second.context.trace_id


def test_traces_are_made_only_when_there_is_somewhere_to_send_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = read_settings(greenroom_traces_url="http://127.0.0.1:9/v1/traces")
    real = builtins.__import__

    def without_the_extra(name: str, *given: Any, **more: Any) -> Any:
        if name.startswith("opentelemetry.exporter"):
            raise ImportError(name)
        return real(name, *given, **more)

    with monkeypatch.context() as not_installed:
        not_installed.setattr(builtins, "__import__", without_the_extra)
        with pytest.raises(SettingsError, match=r"^GREENROOM_TRACES_URL needs .*greenroom\[otel\]"):
            observer_of(settings)
        assert metrics_of(observer_of(read_settings())) is not None
    assert metrics_of(observer_of(settings)) is not None
