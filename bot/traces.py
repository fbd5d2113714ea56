"""What belongs together as OpenTelemetry traces: a message, its answer, and each call on the way.

An optional extra: `pip install "greenroom[otel]"` and GREENROOM_TRACES_URL.
No span carries what was written, or by whom.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import UUID

from bot.observer import Observer
from bot.settings import Settings, SettingsError

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import SpanProcessor

SECOND = 1_000_000_000


class Traces(Observer):
    """One trace a message; its id is the message's in the log, without the dashes."""

    def __init__(self, processor: SpanProcessor) -> None:
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider

        provider = TracerProvider(resource=Resource.create({"service.name": "greenroom"}))
        provider.add_span_processor(processor)
        self._tracer = provider.get_tracer("greenroom")

    @contextmanager
    def message(self, item: str, channel: str) -> Iterator[None]:
        from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, set_span_in_context

        id = UUID(item).int
        # A span takes its trace from its parent, so the message itself is one that nobody records.
        parent = NonRecordingSpan(
            SpanContext(id, (id & ((1 << 64) - 1)) or 1, is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED))
        )
        context = set_span_in_context(parent)
        with self._tracer.start_as_current_span("message", context, attributes={"greenroom.channel": channel}):
            yield

    def understood(self, intent: str) -> None:
        from opentelemetry.trace import get_current_span

        get_current_span().set_attribute("greenroom.intent", intent)

    def sent(self, channel: str, result: str, seconds: float) -> None:
        self._past(f"send {channel}", seconds, {"greenroom.result": result})

    def called(self, system: str, action: str, status: int, seconds: float) -> None:
        self._past(f"{system}: {action}", seconds, {"http.response.status_code": status})

    def waited(self, system: str, seconds: float) -> None:
        self._past(f"{system}: waiting for its turn", 0.0, {"greenroom.seconds": seconds})

    def _past(self, name: str, seconds: float, attributes: dict[str, str | int | float]) -> None:
        """A span that is told of when it is over."""
        end = time.time_ns()
        span = self._tracer.start_span(name, attributes=attributes, start_time=end - int(seconds * SECOND))
        span.end(end)


def traces_of(settings: Settings) -> Traces:
    """Raises SettingsError when the extra is not installed."""
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        raise SettingsError('GREENROOM_TRACES_URL needs the extra: pip install "greenroom[otel]".') from None
    return Traces(BatchSpanProcessor(OTLPSpanExporter(endpoint=settings.greenroom_traces_url)))
