"""What Zoom tells on its own: whether it is Zoom's own fresh word, and the answer when it checks our address."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from providers.answers import part, text

SIGNATURE, TIMESTAMP = "x-zm-signature", "x-zm-request-timestamp"
OLDEST = timedelta(minutes=5)
VALIDATION = "endpoint.url_validation"
CONCERNS_US = ("app_deauthorized", "user.", "account.")
"""An approval is withdrawn, or somebody's user or licence changes: the truth is looked at."""


def is_zooms(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """Signed with our secret, over the time and the raw body, not long ago.

    https://developers.zoom.us/docs/api/webhooks/#verify-webhook-events
    """
    timestamp = headers.get(TIMESTAMP, "")
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) < 12):
        return False
    if abs(now.timestamp() - int(timestamp)) > OLDEST.total_seconds():
        return False
    expected = "v0=" + _sign(secret, b"v0:" + timestamp.encode() + b":" + body)
    return hmac.compare_digest(expected.encode(), headers.get(SIGNATURE, "").encode("utf-8", "replace"))


def answer_to(secret: str, content: Any) -> dict[str, str] | None:
    """What Zoom wants to hear when it checks our address; None for every other event.

    https://developers.zoom.us/docs/api/webhooks/#validate-your-webhook-endpoint
    """
    if not isinstance(content, dict) or text(content, "event") != VALIDATION:
        return None
    plain = text(part(content, "payload"), "plainToken")
    return {"plainToken": plain, "encryptedToken": _sign(secret, plain.encode())}


def concerns_us(content: Any) -> bool:
    return isinstance(content, dict) and text(content, "event").startswith(CONCERNS_US)


def _sign(secret: str, signed: bytes) -> str:
    return hmac.new(secret.encode(), signed, sha256).hexdigest()
