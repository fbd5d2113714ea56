"""/healthz, /readyz and /metrics: what a supervisor asks, and how little a stranger learns from it."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.health import HealthCheck
from bot.loopback import is_loopback, is_loopback_host
from bot.mark import mark_of
from bot.observing import metrics_of
from bot.survey import Survey

if TYPE_CHECKING:
    from bot.app import Program

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


class HealthPages:
    """`mark` proves to `greenroom doctor` that an address leads to this very installation."""

    def __init__(self, check: HealthCheck, survey: Survey | None, *, token: str, public_url: str, mark: str) -> None:
        self._check = check
        self._survey = survey
        self._token = token
        # Behind a proxy on the same machine everybody seems to come from here.
        self._trusts_loopback = is_loopback(public_url)
        self._mark = mark

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/healthz", self.alive),
            Route("/readyz", self.ready),
            Route("/metrics", self.metrics),
        ]

    async def alive(self, request: Request) -> Response:
        """The process runs; nothing else is looked at, so that a sick database restarts nobody."""
        return JSONResponse({"status": "ok", "mark": self._mark})

    async def ready(self, request: Request) -> Response:
        """Whether it can work, and why not, for everybody; figures for whoever may see the metrics."""
        health = await self._check.look()
        told: dict[str, object] = {"status": "ready" if health.is_ready else "not ready"}
        if not health.is_ready:
            told["reasons"] = health.reasons
        if self._refusal(request) is None:
            told |= health.figures()
        return JSONResponse(told, status_code=200 if health.is_ready else 503)

    async def metrics(self, request: Request) -> Response:
        """In the text format of Prometheus."""
        if refusal := self._refusal(request):
            return refusal
        if self._survey is None:
            return Response(status_code=404)
        return Response(await self._survey.page(), headers={"Content-Type": CONTENT_TYPE})

    def _refusal(self, request: Request) -> Response | None:
        """None for whoever carries the token, or sits at this machine while nobody else can come in."""
        if self._token:
            given = request.headers.get("authorization", "")
            if hmac.compare_digest(given.encode("utf-8", "replace"), f"Bearer {self._token}".encode()):
                return None
            return PlainTextResponse(
                "This needs the token of GREENROOM_METRICS_TOKEN.", 401, headers={"WWW-Authenticate": "Bearer"}
            )
        host = request.client.host if request.client else ""
        if self._trusts_loopback and is_loopback_host(host) and not any(name in request.headers for name in FORWARDED):
            return None
        return PlainTextResponse("Set GREENROOM_METRICS_TOKEN to see this from here.", 403)


def pages_of(program: Program) -> HealthPages:
    """The pages of a built program."""
    settings = program.settings
    check = HealthCheck(
        program.store,
        program.channels,
        heard=program.inbox.heard,
        deaf=lambda: program.ears.deaf,
        now=program.now,
    )
    metrics = metrics_of(program.observer)
    token = settings.greenroom_metrics_token
    return HealthPages(
        check,
        Survey(program.services, metrics, check) if metrics else None,
        token=token.get_secret_value() if token else "",
        public_url=settings.greenroom_public_url,
        mark=mark_of(settings),
    )
