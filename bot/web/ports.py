"""What the web chat asks of the program around it: an inbox, and the record of what was said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.channel import Incoming
from handlers.messages import Reply


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody of the company whom a visitor of the demo can be."""

    email: str
    name: str
    role: str
    """A label in the person's own language, such as "HR admin"."""
    language: str
    description: str = ""
    """One line on what makes this person worth being, in the person's own language."""
    suggestions: tuple[str, ...] = ()
    """Sentences to try, in the person's own language."""
    timezone: str = "UTC"


@dataclass(frozen=True, slots=True)
class TranscriptEntry:
    """One message of a conversation: what the person typed or pressed, or what the bot sent."""

    id: str
    """Where it stands: the platform id that `send` returned, which an updated card keeps; for a person's own
    message the inbox's id of it."""
    at: datetime
    """When it was first said: its place among the others."""
    changed: datetime
    """When this version of it was stored; equal to `at` unless it was updated in place."""
    reply: Reply = ()
    """What the bot sent, in its newest version."""
    delivery: str = ""
    """The delivery that carries this version: its buttons send it back."""
    text: str = ""
    """What the person typed, or the label of what they pressed."""

    @property
    def is_from_bot(self) -> bool:
        return bool(self.delivery)

    @property
    def is_edited(self) -> bool:
        return self.changed > self.at


class Inbox(Protocol):
    """Writes down what somebody did, before it is answered."""

    async def receive(self, incoming: Incoming) -> bool:
        """Store it and have it worked on; False when this very event is already stored."""


class Transcript(Protocol):
    """What was said so far, read from the inbox and the deliveries."""

    async def transcript(self, account: str, after: datetime | None = None) -> Sequence[TranscriptEntry]:
        """The account's conversation in the order of `at`; with `after`, only what changed later than that.

        A delivery counts from the moment it is being sent, because `WebChannel.send` is what makes browsers look.
        A press whose answer takes the place of the old message is left out: nothing is added to the conversation.
        """

    async def people(self) -> Sequence[Persona]:
        """Everybody whom a visitor can be, the most interesting first."""
