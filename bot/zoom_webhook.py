"""What Zoom tells us: verified, acknowledged at once; whatever it is, the truth is looked at and not believed."""

from __future__ import annotations

import asyncio
import json

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from handlers.live_checks import check_everybody
from handlers.services import Services
from providers.zoom_news import answer_to, concerns_us, is_zooms

LARGEST_BODY = 64 * 1024
LOG = structlog.get_logger(__name__)


class ZoomWebhook:
    """Serves /webhooks/zoom; without a secret it is not there."""

    def __init__(self, services: Services, secret: str) -> None:
        self._services = services
        self._secret = secret
        self._look: asyncio.Task[None] | None = None
        self._again = False

    def routes(self) -> list[Route]:
        return [Route("/webhooks/zoom", self.receive, methods=["POST"])] if self._secret else []

    async def settled(self) -> None:
        while self._look is not None and not self._look.done():
            await asyncio.wait([self._look])

    async def stop(self) -> None:
        if self._look is not None:
            self._look.cancel()  # the next synchronisation looks at everybody

    async def receive(self, request: Request) -> Response:
        body = await request.body()
        if len(body) > LARGEST_BODY:
            return Response(status_code=413)
        if not is_zooms(self._secret, request.headers, body, self._services.now()):
            return Response(status_code=401)
        try:
            content = json.loads(body)
        except (ValueError, RecursionError):
            return Response(status_code=400)
        if answer := answer_to(self._secret, content):
            return JSONResponse(answer)
        if concerns_us(content):
            self._begin()
        return Response(status_code=204)

    def _begin(self) -> None:
        """However much arrives, one look at a time, and one more after it."""
        self._again = True
        if self._look is None or self._look.done():
            self._look = asyncio.create_task(self._look_at_all())

    async def _look_at_all(self) -> None:
        while self._again:
            self._again = False
            try:
                for company in await self._services.store.companies.all():
                    await check_everybody(self._services, company.id)
            except Exception:
                LOG.exception("zoom_news_not_followed")  # the next synchronisation looks at everybody
