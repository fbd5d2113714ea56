"""The first sync of 10,000 people, against a bare httpx loop that makes the same requests, 16 at a time."""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import garbage
from bot.app import build
from bot.demo import free_port
from bot.settings import read_settings
from bot.web_server import serve
from handlers.access import save_tokens
from providers.cronofy import PERSON_SCOPE, Tokens
from storage.grants import SERVICE_ACCOUNT
from tests.bench.figure import Figure
from tests.bench.sandbox_process import Outside, outside

PEOPLE = int(os.environ.get("BENCH_PEOPLE", "10000"))
AT_ONCE = 16


async def run() -> list[Figure]:
    with outside(PEOPLE) as world:
        bare = await _bare(world)
    with outside(PEOPLE) as world:
        ours = await _ours(world)
    return [Figure(f"first sync: {PEOPLE:,} people", ours, bare, 1.2)]


async def _ours(world: Outside) -> float:
    port = free_port(0)
    with TemporaryDirectory() as folder:
        settings = read_settings(
            greenroom_database_url=f"sqlite:///{Path(folder) / 'bench.db'}",
            greenroom_public_url=f"http://127.0.0.1:{port}",
            greenroom_domains=(world.domain,),
            cronofy_api_url=f"{world.url}/cronofy",
            cronofy_app_url=f"{world.url}/cronofy-app",
            personio_api_url=f"{world.url}/personio",
            **{f"cronofy_{name}": value for name, value in world.cronofy.items()},
            **{f"personio_{name}": value for name, value in world.personio.items()},
        )
        garbage.hold()  # as the command does: what was imported is no garbage
        program = build(settings, paced=False)
        await program.open()
        service = world.service
        expires_at = program.now() + timedelta(seconds=service["expires_in"])
        tokens = Tokens(service["access_token"], expires_at, service["refresh_token"], service["sub"])
        await save_tokens(program.services, program.company, SERVICE_ACCOUNT, tokens)
        async with serve(Starlette(routes=program.routes()), port=port):
            begun = time.perf_counter()
            await program.chores.sync()
            while await _still_waiting(program):  # noqa: ASYNC110 - the sandbox is another process
                await asyncio.sleep(0.02)
            seconds = time.perf_counter() - begun
        await program.stop()
    return seconds


async def _still_waiting(program: Any) -> bool:
    await program.webhooks.settled()
    return bool(await program.store.observations.count(program.company, "sync", "requested"))


async def _bare(world: Outside) -> float:
    """The same requests, and nothing done with their answers."""
    codes: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
    port = free_port(0)
    home = f"http://127.0.0.1:{port}"

    async def callback(request: Request) -> Response:
        content = await request.json()
        codes.put_nowait((content.get("authorization", {}).get("code", ""), f"{home}{request.url.path}"))
        return Response()

    limits = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE)
    app = Starlette(routes=[Route("/callback/{person}", callback, methods=["POST"])])
    async with serve(app, port=port), httpx.AsyncClient(limits=limits, timeout=60) as client:
        begun = time.perf_counter()
        hosts = await _people(client, world)
        await _cronofy(client, world, hosts, codes, home)
        return time.perf_counter() - begun


async def _people(client: httpx.AsyncClient, world: Outside) -> list[dict[str, Any]]:
    base = f"{world.url}/personio/v2"
    answer = await client.post(f"{base}/auth/token", data={"grant_type": "client_credentials", **world.personio})
    headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    jobs = await _all(client, f"{base}/recruiting/jobs?limit=100", headers)
    people = await _all(client, f"{base}/persons?limit=50", headers)
    team = {member["person"]["id"] for job in jobs for member in job["hiring_team"]}
    hosts = [person for person in people if person["id"] in team]
    employments = [f"{base}/persons/{host['id']}/employments" for host in hosts]
    statuses = await _each(employments, lambda url: client.get(url, headers=headers))
    counts = Counter(person["email"] for person in people)
    return [
        host
        for host, answer in zip(hosts, statuses, strict=True)
        if counts[host["email"]] == 1 and answer.json()["_data"][0]["status"] != "INACTIVE"
    ]


async def _all(client: httpx.AsyncClient, url: str, headers: dict[str, str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while url:
        page = (await client.get(url, headers=headers)).json()
        found += page["_data"]
        url = page["_meta"]["links"].get("next", {}).get("href", "")
    return found


async def _cronofy(
    client: httpx.AsyncClient,
    world: Outside,
    hosts: Sequence[dict[str, Any]],
    codes: asyncio.Queue[tuple[str, str]],
    home: str,
) -> None:
    base = f"{world.url}/cronofy"
    service = {"Authorization": f"Bearer {world.service['access_token']}"}
    await client.get(f"{base}/v1/userinfo", headers=service)
    requests = [
        {"email": host["email"], "callback_url": f"{home}/callback/{host['id']}", "scope": PERSON_SCOPE}
        for host in hosts
    ]
    for start in range(0, len(requests), 50):
        body = {"service_account_authorizations": requests[start : start + 50]}
        await client.post(f"{base}/v1/service_account_authorizations", json=body, headers=service)
    arrived = [await codes.get() for _ in requests]

    async def finish(arrival: tuple[str, str]) -> None:
        code, address = arrival
        if not code:
            return
        form = {**world.cronofy, "grant_type": "authorization_code", "code": code, "redirect_uri": address}
        token = (await client.post(f"{base}/oauth/token", data=form)).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        await client.get(f"{base}/v1/userinfo", headers=headers)
        await client.post(f"{base}/v1/channels", json={"callback_url": address}, headers=headers)

    await _each(arrived, finish)


async def _each(items: Sequence[Any], work: Callable[[Any], Awaitable[Any]]) -> list[Any]:
    places = asyncio.Semaphore(AT_ONCE)

    async def one(item: Any) -> Any:
        async with places:
            return await work(item)

    return await asyncio.gather(*(one(item) for item in items))
