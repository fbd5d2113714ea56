"""What the parts of the program tell whoever measures it; by default nobody listens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext


class Observer:
    """Forgets everything; bot/metrics.py counts, bot/traces.py draws what belongs together.

    Nothing that names a person is ever told here.
    """

    def message(self, item: str, channel: str) -> AbstractContextManager[object]:
        """Surrounds the work on one incoming message; `item` is its id in the inbox and in the log."""
        return nullcontext()

    def received(self, channel: str) -> None:
        """A message was stored for the first time."""

    def understood(self, intent: str) -> None:
        """This is what somebody wants."""

    def answered(self, channel: str, seconds: float) -> None:
        """So long after it arrived, the answer to a message was stored."""

    def sent(self, channel: str, result: str, seconds: float) -> None:
        """A message was handed to a platform: sent, refused, throttled, doubtful, or unknown for good."""

    def called(self, system: str, action: str, status: int, seconds: float) -> None:
        """One request to an outside system; status 0 without an answer."""

    def waited(self, system: str, seconds: float) -> None:
        """A request waited for its turn within the system's limits."""


class Observers(Observer):
    """Several that listen."""

    def __init__(self, observers: Sequence[Observer]) -> None:
        self._observers = observers

    @contextmanager
    def message(self, item: str, channel: str) -> Iterator[None]:
        with ExitStack() as stack:
            for each in self._observers:
                stack.enter_context(each.message(item, channel))
            yield

    def received(self, channel: str) -> None:
        for each in self._observers:
            each.received(channel)

    def understood(self, intent: str) -> None:
        for each in self._observers:
            each.understood(intent)

    def answered(self, channel: str, seconds: float) -> None:
        for each in self._observers:
            each.answered(channel, seconds)

    def sent(self, channel: str, result: str, seconds: float) -> None:
        for each in self._observers:
            each.sent(channel, result, seconds)

    def called(self, system: str, action: str, status: int, seconds: float) -> None:
        for each in self._observers:
            each.called(system, action, status, seconds)

    def waited(self, system: str, seconds: float) -> None:
        for each in self._observers:
            each.waited(system, seconds)
