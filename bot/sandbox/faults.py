"""What can go wrong in the outside systems, as switches: always, for the next calls, for one path."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Self


class System(StrEnum):
    """The parts of the sandbox that a fault can be limited to."""

    CRONOFY = "cronofy"
    PAGES = "cronofy-app"
    PERSONIO = "personio"
    ZOOM = "zoom"
    MICROSOFT = "microsoft"
    GOOGLE = "google"
    GOTO = "goto"


class Fault(StrEnum):
    """Every switch, with one line that says what the outside system then does."""

    description: str

    def __new__(cls, value: str, description: str) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.description = description
        return member

    @classmethod
    def named(cls, value: str) -> Fault:
        """The fault with this name; ValueError when there is none."""
        for fault in cls:
            if fault.value == value:
                return fault
        raise ValueError(f"{value} is not a fault")

    UNAUTHORISED = "unauthorised", "Answers 401."
    PAYMENT_REQUIRED = "payment_required", "Answers 402: the plan lacks the feature."
    FORBIDDEN = "forbidden", "Answers 403."
    INVALID_REQUEST = "invalid_request", "Answers 422 with an errors object."
    LOCKED = "locked", "Answers 423: the account is locked."
    TOO_MANY = "too_many", "Answers 429 without saying when to come back."
    TOO_MANY_RETRY_AFTER = "too_many_retry_after", "Answers 429 with Retry-After."
    SERVER_ERROR = "server_error", "Answers 500."
    BAD_GATEWAY = "bad_gateway", "Answers 502 with a page of HTML."
    UNAVAILABLE = "unavailable", "Answers 503."
    GATEWAY_TIMEOUT = "gateway_timeout", "Answers 504."
    GARBAGE = "garbage", "Answers 200 with HTML where JSON belongs."
    CONNECTION_CLOSED = "connection_closed", "Closes the connection in the middle of the answer."
    SLOW = "slow", "Does what was asked, but answers late."
    EXPIRED_TOKEN = "expired_token", "Every access token is taken for expired."
    INVALID_GRANT_ON_REFRESH = "invalid_grant_on_refresh", "Cronofy refuses to refresh: access was withdrawn."
    CALLBACK_LOST = "callback_lost", "A callback or notification never arrives."
    CALLBACK_DUPLICATED = "callback_duplicated", "A callback or notification arrives twice."
    UNKNOWN_NOTIFICATION = "unknown_notification", "Notifications carry a type nobody has heard of."
    TWO_SIGNATURES = "two_signatures", "The signature header holds two values, the second is the right one."
    WRONG_SIGNATURE = "wrong_signature", "The signature is made with another secret."
    MISSING_CONFERENCING_PROFILES = "missing_conferencing_profiles", "userinfo leaves conferencing_profiles out."
    REDIRECT_WITHOUT_PROFILE = "redirect_without_profile", "The browser returns without last_linked_profile_id."
    CONFERENCING_FAILING = "conferencing_failing", "Events are written without a conference."
    MISSING_ATTRIBUTES = "missing_attributes", "Personio hides e-mail and other attributes: the right is not ticked."
    MISSING_SCOPE = "missing_scope", "Personio knows none of the scopes asked for: 400 invalid_scope."
    PERSONS_UNAUTHORISED = "persons_unauthorised", "Personio answers 401 on persons although the token is good."
    EMPTY_HIRING_TEAM = "empty_hiring_team", "Personio's jobs have empty hiring teams."
    ABSENCES_OF_NOBODY = "absences_of_nobody", "Personio's absences do not say who is away."
    APP_REFUSED = "app_refused", "Zoom, Microsoft, Google or GoTo gives Greenroom's app no token."
    RIGHT_MISSING = "right_missing", "Zoom, Microsoft, Google or GoTo says, in its own words, that a right is missing."
    DAILY_LIMIT = "daily_limit", "Zoom's daily limit is used up: 429 with the moment at which it ends."
    BATCH_THROTTLED = "batch_throttled", "Microsoft answers single parts of a batch with 429."
    BATCH_PART_FAILED = "batch_part_failed", "Microsoft answers single parts of a batch with 503."
    PURPOSE_AS_OBJECT = "purpose_as_object", "Microsoft says what a mailbox is for in its other shape."
    QUOTA = "quota", "Google answers 403: too many requests."


@dataclass(slots=True)
class Switch:
    """One fault that is on; `times` left None means until switched off."""

    fault: Fault
    system: System | None = None
    path: str = ""
    times: int | None = None
    seconds: float = 30.0
    """How late a slow answer comes, or how long Retry-After asks to wait."""

    def matches(self, system: System | None, path: str) -> bool:
        return (self.system is None or self.system == system) and self.path in path


class Faults:
    """The switches that are on."""

    def __init__(self) -> None:
        self._switches: list[Switch] = []

    def on(self, switch: Switch) -> None:
        self._switches.append(switch)

    def off(self, fault: Fault | None = None) -> None:
        """Switch one fault off, or all."""
        self._switches = [switch for switch in self._switches if fault is not None and switch.fault != fault]

    def active(self) -> tuple[Switch, ...]:
        return tuple(self._switches)

    def take(self, *faults: Fault, system: System | None = None, path: str = "") -> Switch | None:
        """The first matching switch that is on; counts down the ones for the next calls."""
        for switch in self._switches:
            if switch.fault in faults and switch.matches(system, path):
                self._count_down(switch)
                return switch
        return None

    def _count_down(self, switch: Switch) -> None:
        if switch.times is None:
            return
        switch.times -= 1
        if switch.times <= 0:
            self._switches.remove(switch)
