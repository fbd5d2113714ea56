"""How Zoom, Microsoft, Google and GoTo say no: each in its own shape."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from starlette.responses import JSONResponse, Response

from bot.sandbox.faults import System


def wire_fault(system: System, status: HTTPStatus) -> dict[str, Any]:
    """The body of a fault that any call can meet."""
    match system:
        case System.ZOOM:
            return {"code": 124 if status == HTTPStatus.UNAUTHORIZED else int(status), "message": status.phrase}
        case System.MICROSOFT:
            return graph(status.phrase.replace(" ", ""), status.phrase)
        case System.GOOGLE:
            return google(int(status), reason="backendError", message=status.phrase)
        case _:
            return {"errorCode": status.phrase.replace(" ", ""), "description": status.phrase}


def graph(code: str, message: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message, "innerError": {"request-id": "sandbox"}}}


def google(code: int, *, reason: str, message: str) -> dict[str, Any]:
    errors = [{"message": message, "domain": "global", "reason": reason}]
    return {"error": {"code": code, "message": message, "errors": errors}}


def refused(status: int, body: dict[str, Any], **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return JSONResponse(body, status_code=status, headers=named)
