"""A small Personio."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import JSONResponse, Response

from tests.providers.stand_ins import Recording, Saw


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
