"""What Cronofy says, typed; whatever it leaves out is None or empty, never a no."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from providers.tokens import Tokens

ZOOM = "zoom"
GO_TO = "go_to"
MS_TEAMS = "ms_teams"
"""The conferencing providers that a person can authorise."""

GRAPH = "graph_api"
EWS = "exchange_web_services"
"""What `CalendarProfile.provider_protocol` says of a Microsoft calendar, where it says anything."""


@dataclass(frozen=True, slots=True)
class LinkingProfile:
    """The calendar that an authorisation was made with."""

    provider_name: str
    profile_id: str
    email: str


@dataclass(frozen=True, slots=True)
class Grant:
    """A fresh authorisation: tokens to store, and the calendar that was linked if it says so."""

    tokens: Tokens
    profile: LinkingProfile | None = None


@dataclass(frozen=True, slots=True)
class PersonRequest:
    """Asks for one employee's calendar through the service account; the answer comes to `callback_url`."""

    email: str
    callback_url: str
    scope: str
    state: str = ""


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """The company's own authorisation; `status` is active when all is well, anything else needs attention."""

    sub: str
    email: str
    status: str
    domain: str
    provider_name: str
    provider_protocol: str
    scope: str
    delegated_scope: str
    migration_url: str
    """Where the move from EWS to Graph is made; empty when there is nothing to move."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """One calendar of a profile."""

    id: str
    name: str
    primary: bool | None
    readonly: bool | None
    deleted: bool | None
    integrated_conferencing: bool | None


@dataclass(frozen=True, slots=True)
class CalendarProfile:
    """One connected calendar account of a person."""

    provider_name: str
    provider_service: str
    provider_protocol: str
    profile_id: str
    name: str
    connected: bool | None
    initial_sync_required: bool | None
    relink_url: str
    migration_url: str
    calendars: tuple[Calendar, ...] | None

    @property
    def primary(self) -> Calendar | None:
        return next((calendar for calendar in self.calendars or () if calendar.primary), None)


@dataclass(frozen=True, slots=True)
class ConferencingProfile:
    """One connected conferencing account of a person: zoom, go_to, ms_teams or whatever comes."""

    provider_name: str
    profile_id: str
    name: str
    connected: bool | None
    relink_url: str


@dataclass(frozen=True, slots=True)
class PersonAccount:
    """What Cronofy knows of a person; None for lists that it did not send."""

    sub: str
    email: str
    status: str
    scope: str
    profiles: tuple[CalendarProfile, ...] | None
    conferencing: tuple[ConferencingProfile, ...] | None

    def conferencing_with(self, provider_name: str) -> tuple[ConferencingProfile, ...]:
        """Her accounts at one provider; she may have several."""
        return tuple(profile for profile in self.conferencing or () if profile.provider_name == provider_name)


UserInfo = ServiceAccount | PersonAccount


@dataclass(frozen=True, slots=True)
class Resource:
    """A meeting room or a piece of equipment, never a person."""

    email: str
    name: str


@dataclass(frozen=True, slots=True)
class EventDraft:
    """An event to write; `event_id` is our own name for it, so that writing twice changes nothing."""

    event_id: str
    summary: str
    start: datetime
    end: datetime
    description: str = ""
    conferencing: str = "default"
    """default, integrated, none, or the id of a conferencing profile."""
    notify_url: str = ""
    """Where Cronofy says that the conference was made, or failed."""
    private: bool = False
    """Colleagues see that there is something, and not what."""


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """An event as read; `join_url` is empty until the conference is made."""

    event_id: str
    event_uid: str
    calendar_id: str
    summary: str
    start: datetime | None
    end: datetime | None
    conferencing_provider: str
    join_url: str


@dataclass(frozen=True, slots=True)
class Channel:
    """A push channel: Cronofy tells `callback_url` what happens to one account."""

    id: str
    callback_url: str = field(repr=False)
    """Its path is a secret."""
