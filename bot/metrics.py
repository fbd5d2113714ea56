"""What is measured, by names that docs/operations/metrics.md explains; no label ever names a person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from importlib.metadata import version

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from bot.health import Health
from bot.observer import Observer
from storage.queues import Depth

ANSWER_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120, 600)
CALL_BUCKETS = (0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15)


class Metrics(Observer):
    """Counts what it is told; the gauges are set from the database when somebody looks."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        Gauge("greenroom_info", "The version that runs.", ["version"], registry=registry).labels(
            version("greenroom")
        ).set(1)
        self._messages = Counter("greenroom_messages", "Messages that came in.", ["channel"], registry=registry)
        self._intents = Counter("greenroom_intents", "What people wanted.", ["intent"], registry=registry)
        self._answers = Histogram(
            "greenroom_answer_seconds",
            "From the arrival of a message until its answer is stored.",
            ["channel"],
            buckets=ANSWER_BUCKETS,
            registry=registry,
        )
        self._deliveries = Counter(
            "greenroom_deliveries", "Messages handed to a platform.", ["channel", "result"], registry=registry
        )
        self._sending = Histogram(
            "greenroom_send_seconds",
            "How long a platform took to accept a message.",
            ["channel"],
            buckets=CALL_BUCKETS,
            registry=registry,
        )
        self._of_systems(registry)
        self._of_the_database(registry)

    def _of_systems(self, registry: CollectorRegistry) -> None:
        self._calls = Counter(
            "greenroom_vendor_calls", "Requests to outside systems.", ["system", "status"], registry=registry
        )
        self._call_seconds = Histogram(
            "greenroom_vendor_call_seconds",
            "How long outside systems took to answer.",
            ["system"],
            buckets=CALL_BUCKETS,
            registry=registry,
        )
        self._waits = Counter(
            "greenroom_vendor_waits", "Requests that waited for their turn.", ["system"], registry=registry
        )
        self._wait_seconds = Counter(
            "greenroom_vendor_wait_seconds", "Seconds waited within limits.", ["system"], registry=registry
        )

    def _of_the_database(self, registry: CollectorRegistry) -> None:
        self._depth = Gauge("greenroom_queue_items", "Open rows.", ["queue"], registry=registry)
        self._lag = Gauge("greenroom_queue_lag_seconds", "Age of the oldest open row.", ["queue"], registry=registry)
        self._readiness = Gauge(
            "greenroom_readiness", "People by provider and state.", ["provider", "state"], registry=registry
        )
        self._links = Gauge(
            "greenroom_links",
            "Links of the last 30 days by how far they came.",
            ["provider", "stage"],
            registry=registry,
        )
        self._ready = Gauge("greenroom_ready", "1 while /readyz says so.", registry=registry)
        self._hearing = Gauge("greenroom_channel_hearing", "0 while a chat is deaf.", ["channel"], registry=registry)
        self._heard = Gauge(
            "greenroom_last_event_timestamp_seconds",
            "When a chat was last heard by this process.",
            ["channel"],
            registry=registry,
        )

    def received(self, channel: str) -> None:
        self._messages.labels(channel).inc()

    def understood(self, intent: str) -> None:
        self._intents.labels(intent).inc()

    def answered(self, channel: str, seconds: float) -> None:
        self._answers.labels(channel).observe(seconds)

    def sent(self, channel: str, result: str, seconds: float) -> None:
        self._deliveries.labels(channel, result).inc()
        self._sending.labels(channel).observe(seconds)

    def called(self, system: str, action: str, status: int, seconds: float) -> None:
        self._calls.labels(system, str(status) if status else "none").inc()
        self._call_seconds.labels(system).observe(seconds)

    def waited(self, system: str, seconds: float) -> None:
        self._waits.labels(system).inc()
        self._wait_seconds.labels(system).inc(seconds)

    def queues(self, depths: Iterable[Depth], now: datetime) -> None:
        for depth in depths:
            self._depth.labels(depth.queue).set(depth.items)
            self._lag.labels(depth.queue).set(depth.lag(now))

    def readiness(self, counts: Iterable[tuple[str, str, int]]) -> None:
        """People by provider and state."""
        self._readiness.clear()
        for provider, state, count in counts:
            self._readiness.labels(provider, state).set(count)

    def links(self, counts: Iterable[tuple[str, str, int]]) -> None:
        """Links by provider and stage."""
        self._links.clear()
        for provider, stage, count in counts:
            self._links.labels(provider, stage).set(count)

    def health(self, health: Health) -> None:
        self._ready.set(health.is_ready)
        for channel in health.channels:
            self._hearing.labels(channel).set(channel not in health.deaf)
        for channel, at in health.heard.items():
            self._heard.labels(channel).set(at.timestamp())

    def page(self) -> bytes:
        """Everything in the text format of Prometheus."""
        return generate_latest(self.registry)
