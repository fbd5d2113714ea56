"""What Personio says, typed; which fields a company shows is its own choice, so most may be empty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Person:
    """A person of the company; `status` in small letters (active, inactive, ...) where Personio says it."""

    id: str
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    preferred_name: str = ""
    status: str = ""
    department: str = ""
    office: str = ""
    language: str = ""
    timezone: str = ""
    employment_ids: tuple[str, ...] = ()
    custom_attributes: Mapping[str, str] = field(default_factory=dict, repr=False)
    """By label where there is one, otherwise by id."""

    @property
    def name(self) -> str:
        """How to address the person in a list."""
        return f"{self.preferred_name or self.first_name} {self.last_name}".strip()


@dataclass(frozen=True, slots=True)
class Employment:
    """One employment; the newest comes first. `status` in small letters: active, onboarding, leave, inactive, ..."""

    id: str
    status: str = ""
    department: str = ""
    office: str = ""
    position: str = ""
    starts_on: str = ""
    ends_on: str = ""


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody is away on these days; why is not read."""

    person_id: str
    starts_on: date
    ends_on: date | None
    """The last day; None when it is open."""
    is_certain: bool
    """Not merely asked for, and not refused or withdrawn."""


@dataclass(frozen=True, slots=True)
class TeamMember:
    """Somebody of a job's hiring team."""

    person_id: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """A job; `hiring_team` is None if it was not sent, `is_open` None if Personio does not say."""

    id: str
    name: str = ""
    status: str = ""
    is_open: bool | None = None
    department: str = ""
    hiring_team: tuple[TeamMember, ...] | None = None


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Personio tells us what happens to people."""

    id: str
    url: str = field(default="", repr=False)
    """Its path is a secret."""
    status: str = ""
    events: tuple[str, ...] = ()
