"""A small Cronofy, and a person as it describes her."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from starlette.responses import JSONResponse, Response

from providers.tokens import Tokens
from tests.providers.stand_ins import Recording, Saw

SUB = "acc_567236000909002ff8baa5f1"


PERSON = {
    "sub": SUB,
    "email": "ben@aurora.example",
    "name": None,
    "cronofy.type": "account",
    "cronofy.data": {
        "authorization": {"scope": "read_write", "status": "active"},
        "profiles": [
            {
                "provider_name": "exchange",
                "provider_service": "office365",
                "provider_protocol": "exchange_web_services",
                "graph_api_migration_url": "https://app.cronofy.com/migrate/1",
                "profile_id": "pro_1",
                "profile_name": "ben@aurora.example",
                "profile_connected": True,
                "profile_initial_sync_required": False,
                "profile_calendars": [
                    {"calendar_id": "cal_2", "calendar_name": "Team", "calendar_primary": False},
                    {
                        "calendar_id": "cal_1",
                        "calendar_name": "Calendar",
                        "calendar_readonly": False,
                        "calendar_deleted": False,
                        "calendar_primary": True,
                        "calendar_integrated_conferencing_available": True,
                    },
                ],
            }
        ],
        "conferencing_profiles": [
            {"provider_name": "zoom", "profile_id": "pro_z", "profile_name": "ben@a", "profile_connected": True},
            {
                "provider_name": "go_to",
                "profile_id": "pro_g",
                "profile_name": "ben@g",
                "profile_connected": False,
                "profile_relink_url": "https://app.cronofy.com/v2/relink/go_to",
            },
        ],
    },
}


class Store:
    def __init__(self) -> None:
        self.saved: list[Tokens] = []

    async def save(self, tokens: Tokens) -> None:
        self.saved.append(tokens)


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
