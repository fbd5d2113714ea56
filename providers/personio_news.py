"""What Personio tells on its own: reads a delivery, and sees whether it shows our token."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from providers.answers import part, text

PING = "ping"


@dataclass(frozen=True, slots=True)
class News:
    """Something happened to somebody; `person_id` is empty when it does not say to whom."""

    event: str
    person_id: str = ""


def read_news(content: Any) -> News | None:
    """Ids only, wherever they stand; None when it is no news of Personio's.

    https://developer.personio.de/docs/webhooks
    """
    if not isinstance(content, dict):
        return None
    event = text(content, "event_name", "event", "type")
    if not event:
        return None
    data = part(content, "data") or part(content, "payload")
    person = text(part(data, "person"), "id") or text(part(data, "employment", "person"), "id")
    own = text(data, "id") if event.startswith("person.") else ""
    return News(event, person or text(data, "person_id") or own)


def shows(headers: Mapping[str, str], token: str) -> bool:
    """Whether a delivery carries the token; its vendor does not say in which header, and some schemes go before it."""
    words = [value.rpartition(" ")[2].rpartition("=")[2] for value in headers.values()]
    return any([hmac.compare_digest(word.encode(), token.encode()) for word in words])
