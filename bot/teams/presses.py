"""Presses whose request is still open: the card that answers one is handed to it as well."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

MOST_REMEMBERED = 2000
Card = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Press:
    """One press on a message by one account."""

    answer: asyncio.Future[Card] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    automatic: bool = False
    """Nobody pressed: the client wants the view of the person who looks, and only that person may see it."""

    async def wait(self, seconds: float) -> Card | None:
        """The card, or None when it takes longer."""
        done, _ = await asyncio.wait([self.answer], timeout=seconds)
        return self.answer.result() if done else None


class Presses:
    """Finds the open press that a card answers."""

    def __init__(self) -> None:
        self._open: OrderedDict[tuple[str, str], Press] = OrderedDict()

    @contextmanager
    def expect(self, message: str, account: str, *, automatic: bool) -> Iterator[Press]:
        """While this is open, a card that replaces the message for this account is handed over."""
        press = Press(automatic=automatic)
        self._open[message, account] = press
        while len(self._open) > MOST_REMEMBERED:
            self._open.popitem(last=False)
        try:
            yield press
        finally:
            # The answer to an automatic press must find it even when it comes late, or everybody would see it.
            if not automatic and self._open.get((message, account)) is press:
                del self._open[message, account]

    def hand_over(self, message: str, account: str, drawn: Card) -> bool:
        """Give the card to the open press; True when that is all that may happen with it."""
        press = self._open.get((message, account))
        if press is None:
            return False
        if press.automatic:
            del self._open[message, account]
        if not press.answer.done():
            press.answer.set_result(drawn)
        return press.automatic

    def let_go(self, message: str, account: str) -> None:
        """Nobody has to wait: what answers the press comes in another way."""
        press = self._open.get((message, account))
        if press is not None and not press.answer.done():
            press.answer.set_result({})
