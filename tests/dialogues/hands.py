"""One person at a time, on any of the three platforms: says, presses, fills in, and reads what is on the screen."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import httpx

from bot.demo import Demo
from bot.teams.render import DATA_KEY
from handlers.messages import Form
from handlers.texts import t
from tests.chat import Chat, through_the_pages
from tests.slack import stand_in as slack_side
from tests.teams import stand_in as teams_side
from tests.visitor import Visitor

Settle = Callable[[], Awaitable[None]]


class Hand(ABC):
    """Labels and sentences are in the person's language; `settle` waits until everything is answered."""

    def __init__(self, language: str, settle: Settle) -> None:
        self.language = language
        self.settle = settle

    @abstractmethod
    async def says(self, text: str) -> None: ...

    @abstractmethod
    async def presses(self, label: str) -> None:
        """The newest button with this label."""

    @abstractmethod
    async def fills_in(self, values: dict[str, str]) -> None:
        """The newest form, by the labels of its fields."""

    @abstractmethod
    async def address(self, label: str) -> str:
        """Where the newest link with this label leads."""

    @abstractmethod
    async def screen(self) -> list[str]:
        """Every message in its newest version, oldest first, as the platform shows it."""

    @abstractmethod
    async def labels(self) -> set[str]:
        """Of all buttons that can be pressed."""

    async def taps(self, message: str, **values: object) -> None:
        await self.presses(t(message, self.language, **values))

    async def goes_to(self, number: int) -> None:
        """Open this step of the set-up, unless it is the one that is open already."""
        label = t("Step {number}", self.language, number=number)
        if label in await self.labels():
            await self.presses(label)

    async def follows(self, message: str, **values: object) -> None:
        """Follow a link of the chat through all outside pages."""
        async with Visitor() as visitor:
            await visitor.opens(await self.address(t(message, self.language, **values)))
            await visitor.presses(t("Continue to Cronofy", self.language))
            await through_the_pages(visitor)
        await self.settle()

    async def card(self) -> str:
        """The set-up as it stands."""
        words = t("Steps done", self.language)
        return next((text for text in reversed(await self.screen()) if words in text), "")

    async def sees(self, message: str, **values: object) -> None:
        """Fails, with the card, when the set-up does not say this."""
        wanted = t(message, self.language, **values)
        assert _bare(wanted) in _bare(await self.card()), f"{wanted!r} is not in: {await self.card()}"

    async def reads(self, text: str) -> None:
        """Fails, with the newest message, when no message says this."""
        screen = await self.screen()
        assert any(_bare(text) in _bare(each) for each in screen), f"{text!r} is not in: {screen[-1:]}"


class WebHand(Hand):
    """In the web chat."""

    def __init__(self, demo: Demo, email: str, language: str, settle: Settle) -> None:
        super().__init__(language, settle)
        self._chat = Chat(demo, email)
        self._demo = demo

    async def says(self, text: str) -> None:
        await self._now().says(text)
        await self.settle()

    async def presses(self, label: str) -> None:
        await self._now().presses(label)
        await self.settle()

    async def fills_in(self, values: dict[str, str]) -> None:
        chat = self._now()
        forms = [block for entry in await chat.messages() for block in entry.reply if isinstance(block, Form)]
        named = {field.label: field for field in forms[-1].inputs}
        chosen = {option.label: option.value for field in named.values() for option in field.options}
        given = {named[label].name: chosen.get(value, value) for label, value in values.items()}
        await chat.fills_in(**given)
        await self.settle()

    async def address(self, label: str) -> str:
        return await self._now().address(label)

    async def screen(self) -> list[str]:
        return await self._now().screen()

    async def labels(self) -> set[str]:
        return {line for text in await self.screen() for line in text.split("\n")}

    def _now(self) -> Chat:
        """After a restart another program answers."""
        self._chat.program = self._demo.program
        return self._chat


