"""Microsoft's side of Teams on loopback: the Connector API, the login, the signing keys, and people who write."""

import asyncio
import itertools
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa

ISSUER = "https://api.botframework.com"
APP = "11111111-2222-3333-4444-555555555555"
TENANT = "99999999-8888-7777-6666-555555555555"
CATALOGUE = "33333333-2222-1111-0000-555555555555"
BOT = {"id": f"28:{APP}", "name": "Greenroom"}


@dataclass
class Fault:
    """What the next call is answered with instead."""

    status: int
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json"

    @classmethod
    def of(cls, status: int, code: str = "", **headers: str) -> "Fault":
        body = json.dumps({"error": {"code": code, "message": "No."}})
        return cls(status, body, {name.replace("_", "-"): value for name, value in headers.items()})

    @classmethod
    def page(cls, status: int) -> "Fault":
        return cls(status, "<html><body>Gateway</body></html>", content_type="text/html")


@dataclass
class Call:
    """One request that our side made."""

    method: str
    path: str
    body: dict[str, Any]
    headers: dict[str, str]


class StandIn:
    """Behaves like Teams for one tenant; faults are put in front."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.calls: list[Call] = []
        self.faults: dict[str, list[Fault]] = {}
        self.messages: dict[str, dict[str, dict[str, Any]]] = {}
        self.members: dict[str, dict[str, Any]] = {}
        self.not_installed: set[str] = set()
        self.before_answer: Callable[[Call], Awaitable[None]] | None = None
        self.hangs_up = False
        self.release = asyncio.Event()
        self.token_fault: Fault | None = None
        self.keys_fault: Fault | None = None
        self.before_keys: Callable[[], Awaitable[None]] | None = None
        self.tokens = 0
        self.valid_tokens: set[str] = set()
        self.key_fetches = 0
        self.published: dict[str, tuple[rsa.RSAPrivateKey, list[str]]] = {}
        self._ids = itertools.count(1)
        self._arrived = asyncio.Condition()
        self.url = ""

    # --- the server

    async def start(self) -> None:
        app = web.Application()
        app.router.add_get("/openid", self._openid)
        app.router.add_get("/keys", self._keys)
        app.router.add_post("/login/{tenant}/oauth2/v2.0/token", self._login)
        app.router.add_route("*", "/teams/v3/{tail:.*}", self._connector)
        app.router.add_post("/graph/v1.0/users/{user}/teamwork/installedApps", self._install)
        app.router.add_get("/graph/v1.0/users", self._users)
        app.router.add_get("/graph/v1.0/users/{user}/teamwork/installedApps", self._installed)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"  # type: ignore[union-attr]

    async def stop(self) -> None:
        await self._runner.cleanup()

    @property
    def service_url(self) -> str:
        return f"{self.url}/teams/"

    async def _openid(self, request: web.Request) -> web.Response:
        if self.before_keys:
            await self.before_keys()
        if self.keys_fault:
            return _faulty(self.keys_fault)
        return web.json_response({"issuer": ISSUER, "jwks_uri": f"{self.url}/keys"})

    async def _keys(self, request: web.Request) -> web.Response:
        self.key_fetches += 1
        keys = []
        for key_id, (key, endorsements) in self.published.items():
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
            keys.append(public | {"kid": key_id, "use": "sig", "endorsements": endorsements})
        return web.json_response({"keys": keys})

    async def _login(self, request: web.Request) -> web.Response:
        self.tokens += 1
        form = await request.post()
        if self.token_fault:
            return _faulty(self.token_fault)
        assert request.match_info["tenant"] == TENANT
        assert form["grant_type"] == "client_credentials"
        token = f"token-{self.tokens}"
        self.valid_tokens.add(token)
        return web.json_response({"access_token": token, "expires_in": 3600, "token_type": "Bearer"})

    async def _connector(self, request: web.Request) -> web.Response:
        path = request.raw_path.split("/v3/", 1)[1].split("?")[0]
        text = await request.text()
        call = Call(request.method, unquote(path), json.loads(text) if text else {}, dict(request.headers))
        self.calls.append(call)
        if self.before_answer:
            await self.before_answer(call)
        if self.hangs_up and request.transport:
            request.transport.abort()
        for prefix, faults in self.faults.items():
            if f"{call.method} {call.path}".startswith(prefix) and faults:
                return await self._told(_faulty(faults.pop(0)))
        return await self._told(self._answer(request.method, [unquote(part) for part in path.split("/")], call.body))

    async def _install(self, request: web.Request) -> web.Response:
        """https://learn.microsoft.com/graph/api/userteamwork-post-installedapps"""
        user, text = request.match_info["user"], await request.text()
        call = Call("POST", f"graph users/{user}", json.loads(text), dict(request.headers))
        self.calls.append(call)
        if faults := self.faults.get("graph"):
            return _faulty(faults.pop(0))
        known = any(one["aadObjectId"] == user for one in self.members.values())
        if not known:
            return _graph(404, "NotFound", f"No user '{user}'.")
        if not call.body["teamsApp@odata.bind"].endswith(f"/appCatalogs/teamsApps/{CATALOGUE}"):
            return _graph(404, "NotFound", "No app found in the catalog with this id.")
        if user not in self.not_installed:
            return _graph(409, "Conflict", "App already installed.")
        self.not_installed.discard(user)
        return web.Response(status=201)

    async def _users(self, request: web.Request) -> web.Response:
        """https://learn.microsoft.com/graph/api/user-list, two at a time"""
        self.calls.append(Call("GET", "graph users", {}, dict(request.headers)))
        if faults := self.faults.get("graph users"):
            return _faulty(faults.pop(0))
        users = [_user(one) for one in self.members.values()]
        begin = int(request.query.get("$skiptoken", 0))
        more = {"@odata.nextLink": f"{self.url}/graph/v1.0/users?$skiptoken={begin + 2}"}
        return web.json_response({"value": users[begin : begin + 2], **(more if begin + 2 < len(users) else {})})

    async def _installed(self, request: web.Request) -> web.Response:
        """https://learn.microsoft.com/graph/api/userteamwork-list-installedapps"""
        self.calls.append(Call("GET", "graph apps", {}, dict(request.headers)))
        if faults := self.faults.get("graph apps"):
            return _faulty(faults.pop(0))
        return web.json_response({"value": [{"id": "an-installation"}]})

    async def _told(self, answer: web.Response) -> web.Response:
        """Wake whoever waits for this call."""
        async with self._arrived:
            self._arrived.notify_all()
        return answer

    def _answer(self, method: str, parts: list[str], body: dict[str, Any]) -> web.Response:
        match method, parts:
            case "POST", ["conversations"]:
                return self._create(body)
            case "POST", ["conversations", conversation, "activities", *_]:
                return self._post(conversation, body)
            case "PUT", ["conversations", conversation, "activities", message]:
                if message not in self.messages.get(conversation, {}):
                    return _faulty(Fault.of(404, "ActivityNotFoundInConversation"))
                self.messages[conversation][message] = body
                return web.json_response({"id": message})
            case "GET", ["conversations", _, "pagedmembers"]:
                return web.json_response({"members": list(self.members.values())})
            case "GET", ["conversations", _, "members", member]:
                found = [one for one in self.members.values() if member in {one["id"], one["aadObjectId"]}]
                return web.json_response(found[0]) if found else _faulty(Fault.of(404, "MemberNotFound"))
        return _faulty(Fault.of(405))

    def _create(self, body: dict[str, Any]) -> web.Response:
        member = body["members"][0]["id"]
        person = next((one for one in self.members.values() if member in {one["id"], one["aadObjectId"]}), None)
        if person is None:
            return _faulty(Fault.of(404, "UserNotFound"))
        if person["aadObjectId"] in self.not_installed:
            return _faulty(Fault.of(403, "ForbiddenOperationException"))
        return web.json_response({"id": f"a:{person['aadObjectId']}"}, status=201)

    def _post(self, conversation: str, body: dict[str, Any]) -> web.Response:
        if conversation.removeprefix("a:") in self.not_installed:
            return _faulty(Fault.of(403, "BotNotInConversationRoster"))
        message = str(1_700_000_000_000 + next(self._ids))
        if body["type"] == "message":
            self.messages.setdefault(conversation, {})[message] = body
        return web.json_response({"id": message}, status=201)

    # --- what a test asks

    async def wait_for(self, condition: Callable[[], object], *, seconds: float = 5) -> None:
        """Until the condition holds after some call."""
        async with self._arrived:
            await asyncio.wait_for(self._arrived.wait_for(lambda: bool(condition())), seconds)

    def said(self, conversation: str) -> list[dict[str, Any]]:
        """The cards of a conversation, or its plain texts, oldest first."""
        return [_content(body) for body in self.messages.get(conversation, {}).values()]

    def posts(self) -> list[Call]:
        """What was written to Teams, without the roster's questions."""
        return [call for call in self.calls if call.method != "GET"]

    # --- the signing side

    def publish(self, key_id: str, *endorsements: str) -> rsa.RSAPrivateKey:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.published[key_id] = (key, list(endorsements or ("msteams",)))
        return key

    def token(self, key_id: str = "first", **changes: Any) -> str:
        """A token as Microsoft signs them; a claim set to None is left out."""
        now = self.now()
        claims = {
            "iss": ISSUER,
            "aud": APP,
            "exp": int((now + timedelta(hours=1)).timestamp()),
            "nbf": int((now - timedelta(minutes=1)).timestamp()),
            "serviceurl": self.service_url,
        }
        claims = {name: value for name, value in (claims | changes).items() if value is not None}
        return jwt.encode(claims, self.published[key_id][0], algorithm="RS256", headers={"kid": key_id})


