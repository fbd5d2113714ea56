"""A person in the chat without a platform: says sentences, presses the buttons that were shown, follows links."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import timedelta
from itertools import count
from typing import Any

from bot.channel import Incoming
from bot.demo import Demo
from bot.program import Program
from bot.transcript import StoredTranscript
from bot.web.ports import TranscriptEntry
from handlers.messages import Block, Button, Buttons, Form, Link, Reply, Table
from tests.visitor import Visitor

TICK = timedelta(seconds=1)
UNSEEN = frozenset(
    {"url", "intent", "values", "tone", "primary", "danger", "in_place", "refreshes", "kind", "name", "means"}
)
"""What of a block is not read by people."""
_NUMBERS = count()


class Chat:
    """One person's conversation in the web chat's own way: account, delivery ids, updates in place."""

    def __init__(self, demo: Demo, email: str, *, program: Program | None = None) -> None:
        self.demo = demo
        self.email = email
        self.program = program or demo.program
        self.reply: Reply = ()
        """The newest answer as blocks."""

    async def says(self, text: str) -> str:
        """Type a sentence; gives the answer as plain text."""
        return await self.does(text=text)

    async def presses(self, label: str) -> str:
        """Press a button that is on the screen, the newest message first."""
        for entry in reversed(await self.messages()):
            for button in buttons_in(entry.reply):
                if button.label == label:
                    return await self._acts(entry, button.intent, button.values, in_place=button.in_place)
        raise AssertionError(f"no button {label!r} in: {await self.screen()}")

    async def fills_in(self, **values: str) -> str:
        """Submit the newest form."""
        for entry in reversed(await self.messages()):
            for block in entry.reply:
                if isinstance(block, Form):
                    assert values.keys() <= {each.name for each in block.inputs}
                    return await self._acts(entry, block.intent, {**block.values, **values})
        raise AssertionError(f"no form in: {await self.screen()}")

    async def does(self, **what: Any) -> str:
        """Send an event with whatever fields, also such as no button shows."""
        before = {entry.delivery for entry in await self.messages()}
        self.tick()
        await self.program.inbox.receive(self.event(**what))
        await self.settled()
        new = [entry for entry in await self.messages() if entry.delivery not in before]
        assert new, f"no answer to {what}"
        self.reply = new[-1].reply
        return plain(self.reply)

    def event(self, **what: Any) -> Incoming:
        given: dict[str, Any] = {"id": f"event-{next(_NUMBERS)}", "workspace": "demo", "account": self.email, **what}
        return Incoming(channel="web", conversation=f"web:{self.email}", **given)

    def tick(self) -> None:
        """People need a moment between two things."""
        self.demo.world.clock.advance(TICK)

    async def settled(self) -> None:
        await self.demo.settled()
        await self.program.settled()

    async def messages(self) -> list[TranscriptEntry]:
        """The bot's messages, oldest first, each in its newest version."""
        transcript = StoredTranscript(
            self.program.store,
            company=lambda: self.program.company,
            personas=lambda: self.demo.personas,
            now=self.program.now,
        )
        return [entry for entry in await transcript.transcript(self.email) if entry.reply]

    async def screen(self) -> list[str]:
        """Every message of the bot as plain text."""
        return [plain(entry.reply) for entry in await self.messages()]

    async def address(self, label: str) -> str:
        """Where the newest link with this label leads."""
        for entry in reversed(await self.messages()):
            for block in entry.reply:
                for item in block.items if isinstance(block, Buttons) else ():
                    if isinstance(item, Link) and item.label == label:
                        return item.url
        raise AssertionError(f"no link {label!r} in: {await self.screen()}")

    async def follows(self, label: str, *, onwards: str = "Continue to Cronofy", **choices: Any) -> str:
        """Follow a link of the chat through all pages; gives the words of the last one."""
        async with Visitor() as visitor:
            await visitor.opens(await self.address(label))
            self.tick()
            await visitor.presses(onwards)
            await through_the_pages(visitor, **choices)
            await self.settled()
            return visitor.text

    async def _acts(
        self, entry: TranscriptEntry, intent: str, values: Mapping[str, str], *, in_place: bool = False
    ) -> str:
        return await self.does(intent=intent, values=dict(values), message=entry.delivery, in_place=in_place)


async def through_the_pages(visitor: Visitor, *, accept: bool = True, account: str = "") -> None:
    """The outside pages to their end: confirm the address, sign in, allow; or refuse at the provider."""
    while True:
        buttons = [label for form in visitor.forms for label in form.buttons]
        match buttons:
            case ["Send the e-mail" | "Confirm my address" | "Reconnect" | "Go back", *_]:
                await visitor.presses(buttons[0])
            case ["Accept" | "Sign in and allow", "Refuse"] if not accept:
                await visitor.presses("Refuse")
            case ["Sign in and allow", _] if account:
                await visitor.presses(buttons[0], email=account)
            case ["Accept" | "Sign in and allow", _]:
                await visitor.presses(buttons[0])
            case _:
                return


def plain(reply: Reply) -> str:
    """Every word of an answer that a person reads, one line a piece."""
    return "\n".join(_words(reply)).replace("\\", "")


def row_of(reply: Reply, name: str) -> tuple[str, ...]:
    """Somebody's row in the table of an answer."""
    table = next(block for block in reply if isinstance(block, Table))
    return next(row for row in table.rows if row[0] == name)


def names_in(reply: Reply) -> list[str]:
    """The first column of the table of an answer, in alphabetical order."""
    table = next((block for block in reply if isinstance(block, Table)), None)
    return sorted(row[0] for row in table.rows) if table else []


def _words(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, tuple):
        for each in part:
            yield from _words(each)
    elif is_dataclass(part):
        for each in fields(part):
            if each.name not in UNSEEN:
                yield from _words(getattr(part, each.name))


def buttons_in(reply: Sequence[Block]) -> Iterator[Button]:
    for block in reply:
        match block:
            case Buttons():
                yield from (item for item in block.items if isinstance(item, Button))
            case Table():
                yield from (button for button in (block.previous, block.following) if button)
