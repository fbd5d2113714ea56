"""Zoom's news: signed, fresh and small, or nothing happens; what it says is never believed, only looked at."""

from __future__ import annotations

import hmac
import json
from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Any

import httpx
import pytest

from bot.demo import Demo
from handlers.evidence import stored_company_facts, value_of
from handlers.facts import CompanyFact
from tests.conftest import Start

SECRET = "zoom-secret-token"
WITHDRAWN = {"event": "app_deauthorized", "payload": {"account_id": "a"}}


@pytest.fixture
async def demo(start: Start) -> Demo:
    return await start(zoom_webhook_secret=SECRET)


@pytest.fixture
async def zoom(demo: Demo) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=demo.program.settings.greenroom_public_url) as client:
        yield client


def signed(demo: Demo, body: bytes, *, age: int = 0, secret: str = SECRET) -> dict[str, str]:
    moment = str(int(demo.program.now().timestamp()) - age)
    mac = hmac.new(secret.encode(), b"v0:" + moment.encode() + b":" + body, sha256).hexdigest()
    return {"x-zm-request-timestamp": moment, "x-zm-signature": f"v0={mac}"}


async def post(zoom: httpx.AsyncClient, content: Any, headers: dict[str, str]) -> httpx.Response:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return await zoom.post("/webhooks/zoom", content=body, headers=headers)


async def test_zoom_checks_our_address(demo: Demo, zoom: httpx.AsyncClient) -> None:
    asked = {"event": "endpoint.url_validation", "payload": {"plainToken": "abc"}}
    answer = (await post(zoom, asked, signed(demo, json.dumps(asked).encode()))).json()
    expected = hmac.new(SECRET.encode(), b"abc", sha256).hexdigest()
    assert answer == {"plainToken": "abc", "encryptedToken": expected}


async def test_only_what_zoom_signed_lately_is_heard(demo: Demo, zoom: httpx.AsyncClient) -> None:
    body = json.dumps(WITHDRAWN).encode()
    right = signed(demo, body)
    for headers in (
        {},
        {**right, "x-zm-signature": "v0=" + "0" * 64},
        {**right, "x-zm-request-timestamp": "yesterday"},
        {**right, "x-zm-request-timestamp": "9" * 30},
        signed(demo, body, secret="another"),
        signed(demo, body, age=301),
        signed(demo, body, age=-301),
        signed(demo, b"another body"),
    ):
        assert (await post(zoom, WITHDRAWN, headers)).status_code == 401, headers
    assert (await post(zoom, b"[", signed(demo, b"["))).status_code == 400
    large = b" " * 70_000
    assert (await post(zoom, large, signed(demo, large))).status_code == 413
    assert (await post(zoom, WITHDRAWN, signed(demo, body))).status_code == 204
    await demo.program.settled()


async def test_a_withdrawn_approval_is_looked_up_at_once(demo: Demo, zoom: httpx.AsyncClient) -> None:
    async def approval() -> str:
        return value_of(await stored_company_facts(demo.program.services, demo.program.company), CompanyFact.ZOOM_APP)

    assert await approval() == "all_users"
    demo.world.zoom_app_approved = False
    body = json.dumps(WITHDRAWN).encode()
    for _ in range(5):  # however often it is said, it is looked at once or twice
        assert (await post(zoom, WITHDRAWN, signed(demo, body))).status_code == 204
    await demo.program.settled()
    assert await approval() != "all_users"


async def test_without_a_secret_there_is_no_such_address(start: Start) -> None:
    demo = await start(look=False)
    async with httpx.AsyncClient(base_url=demo.program.settings.greenroom_public_url) as client:
        assert (await client.post("/webhooks/zoom", content=b"{}")).status_code in (404, 405)