class SlackHand(Hand):
    """In Slack's direct messages."""

    def __init__(self, slack: slack_side.Slack, account: str, language: str, settle: Settle) -> None:
        super().__init__(language, settle)
        self._slack, self._account = slack, account

    async def says(self, text: str) -> None:
        await self._is_taken(self._slack.says(self._account, text))

    async def presses(self, label: str) -> None:
        message = next(one for one in reversed(self._messages()) if label in _slack_labels(one))
        await self._is_taken(self._slack.presses(self._account, label, message))

    async def fills_in(self, values: dict[str, str]) -> None:
        # In Slack a form is a message with a button that opens it.
        await self.presses(_slack_labels(self._messages()[-1])[0])
        await self._is_taken(self._slack.submits(self._account, self._slack.modals[-1], values))

    async def address(self, label: str) -> str:
        found = [b for one in reversed(self._messages()) for b in slack_side.buttons(one.get("blocks") or [])]
        return str(next(b["url"] for b in found if b["text"]["text"] == label and "url" in b))

    async def screen(self) -> list[str]:
        return ["\n".join(_strings(one.get("blocks") or one["text"], "text")) for one in self._messages()]

    async def labels(self) -> set[str]:
        return {label for one in self._messages() for label in _slack_labels(one)}

    def _messages(self) -> list[dict[str, Any]]:
        return self._slack.messages[self._slack.direct(self._account)]

    async def _is_taken(self, sent: Awaitable[httpx.Response]) -> None:
        response = await sent
        assert response.status_code == 200, response.text
        await self.settle()


class TeamsHand(Hand):
    """In Teams' personal chat."""

    def __init__(
        self, teams: teams_side.StandIn, name: str, language: str, settle: Settle, *, client: Callable[[], Any]
    ) -> None:
        super().__init__(language, settle)
        self._teams, self._client = teams, client
        self._writer = teams_side.Writer(teams, name, f"{name}@aurora.example")

    async def says(self, text: str) -> None:
        await self._deliver(self._writer.says(text))

    async def presses(self, label: str) -> None:
        message, card = self._with(label)
        await self._deliver(self._writer.presses(teams_side.action(card, label), message=message))

    async def fills_in(self, values: dict[str, str]) -> None:
        message, card = next(one for one in reversed(self._cards()) if _teams_inputs(one[1]))
        inputs = {str(field["label"]): field for field in _teams_inputs(card)}
        given = {field["id"]: str(field.get("value", "")) for field in inputs.values()}
        given |= {inputs[label]["id"]: _choice(inputs[label], value) for label, value in values.items()}
        prefix = next(iter(given)).split(".")[0]
        sent = [one for one in teams_side.actions(card) if "data" in one]
        submit = next(one for one in sent if one["data"][DATA_KEY].get("form") == prefix)
        await self._deliver(self._writer.presses(submit, message=message, **given))

    async def address(self, label: str) -> str:
        return str(teams_side.action(self._with(label)[1], label)["url"])

    async def screen(self) -> list[str]:
        return ["\n".join(_strings(card, "text", "title", "value")) for _, card in self._cards()]

    async def labels(self) -> set[str]:
        return {one["title"] for _, card in self._cards() for one in teams_side.actions(card)}

    def _cards(self) -> list[tuple[str, dict[str, Any]]]:
        written = self._teams.messages.get(self._writer.chat, {})
        return [(id, body["attachments"][0]["content"]) for id, body in written.items() if body.get("attachments")]

    def _with(self, label: str) -> tuple[str, dict[str, Any]]:
        return next(
            one for one in reversed(self._cards()) if any(a["title"] == label for a in teams_side.actions(one[1]))
        )

    async def _deliver(self, activity: dict[str, Any]) -> None:
        headers = {"Authorization": f"Bearer {self._teams.token()}"}
        response = await self._client().post("/api/messages", json=activity, headers=headers)
        assert response.status_code in (200, 202), response.text
        await self.settle()


def _bare(text: str) -> str:
    """Without what platforms escape or mark: the words alone."""
    for sign in ("\\", "*", "_"):
        text = text.replace(sign, "")
    return text.replace("&amp;", "&").replace("&gt;", ">").replace("&lt;", "<")


def _strings(part: Any, *keys: str) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, list):
        for each in part:
            yield from _strings(each, *keys)
    elif isinstance(part, dict):
        for key, value in part.items():
            if key in keys or isinstance(value, dict | list):
                yield from _strings(value, *keys)


def _slack_labels(message: dict[str, Any]) -> list[str]:
    return [button["text"]["text"] for button in slack_side.buttons(message.get("blocks") or [])]


def _teams_inputs(part: Any) -> list[dict[str, Any]]:
    if isinstance(part, list):
        return [field for each in part for field in _teams_inputs(each)]
    if not isinstance(part, dict):
        return []
    if str(part.get("type", "")).startswith("Input."):
        return [part]
    return [field for value in part.values() for field in _teams_inputs(value)]


def _choice(field: dict[str, Any], label: str) -> str:
    return next((str(one["value"]) for one in field.get("choices", ()) if one["title"] == label), label)
