"""The names of what can be observed, and of who can say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Source(StrEnum):
    """Who said it; the proven ones asked a system, the last three took somebody's word."""

    CRONOFY = "cronofy"
    PERSONIO = "personio"
    ZOOM = "zoom"
    MICROSOFT = "microsoft"
    GOOGLE = "google"
    GOTO = "goto"
    TEST_INTERVIEW = "test_interview"
    IMPORT = "import"
    ADMIN = "admin"
    EMPLOYEE = "employee"


REPORTED = frozenset({Source.IMPORT, Source.ADMIN, Source.EMPLOYEE})


class CompanyFact(StrEnum):
    """Facts about the company as a whole (subject 0)."""

    INTEGRATION = "integration"  # active, inactive, needs_attention
    CALENDAR = "calendar"  # google, graph, ews (Microsoft 365 through EWS), exchange (on-premises)
    MEET = "meet"  # on, off
    ZOOM_APP = "zoom_app"  # all_users, some_users, restricted, withdrawn, missing


class PersonFact(StrEnum):
    """Facts about one person."""

    EMPLOYMENT = "employment"  # active, onboarding, leave, inactive
    HOSTS = "hosts"  # yes, no
    ADDRESS = "address"  # ok, duplicate, foreign_domain, missing
    MAILBOX = "mailbox"  # user, shared, missing, disabled, on_premises
    SYNC = "sync"  # synced, syncing, requested, failed, disconnected, absent
    INTEGRATED = "integrated"  # yes, no: the calendar brings its own conferencing (Meet, Teams)
    ZOOM = "zoom"  # connected, disconnected, absent
    TEAMS = "teams"  # the same, for Teams with an account of one's own (EWS)
    GOTO = "goto"  # the same
    PAUSED = "paused"  # yes, no: snoozed or campaign paused; detail: until
    AWAY = "away"  # yes, no: on holiday or ill, as the HR system says; detail: until, and never why
    MEETINGS = "meetings"  # allowed, denied: Google or Microsoft lets this calendar carry Meet or Teams
    ZOOM_USER = "zoom_user"  # active, pending, inactive, missing: the person's user in the company's Zoom account
    GOTO_USER = "goto_user"  # licensed, invited, unlicensed, missing: the same at GoTo


ASKED = "asked"
"""Not a fact to judge by: whether a source answered or failed; written at a failure, and at the end of one."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One observation: what a source said, and when; `since` is when this value was first seen.

    Keys of `detail`, all optional: `error_key`, `error` (the system's words), `relink_url`, `account` (the address
    at the provider), `profile_id`, `domain` (of the connected calendar), `migration_url` (EWS to Graph), `until`,
    `plan` (basic), `pending` (how many wait for the Zoom app).
    """

    value: str
    source: Source
    observed_at: datetime
    since: datetime
    detail: Mapping[str, Any] = field(default_factory=dict)


Facts = Mapping[str, Seen]
"""The best evidence per fact of one subject, by the fact's name."""
