"""All that a handler may use."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from handlers.messages import Person, Reply
from handlers.trail import Trail
from storage.pacing import Rates

if TYPE_CHECKING:
    from providers.cronofy import Cronofy
    from providers.google_meet import GoogleMeet
    from providers.goto import GoTo
    from providers.microsoft_teams import MicrosoftTeams
    from providers.personio import Personio
    from providers.smtp import Smtp
    from providers.zoom import Zoom
    from storage.models import Account
    from storage.store import Store


class Outbox(Protocol):
    """Where messages go that are not the answer to an event."""

    async def send(self, person: Person, reply: Reply, *, key: str, replaces: str = "") -> str:
        """Store a message and have it sent; the same `key` is never sent twice. Returns the delivery's id."""

    def post(self, deliveries: Collection[str]) -> None:
        """Start to send messages that are stored already; returns at once."""


class System(Protocol):
    """The client of an outside system, as far as it is only to be closed."""

    async def aclose(self) -> None: ...


async def _nothing_to_wait_for() -> None:
    return


def _in_its_own_words(chat: str, cause: str, language: str) -> str:
    return f"{chat}: {cause}"


async def _nobody_is_silent(accounts: Collection[Account]) -> Mapping[int, datetime]:
    return {}


@dataclass(frozen=True, slots=True)
class Services:
    """Built once in bot/app.py; whatever is not configured is None."""

    store: Store
    outbox: Outbox
    now: Callable[[], datetime]
    public_url: str
    """Without a slash at the end."""
    sign: Callable[[str], str] = str
    """Makes a short text into one that only we can have made, for addresses that outside systems call."""
    sign_export: Callable[[str], str] = str
    """The same for addresses of files."""
    first_look: Callable[[], Awaitable[None]] = _nothing_to_wait_for
    """Waits, not too long, until the outside systems were asked once."""
    chats: Callable[[], Collection[str]] = tuple
    """The names of the chats in which people can be written to."""
    why_unreachable: Callable[[str, str, str], str] = _in_its_own_words
    """Chat, its word for the cause, and language: why somebody cannot be written to there."""
    silences: Callable[[Collection[Account]], Awaitable[Mapping[int, datetime]]] = _nobody_is_silent
    """When the silence of those people ends who do not want to be disturbed in their chat now."""
    rates: Rates = field(default_factory=Rates)
    """How many reminders each chat's workspaces may get."""
    cronofy: Cronofy | None = None
    personio: Personio | None = None
    zoom: Zoom | None = None
    microsoft: MicrosoftTeams | None = None
    google: GoogleMeet | None = None
    goto: GoTo | None = None
    mail: Smtp | None = None
    trail: Trail = field(default_factory=Trail)
    privacy: str = "standard"
    alias_domains: Collection[str] = ()
    """Further domains under which people's accounts at providers may be."""

    @property
    def systems(self) -> tuple[System, ...]:
        """Every outside system that is configured."""
        every = (self.cronofy, self.personio, self.zoom, self.microsoft, self.google, self.goto, self.mail)
        return tuple(each for each in every if each is not None)

    @property
    def works_council(self) -> bool:
        """Groups under five are not counted out, and names go only to those who have to act."""
        return self.privacy == "works_council"

    @property
    def is_direct(self) -> bool:
        """Truth comes from Cronofy itself; otherwise from imports and people's word."""
        return self.cronofy is not None
