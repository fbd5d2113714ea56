"""What Microsoft Graph says about one address, typed; None is unknown, never no."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from providers.base import ProviderError

TEAMS = "teamsForBusiness"


class Mailbox(StrEnum):
    """What stands behind an address."""

    USER = "user"
    SHARED = "shared"
    ROOM = "room"
    """A room or a piece of equipment."""
    MISSING = "missing"
    """Nobody has this address, or they have no licence for a mailbox."""
    ELSEWHERE = "elsewhere"
    """Exchange Online is licensed, but the mailbox is not there: on the company's own server, or not made yet."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class MicrosoftAccount:
    """One address; `found` is False when nobody in the tenant has it."""

    email: str
    found: bool = True
    primary: str = ""
    """The account's main address, when Microsoft says one."""
    enabled: bool | None = None
    mailbox: Mailbox = Mailbox.UNKNOWN
    teams_plan: bool | None = None
    meetings: tuple[str, ...] | None = None
    """Which providers of online meetings the calendar allows."""
    problems: tuple[ProviderError, ...] = ()
    """Parts of the question that were not answered."""

    @property
    def is_alias(self) -> bool:
        return self.found and self.primary not in ("", self.email)

    @property
    def teams_possible(self) -> bool | None:
        """Whether meetings of this person can carry Teams."""
        if self.teams_plan is False or (self.meetings is not None and TEAMS not in self.meetings):
            return False
        return True if self.meetings is not None else None
