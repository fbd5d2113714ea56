from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import Response

from bot.sandbox.world import World


@dataclass
class Received:
    address: str
    body: bytes
    headers: dict[str, str]

    @property
    def message(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads(self.body)
        return read


@dataclass
class Product:
    """Stands where Greenroom stands: asks over HTTP, and has an address for callbacks."""

    world: World
    client: httpx.AsyncClient = field(default_factory=httpx.AsyncClient)
    address: str = ""
    received: list[Received] = field(default_factory=list)
    answer_with: int = 200
    next_path: int = 0

    async def receive(self, request: Request) -> Response:
        self.received.append(Received(str(request.url), await request.body(), dict(request.headers)))
        return Response(status_code=self.answer_with)

    async def token(self, **given: str) -> httpx.Response:
        application = {
            "client_id": self.world.cronofy.client_id,
            "client_secret": self.world.cronofy.client_secret,
        }
        return await self.client.post("/cronofy/oauth/token", json=application | given)

    async def service_token(self) -> str:
        refresh = self.world.grant_service_account().refresh.value
        answer = await self.token(grant_type="refresh_token", refresh_token=refresh)
        return str(answer.json()["access_token"])

    async def ask_for(self, *emails: str, token: str) -> list[dict[str, Any]]:
        """Request authorisations and give what was called back."""
        before = len(self.received)
        self.next_path += 1
        entries = [
            {
                "email": email,
                "callback_url": f"{self.address}/callbacks/{self.next_path}/{number}?secret=1",
                "scope": "read_write",
                "state": email,
            }
            for number, email in enumerate(emails)
        ]
        answer = await self.client.post(
            "/cronofy/v1/service_account_authorizations",
            json={"service_account_authorizations": entries},
            headers=bearing(token),
        )
        assert (answer.status_code, answer.content) == (202, b"")
        await self.world.drain()
        return [received.message["authorization"] for received in self.received[before:]]

    async def tokens_of(self, email: str) -> dict[str, Any]:
        """A person's tokens, all the way through the authorisation."""
        before = len(self.received)
        authorisation = (await self.ask_for(email, token=await self.service_token()))[0]
        address = self.received[before].address
        answer = await self.token(grant_type="authorization_code", code=authorisation["code"], redirect_uri=address)
        assert answer.status_code == 200
        tokens: dict[str, Any] = answer.json()
        return tokens

    async def acting_as(self, email: str) -> dict[str, str]:
        return bearing((await self.tokens_of(email))["access_token"])

    async def userinfo(self, headers: dict[str, str]) -> httpx.Response:
        return await self.client.get("/cronofy/v1/userinfo", headers=headers)

    async def personio(self) -> dict[str, str]:
        answer = await self.client.post("/personio/v2/auth/token", data=self.personio_credential())
        return bearing(answer.json()["access_token"])

    def personio_credential(self, **more: str) -> dict[str, str]:
        credential = self.world.personio
        given = {"client_id": credential.client_id, "client_secret": credential.client_secret}
        return given | {"grant_type": "client_credentials"} | more


def bearing(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
