"""What Cronofy sends to us: its signature, the answer to an authorisation request, push notifications."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from providers.answers import moment, part, text

SIGNATURE_HEADER = "Cronofy-HMAC-SHA256"

VERIFICATION = "verification"
CHANGE = "change"
PROFILE_DISCONNECTED = "profile_disconnected"
CONFERENCING_DISCONNECTED = "conferencing_profile_disconnected"
INITIAL_SYNC_COMPLETED = "profile_initial_sync_completed"
ERASURE_REQUESTED = "gdpr_requested"
CONFERENCING_ASSIGNED = "conferencing_assigned"
CONFERENCING_FAILING = "conferencing_failing"
DEEPEST = 6


@dataclass(frozen=True, slots=True)
class AuthorisationResult:
    """The answer to one PersonRequest: a `code` to exchange, or an error in Cronofy's words."""

    code: str = field(default="", repr=False)
    state: str = ""
    error: str = ""
    error_key: str = ""
    error_description: str = ""


@dataclass(frozen=True, slots=True)
class Notification:
    """A push notification; unknown kinds are answered and ignored."""

    type: str
    channel_id: str = ""
    changes_since: datetime | None = None
    interactions: tuple[str, ...] = ()
    """For a subscribed event: conferencing_assigned or conferencing_failing."""
    event_id: str = ""


def signature_is_valid(header: str, body: bytes, client_secrets: Sequence[str]) -> bool:
    """One signature per active secret may be sent; each is compared in constant time.

    https://docs.cronofy.com/developers/push-notifications/authentication/
    """
    sent = [one.strip().encode() for one in header.split(",")]
    ours = [_signature(secret, body) for secret in client_secrets if secret]
    return any([hmac.compare_digest(one, other) for one in ours for other in sent])


def _signature(secret: str, body: bytes) -> bytes:
    return b64encode(hmac.digest(secret.encode(), body, hashlib.sha256))


def read_authorisation(body: Any) -> AuthorisationResult | None:
    """The answer to an authorisation request; None when it is none.

    https://docs.cronofy.com/developers/api/enterprise-connect/delegated-access/
    """
    if not isinstance(body, dict):
        return None
    inside = part(body, "authorization") or body
    result = AuthorisationResult(
        code=text(inside, "code"),
        state=text(inside, "state") or text(body, "state"),
        error=text(inside, "error"),
        error_key=text(inside, "error_key"),
        error_description=text(inside, "error_description"),
    )
    return result if result.code or result.error or result.error_key else None


def read_notification(body: Any) -> Notification | None:
    """A push notification or an event's callback; None when it is neither.

    https://docs.cronofy.com/developers/api/push-notifications/
    """
    if not isinstance(body, dict) or not part(body, "notification"):
        return None
    notification = part(body, "notification")
    return Notification(
        type=text(notification, "type"),
        channel_id=text(part(body, "channel"), "channel_id"),
        changes_since=moment(text(notification, "changes_since")),
        interactions=tuple(dict.fromkeys(_interactions(notification))),
        event_id=text(part(body, "event"), "event_id") or text(part(notification, "event"), "event_id"),
    )


def _interactions(found: Any, depth: int = 0) -> Iterator[str]:
    """The body of this callback is not documented, so its words are looked for anywhere inside."""
    match found:
        case str() if found in {CONFERENCING_ASSIGNED, CONFERENCING_FAILING}:
            yield found
        case dict() if depth < DEEPEST:
            for value in found.values():
                yield from _interactions(value, depth + 1)
        case list() if depth < DEEPEST:
            for value in found:
                yield from _interactions(value, depth + 1)
