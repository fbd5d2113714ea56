"""What a browser posts, as what somebody did."""

from __future__ import annotations

import json
import re
from typing import Any
from uuid import uuid4

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message

from bot.channel import Incoming
from bot.web.render import INPUT_PREFIX


class Refusal(Exception):
    """A request that is not taken; `advice` is for the person, in plain English.

    Refusal
      Malformed   not what our page sends
      Blank       nothing was typed
      TooLarge    more than any message needs
      Foreign     another website sent it
    """

    status = 400
    advice = ""


class Malformed(Refusal):
    advice = "That did not arrive in one piece. Please reload the page and try again."


class Blank(Refusal):
    advice = "Please write a message first."


class TooLarge(Refusal):
    status = 413
    advice = "That is too much for one message. Please send less than 250 kB."


class Foreign(Refusal):
    status = 403
    advice = "This came from another website, so it was not taken. Please use the chat itself."


CHANNEL = "web"
WORKSPACE = "demo"
# A message of 250 kB that arrives percent-encoded is up to three times as long.
MAX_TEXT = 250_000
MAX_BODY = 3 * MAX_TEXT + 10_000
_MAX_FIELDS = 60
_ACCOUNT = re.compile(r"[^\s@,/\\]{1,64}@[^\s@,/\\]{1,160}")
_NONCE = re.compile(r"[A-Za-z0-9-]{8,100}")
_INTENT = re.compile(r"[a-z0-9_.:-]{1,100}", re.IGNORECASE)
_DELIVERY = re.compile(r"[A-Za-z0-9-]{1,64}")


async def fields(request: Request) -> dict[str, str]:
    """The form's fields, as long as they are the ones of a chat and not a flood."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") == "cross-site":
        raise Foreign
    capped = Request(request.scope, receive=_Capped(request))
    try:
        async with capped.form(max_files=0, max_fields=_MAX_FIELDS, max_part_size=MAX_BODY) as form:
            return {name: value for name, value in form.items() if isinstance(value, str)}
    except HTTPException as error:
        raise Malformed from error


def account_of(request: Request) -> str:
    """The e-mail of whoever the visitor is."""
    return _matching(_ACCOUNT, request.path_params["account"].strip().lower())


def message(account: str, form: dict[str, str]) -> Incoming:
    """Something typed; a form without an id (a script, say) is a message of its own."""
    text = form.get("text", "").replace("\r\n", "\n")
    if not text.strip():
        raise Blank
    if len(text.encode()) > MAX_TEXT:
        raise TooLarge
    return _incoming(account, form, text=text)


def press(account: str, form: dict[str, str]) -> Incoming:
    """A pressed button or a submitted form; who may do it is not decided here."""
    typed = {name.removeprefix(INPUT_PREFIX): value for name, value in form.items() if name.startswith(INPUT_PREFIX)}
    return _incoming(
        account,
        form,
        intent=_matching(_INTENT, form.get("intent", "")),
        values={**_values(form.get("values", "{}")), **{name: _lines(value) for name, value in typed.items()}},
        message=_matching(_DELIVERY, form.get("message", "")),
        in_place=bool(form.get("in_place")),
    )


def _incoming(account: str, form: dict[str, str], **what: Any) -> Incoming:
    return Incoming(
        channel=CHANNEL,
        id=_matching(_NONCE, form.get("id") or uuid4().hex),
        workspace=WORKSPACE,
        account=account,
        conversation=f"{CHANNEL}:{account}",
        **what,
    )


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n")


def _matching(pattern: re.Pattern[str], text: str) -> str:
    if not pattern.fullmatch(text):
        raise Malformed
    return text


def _values(text: str) -> dict[str, str]:
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Malformed from error
    if not isinstance(values, dict) or len(values) > _MAX_FIELDS:
        raise Malformed
    if not all(isinstance(value, str) for value in values.values()):
        raise Malformed
    return values


class _Capped:
    """Receives a request's body until it is too long."""

    def __init__(self, request: Request) -> None:
        self._receive = request.receive
        self._left = MAX_BODY

    async def __call__(self) -> Message:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise TooLarge
        return message
