"""What the Slack channel asks of the program around it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.channel import Incoming, Letter


@dataclass(frozen=True, slots=True)
class Installation:
    """The app in one workspace; its tokens are encrypted wherever they are kept."""

    team_id: str
    bot_token: str = field(repr=False)
    bot_id: str = ""
    bot_user_id: str = ""
    enterprise_id: str = ""
    refresh_token: str = field(default="", repr=False)
    """Only with token rotation, like `expires_at`."""
    expires_at: datetime | None = None
    scopes: tuple[str, ...] = ()
    installer: str = ""
    """The Slack user who installed the app."""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the workspace itself, with an e-mail address that Slack has verified."""

    account: str
    email: str
    name: str
    locale: str = ""
    timezone: str = ""


class Inbox(Protocol):
    """Writes down what somebody did, before Slack is told that it arrived."""

    async def receive(self, incoming: Incoming) -> bool:
        """Store it and have it worked on; False when this very event is already stored."""


class Letters(Protocol):
    """What was sent: the source of a form's inputs and of the further pages of a home tab."""

    async def letter(self, id: str) -> Letter | None:
        """The letter as it was handed to `SlackChannel.send`, or None when it is gone."""


class Installations(Protocol):
    """The workspaces that installed the app."""

    async def save(self, installation: Installation) -> None:
        """Add it, or take the place of an earlier one of the same team."""

    async def find(self, team: str) -> Installation | None: ...

    async def teams(self) -> Sequence[str]: ...

    async def delete(self, team: str) -> None:
        """Forget the tokens; the people stay."""


class Directory(Protocol):
    """Links accounts of a workspace to people of its company."""

    async def link(self, workspace: str, members: Sequence[Member]) -> None:
        """Link each by e-mail, aliases of allowed domains included; who matches nobody is shown to the admin."""

    async def is_linked(self, workspace: str, account: str) -> bool:
        """Whether this account already belongs to a person."""

    async def unlink(self, workspace: str, accounts: Sequence[str]) -> None:
        """These left, or never were members: bots, guests, people of other companies."""

    async def keep_only(self, workspace: str, accounts: Collection[str]) -> None:
        """These are all accounts of the workspace: whoever else was linked has left it."""


class States(Protocol):
    """The states of installations that began in a browser and have not come back yet."""

    async def issue(self, state: str, expires_at: datetime) -> None: ...

    async def consume(self, state: str, now: datetime) -> bool:
        """True exactly once, before it expires."""


@dataclass(frozen=True, slots=True)
class Ports:
    """All of them; the last two are needed for installation by OAuth only."""

    inbox: Inbox
    letters: Letters
    directory: Directory
    installations: Installations | None = None
    states: States | None = None
