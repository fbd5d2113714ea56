"""Reading requests and building answers in the shapes of the outside systems."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

Fields = dict[str, Any]


class Answered(Exception):
    """Raised to answer at once."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


async def fields(request: Request) -> Fields:
    """The body as a dictionary, JSON or form; empty when it is neither."""
    body = await request.body()
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
    try:
        read = json.loads(body or b"{}")
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def bearer(request: Request) -> str:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" else ""


def unrecognised() -> Response:
    """Cronofy's 401: no body."""
    return Response(status_code=401, headers={"WWW-Authenticate": 'Bearer realm="cronofy", error="invalid_token"'})


def invalid(errors: Mapping[str, str]) -> Response:
    """Cronofy's 422: field to key; the description is the key's last word."""
    described = {
        name: [{"key": key, "description": key.removeprefix("errors.").replace("_", " ")}]
        for name, key in errors.items()
    }
    return JSONResponse({"errors": described}, status_code=422)


def require(given: Fields, *names: str) -> None:
    """Answer 422 unless every field has a text."""
    missing = {name: "errors.required" for name in names if not isinstance(given.get(name), str) or not given[name]}
    if missing:
        raise Answered(invalid(missing))


def is_web_address(address: object) -> bool:
    return isinstance(address, str) and urlsplit(address).scheme in {"http", "https"} and bool(urlsplit(address).netloc)


def with_query(address: str, **values: str) -> str:
    """The address with more in its query; what was there stays."""
    parts = urlsplit(address)
    query = "&".join(part for part in (parts.query, urlencode(values)) if part)
    return urlunsplit(parts._replace(query=query))
