"""Is this request Slack's own? Decided on the raw bytes, before anything reads them."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from urllib.parse import parse_qs

from starlette.requests import Request

MOST_BYTES = 1_000_000
"""Slack's requests are small; nobody else's larger one is read to its end."""
OLDEST_SECONDS = 300


class Refusal(Exception):
    """A request that is answered with this status and nothing else; no word of it is logged."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


async def read_verified(request: Request, secret: str, now: datetime) -> bytes:
    """The body, signed by Slack and well formed; raises Refusal.

    https://docs.slack.dev/authentication/verifying-requests-from-slack/
    """
    body = await _read(request)
    _verify(body, request.headers, secret=secret, now=now)
    _check_form(body, request.headers.get("content-type", ""))
    return body


async def _read(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise Refusal(413)
    return bytes(body)


def _verify(body: bytes, headers: Mapping[str, str], *, secret: str, now: datetime) -> None:
    timestamp, signature = headers.get("x-slack-request-timestamp", ""), headers.get("x-slack-signature", "")
    # isdecimal() alone would let other scripts' digits through.
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) < 16):
        raise Refusal(401)
    if abs(now.timestamp() - int(timestamp)) > OLDEST_SECONDS:
        raise Refusal(401)
    expected = "v0=" + hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, sha256).hexdigest()
    if not hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace")):
        raise Refusal(401)


def _check_form(body: bytes, content_type: str) -> None:
    """What Bolt would answer with a traceback: no text, no JSON, a form without a payload or a command."""
    try:
        text = body.decode()
        if content_type.startswith("application/json"):
            readable = isinstance(json.loads(text), dict)
        else:
            form = parse_qs(text)
            readable = "command" in form or isinstance(json.loads(form["payload"][0]), dict)
    except (ValueError, KeyError, RecursionError):
        raise Refusal(400) from None
    if not readable:
        raise Refusal(400)
