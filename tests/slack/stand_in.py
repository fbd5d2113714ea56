"""A Slack that nobody has to sign up for: its Web API and Socket Mode over loopback, with Slack's own strictness."""

from __future__ import annotations

import asyncio
import hmac
import itertools
import json
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import httpx
from aiohttp import WSMsgType, web

from bot.slack.manifest import scopes

TEAM, BOT_USER, BOT_ID, TOKEN = "T01AURORA", "U0BOT", "B0BOT", "xoxb-stand-in"
APP_TOKEN, SECRET = "xapp-stand-in", "signing-secret-of-the-stand-in"
DEADLINE = 3.0
LIMITS = {"section": 3000, "header": 150, "context": 3000, "plain": 75}


@dataclass
class Failure:
    """What happens to the next call of a method instead of its answer."""

    error: str = ""
    status: int = 200
    retry_after: str = ""
    drop: bool = False
    """The connection breaks after the call was carried out."""
    hang: float = 0.0


@dataclass
class Slack:
    """One workspace, or several; what people do in it reaches the bot as Slack would send it."""

    now: Any = time.time
    users: list[dict[str, Any]] = field(default_factory=list)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    messages: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    ephemerals: list[dict[str, Any]] = field(default_factory=list)
    homes: dict[str, dict[str, Any]] = field(default_factory=dict)
    modals: list[dict[str, Any]] = field(default_factory=list)
    failures: dict[str, list[Failure]] = field(default_factory=lambda: defaultdict(list))
    tokens: dict[str, str] = field(default_factory=lambda: {TOKEN: TEAM})
    members_of: dict[str, set[str]] = field(default_factory=dict)
    """The channels that the bot is in, and who else is."""
    bot: httpx.AsyncClient | None = None
    """How the bot is reached over HTTP."""
    deadline: float = DEADLINE
    trigger_life: float = 3.0
    silences: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Who does not want to be disturbed, in the words of dnd.teamInfo."""
    refuses_tables: bool = False
    retries: int = 0
    scopes: str = ",".join(scopes())
    """The permissions of every token."""
    acknowledged: list[str] = field(default_factory=list)
    url: str = ""

    def __post_init__(self) -> None:
        self._serial = itertools.count(1)
        self._triggers: dict[str, float] = {}
        self._sockets: list[web.WebSocketResponse] = []
        self._acks: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self.connected = asyncio.Event()
        self.changed = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/respond/{stamp}", self._respond)
        app.router.add_get("/socket", self._socket)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{port}"

    async def stop(self) -> None:
        for socket in self._sockets:
            await socket.close()
        if self._runner:
            await self._runner.cleanup()

    # What the test looks at.

    def posted(self, channel: str) -> list[str]:
        return [message["text"] for message in self.messages[channel]]

    def count(self, method: str) -> int:
        return sum(1 for name, _ in self.calls if name == method)

    async def until(self, condition: Any, within: float = 10.0) -> None:
        """Wait until something is true; woken by every call of the bot."""
        async with asyncio.timeout(within):
            while not condition():
                self.changed.clear()
                if not condition():
                    await self.changed.wait()

    def direct(self, user: str) -> str:
        return f"D{user[1:]}"

    # What people do.

    async def says(self, user: str, text: str, *, event_id: str = "", team: str = TEAM, **more: Any) -> httpx.Response:
        channel = self.direct(user)
        event = {"type": "message", "channel": channel, "channel_type": "im", "user": user, "text": text, **more}
        return await self.event({**event, "ts": self.stamp()}, event_id=event_id, team=team)

    async def mentions(self, user: str, text: str, channel: str = "C01GENERAL", **more: Any) -> httpx.Response:
        event = {"type": "app_mention", "channel": channel, "user": user, "text": f"<@{BOT_USER}> {text}", **more}
        return await self.event({**event, "ts": self.stamp()})

    async def opens_home(self, user: str, tab: str = "home") -> httpx.Response:
        return await self.event({"type": "app_home_opened", "user": user, "tab": tab, "channel": self.direct(user)})

    async def event(self, event: dict[str, Any], *, event_id: str = "", team: str = TEAM) -> httpx.Response:
        body = {
            "type": "event_callback",
            "team_id": team,
            "api_app_id": "A01",
            "event": event,
            "event_id": event_id or f"Ev{next(self._serial)}",
            "event_time": int(self.now()),
            "authorizations": [{"team_id": team, "user_id": BOT_USER, "is_bot": True}],
        }
        return await self._deliver("events_api", body)

    async def commands(self, user: str, text: str, channel: str = "C01GENERAL") -> httpx.Response:
        body = {
            "command": "/greenroom",
            "text": text,
            "team_id": TEAM,
            "channel_id": channel,
            "user_id": user,
            "trigger_id": self.trigger(),
            "response_url": f"{self.url}/respond/none",
        }
        return await self._deliver("slash_commands", body)

    async def presses(self, user: str, label: str, where: dict[str, Any], *, in_home: bool = False) -> httpx.Response:
        """The button with this label, on a message or in the home tab."""
        button = next(b for b in buttons(where["blocks"]) if b["text"]["text"] == label)
        body: dict[str, Any] = {
            "type": "block_actions",
            "team": {"id": TEAM},
            "user": {"id": user, "team_id": TEAM},
            "trigger_id": self.trigger(),
            "actions": [{**button, "type": "button", "action_ts": self.stamp()}],
        }
        if in_home:
            body |= {"container": {"type": "view", "view_id": "V0HOME"}, "view": {**where, "id": "V0HOME"}}
        else:
            hidden = "user" in where and where.get("is_ephemeral", False)
            body |= {
                "channel": {"id": where["channel"]},
                "message": where,
                "container": {"type": "message", "message_ts": where["ts"], "is_ephemeral": hidden},
                "response_url": f"{self.url}/respond/{where['ts']}",
            }
        return await self._deliver("interactive", body)

    async def submits(self, user: str, view: dict[str, Any], values: dict[str, str]) -> httpx.Response:
        """A modal, filled in by the labels of its fields."""
        state = {
            block["block_id"]: {
                block["element"]["action_id"]: _filled(block["element"], values[block["label"]["text"]])
            }
            for block in view["blocks"]
            if block["type"] == "input" and block["label"]["text"] in values
        }
        body = {
            "type": "view_submission",
            "team": {"id": TEAM},
            "user": {"id": user, "team_id": TEAM},
            "trigger_id": self.trigger(),
            "view": {**view, "state": {"values": state}},
        }
        return await self._deliver("interactive", body)

    # How it reaches the bot.

    def trigger(self) -> str:
        name = f"{next(self._serial)}.trigger"
        self._triggers[name] = self.now()
        return name

    def stamp(self) -> str:
        return f"{int(self.now())}.{next(self._serial):06d}"

    async def _deliver(self, kind: str, body: dict[str, Any]) -> httpx.Response:
        for attempt in range(self.retries + 1):
            response = await self._once(kind, body, attempt)
            if response.status_code == 200 or kind != "events_api":
                break
        return response

    async def _once(self, kind: str, body: dict[str, Any], attempt: int) -> httpx.Response:
        try:
            async with asyncio.timeout(self.deadline):
                if self._sockets:
                    return await self._over_socket(kind, body, attempt)
                return await self._over_http(kind, body, attempt)
        except TimeoutError:
            return httpx.Response(408)

    async def _over_http(self, kind: str, body: dict[str, Any], attempt: int) -> httpx.Response:
        if kind == "events_api":
            raw, content = json.dumps(body).encode(), "application/json"
        else:
            form = {"payload": json.dumps(body)} if kind == "interactive" else body
            raw, content = urlencode(form).encode(), "application/x-www-form-urlencoded"
        headers = signed(raw, int(self.now())) | {"content-type": content}
        if attempt:
            headers |= {"x-slack-retry-num": str(attempt), "x-slack-retry-reason": "http_error"}
        assert self.bot is not None
        response = await self.bot.post("/slack/events", content=raw, headers=headers)
        if response.status_code == 200:
            self.acknowledged.append(body.get("event_id", ""))
        return response

    async def _over_socket(self, kind: str, body: dict[str, Any], attempt: int) -> httpx.Response:
        envelope = f"env-{next(self._serial)}"
        self._acks[envelope] = asyncio.get_running_loop().create_future()
        message = {"type": kind, "envelope_id": envelope, "payload": body, "accepts_response_payload": True}
        await self._sockets[-1].send_json({**message, "retry_attempt": attempt, "retry_reason": ""})
        ack = await self._acks[envelope]
        self.acknowledged.append(body.get("event_id", ""))
        return httpx.Response(200, json=ack.get("payload", {}))

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._sockets.append(socket)
        await socket.send_json({"type": "hello", "num_connections": 1})
        self.connected.set()
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                said = json.loads(message.data)
                waiting = self._acks.pop(said.get("envelope_id", ""), None)
                if waiting and not waiting.done():
                    waiting.set_result(said)
        self._sockets.remove(socket)
        return socket

    # The Web API.

    async def _api(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        given = await _arguments(request)
        token = request.headers.get("authorization", "").removeprefix("Bearer ") or given.get("token", "")
        self.calls.append((method, given))
        failure = self.failures[method].pop(0) if self.failures[method] else None
        answer = await self._answer(method, given, token, failure)
        self.changed.set()
        if failure and failure.drop:
            assert request.transport is not None
            request.transport.abort()
        return answer

    async def _answer(self, method: str, given: dict[str, Any], token: str, failure: Failure | None) -> web.Response:
        if failure and failure.hang:
            await asyncio.sleep(failure.hang)
        if failure and (failure.error or failure.status != 200):
            headers = {"Retry-After": failure.retry_after} if failure.retry_after else {}
            return web.json_response({"ok": False, "error": failure.error}, status=failure.status, headers=headers)
        if method not in {"oauth.v2.access", "apps.connections.open"} and token not in self.tokens:
            return web.json_response({"ok": False, "error": "invalid_auth"})
        handler = getattr(self, f"_{method.replace('.', '_')}", None)
        said = handler(given, token) if handler else {"ok": False, "error": "unknown_method"}
        return web.json_response({"ok": True, **said}, headers={"x-oauth-scopes": self.scopes})

    def _auth_test(self, given: dict[str, Any], token: str) -> dict[str, Any]:
        return {"team_id": self.tokens[token], "user_id": BOT_USER, "bot_id": BOT_ID, "user": "greenroom"}

    def _users_list(self, given: dict[str, Any], token: str) -> dict[str, Any]:
        start, limit = int(given.get("cursor") or 0), 2
        following = str(start + limit) if start + limit < len(self.users) else ""
        team = self.tokens[token]
        members = [{**one, "team_id": team} if one["team_id"] == TEAM else one for one in self.users]
        return {"members": members[start : start + limit], "response_metadata": {"next_cursor": following}}

    def _apps_connections_open(self, given: dict[str, Any], token: str) -> dict[str, Any]:
        if token != APP_TOKEN:
            return {"ok": False, "error": "invalid_auth"}
        return {"url": self.url.replace("http", "ws") + "/socket"}

    def _oauth_v2_access(self, given: dict[str, Any], token: str) -> dict[str, Any]:
        if given.get("grant_type") == "refresh_token":
            if given.get("refresh_token") != "xoxe-1":
                return {"ok": False, "error": "invalid_refresh_token"}
            self.tokens["xoxb-rotated"] = "T02OTHER"
            return {"access_token": "xoxb-rotated", "refresh_token": "xoxe-2", "expires_in": 43200}
        if given.get("code") != "good":
            return {"ok": False, "error": "invalid_code"}
        self.tokens["xoxb-installed"] = "T02OTHER"
        return {
            "access_token": "xoxb-installed",
            "scope": "chat:write,commands",
            "bot_user_id": BOT_USER,
            "team": {"id": "T02OTHER", "name": "Other"},
            "authed_user": {"id": "U0INSTALLER"},
            "refresh_token": "xoxe-1",
            "expires_in": 43200,
        }

    def _chat_postMessage(self, given: dict[str, Any], token: str) -> dict[str, Any]:
        channel = given["channel"]
        if channel.startswith("U"):
            channel = self.direct(channel)
        if channel.startswith("C") and channel not in self.members_of:
            return {"ok": False, "error": "not_in_channel"}
        if error := self._refused(given):
            return error
        message = {**given, "channel": channel, "ts": self.stamp()}
        self.messages[channel].append(message)
        return {"channel": channel, "ts": message["ts"], "message": {"text": given.get("text", "")}}

    def _chat_postEphemeral(self, given: dict[str, Any], token: str) -> dict[str, Any]:
        if not given["channel"].startswith("D") and given["user"] not in self.members_of.get(given["channel"], set()):
            return {"ok": False, "error": "channel_not_found"}
        if error := self._refused(given):
            return error
        message = {**given, "ts": self.stamp(), "is_ephemeral": True}
        self.ephemerals.append(message)
        return {"message_ts": message["ts"]}

    def _chat_update(self, given: dict[str, Any], token: str) -> dict[str, Any]:
        found = [message for message in self.messages[given["channel"]] if message["ts"] == given["ts"]]
        if not found:
            return {"ok": False, "error": "message_not_found"}
        if error := self._refused(given):
            return error
        found[0].update(given)
        return {"channel": given["channel"], "ts": given["ts"]}

    def _dnd_teamInfo(self, given: dict[str, Any], token: str) -> dict[str, Any]:
        return {"users": {account: self.silences.get(account, {}) for account in given["users"].split(",")}}

    def _chat_delete(self, given: dict[str, Any], token: str) -> dict[str, Any]:
        kept = [message for message in self.messages[given["channel"]] if message["ts"] != given["ts"]]
        self.messages[given["channel"]] = kept
        return {}

    def _conversations_open(self, given: dict[str, Any], token: str) -> dict[str, Any]:
        return {"channel": {"id": self.direct(given["users"])}}

    def _conversations_history(self, given: dict[str, Any], token: str) -> dict[str, Any]:
        with_metadata = str(given.get("include_all_metadata")) in {"1", "true", "True"}
        found = [m if with_metadata else {**m, "metadata": None} for m in reversed(self.messages[given["channel"]])]
        return {"messages": found[: int(given["limit"])]}

    def _views_publish(self, given: dict[str, Any], token: str) -> dict[str, Any]:
        if problem := problems(given["view"]["blocks"], most=100, allowed=ANYWHERE | {"table", "input"}):
            return {"ok": False, "error": "invalid_arguments", "response_metadata": {"messages": problem}}
        if self.refuses_tables and any(block["type"] == "table" for block in given["view"]["blocks"]):
            return {"ok": False, "error": "invalid_blocks"}
        self.homes[given["user_id"]] = given["view"]
        return {"view": {"id": "V0HOME"}}

    def _views_open(self, given: dict[str, Any], token: str) -> dict[str, Any]:
        opened = self._triggers.pop(given["trigger_id"], None)
        if opened is None or self.now() - opened > self.trigger_life:
            return {"ok": False, "error": "expired_trigger_id"}
        if problem := problems(given["view"]["blocks"], most=100, allowed=ANYWHERE | {"input"}):
            return {"ok": False, "error": "invalid_arguments", "response_metadata": {"messages": problem}}
        view = {**given["view"], "id": f"V{next(self._serial)}", "hash": "h"}
        self.modals.append(view)
        return {"view": view}

    def _assistant_threads_setSuggestedPrompts(self, given: dict[str, Any], token: str) -> dict[str, Any]:
        return {} if len(given["prompts"]) <= 4 else {"ok": False, "error": "too_many_prompts"}

    async def _respond(self, request: web.Request) -> web.Response:
        given = await request.json()
        stamp = request.match_info["stamp"]
        for message in self.ephemerals:
            if message["ts"] == stamp and given.get("replace_original"):
                message.update(text=given["text"], blocks=given["blocks"])
        self.changed.set()
        return web.Response(text="ok")

    def _refused(self, given: dict[str, Any]) -> dict[str, Any] | None:
        blocks = given.get("blocks") or []
        if not given.get("text"):
            return {"ok": False, "error": "no_text"}
        if self.refuses_tables and any(block["type"] == "table" for block in blocks):
            return {"ok": False, "error": "invalid_blocks"}
        if blocks and (problem := problems(blocks, most=50, allowed=ANYWHERE | {"table", "markdown"})):
            return {"ok": False, "error": "invalid_blocks_format", "response_metadata": {"messages": problem}}
        return None


ANYWHERE = {"section", "header", "context", "actions", "image", "divider"}


def problems(blocks: list[dict[str, Any]], *, most: int, allowed: set[str]) -> list[str]:
    """What Slack would complain about: https://docs.slack.dev/reference/block-kit/blocks/"""
    found = [] if 0 < len(blocks) <= most else [f"{len(blocks)} blocks"]
    found += [f"{block['type']} here" for block in blocks if block["type"] not in allowed]
    ids = Counter(b["action_id"] for b in buttons(blocks))
    found += [f"{name} twice" for name, count in ids.items() if count > 1]
    found += [f"{sum(b['type'] == 'table' for b in blocks)} tables"] * (sum(b["type"] == "table" for b in blocks) > 1)
    for block in blocks:
        found += _too_long(block)
    return found


