"""Small outside systems for the tests of the clients: they behave over HTTP, whatever they are asked."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response


@dataclass
class Saw:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode()))


class Recording:
    """An ASGI application that remembers its requests; subclasses answer them."""

    def __init__(self) -> None:
        self.seen: list[Saw] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive)
        query = {name: values[0] for name, values in parse_qs(urlsplit(str(request.url)).query).items()}
        saw = Saw(request.method, request.url.path, query, dict(request.headers), await request.body())
        self.seen.append(saw)
        response = await self.answer(saw)
        await response(scope, receive, send)

    async def answer(self, saw: Saw) -> Response:
        raise NotImplementedError

    def asked(self, path: str) -> list[Saw]:
        return [saw for saw in self.seen if saw.path == path]


class Scripted(Recording):
    """Gives its answers in order; the last one for ever."""

    def __init__(self, *answers: Response) -> None:
        super().__init__()
        self.answers = list(answers)

    async def answer(self, saw: Saw) -> Response:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class CronofyServer(Recording):
    """One account whose access token can run out or be withdrawn; any other answer is put in by path."""

    def __init__(self) -> None:
        super().__init__()
        self.valid = {"access-1"}
        self.refresh_tokens = {"refresh-1"}
        self.codes = {("code-" + "a" * 27, "https://bot.example/callback?person=7")}
        self.grant: dict[str, Any] = {"sub": "acc_567236000909002ff8baa5f1"}
        self.expires_in: Any = 3600
        self.answers: dict[tuple[str, str], Sequence[Response] | Response] = {}
        self._numbers = itertools.count(2)

    async def answer(self, saw: Saw) -> Response:
        if saw.path.startswith("/oauth/token"):
            return self._oauth(saw)
        if saw.headers.get("authorization", "").removeprefix("Bearer ") not in self.valid:
            return Response(status_code=401, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
        answer = self.answers[saw.method, saw.path]
        return answer if isinstance(answer, Response) else answer[len(self.asked(saw.path)) - 1]

    def _oauth(self, saw: Saw) -> Response:
        if saw.form.get("client_secret") != "CRN_secret":
            return JSONResponse({"error": "invalid_client"}, 400)
        match saw.form:
            case {"refresh_token": refresh_token} if refresh_token in self.refresh_tokens:
                return self._granted({})
            case {"code": code, "redirect_uri": uri} if (code, uri) in self.codes:
                self.codes.remove((code, uri))
                return self._granted(self.grant)
            case {"token": token}:
                self.valid.discard(token)
                return Response()
            case {"sub": _}:
                self.valid.clear()
                return Response()
        return JSONResponse({"error": "invalid_grant"}, 400)

    def _granted(self, more: dict[str, Any]) -> Response:
        number = next(self._numbers)
        self.valid = {f"access-{number}"}
        tokens = {"access_token": f"access-{number}", "refresh_token": "refresh-1", "expires_in": self.expires_in}
        return JSONResponse({"token_type": "bearer", "scope": "read_write", **tokens, **more})


@dataclass
class Credential:
    scopes: set[str] = field(default_factory=lambda: {"personio:persons:read", "personio:recruiting:read"})
    attributes: set[str] = field(default_factory=lambda: {"email", "first_name", "last_name"})


class PersonioServer(Recording):
    """People in pages, one token for 24 hours, rights and readable attributes per credential."""

    def __init__(self, people: Sequence[dict[str, Any]] = (), jobs: Sequence[dict[str, Any]] = ()) -> None:
        super().__init__()
        self.people = people
        self.jobs = jobs
        self.credential = Credential()
        self.token = "papi-1"
        self.address = ""
        self.next_address = ""
        self.webhooks: dict[str, dict[str, Any]] = {}
        self.trouble: list[Response] = []

    async def answer(self, saw: Saw) -> Response:
        if self.trouble:
            return self.trouble.pop(0)
        if saw.path == "/v2/auth/token":
            return self._sign_in(saw)
        if saw.headers.get("authorization") != f"Bearer {self.token}":
            return self._unauthorised()
        match saw.path.split("/")[2:]:
            case ["persons", *rest]:
                return self._persons(saw, rest)
            case ["recruiting", "jobs"]:
                return self._allowed("personio:recruiting:read", {"data": list(self.jobs), "meta": {}})
            case ["webhooks", *rest]:
                return self._hooks(saw, rest)
        return Response(status_code=404)

    def _sign_in(self, saw: Saw) -> Response:
        if saw.form["client_secret"] != "papi-secret":
            return JSONResponse({"error": "invalid_client"}, 401)
        if not set(saw.form.get("scope", "").split()) <= self.credential.scopes:
            return JSONResponse({"error": "invalid_scope"}, 400)
        return JSONResponse({"access_token": self.token, "token_type": "Bearer", "expires_in": 86400})

    def _unauthorised(self) -> Response:
        return JSONResponse({"error": {"message": "Unauthorized Request"}}, 401)

    def _allowed(self, scope: str, body: Any) -> Response:
        return JSONResponse(body) if scope in self.credential.scopes else self._unauthorised()

    def _shown(self, person: dict[str, Any]) -> dict[str, Any]:
        hidden = {"email", "first_name", "last_name"} - self.credential.attributes
        return {name: value for name, value in person.items() if name not in hidden}

    def _persons(self, saw: Saw, rest: list[str]) -> Response:
        match rest:
            case [person_id, "employments"]:
                return self._allowed("personio:persons:read", {"_data": [{"id": f"e-{person_id}", "status": "ACTIVE"}]})
            case [person_id]:
                person = next((person for person in self.people if person["id"] == person_id), None)
                return self._allowed("personio:persons:read", self._shown(person)) if person else Response(None, 404)
        start, limit = int(saw.query.get("cursor", "0")), int(saw.query.get("limit", "50"))
        if limit > 50:
            return JSONResponse({"errors": [{"title": "Bad", "detail": "Provided value for limit is not valid"}]}, 400)
        page = [self._shown(person) for person in self.people[start : start + limit]]
        links = {}
        if start + limit < len(self.people):
            host = self.next_address or self.address
            links = {"next": {"href": f"{host}/v2/persons?limit={limit}&cursor={start + limit}"}}
        return self._allowed("personio:persons:read", {"_data": page, "_meta": {"links": links}})

    def _hooks(self, saw: Saw, rest: list[str]) -> Response:
        match saw.method, rest:
            case "POST", []:
                self.webhooks["w1"] = {"id": "w1", **saw.json}
                return JSONResponse(self.webhooks["w1"], 201)
            case "DELETE", [webhook_id]:
                return Response(status_code=204 if self.webhooks.pop(webhook_id, None) else 404)
        return JSONResponse({"_data": list(self.webhooks.values())})
