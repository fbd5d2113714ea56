"""What went wrong at Slack, as the outbox understands it."""

from __future__ import annotations

from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.channel import Doubtful, Refused, SendError, Throttled

# The token is gone, not the person: https://docs.slack.dev/reference/methods/chat.postMessage/#errors
TOKEN_GONE = frozenset({"account_inactive", "invalid_auth", "not_authed", "token_revoked", "org_login_required"})
TOKEN_OLD = "token_expired"  # noqa: S105 - Slack's word, not a secret
NO_SUCH_MESSAGE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
NOT_HERE = frozenset({"channel_not_found", "not_in_channel", "user_not_in_channel", "is_archived", "restricted_action"})
NOT_DRAWABLE = frozenset({"invalid_blocks", "invalid_blocks_format", "unsupported_block_type"})
# Slack's own troubles: nobody knows whether the message was taken.
_UNKNOWN = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})
_PAUSE = 30.0


def cause_of(error: SlackApiError) -> str:
    """Slack's word for it, or an empty string."""
    data = getattr(error.response, "data", None)
    return str(data.get("error", "")) if isinstance(data, dict) else ""


def send_error(error: Exception) -> SendError:
    """Refused, Throttled or Doubtful."""
    match error:
        case SlackApiError():
            return _answered(error)
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError():
            return Throttled(5.0)  # no connection, so nothing was sent
        case TimeoutError() | aiohttp.ClientError() | SlackClientError() | ValueError() | OSError():
            return Doubtful(type(error).__name__)
        case _:
            raise error


def _answered(error: SlackApiError) -> SendError:
    response: Any = error.response
    status: int = getattr(response, "status_code", 0) or getattr(response, "status", 0)
    cause = cause_of(error)
    if status == 429 or cause in {"ratelimited", "rate_limited"}:
        return Throttled(_seconds(getattr(response, "headers", {})))
    if status >= 500 or cause in _UNKNOWN or not cause:
        return Doubtful(f"{status} {cause}".strip())
    if cause == TOKEN_OLD:
        return Throttled(1.0)
    return Refused(cause)


def _seconds(headers: Any) -> float:
    try:
        return max(float(headers.get("Retry-After", _PAUSE)), 1.0)
    except ValueError:
        return _PAUSE
