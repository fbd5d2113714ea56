"""Requests from outside: signed, small, not too many of them; and no way to other hosts."""

from __future__ import annotations

import hmac
import json
from base64 import b64encode
from collections.abc import AsyncIterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import httpx
import pytest

from bot.app import Program, application, build
from bot.guard import LARGEST_BODY, MOST_REFUSALS
from bot.sandbox.clock import Clock
from bot.settings import read_settings
from storage.people import PersonRecord
from tests.conftest import KEY

SECRET = "cronofy-secret"


@pytest.fixture
async def program(clock: Clock, database_url: str) -> AsyncIterator[Program]:
    settings = read_settings(
        greenroom_database_url=database_url,
        greenroom_secret_keys=KEY,
        greenroom_public_url="http://greenroom.example",
        cronofy_client_id="client",
        cronofy_client_secret=SECRET,
        cronofy_api_url="http://127.0.0.1:9",
        cronofy_app_url="http://127.0.0.1:9",
    )
    program = build(settings, now=clock, paced=False)
    await program.prepare()
    await program.store.people.save(program.company, [PersonRecord("1", "ben@a.example", "Ben", "en", "UTC")])
    yield program
    await program.close()


@pytest.fixture
async def outside(program: Program) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(application(program), client=("203.0.113.7", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://greenroom.example") as client:
        yield client


def signature(body: bytes, secret: str = SECRET) -> str:
    return b64encode(hmac.new(secret.encode(), body, sha256).digest()).decode()


async def test_cronofys_news_must_be_signed_and_one_right_signature_of_several_is_enough(
    program: Program, outside: httpx.AsyncClient
) -> None:
    address = f"/webhooks/cronofy/{program.services.sign(f'{program.company}-1')}"
    body = json.dumps({"notification": {"type": "verification"}, "channel": {"channel_id": "c"}}).encode()

    async def status(header: str | None, sent: bytes = body) -> int:
        headers = {"Cronofy-HMAC-SHA256": header.encode("latin-1")} if header is not None else {}
        return (await outside.post(address, content=sent, headers=headers)).status_code

    assert await status(signature(body)) == 200
    assert await status(f"{signature(body, 'older')},{signature(body)}") == 200
    assert await status(signature(body, "older")) == 401
    assert await status(signature(b"another body")) == 401
    assert await status("") == 401
    assert await status("ü") == 401
    assert await status(None) == 401
    assert await status(signature(b"["), b"[") == 400
    deep = b"[" * 100_000
    assert await status(signature(deep), deep) == 400
    assert await status(signature(body)) == 200


async def test_the_address_of_a_webhook_cannot_be_made_up(program: Program, outside: httpx.AsyncClient) -> None:
    right = program.services.sign(f"{program.company}-1")
    forged = f"{program.company}-2{right[right.index('.') :]}"
    for secret in (forged, f"{program.company}-1", "", "1-1.x", right[:-1]):
        assert (await outside.post(f"/webhooks/cronofy/{secret}", content=b"{}")).status_code in (404, 405)


async def test_a_body_is_not_read_without_end(program: Program, outside: httpx.AsyncClient) -> None:
    address = f"/webhooks/cronofy/{program.services.sign(f'{program.company}-1')}"
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 100_000
            yield b"x" * 100_000

    assert (await outside.post(address, content=endless())).status_code == 413
    assert read <= LARGEST_BODY + 200_000
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert (await outside.post("/link/x", content=endless(), headers=form)).status_code == 413
    assert (await outside.get("/healthz")).status_code == 200


async def test_whoever_keeps_guessing_has_to_pause(outside: httpx.AsyncClient, program: Program, clock: Clock) -> None:
    for number in range(MOST_REFUSALS):
        assert (await outside.get(f"/link/guess-{number}")).status_code == 404
    refused = await outside.get("/link/guess-again")
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= 60
    assert (await outside.get("/healthz")).status_code == 200, "only where secrets could be guessed"
    transport = httpx.ASGITransport(application(program), client=("198.51.100.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://greenroom.example") as neighbour:
        assert (await neighbour.get("/link/x")).status_code == 404, "only this source"
    clock.advance(timedelta(seconds=61))
    assert (await outside.get("/link/guess-again")).status_code == 404


@pytest.mark.parametrize(
    "address",
    ["/connected/x", "/oauth/cronofy/callback?state=x", "/webhooks/cronofy/x", "/exports/x", "/letter/x", "/signed-in"],
)
async def test_every_public_place_counts_the_refusals_of_each_source(
    outside: httpx.AsyncClient, clock: Clock, address: str
) -> None:
    seen = [(await outside.request("POST" if "webhooks" in address else "GET", address)).status_code for _ in range(31)]
    assert 429 not in seen[:MOST_REFUSALS]
    assert seen[-1] == 429
    clock.advance(timedelta(seconds=61))
    assert (await outside.get(address)).status_code != 429


async def test_nobody_fills_the_table_of_installations(database_url: str, clock: Clock, tmp_path: Path) -> None:
    settings = read_settings(
        greenroom_database_url=database_url,
        greenroom_secret_keys=KEY,
        greenroom_public_url="http://greenroom.example",
        slack_client_id="1.2",
        slack_client_secret="secret",
        slack_signing_secret="secret",
    )
    program = build(settings, now=clock, paced=False)
    await program.prepare()
    transport = httpx.ASGITransport(application(program), client=("203.0.113.7", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://greenroom.example") as client:
        seen = [(await client.get("/slack/install")).status_code for _ in range(MOST_REFUSALS + 20)]
    assert seen == [302] * MOST_REFUSALS + [429] * 20
    await program.close()


def test_no_address_of_an_outside_system_comes_from_a_request() -> None:
    """Redirects lead to addresses that Cronofy or the settings gave; only providers/http.py opens connections."""
    root = Path(__file__).parents[2]
    speakers = {
        str(path.relative_to(root))
        for folder in ("bot", "handlers", "storage", "providers")
        for path in (root / folder).rglob("*.py")
        if "sandbox" not in path.parts and "import httpx" in path.read_text()
    }
    # The language model is reached at one address of the settings, by a client of its own.
    assert speakers <= {"providers/http.py", "providers/llm.py"}
    assert not any("follow_redirects=True" in (root / path).read_text() for path in speakers)
    redirects = [
        line.strip()
        for path in (root / "bot" / "pages").glob("*.py")
        for line in path.read_text().splitlines()
        if "RedirectResponse(" in line and "import" not in line
    ]
    assert redirects
    assert not any(
        "query_params" in line or "headers" in line.split("RedirectResponse(")[1].split(",")[0] for line in redirects
    )


def test_secrets_are_compared_in_constant_time() -> None:
    root = Path(__file__).parents[2]
    for path, needle in (
        ("bot/slack/verify.py", "compare_digest"),
        ("bot/pages/link.py", "compare_digest"),
        ("bot/pages/sign_in.py", "compare_digest"),
        ("handlers/link_flow.py", "compare_digest"),
        ("providers/cronofy_callbacks.py", "compare_digest"),
        ("providers/personio_news.py", "compare_digest"),
        ("providers/zoom_news.py", "compare_digest"),
    ):
        assert needle in (root / path).read_text(), path
