"""A small company that answers at once, and one reply of every block."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from starlette.applications import Starlette

from bot.channel import Incoming, Letter
from bot.web.ports import Persona, TranscriptEntry
from bot.web.render import label_of
from bot.web.send import WebChannel
from handlers.messages import (
    Button,
    Buttons,
    Fact,
    Facts,
    Form,
    Heading,
    Image,
    Input,
    InputKind,
    Link,
    Note,
    Option,
    Progress,
    Reply,
    Status,
    Table,
    Text,
    Tone,
)

ADA = Persona(
    email="ada@aurora.example",
    name="Ada Keller",
    role="HR admin",
    language="en",
    description="Runs recruiting in Berlin and owns Greenroom.",
    suggestions=("Who isn't synced?", "Status", "Who hasn't connected Zoom?"),
)
BEN = Persona(
    email="ben@aurora.example",
    name="Ben Okafor",
    role="Employee",
    language="en",
    description="Interviews engineers and has not connected Zoom yet.",
    suggestions=("Connect my Zoom", "What is my status?"),
)
INES = Persona(
    email="ines@aurora.example",
    name="Inès Moreau-Lefèvre",
    role="Admin informatique",
    language="fr",
    description="Gère les comptes à Lyon.",
    suggestions=("Qui n'est pas synchronisé ?",),
    timezone="Europe/Paris",
)


@dataclass
class World:
    """An inbox and a record that behave, without a database."""

    people_known: Sequence[Persona] = (ADA, BEN, INES)
    moment: datetime = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
    taken: dict[str, Incoming] = field(default_factory=dict)
    entries: dict[str, dict[str, TranscriptEntry]] = field(default_factory=dict)

    def now(self) -> datetime:
        return self.moment

    async def receive(self, incoming: Incoming) -> bool:
        if incoming.id in self.taken:
            return False
        self.taken[incoming.id] = incoming
        if not incoming.in_place:
            self._add(incoming.account, TranscriptEntry(f"in-{incoming.id}", *self._tick(), text=self._words(incoming)))
        return True

    async def transcript(self, account: str, after: datetime | None = None) -> Sequence[TranscriptEntry]:
        known = sorted(self.entries.get(account, {}).values(), key=lambda entry: entry.at)
        return [entry for entry in known if after is None or entry.changed > after]

    async def people(self) -> Sequence[Persona]:
        return self.people_known

    def says(self, account: str, reply: Reply, *, delivery: str, replaces: str = "") -> Letter:
        """Stores what the bot sends; the channel still has to be told."""
        moment = self._tick()[0]
        if replaces:
            old = self.entries[account][replaces]
            self._add(account, replace(old, reply=reply, delivery=delivery, changed=moment))
        else:
            self._add(account, TranscriptEntry(delivery, moment, moment, reply=reply, delivery=delivery))
        return Letter(
            id=delivery,
            company=1,
            workspace="demo",
            account=account,
            conversation=f"web:{account}",
            reply=reply,
            replaces=replaces,
        )

    def _words(self, incoming: Incoming) -> str:
        pressed = [
            entry for entry in self.entries.get(incoming.account, {}).values() if incoming.message == entry.delivery
        ]
        return incoming.text or next(
            (label_of(entry.reply, incoming.intent, dict(incoming.values)) for entry in pressed), incoming.intent
        )

    def _add(self, account: str, entry: TranscriptEntry) -> None:
        self.entries.setdefault(account, {})[entry.id] = entry

    def _tick(self) -> tuple[datetime, datetime]:
        self.moment += timedelta(seconds=20)
        return self.moment, self.moment


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def channel(world: World) -> WebChannel:
    return WebChannel(
        inbox=world,
        transcript=world,
        now=world.now,
        company="Aurora GmbH",
        default_people=(ADA.email, BEN.email),
        control_url="http://localhost:8081/",
    )


@pytest.fixture
async def browser(channel: WebChannel) -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(routes=list(channel.routes()))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://chat.test") as client:
        yield client


@pytest.fixture
def gallery() -> dict[str, Reply]:
    """Replies by name; together they have every block in every form."""
    return gallery_of_replies()


def gallery_of_replies() -> dict[str, Reply]:
    page = {"page": "2"}
    return {
        "words": (
            Heading("Connect Zoom"),
            Text("Hello **Ben**, one step is left:\n\n1. Open the link\n2. Sign in to `zoom.us`\n\n- any *browser*"),
            Text("More is in [Personio's help](https://support.personio.de/hc?a=1&b=2)."),
            Note("Cronofy said so 2 minutes ago."),
        ),
        "statuses": tuple(
            Status(tone, words)
            for tone, words in {
                Tone.GOOD: "Zoom: connected",
                Tone.WARNING: "Microsoft Teams: waiting for IT since 3 November",
                Tone.BAD: "GoTo Meeting: the account was disconnected",
                Tone.NEUTRAL: "Google Meet: not needed",
            }.items()
        ),
        "facts": (
            Facts((Fact("Office", "Lyon"), Fact("Calendar", "Office 365 through Graph"), Fact("Language", "French"))),
        ),
        "table": (
            Table(
                caption="People who are not synced",
                columns=("Name", "Cause", "Who can fix it"),
                rows=(
                    ("Clara Weiß", "The mailbox is shared", "IT (Inès Moreau)"),
                    ("Jonas Brandt", "Two people have this address", "You"),
                    ("Mehmet Yılmaz", "No e-mail address in Personio", "You"),
                ),
                total=7,
                previous=Button("Previous", "unsynced", {"page": "0"}, in_place=True),
                following=Button("Next", "unsynced", page, in_place=True),
            ),
        ),
        "buttons": (
            Buttons(
                (
                    Link("Connect Zoom", "https://greenroom.example/link/abc", primary=True),
                    Button("Check again", "check", {"provider": "zoom"}, in_place=True),
                    Button("Remind IT", "remind", primary=True),
                    Button("Stop reminding me", "stop", danger=True),
                )
            ),
        ),
        "form": (
            Form(
                title="Ask IT to install the app",
                intent="handoff.send",
                inputs=(
                    Input(
                        "to",
                        "Who is in IT?",
                        InputKind.CHOICE,
                        options=(Option("Inès Moreau", "7"), Option("Tom", "8")),
                    ),
                    Input(
                        "note", "Message", InputKind.MULTILINE, value="Please & thanks", hint="Two sentences will do."
                    ),
                    Input("until", "Until", InputKind.DATE, required=False),
                    Input(
                        "ticket", "Ticket", value="#12", error="This is not one of your tickets.", hint="Such as HR-7."
                    ),
                ),
                submit="Send",
                values={"provider": "zoom"},
            ),
        ),
        "progress": (Progress("Hosts who connected Zoom", 23, 40),),
        "image": (Image("https://greenroom.example/plot.png", "23 of 40 hosts are ready"),),
    }