def _faulty(fault: Fault) -> web.Response:
    return web.Response(status=fault.status, text=fault.body, headers=fault.headers, content_type=fault.content_type)


def _graph(status: int, code: str, message: str) -> web.Response:
    return web.json_response({"error": {"code": code, "message": message}}, status=status)


def _user(member: dict[str, Any]) -> dict[str, Any]:
    kind = "Guest" if member["userRole"] == "guest" else "Member"
    enabled = member["userRole"] != "disabled"
    name = {"id": member["aadObjectId"], "displayName": member["name"], "mail": member["email"]}
    return {**name, "accountEnabled": enabled, "userType": kind}


def _content(body: dict[str, Any]) -> dict[str, Any]:
    attachments = body.get("attachments") or []
    return attachments[0]["content"] if attachments else {"text": body.get("text")}


class Writer:
    """Somebody in Teams, who types and presses."""

    def __init__(self, stand_in: StandIn, name: str, email: str, *, role: str = "user") -> None:
        self.stand_in = stand_in
        self.name = name
        self.account = f"aad-{name.lower()}"
        self.id = f"29:{name.lower()}"
        self.chat = f"a:{self.account}"
        self.locale = "en-GB"
        self._ids = itertools.count(1)
        stand_in.members[self.id] = {
            "id": self.id,
            "aadObjectId": self.account,
            "name": name,
            "email": email,
            "userPrincipalName": f"{name.lower()}@upn.example",
            "tenantId": TENANT,
            "userRole": role,
        }

    def activity(self, kind: str = "message", *, conversation: str = "", **more: Any) -> dict[str, Any]:
        shared = bool(conversation)
        body = {
            "type": kind,
            "id": f"{self.name}-{next(self._ids)}",
            "timestamp": "2026-11-22T12:00:00.000Z",
            "channelId": "msteams",
            "serviceUrl": self.stand_in.service_url,
            "from": {"id": self.id, "name": self.name, "aadObjectId": self.account},
            "recipient": BOT,
            "conversation": {
                "id": conversation or self.chat,
                "tenantId": TENANT,
                "conversationType": "groupChat" if shared else "personal",
                **({"isGroup": True} if shared else {}),
            },
            "channelData": {"tenant": {"id": TENANT}},
            "locale": self.locale,
        }
        return body | more

    def says(self, text: str, *, conversation: str = "") -> dict[str, Any]:
        """In a shared conversation the bot is mentioned, or it would not hear of it."""
        if not conversation:
            return self.activity(text=text)
        mention = {"type": "mention", "text": "<at>Greenroom</at>", "mentioned": BOT}
        return self.activity(conversation=conversation, text=f"<at>Greenroom</at> {text}", entities=[mention])

    def installs(self, *, conversation: str = "") -> dict[str, Any]:
        return self.activity("installationUpdate", conversation=conversation, action="add")

    def removes(self) -> dict[str, Any]:
        return self.activity("installationUpdate", action="remove")

    def presses(
        self, action: dict[str, Any], *, message: str, conversation: str = "", trigger: str = "manual", **inputs: str
    ) -> dict[str, Any]:
        """Action.Execute as Teams sends it, with what the card's inputs hold."""
        sent = {name: action[name] for name in ("type", "title", "verb")} | {"data": action["data"] | inputs}
        value = {"action": sent, "trigger": trigger}
        name = "adaptiveCard/action"
        return self.activity("invoke", conversation=conversation, name=name, value=value, replyToId=message)

    def submits(self, action: dict[str, Any], *, message: str, **inputs: str) -> dict[str, Any]:
        """The fallback of older clients: a message without words."""
        return self.activity(value=action["fallback"]["data"] | inputs, replyToId=message)


def actions(card: Any) -> list[dict[str, Any]]:
    """Every action anywhere in a card."""
    if isinstance(card, list):
        return [action for item in card for action in actions(item)]
    if not isinstance(card, dict):
        return []
    inner = [action for key, value in card.items() if key != "fallback" for action in actions(value)]
    is_action = str(card.get("type", "")).startswith("Action.") and "title" in card
    return [card, *inner] if is_action else inner


def action(card: Any, title: str) -> dict[str, Any]:
    """The one with this label."""
    return next(one for one in actions(card) if one["title"] == title)
