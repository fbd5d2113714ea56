"""What the outside systems keep: people, mailboxes, Cronofy accounts, channels, jobs, webhooks."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any


def plain(name: str) -> str:
    """A name as it stands in an address: lower case, without accents."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return letters.lower().replace(" ", ".").replace("'", "")


class Calendar(StrEnum):
    """What the company's calendar is, and how Cronofy reaches it."""

    GOOGLE = "google"
    GRAPH = "graph"
    EWS = "ews"
    EXCHANGE = "exchange"


class Employment(StrEnum):
    """Personio's words for where somebody stands."""

    ONBOARDING = "ONBOARDING"
    ACTIVE = "ACTIVE"
    LEAVE = "LEAVE"
    INACTIVE = "INACTIVE"


class Mailbox(StrEnum):
    """What stands behind an address in the company's mail system."""

    STANDARD = "standard"
    SHARED = "shared"
    MISSING = "missing"
    DISABLED = "disabled"
    FOREIGN = "foreign"
    ON_PREMISES = "on_premises"
    NOT_SET_UP = "not_set_up"
    ALIAS = "alias"


class ZoomUser(StrEnum):
    """Somebody's user in the company's Zoom account."""

    ACTIVE = "active"
    BASIC = "basic"
    PENDING = "pending"
    INACTIVE = "inactive"
    MISSING = "missing"


class GoToSeat(StrEnum):
    """Somebody's place in the company's GoTo account."""

    LICENSED = "licensed"
    INVITED = "invited"
    UNLICENSED = "unlicensed"
    MISSING = "missing"


class ZoomApproval(StrEnum):
    """For whom the Zoom account has approved the Cronofy app; it asks for approval of every app."""

    ALL_USERS = "all_users"
    SOME_USERS = "some_users"
    RESTRICTED = "restricted"
    WITHDRAWN = "withdrawn"
    NONE = "none"


@dataclass(slots=True)
class Person:
    """One record in Personio, and what the mail system knows about its address."""

    id: str
    first_name: str
    last_name: str
    email: str
    office: str
    department: str
    language: str
    timezone: str
    status: Employment = Employment.ACTIVE
    mailbox: Mailbox = Mailbox.STANDARD
    zoom: ZoomUser = ZoomUser.ACTIVE
    goto: GoToSeat = GoToSeat.LICENSED
    teams_licence: bool = True

    @property
    def primary(self) -> str:
        """The main address of the account behind the one that Personio knows."""
        local, _, domain = self.email.partition("@")
        return f"{local}.{plain(self.last_name)}@{domain}" if self.mailbox == Mailbox.ALIAS else self.email

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


@dataclass(slots=True)
class Conferencing:
    """Somebody's own account at Zoom, GoTo or Teams, as Cronofy holds it."""

    provider: str
    profile_id: str
    name: str
    connected: bool = True


@dataclass(slots=True)
class Channel:
    """Where Cronofy sends notifications about one account."""

    channel_id: str
    callback_url: str
    filters: dict[str, Any]


@dataclass(slots=True)
class Account:
    """What Cronofy knows about one mailbox."""

    sub: str
    email: str
    name: str
    timezone: str
    profile_id: str
    calendar_id: str
    connected: bool = True
    syncing: bool = False
    scope: str = "read_write"
    conferencing: list[Conferencing] = field(default_factory=list)
    channels: dict[str, Channel] = field(default_factory=dict)
    events: dict[str, dict[str, Any]] = field(default_factory=dict)

    def conference(self, provider: str) -> Conferencing | None:
        """The first profile at this provider, connected ones first."""
        found = [profile for profile in self.conferencing if profile.provider == provider]
        return min(found, key=lambda profile: not profile.connected, default=None)


@dataclass(slots=True)
class ServiceAccount:
    """The company-wide authorisation that an admin gives."""

    sub: str
    email: str
    domain: str
    scope: str = "service_account/accounts/manage"
    delegated_scope: str = "read_write"
    status: str = "active"


@dataclass(slots=True)
class LinkRequest:
    """One visit to the conferencing pages: who, which provider, where to go back to, how far."""

    link_id: str
    sub: str
    redirect_uri: str
    provider: str | None
    step: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody's part in a job's hiring team."""

    person_id: str
    role: str


@dataclass(slots=True)
class Job:
    """An open position and who hires for it."""

    id: str
    name: str
    department: str
    team: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Absence:
    """Days on which somebody is away; asked for, approved or refused."""

    person_id: str
    starts_on: date
    ends_on: date | None
    status: str = "APPROVED"


@dataclass(slots=True)
class Webhook:
    """A subscription to Personio's events."""

    id: str
    url: str
    token: str
    events: tuple[str, ...]
    description: str = ""
    status: str = "ENABLED"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log: a request that came in, or a callback that went out (status 0: no answer)."""

    at: datetime
    system: str
    method: str
    path: str
    status: int
