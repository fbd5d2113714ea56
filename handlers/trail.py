"""What goes on record about an event: kept until its answer is stored, and written in the same transaction."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping

from handlers.messages import Event
from storage.audit import NewEntry

MOST_WAITING = 10_000
WORDS = frozenset({"provider", "role", "language", "scope", "group", "state", "first"})
"""Values of an event that are words of our own; a name or an address never goes on record."""
LONGEST = 40


class Trail:
    """Collects entries by the delivery that will carry the answer."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[str, list[NewEntry]] = OrderedDict()

    def note(self, event: Event, action: str = "", *, about: Iterable[int] = (), **detail: str) -> None:
        """Put on record who asked or did this, and about whom."""
        entries = self._waiting.setdefault(event.answer, [])
        words = {name: value for name, value in {**_words(event.values), **detail}.items() if value}
        entries.append(NewEntry(event.person.id, action or event.intent, tuple(about), words))
        while len(self._waiting) > MOST_WAITING:
            self._waiting.popitem(last=False)

    def count(self, event: Event) -> int:
        """How much was noted about this event so far."""
        return len(self._waiting.get(event.answer, ()))

    def take(self, answer: str) -> list[NewEntry]:
        """What was noted for this answer; it is noted no longer."""
        return self._waiting.pop(answer, [])


def _words(values: Mapping[str, str]) -> dict[str, str]:
    return {name: value[:LONGEST] for name, value in values.items() if name in WORDS and value.isidentifier()}
