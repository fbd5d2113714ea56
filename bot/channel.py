"""The contract of a chat platform: what it hands in, what it is asked to send, and how sending can fail."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

from starlette.routing import BaseRoute

from handlers.messages import Reply

OnCall = Callable[[str, str, int, float], None]
"""Told of every single request to a platform: system, action, status (0 without an answer), seconds."""


class SendError(Exception):
    """A message was not delivered, as far as the platform says.

    SendError
      Refused     the platform will never take it: recorded, not retried
      Throttled   too many at once: again after a pause
      Doubtful    no answer, so nobody knows: settled by asking the platform
    """


class Refused(SendError):
    """The platform will never take this message; `cause` is the platform's word for it."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


class Throttled(SendError):
    """The platform wants a pause of `retry_after` seconds; the message was not delivered."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"again in {retry_after} s")
        self.retry_after = retry_after


class Doubtful(SendError):
    """The request may or may not have arrived: a time-out, a reset, a server error."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """What somebody did on a platform, before anybody knows who it was or what it means."""

    channel: str
    id: str
    """The platform's own identity of this event: the same event delivered twice has the same one."""
    workspace: str
    """The Slack workspace or Microsoft 365 tenant that it came from."""
    account: str
    """The platform's id of the person."""
    conversation: str
    text: str = ""
    """What was typed; empty for a press or a submit."""
    intent: str = ""
    """What the pressed button or the submitted form says; empty for typed text."""
    values: Mapping[str, str] = field(default_factory=dict)
    message: str = ""
    """The delivery whose button was pressed."""
    in_place: bool = False
    """The answer takes the place of that message."""
    public: bool = False
    """Others read along."""
    locale: str = ""
    """The language of the platform's client, such as "fr-FR"; empty when it is not told."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to send; its id travels with it where the platform can carry it."""

    id: str
    company: int
    workspace: str
    account: str
    conversation: str
    """Empty means the person's direct messages."""
    reply: Reply
    private: bool = False
    language: str = ""
    """The person's, for the few words that a drawing adds; empty when it is not known."""
    replaces: str = ""
    """The platform's id of the message to update; empty means a new message."""
    reference: Mapping[str, object] = field(default_factory=dict)
    """What this platform stored to be able to write first."""
    bulk: bool = False
    """Nobody is waiting for it: live answers go first."""


class Channel(Protocol):
    """One chat platform. `bot/slack`, `bot/teams` and `bot/web` each offer one."""

    name: str
    needs_reference: bool
    """Its letters need what the platform stored for the person, see Letter.reference."""

    can_be_asked: bool
    """Whether it can ever tell if a letter arrived; otherwise a doubtful one is reported at once."""

    def routes(self) -> Sequence[BaseRoute]:
        """The web addresses at which the platform reaches this channel."""

    async def start(self) -> None:
        """Open connections; called once, on the running event loop."""

    async def stop(self) -> None:
        """Close them."""

    async def relink(self) -> None:
        """The company's people were read anew: match the platform's accounts to them again, where that is needed."""

    async def send(self, letter: Letter) -> str:
        """Hand the letter to the platform exactly once, without retries.

        Returns the platform's id of the message. Raises Refused, Throttled or Doubtful.
        """

    async def find(self, letter: Letter) -> str | None:
        """The platform's id of a letter that was doubtful, or None when it did not arrive.

        Raises Doubtful where the platform cannot be asked or gave no answer, Throttled to be asked again later.
        """


@runtime_checkable
class Quiet(Protocol):
    """A channel that can tell who does not want to be disturbed."""

    async def quiet(self, workspace: str, accounts: Sequence[str]) -> Mapping[str, datetime]:
        """When the silence of those ends who want it now; nobody, where the platform does not tell."""
