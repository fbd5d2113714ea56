"""What Zoom says about users and about the Cronofy app, typed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Approval(StrEnum):
    """For whom the Cronofy app is approved; an account that asks for no approval lists nothing."""

    ALL_USERS = "all_users"
    SOME_USERS = "some_users"
    RESTRICTED = "restricted"
    WITHDRAWN = "withdrawn"
    PENDING = "pending"
    NOT_LISTED = "not_listed"


@dataclass(frozen=True, slots=True)
class CronofyApp:
    """What the account's Marketplace says about the Cronofy app."""

    approval: Approval
    pending_requests: int = 0
    app_id: str = ""


@dataclass(frozen=True, slots=True)
class User:
    """One user; `status` is active, inactive, pending, or missing when there is none."""

    email: str
    status: str
    is_basic: bool = False
    """Meetings of Basic users end after 40 minutes."""
