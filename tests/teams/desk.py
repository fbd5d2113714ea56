"""The program around the channel, small: an inbox that answers once, and accounts in memory."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any
from uuid import uuid4

from bot.channel import Doubtful, Incoming, Letter, Refused, Throttled
from bot.teams import TeamsChannel
from bot.teams.ports import Profile
from handlers.messages import Reply, Text

Answer = Callable[[Incoming], Reply]


class Accounts:
    """Matches mails to people, as the store does."""

    def __init__(self, *emails: str) -> None:
        self.emails = set(emails)
        self.linked: dict[str, str] = {}
        self.references: dict[str, Mapping[str, object]] = {}

    async def is_known(self, workspace: str, account: str) -> bool:
        return account in self.linked

    async def link(self, workspace: str, profiles: Sequence[Profile]) -> None:
        self.linked |= {one.account: one.email for one in profiles if one.email in self.emails}

    async def keep_only(self, workspace: str, accounts: Collection[str]) -> None:
        self.linked = {account: email for account, email in self.linked.items() if account in accounts}

    async def save_reference(self, workspace: str, account: str, reference: Mapping[str, object]) -> None:
        if account in self.linked:
            self.references[account] = dict(reference)


class Desk:
    """Stores each event once, answers it in a task of its own, and keeps how each message ended."""

    def __init__(self, accounts: Accounts) -> None:
        self.accounts = accounts
        self.channel: TeamsChannel
        self.answer: Answer = lambda incoming: (Text(f"You said: {incoming.text or incoming.intent}"),)
        self.received: dict[str, Incoming] = {}
        self.sent: dict[str, str] = {}
        self.ends: list[Any] = []
        self.broken: Exception | None = None
        self.gate: asyncio.Event | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def receive(self, incoming: Incoming) -> bool:
        if self.broken:
            raise self.broken
        if incoming.id in self.received:
            return False
        self.received[incoming.id] = incoming
        task = asyncio.create_task(self._work(incoming))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    async def settled(self) -> None:
        while self._tasks:
            await asyncio.gather(*self._tasks)

    @property
    def last(self) -> Incoming:
        return list(self.received.values())[-1]

    def letter(self, reply: Reply, account: str, workspace: str, **more: Any) -> Letter:
        reference = self.accounts.references.get(account, {})
        values = {"id": str(uuid4()), "company": 1, "conversation": "", "reference": reference} | more
        return Letter(reply=reply, account=account, workspace=workspace, **values)

    async def _work(self, incoming: Incoming) -> None:
        if self.gate:
            await self.gate.wait()
        reply = self.answer(incoming)
        if not reply:
            return
        letter = self.letter(
            reply,
            incoming.account,
            incoming.workspace,
            conversation=incoming.conversation,
            private=incoming.public,
            replaces=self.sent.get(incoming.message, "") if incoming.in_place else "",
        )
        try:
            self.sent[letter.id] = await self.channel.send(letter)
            self.ends.append("sent")
        except (Refused, Throttled, Doubtful) as error:
            self.ends.append(error)
