"""A stand-in for Slack, the channel under test, and a small inbox that behaves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import httpx
import pytest
from starlette.applications import Starlette

from bot.channel import Incoming, Letter
from bot.slack import SlackChannel, SlackSettings
from bot.slack.pace import Limits
from bot.slack.ports import Installation, Member, Ports
from handlers.messages import Reply, Text
from tests.slack.stand_in import APP_TOKEN, SECRET, TOKEN, Slack, user

FAST = Limits(channel_per_second=1000, channel_burst=1000, workspace_per_second=1000, workspace_burst=1000, reserve=1)
Answer = Callable[[Incoming], Reply]


def echo(incoming: Incoming) -> Reply:
    return (Text(f"You said: {incoming.text or incoming.intent}"),)


@dataclass
class Desk:
    """Stores each event once, answers it in the background and keeps what it sent, like the real inbox and outbox."""

    answer: Answer = echo
    events: list[Incoming] = field(default_factory=list)
    letters: dict[str, Letter] = field(default_factory=dict)
    sent: dict[str, str] = field(default_factory=dict)
    linked: dict[str, Member] = field(default_factory=dict)
    unlinked: set[str] = field(default_factory=set)
    installed: dict[str, Installation] = field(default_factory=dict)
    states: dict[str, datetime] = field(default_factory=dict)
    looked: int = 0
    broken: bool = False
    stored: Callable[[], Awaitable[None]] | None = None
    channel: SlackChannel | None = None
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def receive(self, incoming: Incoming) -> bool:
        if self.broken:
            raise OSError("the database is away")
        if self.stored:
            await self.stored()
        if any(event.id == incoming.id for event in self.events):
            return False
        self.events.append(incoming)
        task = asyncio.create_task(self._work(incoming))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return True

    async def letter(self, id: str) -> Letter | None:
        return self.letters.get(id)

    async def link(self, workspace: str, members: list[Member]) -> None:
        self.linked |= {member.account: member for member in members}

    async def is_linked(self, workspace: str, account: str) -> bool:
        return account in self.linked

    async def unlink(self, workspace: str, accounts: list[str]) -> None:
        self.unlinked |= set(accounts)

    async def keep_only(self, workspace: str, accounts: Collection[str]) -> None:
        self.linked = {account: member for account, member in self.linked.items() if account in accounts}

    async def save(self, installation: Installation) -> None:
        self.installed[installation.team_id] = installation

    async def find(self, team: str) -> Installation | None:
        self.looked += 1
        return self.installed.get(team)

    async def teams(self) -> list[str]:
        return list(self.installed)

    async def delete(self, team: str) -> None:
        self.installed.pop(team, None)

    async def issue(self, state: str, expires_at: datetime) -> None:
        self.states[state] = expires_at

    async def consume(self, state: str, now: datetime) -> bool:
        return self.states.pop(state, now) > now

    async def settled(self) -> None:
        while self.tasks:
            await asyncio.gather(*self.tasks)

    async def send(self, letter: Letter) -> str:
        assert self.channel is not None
        self.letters[letter.id] = letter
        self.sent[letter.id] = await self.channel.send(letter)
        return self.sent[letter.id]

    async def _work(self, incoming: Incoming) -> None:
        reply = self.answer(incoming)
        if reply:
            await self.send(answer_to(incoming, reply, self.sent.get(incoming.message, "")))


def answer_to(incoming: Incoming, reply: Reply, message: str = "") -> Letter:
    return Letter(
        id=f"letter-{incoming.id}",
        company=1,
        workspace=incoming.workspace,
        account=incoming.account,
        conversation=incoming.conversation,
        reply=reply,
        private=incoming.public,
        replaces=message if incoming.in_place else "",
    )


def letter(id: str, *blocks: object, **more: object) -> Letter:
    """A letter that nobody asked for."""
    first = Letter(id=id, company=1, workspace="T01AURORA", account="U01ADA", conversation="", reply=())
    return replace(first, reply=tuple(blocks), bulk=True, **more)  # type: ignore[arg-type]


@dataclass
class Office:
    """Everything a test needs: Slack on one side, the desk on the other, the channel between them."""

    slack: Slack
    desk: Desk
    channel: SlackChannel
    client: httpx.AsyncClient
    clock: list[datetime]

    async def settled(self) -> None:
        await self.desk.settled()
        await self.channel.settled()

    async def says(self, account: str, text: str) -> list[str]:
        """Say it in direct messages; what the bot posted there since the beginning."""
        await self.slack.says(account, text)
        await self.settled()
        return self.slack.posted(self.slack.direct(account))


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    world = Slack(
        users=[
            user("U01ADA", "ada@aurora.example"),
            user("U02BEN", "Ben@aurora.example"),
            user("U03INES", "ines@aurora.example", locale="fr-FR"),
        ]
    )
    world.members_of = {"C01GENERAL": {"U01ADA", "U02BEN", "U03INES"}}
    await world.start()
    yield world
    await world.stop()


@pytest.fixture
def desk() -> Desk:
    return Desk()


def settings_for(slack: Slack, **more: str) -> SlackSettings:
    usual = {"public_url": "https://bot.example", "bot_token": TOKEN, "signing_secret": SECRET}
    return SlackSettings(**{"api_url": f"{slack.url}/api/", **usual, **more})


@pytest.fixture
def open_office(slack: Slack, desk: Desk) -> Callable[..., Awaitable[Office]]:
    async def open_it(limits: Limits = FAST, *, wait: bool = True, **more: str) -> Office:
        clock = [datetime.now(UTC)]  # noqa: TID251 - signatures carry the real time
        ports = Ports(inbox=desk, letters=desk, directory=desk, installations=desk, states=desk)
        channel = SlackChannel(settings_for(slack, **more), ports, now=lambda: clock[0], limits=limits)
        desk.channel = channel
        app = Starlette(routes=channel.routes())
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bot.example")
        slack.bot, slack.now = client, lambda: clock[0].timestamp()
        await channel.start()
        if wait:
            await channel.settled()
        return Office(slack, desk, channel, client, clock)

    return open_it


@pytest.fixture
async def office(open_office: Callable[..., Awaitable[Office]]) -> AsyncIterator[Office]:
    """One workspace with a bot token, over HTTP."""
    opened = await open_office()
    yield opened
    await close(opened)


@pytest.fixture
async def socket_office(open_office: Callable[..., Awaitable[Office]], slack: Slack) -> AsyncIterator[Office]:
    """The same over Socket Mode."""
    opened = await open_office(app_token=APP_TOKEN, signing_secret="")
    await slack.connected.wait()
    yield opened
    await close(opened)


async def close(office: Office) -> None:
    await office.desk.settled()
    await office.channel.stop()
    await office.client.aclose()
