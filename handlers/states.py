"""What readiness is made of: states, paths, owners, steps, the policy, and the answer itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from handlers.facts import REPORTED, CompanyFact, PersonFact, Seen, Source


class State(StrEnum):
    """How far one person is with one provider."""

    READY = "ready"
    ACTION_NEEDED = "action_needed"
    WAITING = "waiting"
    PAUSED = "paused"
    NOT_NEEDED = "not_needed"
    UNKNOWN = "unknown"
    STALE = "stale"


class Path(StrEnum):
    """The ways to a video interview, each with its own rules."""

    GOOGLE_MEET = "google_meet"
    ZOOM = "zoom"
    TEAMS_GRAPH = "teams_graph"
    TEAMS_EWS = "teams_ews"
    GOTO = "goto"


class Provider(StrEnum):
    """What people name; Teams is one name for two paths."""

    GOOGLE_MEET = "google_meet"
    ZOOM = "zoom"
    TEAMS = "teams"
    GOTO = "goto"

    @property
    def display_name(self) -> str:
        return PROVIDER_NAMES[self]


PROVIDER_NAMES = {
    Provider.GOOGLE_MEET: "Google Meet",
    Provider.ZOOM: "Zoom",
    Provider.TEAMS: "Microsoft Teams",
    Provider.GOTO: "GoTo Meeting",
}


class Owner(StrEnum):
    """Who can put it right."""

    EMPLOYEE = "employee"
    PERSONIO_ADMIN = "personio_admin"
    CALENDAR_ADMIN = "calendar_admin"
    IT_ADMIN = "it_admin"
    RECRUITER = "recruiter"
    BOT_OPERATOR = "bot_operator"
    NOBODY = "nobody"


class Step(StrEnum):
    """What one button does next."""

    CONNECT = "connect"
    RELINK = "relink"
    DONE_NOTHING = "done_nothing"
    ASK_ADMIN = "ask_admin"
    SYNC = "sync"
    CONNECT_CALENDAR = "connect_calendar"
    CREATE_ACCOUNT = "create_account"
    REACTIVATE_ACCOUNT = "reactivate_account"
    ASSIGN_LICENCE = "assign_licence"
    ENABLE_MEET = "enable_meet"
    INSTALL_ZOOM_APP = "install_zoom_app"
    MIGRATE_TO_GRAPH = "migrate_to_graph"
    CHANGE_MAILBOX = "change_mailbox"
    CHANGE_ADDRESS = "change_address"
    CHOOSE_PROVIDER = "choose_provider"
    TEST_INTERVIEW = "test_interview"
    CONFIRM_HOSTING = "confirm_hosting"
    REFRESH = "refresh"
    WAIT = "wait"


_DAY = timedelta(days=1)
_NEVER_STALE = timedelta.max

# A system's word counts this long, by fact; a connection can break any day, a calendar's kind hardly changes.
_FACT_FRESHNESS: Mapping[str, timedelta] = {
    CompanyFact.INTEGRATION: _DAY,
    CompanyFact.CALENDAR: 7 * _DAY,
    CompanyFact.MEET: 7 * _DAY,
    CompanyFact.ZOOM_APP: _DAY,
    PersonFact.EMPLOYMENT: 2 * _DAY,
    PersonFact.HOSTS: 7 * _DAY,
    PersonFact.AWAY: 2 * _DAY,
    PersonFact.ADDRESS: 2 * _DAY,
    PersonFact.MAILBOX: 7 * _DAY,
    PersonFact.SYNC: _DAY,
    PersonFact.INTEGRATED: _DAY,
    PersonFact.ZOOM: _DAY,
    PersonFact.TEAMS: _DAY,
    PersonFact.GOTO: _DAY,
    PersonFact.MEETINGS: 2 * _DAY,
    PersonFact.ZOOM_USER: 2 * _DAY,
    PersonFact.GOTO_USER: 2 * _DAY,
}

# What people said, and a test interview that was seen to work, counts this long whatever the fact.
_SOURCE_FRESHNESS: Mapping[str, timedelta] = {
    Source.IMPORT: 30 * _DAY,
    Source.TEST_INTERVIEW: 30 * _DAY,
    Source.ADMIN: 90 * _DAY,
    Source.EMPLOYEE: 90 * _DAY,
}


@dataclass(frozen=True, slots=True)
class Policy:
    """What a company accepts as evidence, and for how long.

    `freshness` overrides the defaults; its keys are "source/fact", a source, or a fact, looked up in this order.
    """

    accept_reported: bool = True
    freshness: Mapping[str, timedelta] = field(default_factory=dict)

    def fresh_for(self, fact: str, source: Source) -> timedelta:
        """How long this source's word about this fact counts."""
        if self.freshness:
            for key in (f"{source}/{fact}", source, fact):
                if key in self.freshness:
                    return self.freshness[key]
        if fact == PersonFact.PAUSED:
            return _NEVER_STALE
        return _SOURCE_FRESHNESS.get(source) or _FACT_FRESHNESS.get(fact, _DAY)

    def is_fresh(self, fact: str, seen: Seen, now: datetime) -> bool:
        return now - seen.observed_at <= self.fresh_for(fact, seen.source)


DEFAULT_POLICY = Policy()


@dataclass(frozen=True, slots=True)
class Readiness:
    """The answer for one person and one provider, and what it rests on."""

    state: State
    cause: str = ""
    """The id of a case in the knowledge; empty when nothing is wrong or nothing is known."""
    owner: Owner = Owner.NOBODY
    step: Step = Step.DONE_NOTHING
    fact: str = ""
    """The fact that decided: for unknown the one that lacks evidence, for stale the one that is too old."""
    evidence: tuple[tuple[str, Seen], ...] = ()
    proven: bool = False
    """False when it rests on somebody's word, or on nothing."""
    since: datetime | None = None
    warning: str = ""
    """The id of a case that will matter soon, although it does not decide today."""


def is_proven(seen: Seen) -> bool:
    """A system said so, not a person."""
    return seen.source not in REPORTED
