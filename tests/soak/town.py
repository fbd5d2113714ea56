"""The program as `greenroom serve`, and around it Cronofy and Personio in a process of their own, Slack and Teams."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
from aiohttp import web

from bot.app import build
from bot.demo import free_port
from bot.settings import read_settings
from handlers.access import save_tokens
from handlers.roster import sync_people
from providers.cronofy import Tokens
from storage.grants import SERVICE_ACCOUNT
from tests.bench.sandbox_process import Outside, outside
from tests.slack.stand_in import SECRET, TOKEN, Slack, user
from tests.teams.stand_in import StandIn, Writer

ROOT = Path(__file__).parent.parent.parent
STARTS_WITHIN = 60.0
KEPT = 30


class SoakSlack(Slack):
    """Forgets what is old, or this side would grow, and counts what each person was answered."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.answers: Counter[str] = Counter()
        self.refusals: Counter[str] = Counter()

    async def _answer(self, method: str, given: dict[str, Any], token: str, failure: Any) -> web.Response:
        answer = await super()._answer(method, given, token, failure)
        self.answers[_whose(method, given)] += 1
        if b'"ok": false' in (answer.body or b""):
            self.refusals[f"{method}: {answer.text}"[:200]] += 1
        for kept in (self.calls, self.acknowledged, self.modals, self.ephemerals, *self.messages.values()):
            del kept[:-KEPT]
        return answer

    async def _respond(self, request: web.Request) -> web.Response:
        answer = await super()._respond(request)
        self.answers["respond"] += 1
        return answer


def _whose(method: str, given: dict[str, Any]) -> str:
    """The conversation that a call is an answer in; anything else does not count as one."""
    match method:
        case "chat.postMessage" | "chat.update" | "chat.postEphemeral":
            return str(given["channel"]).replace("U", "D", 1)
        case "views.publish":
            return f"D{given['user_id'][1:]}"
    return ""


class SoakTeams(StandIn):
    """Forgets what is old, and counts what each person was answered."""

    def __init__(self) -> None:
        super().__init__(lambda: datetime.now(UTC))
        self.answers: Counter[str] = Counter()

    def _post(self, conversation: str, body: dict[str, Any]) -> web.Response:
        if body["type"] == "message":
            self.answers[conversation] += 1
        answer = super()._post(conversation, body)
        del self.calls[:-KEPT]
        messages = self.messages.get(conversation, {})
        for old in list(messages)[:-KEPT]:
            del messages[old]
        return answer


@dataclass(frozen=True, slots=True)
class Host:
    """Somebody of the company, as both chats know them."""

    email: str
    language: str
    account: str
    is_admin: bool


@dataclass(slots=True)
class Town:
    """The running program and everything that it speaks with."""

    pid: int
    client: httpx.AsyncClient
    slack: SoakSlack
    teams: SoakTeams
    hosts: Sequence[Host]
    writers: Sequence[Writer]
    database: Path
    log: Path

    def complaints(self) -> Counter[str]:
        """What the program itself warned of, from its log."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        said = [json.loads(line) for line in lines if line.startswith("{")]
        return Counter(f"{each['level']}: {each['event']}" for each in said if each["level"] not in {"debug", "info"})


@asynccontextmanager
async def town(people: int) -> AsyncIterator[Town]:
    """Build it all in a folder that goes with it."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="greenroom-soak-")))
        world = stack.enter_context(outside(people))
        slack, teams = SoakSlack(deadline=30, retries=3), SoakTeams()
        for chat in (slack, teams):
            await chat.start()
            stack.push_async_callback(chat.stop)
        port = free_port(0)
        given = _settings(world, folder, f"http://127.0.0.1:{port}", slack)
        hosts = await _begin(world, given)
        slack.users = [user(host.account, host.email) for host in hosts]
        writers = [Writer(teams, f"{number}", host.email) for number, host in enumerate(hosts)]
        pid = await stack.enter_async_context(_served(given, port, folder))
        client = await stack.enter_async_context(httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30))
        slack.bot = client
        yield Town(pid, client, slack, teams, hosts, writers, folder / "soak.db", folder / "log")


def _settings(world: Outside, folder: Path, address: str, slack: Slack) -> dict[str, str]:
    given = {
        "greenroom_database_url": f"sqlite:///{folder / 'soak.db'}",
        "greenroom_public_url": address,
        "greenroom_domains": world.domain,
        "greenroom_owners": f"ada@{world.domain}",
        "slack_bot_token": TOKEN,
        "slack_signing_secret": SECRET,
        "slack_api_url": f"{slack.url}/api/",
        "teams_local": "true",
        "cronofy_api_url": f"{world.url}/cronofy",
        "cronofy_app_url": f"{world.url}/cronofy-app",
        "personio_api_url": f"{world.url}/personio",
    }
    given |= {f"cronofy_{name}": value for name, value in world.cronofy.items()}
    return given | {f"personio_{name}": value for name, value in world.personio.items()}


async def _begin(world: Outside, given: dict[str, str]) -> Sequence[Host]:
    """What an admin has done before: the calendar is connected, and everybody is known."""
    program = build(read_settings(**given), paced=False)
    await program.prepare()
    service = world.service
    expires_at = program.now() + timedelta(seconds=service["expires_in"])
    tokens = Tokens(service["access_token"], expires_at, service["refresh_token"], service["sub"])
    await save_tokens(program.services, program.company, SERVICE_ACCOUNT, tokens)
    await sync_people(program.services, program.company)
    rows = [row for row in await program.store.people.all(program.company) if row.email]
    await program.close()
    return [Host(row.email, row.language, f"U{row.id:05}", row.email.startswith("ada@")) for row in rows]


@asynccontextmanager
async def _served(given: dict[str, str], port: int, folder: Path) -> AsyncIterator[int]:
    """`greenroom serve` as an operator starts it; gives the number of its process."""
    environment = {**os.environ, **{name.upper(): value for name, value in given.items()}, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "bot", "serve", "--port", str(port)]
    with (folder / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(*command, cwd=folder, env=environment, stdout=log, stderr=log)
    try:
        await _listening(port)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        await process.wait()


async def _listening(port: int) -> None:
    async with asyncio.timeout(STARTS_WITHIN), httpx.AsyncClient() as client:
        while True:
            try:
                (await client.get(f"http://127.0.0.1:{port}/healthz")).raise_for_status()
            except httpx.HTTPError:
                await asyncio.sleep(0.1)
            else:
                return
