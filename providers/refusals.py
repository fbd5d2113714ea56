"""What an answer that is no success means: its status as an error, its body as reasons without secrets."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from providers.base import (
    Invalid,
    Locked,
    NotAuthorised,
    NotFound,
    NotPermitted,
    PlanLacksFeature,
    ProviderError,
    RateLimited,
    Refused,
    Unavailable,
)

ERRORS: Mapping[int, type[ProviderError]] = {
    400: Invalid,
    401: NotAuthorised,
    402: PlanLacksFeature,
    403: NotPermitted,
    404: NotFound,
    408: Unavailable,
    410: NotFound,
    422: Invalid,
    423: Locked,
    425: Unavailable,
}

WORDS = (
    "error",
    "error_key",
    "key",
    "code",
    "type",
    "reason",
    "title",
    "message",
    "detail",
    "description",
    "error_description",
)
TOO_MANY = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded"})
"""Google's words for too many requests, which it also says with 403."""
SECRETS = frozenset({"client_secret", "refresh_token", "access_token", "token", "code", "assertion"})
MOST_REASONS = 12
LONGEST_REASON = 300
SHORTEST_SECRET = 6


def error_for(system: str, action: str, *, status: int, content: bytes) -> ProviderError:
    """The error of a status; a redirect (never followed) or anything odd counts as no usable answer."""
    kind = ERRORS.get(status) or (Refused if 400 <= status < 500 else Unavailable)
    reasons = reasons_in(content)
    if kind is NotPermitted and not TOO_MANY.isdisjoint(reasons):
        return RateLimited(system, action)
    return kind(system, action, status=status, reasons=reasons)


def reasons_in(content: bytes) -> tuple[str, ...]:
    """The words in an error body, whatever its shape; empty when it is no JSON."""
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        return ()
    found = dict.fromkeys(word[:LONGEST_REASON] for word in _words(body, depth=0))
    return tuple(found)[:MOST_REASONS]


def _words(part: Any, *, depth: int) -> Iterator[str]:
    """`{"error": ..}`, `{"errors": {field: [{key, description}]}}` and `{"errors": [{title, detail}]}` alike."""
    if depth > 4:
        return
    if isinstance(part, list):
        for item in part:
            yield from _words(item, depth=depth + 1)
    if not isinstance(part, dict):
        return
    yield from (part[name] for name in WORDS if isinstance(part.get(name), str))
    for name, value in part.items():
        if isinstance(value, list) and all(isinstance(item, dict) for item in value) and name != "errors":
            yield from (f"{name}: {word}" for word in _words(value, depth=depth + 1))
        elif isinstance(value, dict | list):
            yield from _words(value, depth=depth + 1)


def without_secrets(content: bytes, headers: Mapping[str, str], sent: bytes | None) -> bytes:
    """An error body in which everything secret of the request that it answers is struck out."""
    for secret in _secrets(headers, sent):
        content = content.replace(secret.encode(), b"***")
    return content


def _secrets(headers: Mapping[str, str], sent: bytes | None) -> Iterator[str]:
    scheme, _, credentials = headers.get("Authorization", "").partition(" ")
    basic = base64.b64decode(credentials).decode().partition(":")[2] if scheme == "Basic" else ""
    fields = [("token", credentials), ("client_secret", basic), *_fields(headers, sent)]
    values = (value for name, value in fields if name in SECRETS and isinstance(value, str))
    yield from (value for value in values if len(value) >= SHORTEST_SECRET)


def _fields(headers: Mapping[str, str], sent: bytes | None) -> list[tuple[str, Any]]:
    if not sent:
        return []
    if headers.get("Content-Type", "").startswith("application/json"):
        body = json.loads(sent)
        return list(body.items()) if isinstance(body, dict) else []
    return list(parse_qsl(sent.decode()))


def shown_path(url: str) -> str:
    """The path of an address as it may stand in a log: without the e-mail addresses of people."""
    return "/".join("*" if "@" in name else name for name in urlsplit(url).path.split("/"))
