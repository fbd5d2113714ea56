"""People in the three chats, with the same few verbs: says, presses, reads, follows a link."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from typing import Any, Protocol

import httpx

from bot.demo import Demo
from tests.chat import TICK, Chat
from tests.slack.stand_in import Slack, buttons
from tests.teams.stand_in import StandIn, Writer, action, actions


class Seat(Protocol):
    """One person in one chat."""

    async def opens(self) -> None:
        """Be there for the first time, so that the bot can write first."""

    async def says(self, text: str) -> None: ...

    async def presses(self, label: str) -> None:
        """The newest button with this label."""

    async def screen(self) -> list[str]:
        """Every message of the bot, as its words."""

    async def address(self, label: str) -> str:
        """Where the newest link with this label leads."""


class WebSeat:
    def __init__(self, demo: Demo, email: str) -> None:
        self._chat = Chat(demo, email)

    async def opens(self) -> None: ...

    async def says(self, text: str) -> None:
        await self._chat.says(text)

    async def presses(self, label: str) -> None:
        await self._chat.presses(label)

    async def screen(self) -> list[str]:
        return await self._chat.screen()

    async def address(self, label: str) -> str:
        return await self._chat.address(label)


class SlackSeat:
    def __init__(self, demo: Demo, slack: Slack, account: str) -> None:
        self._demo, self._slack, self._account = demo, slack, account

    async def opens(self) -> None:
        await self.says("help")

    async def says(self, text: str) -> None:
        self._demo.world.clock.advance(TICK)
        await self._slack.says(self._account, text)
        await self._demo.settled()

    async def presses(self, label: str) -> None:
        self._demo.world.clock.advance(TICK)
        await self._slack.presses(self._account, label, self._message(label))
        await self._demo.settled()

    async def screen(self) -> list[str]:
        return ["\n".join([message["text"], *_words(message["blocks"])]) for message in self._messages()]

    async def address(self, label: str) -> str:
        found = buttons(self._message(label)["blocks"])
        return str(next(each["url"] for each in found if each["text"]["text"] == label))

    def _messages(self) -> list[dict[str, Any]]:
        return self._slack.messages[self._slack.direct(self._account)]

    def _message(self, label: str) -> dict[str, Any]:
        for message in reversed(self._messages()):
            if any(each["text"]["text"] == label for each in buttons(message["blocks"])):
                return message
        raise AssertionError(f"no button {label!r}")


class TeamsSeat:
    def __init__(self, demo: Demo, teams: StandIn, client: httpx.AsyncClient, writer: Writer) -> None:
        self._demo, self._teams, self._client, self._writer = demo, teams, client, writer

    async def opens(self) -> None:
        await self._delivers(self._writer.installs())

    async def says(self, text: str) -> None:
        await self._delivers(self._writer.says(text))

    async def presses(self, label: str) -> None:
        message, card = self._message(label)
        await self._delivers(self._writer.presses(action(card, label), message=message))

    async def screen(self) -> list[str]:
        return ["\n".join(_words(card)) for _, card in self._cards()]

    async def address(self, label: str) -> str:
        return str(action(self._message(label)[1], label)["url"])

    async def _delivers(self, activity: dict[str, Any]) -> None:
        self._demo.world.clock.advance(TICK)
        headers = {"Authorization": f"Bearer {self._teams.token()}"}
        answer = await self._client.post("/api/messages", json=activity, headers=headers)
        assert answer.status_code < 300, answer.text
        await self._demo.settled()

    def _cards(self) -> list[tuple[str, dict[str, Any]]]:
        messages = self._teams.messages.get(self._writer.chat, {})
        return [(id, body["attachments"][0]["content"]) for id, body in messages.items() if body.get("attachments")]

    def _message(self, label: str) -> tuple[str, dict[str, Any]]:
        for message, card in reversed(self._cards()):
            if any(each["title"] == label for each in actions(card)):
                return message, card
        raise AssertionError(f"no button {label!r}")


Take = Callable[[str], Awaitable[Seat]]
"""`await take("ben")` seats Ben in the chat of the test."""


def _words(part: Any) -> Iterator[str]:
    """Every string of a drawing that a person reads."""
    if isinstance(part, list):
        for each in part:
            yield from _words(each)
    elif isinstance(part, dict):
        for key, each in part.items():
            if isinstance(each, str) and key in ("text", "title", "value", "speak", "alt_text"):
                yield each
            elif not isinstance(each, str) and key != "data":
                yield from _words(each)