def _too_long(block: dict[str, Any]) -> list[str]:
    match block["type"]:
        case "section":
            texts = [block["text"]["text"]] if "text" in block else []
            long = [text for text in texts if not 0 < len(text) <= 3000]
            fields = block.get("fields", [])
            return [
                *long,
                *[f["text"] for f in fields if not 0 < len(f["text"]) <= 2000],
                *["fields"] * (len(fields) > 10),
            ]
        case "header":
            return [] if 0 < len(block["text"]["text"]) <= 150 else ["header"]
        case "actions":
            bad = [b for b in block["elements"] if len(b["text"]["text"]) > 75 or len(b.get("value") or "") > 2000]
            return ["button"] * bool(bad) + ["elements"] * (not 0 < len(block["elements"]) <= 25)
        case "table":
            cells = [cell["text"] for row in block["rows"] for cell in row]
            size = len(block["rows"]) <= 100 and all(0 < len(row) <= 20 for row in block["rows"])
            return [] if size and all(cells) and sum(map(len, cells)) <= 10_000 else ["table"]
    return []


def buttons(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [element for block in blocks if block["type"] == "actions" for element in block["elements"]]


def signed(body: bytes, at: int, secret: str = SECRET) -> dict[str, str]:
    """https://docs.slack.dev/authentication/verifying-requests-from-slack/"""
    mac = hmac.new(secret.encode(), f"v0:{at}:".encode() + body, sha256).hexdigest()
    return {"x-slack-request-timestamp": str(at), "x-slack-signature": f"v0={mac}"}


def user(id: str, email: str, **more: Any) -> dict[str, Any]:
    profile = {"email": email, "real_name": email.partition("@")[0].title()}
    return {"id": id, "team_id": TEAM, "profile": profile, "is_email_confirmed": True, "locale": "en-US", **more}


def _filled(element: dict[str, Any], value: str) -> dict[str, Any]:
    match element["type"]:
        case "static_select":
            options = [
                *element.get("options", []),
                *(o for g in element.get("option_groups", []) for o in g["options"]),
            ]
            chosen = next(option for option in options if option["text"]["text"] == value)
            return {"type": "static_select", "selected_option": chosen}
        case "datepicker":
            return {"type": "datepicker", "selected_date": value}
    return {"type": "plain_text_input", "value": value}


async def _arguments(request: web.Request) -> dict[str, Any]:
    given: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        given |= await request.json()
    else:
        given |= dict(await request.post())
    for name in ("view", "blocks", "metadata", "prompts"):
        if isinstance(given.get(name), str):
            given[name] = json.loads(given[name])
    return given
