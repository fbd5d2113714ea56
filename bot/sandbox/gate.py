"""What every request passes first: the log, the limits, and the faults of the wire."""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.sandbox.faults import Fault, Switch, System
from bot.sandbox.partner_errors import wire_fault
from bot.sandbox.world import World

HTML = b"<!doctype html><title>Oops</title><p>Something went wrong on our side."

STATUSES = {
    Fault.UNAUTHORISED: HTTPStatus.UNAUTHORIZED,
    Fault.PAYMENT_REQUIRED: HTTPStatus.PAYMENT_REQUIRED,
    Fault.FORBIDDEN: HTTPStatus.FORBIDDEN,
    Fault.INVALID_REQUEST: HTTPStatus.UNPROCESSABLE_ENTITY,
    Fault.LOCKED: HTTPStatus.LOCKED,
    Fault.TOO_MANY: HTTPStatus.TOO_MANY_REQUESTS,
    Fault.TOO_MANY_RETRY_AFTER: HTTPStatus.TOO_MANY_REQUESTS,
    Fault.SERVER_ERROR: HTTPStatus.INTERNAL_SERVER_ERROR,
    Fault.BAD_GATEWAY: HTTPStatus.BAD_GATEWAY,
    Fault.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
    Fault.GATEWAY_TIMEOUT: HTTPStatus.GATEWAY_TIMEOUT,
    Fault.GARBAGE: HTTPStatus.OK,
}
WIRE = (*STATUSES, Fault.CONNECTION_CLOSED)


class Gate:
    """Wraps the routes of one outside system."""

    def __init__(self, app: ASGIApp, *, world: World, system: System) -> None:
        self._app = app
        self._world = world
        self._system = system

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"].removeprefix(scope.get("root_path", ""))

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._world.note(self._system, method=scope["method"], path=path, status=message["status"])
                message["headers"] = [*message.get("headers", ()), *limits]
            await send(message)

        passes, limits = self._admit(path)
        if not passes:
            await _answer(noted, HTTPStatus.TOO_MANY_REQUESTS)
            return
        switch = self._world.faults.take(*WIRE, system=self._system, path=path)
        if switch is not None:
            await self._fail(switch, noted)
            return
        slow = self._world.faults.take(Fault.SLOW, system=self._system, path=path)
        await self._app(scope, receive, noted if slow is None else self._late(slow, receive, noted))

    def _admit(self, path: str) -> tuple[bool, list[tuple[bytes, bytes]]]:
        match self._system:
            case System.CRONOFY:
                return self._world.windows.admit(), []
            case System.PERSONIO:
                passes, headers = self._world.bucket.take("/".join(path.split("/")[:3]))
                return passes, [(name.encode(), value.encode()) for name, value in headers.items()]
            case System.GOTO:
                return self._world.goto_window.admit(), []
            case System.PAGES | System.ZOOM | System.MICROSOFT | System.GOOGLE:
                return True, []

    async def _fail(self, switch: Switch, send: Send) -> None:
        match switch.fault:
            case Fault.CONNECTION_CLOSED:
                # an answer that promises more than it brings makes the server hang up
                await send(_start(HTTPStatus.OK, (b"content-length", b"1000"), (b"content-type", b"application/json")))
                await send({"type": "http.response.body", "body": b"{", "more_body": True})
            case Fault.GARBAGE | Fault.BAD_GATEWAY:
                await _answer(send, STATUSES[switch.fault], (b"content-type", b"text/html"), body=HTML)
            case Fault.TOO_MANY_RETRY_AFTER:
                header = (b"retry-after", f"{switch.seconds:.0f}".encode())
                await _answer(send, HTTPStatus.TOO_MANY_REQUESTS, header)
            case _:
                await _answer(send, STATUSES[switch.fault], *self._headers(switch.fault), body=self._body(switch.fault))

    def _headers(self, fault: Fault) -> list[tuple[bytes, bytes]]:
        headers = [(b"content-type", b"application/json; charset=utf-8")]
        if fault == Fault.UNAUTHORISED and self._system == System.CRONOFY:
            headers.append((b"www-authenticate", b'Bearer realm="cronofy", error="invalid_token"'))
        return headers

    def _body(self, fault: Fault) -> bytes:
        match (self._system, fault):
            case (System.PERSONIO, Fault.UNAUTHORISED):
                return json.dumps({"error": {"message": "Unauthorized Request"}}).encode()
            case (System.PERSONIO, _):
                return json.dumps({"errors": [{"title": STATUSES[fault].phrase, "detail": "", "_meta": {}}]}).encode()
            case (System.CRONOFY | System.PAGES, Fault.INVALID_REQUEST):
                reason = {"key": "errors.invalid", "description": "is not valid"}
                return json.dumps({"errors": {"request": [reason]}}).encode()
            case (System.ZOOM | System.MICROSOFT | System.GOOGLE | System.GOTO, _):
                return json.dumps(wire_fault(self._system, STATUSES[fault])).encode()
            case _:
                return b""

    def _late(self, switch: Switch, receive: Receive, send: Send) -> Send:
        waited = False

        async def send_late(message: Message) -> None:
            nonlocal waited
            if not waited:
                waited = True
                await _wait(switch.seconds, receive)
            await send(message)

        return send_late


async def _wait(seconds: float, receive: Receive) -> None:
    """Until the time is over or the client has hung up."""

    async def hung_up() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    gone = asyncio.ensure_future(hung_up())
    await asyncio.wait({gone}, timeout=seconds)
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)


def _start(status: HTTPStatus, *headers: tuple[bytes, bytes]) -> Message:
    return {"type": "http.response.start", "status": int(status), "headers": list(headers)}


async def _answer(send: Send, status: HTTPStatus, *headers: tuple[bytes, bytes], body: bytes = b"") -> None:
    await send(_start(status, (b"content-length", str(len(body)).encode()), *headers))
    await send({"type": "http.response.body", "body": body})
