"""What the Teams channel asks of the program around it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.channel import Incoming


@dataclass(frozen=True, slots=True)
class Profile:
    """What the roster of Teams says about an account; the mail is what people are matched by."""

    account: str
    email: str = ""
    name: str = ""


class Inbox(Protocol):
    """Writes down what somebody did, before it is acknowledged."""

    async def receive(self, incoming: Incoming) -> bool:
        """Store it and have it worked on; False when this very event is already stored."""


class Accounts(Protocol):
    """Who the accounts of a tenant are, and how each is written to."""

    async def is_known(self, workspace: str, account: str) -> bool:
        """Whether this account is already matched to a person."""

    async def link(self, workspace: str, profiles: Sequence[Profile]) -> None:
        """Match accounts to people by mail; whoever is nobody's colleague is left out."""

    async def keep_only(self, workspace: str, accounts: Collection[str]) -> None:
        """These are all accounts of the tenant: whoever else was linked has left it."""

    async def save_reference(self, workspace: str, account: str, reference: Mapping[str, object]) -> None:
        """Keep what comes back as `Letter.reference`; an account that is not known is left out.

        A reference with "unreachable" names the platform's cause; `bot.teams.unreachable.reason` says it in words.
        """


class Installer(Protocol):
    """Adds the app to a person's Teams, where an admin permitted that (Microsoft Graph)."""

    async def install(self, workspace: str, account: str) -> None:
        """Make the account reachable. Raises bot.channel.Refused when it cannot be done."""
