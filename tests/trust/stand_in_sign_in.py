"""A stand-in for the sign-in pages of Slack and Microsoft: whoever comes is signed in as `who`."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any

import jwt
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.demo import Demo
from providers.sign_in import SignIn

TENANT, CLIENT, SECRET = "tenant-1", "client-1", "secret-1"
KEY = "a key that nobody looks at, because TLS stands for the signature"


@dataclass
class StandIn:
    """One vendor; `claims` are put over the honest ones."""

    who: str = ""
    expires: float = 4_000_000_000
    claims: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, dict[str, Any]] = field(default_factory=dict)
    base_url: str = ""

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/openid/connect/authorize", self.authorise),
                Route("/api/openid.connect.token", self.token, methods=["POST"]),
                Route(f"/{TENANT}/oauth2/v2.0/authorize", self.authorise),
                Route(f"/{TENANT}/oauth2/v2.0/token", self.token, methods=["POST"]),
            ]
        )

    async def authorise(self, request: Request) -> Response:
        query = request.query_params
        code = secrets.token_urlsafe(8)
        issuer = self.base_url if request.url.path.startswith("/openid/") else f"{self.base_url}/{TENANT}/v2.0"
        self.codes[code] = {
            "nonce": query["nonce"],
            "redirect_uri": query["redirect_uri"],
            "who": self.who,
            "issuer": issuer,
        }
        return RedirectResponse(f"{query['redirect_uri']}?code={code}&state={query['state']}", status_code=302)

    async def token(self, request: Request) -> Response:
        form = await request.form()
        known = self.codes.pop(str(form["code"]), None)
        fits = known and known["redirect_uri"] == form["redirect_uri"] and form["client_secret"] == SECRET
        if known is None or not fits:
            return JSONResponse({"ok": False, "error": "invalid_grant"}, status_code=400)
        return JSONResponse({"ok": True, "id_token": self.id_token(known)})

    def id_token(self, known: dict[str, Any]) -> str:
        honest = {
            "iss": known["issuer"],
            "aud": CLIENT,
            "exp": self.expires,
            "nonce": known["nonce"],
            "tid": TENANT,
            "oid": known["who"],
            "https://slack.com/team_id": "T1",
            "https://slack.com/user_id": known["who"],
        }
        return jwt.encode({**honest, **self.claims}, KEY, algorithm="HS256")


def microsoft(stand_in: StandIn, demo: Demo) -> dict[str, SignIn]:
    """What GREENROOM_STRICT_LINKS builds, without the checks of Microsoft accounts that the same settings turn on."""
    vendor = SignIn.microsoft(
        tenant=TENANT, client_id=CLIENT, client_secret=SECRET, login_url=stand_in.base_url, now=demo.program.now
    )
    return {vendor.channel: vendor}
