"""The home tab: always the newest state, published no more often than somebody can read it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from weakref import WeakValueDictionary

from slack_sdk.models.views import View

from bot.channel import Letter, Refused
from bot.slack.api import WebApi
from bot.slack.capabilities import UNKNOWN, Capabilities, Capability
from bot.slack.drawn import context
from bot.slack.elements import Place, actions, page_button, presses, row
from bot.slack.limits import Surface, check_view
from bot.slack.receive import HOME
from bot.slack.render import blocks
from handlers.messages import Button
from handlers.texts import t

PAUSE = 5.0
"""Seconds between two publications for one person that nobody asked for."""


class Homes:
    """Publishes home tabs; of several letters that wait for one person, only the newest is drawn."""

    def __init__(
        self,
        api: WebApi,
        capabilities: Capabilities,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._api = api
        self._capabilities = capabilities
        self._clock = clock
        self._sleep = sleep
        self._newest: dict[tuple[str, str], str] = {}
        self._published: dict[tuple[str, str], float] = {}
        self._turns: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    async def publish(self, letter: Letter) -> str:
        """The name of this person's home tab, once it shows this letter or a newer one."""
        key = (letter.workspace, letter.account)
        self._newest[key] = letter.id
        if letter.bulk and (wait := self._published.get(key, -PAUSE) + PAUSE - self._clock()) > 0:
            await self._sleep(wait)
        async with self._turns.setdefault(key, asyncio.Lock()):
            if self._newest.get(key) == letter.id:
                await self.show(letter, page=0)
                self._published[key] = self._clock()
        return f"{HOME}:{letter.account}"

    async def show(self, letter: Letter, *, page: int) -> None:
        """Draw one page of a letter; raises Refused, Throttled or Doubtful."""
        tables = self._capabilities.has(letter.workspace, Capability.TABLES)
        try:
            await self._publish(letter, view(letter, page=page, tables=tables))
        except Refused as refusal:
            if not tables or refusal.cause not in UNKNOWN:
                raise
            self._capabilities.lacks(letter.workspace, Capability.TABLES)
            await self._publish(letter, view(letter, page=page, tables=False))

    async def _publish(self, letter: Letter, drawn: dict[str, Any]) -> None:
        # https://docs.slack.dev/reference/methods/views.publish/
        await self._api.call(
            letter.workspace, "views.publish", lambda client: client.views_publish(user_id=letter.account, view=drawn)
        )


def view(letter: Letter, *, page: int, tables: bool = True) -> dict[str, Any]:
    """One page of the home tab, with the ways to the other pages and back to the overview."""
    place = Place(letter=letter.id, language=letter.language, surface=Surface.HOME, tables=tables)
    pieces = blocks(letter.reply, place)
    page = min(max(page, 0), len(pieces) - 1)
    shown = [*pieces[page].blocks] if pieces else []
    if len(pieces) > 1:
        counted = t("Page {page} of {pages}", letter.language, page=page + 1, pages=len(pieces))
        shown.append(dict(context(counted).block))
    if buttons := [*_turning(place, page, len(pieces)), *_way_back(letter, place)]:
        shown.append(row(buttons))
    drawn = View(type=HOME, blocks=shown).to_dict()
    check_view(drawn)
    return drawn


def _turning(place: Place, page: int, pages: int) -> list[dict[str, Any]]:
    earlier = [page_button(t("Back", place.language), place, page - 1)] if page > 0 else []
    later = [page_button(t("More", place.language), place, page + 1)] if page < pages - 1 else []
    return [*earlier, *later]


def _way_back(letter: Letter, place: Place) -> list[dict[str, Any]]:
    """An answer is shown in the home tab too, so there must be a way back to the overview."""
    if any(isinstance(pressable, Button) and pressable.intent == HOME for pressable in presses(letter.reply)):
        return []
    button = Button(t("Overview", letter.language), HOME, in_place=True)
    index = len(letter.reply)
    return [element for each in actions([button], place, index=index, number=-1) for element in each["elements"]]
