"""Long lists are shown page by page; the buttons carry where the next page begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from handlers.messages import Button, Event
from handlers.texts import t

Item = TypeVar("Item")
KEPT = ("provider", "state")
"""What of a question goes on to its other pages."""


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """What is shown at once, and the ways to the rest."""

    items: Sequence[Item]
    previous: Button | None
    following: Button | None


def page_of(event: Event, items: Sequence[Item], size: int, *, intent: str = "") -> Page[Item]:
    """The page that the event asks for; a number that is none of ours means the nearest one that is."""
    language, first = event.person.language, first_of(event, len(items), size)
    return Page(
        items[first : first + size],
        _turn(event, intent, first - size, t("Previous", language)) if first > 0 else None,
        _turn(event, intent, first + size, t("Next", language)) if first + size < len(items) else None,
    )


def first_of(event: Event, total: int, size: int) -> int:
    """The number of the first item that is shown."""
    wanted = event.values.get("first", "")
    is_number = wanted.isascii() and wanted.isdecimal() and len(wanted) < 8
    return min(int(wanted), max(0, total - 1)) // size * size if is_number else 0


def _turn(event: Event, intent: str, first: int, label: str) -> Button:
    kept = {key: value for key, value in event.values.items() if key in KEPT}
    return Button(label, intent or event.intent, {**kept, "first": str(max(0, first))}, in_place=True)
