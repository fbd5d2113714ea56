"""Whether Slack still tells us what happens: its connection, our public address, and the echo of our own messages."""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import aiohttp

from bot.channel import Letter
from bot.slack.addresses import is_direct
from bot.slack.manifest import EVENTS_PATH
from bot.slack.settings import SlackSettings

SILENT_AFTER = timedelta(seconds=30)
TIMEOUT = aiohttp.ClientTimeout(total=8)


class Echo:
    """Slack sends each of our own direct messages back as an event: the way in is tested by every message out.

    Only once an echo was heard is a missing one a fault, since not everything that speaks Slack's protocol has them.
    https://docs.slack.dev/reference/events/message.im/
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._has_echoed = False
        self._heard_at: datetime | None = None
        self._unheard_since: datetime | None = None

    def sent(self, letter: Letter, begun: datetime) -> None:
        """A message went out; its echo can be here before Slack's answer to us."""
        heard = self._heard_at is not None and self._heard_at >= begun
        if self._has_echoed and is_direct(letter) and not letter.replaces and not heard:
            self._unheard_since = self._unheard_since or begun

    def heard(self, body: Mapping[str, Any]) -> None:
        """Something came from Slack itself: whatever it is, it proves that we hear."""
        if body.get("type") == "url_verification":
            return  # perhaps our own question
        self._heard_at, self._unheard_since = self._now(), None
        event = body.get("event")
        if isinstance(event, dict) and event.get("type") == "message" and event.get("bot_id"):
            self._has_echoed = True

    def is_missing(self) -> bool:
        return self._unheard_since is not None and self._now() - self._unheard_since >= SILENT_AFTER


async def reaches_itself(settings: SlackSettings, session: aiohttp.ClientSession, now: datetime) -> bool:
    """Whether what Slack would send to our public address arrives here unharmed: its own question, signed by us.

    https://docs.slack.dev/reference/events/url_verification/
    """
    challenge = secrets.token_urlsafe(16)
    body = json.dumps({"type": "url_verification", "challenge": challenge}).encode()
    headers = {"Content-Type": "application/json", **signature(settings.signing_secret, body, now)}
    ask = session.post(
        settings.public_url + EVENTS_PATH,
        data=body,
        headers=headers,
        allow_redirects=False,
        timeout=TIMEOUT,
    )
    try:
        async with ask as answer:
            return answer.status == 200 and challenge in await answer.text(errors="replace")
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return False


def signature(secret: str, body: bytes, now: datetime) -> dict[str, str]:
    """https://docs.slack.dev/authentication/verifying-requests-from-slack/"""
    timestamp = str(int(now.timestamp()))
    digest = hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}"}
