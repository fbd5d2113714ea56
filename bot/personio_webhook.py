"""What Personio tells us: verified, acknowledged at once, worked on together."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import OrderedDict

import structlog
from itsdangerous import BadSignature, Signer
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from handlers.newcomers import enrol_newcomers
from handlers.personio_news import people_changed, token_of
from handlers.services import Services
from handlers.sync import ASK_AGAIN_AFTER, ask_for_hosts
from providers.personio_news import PING, read_news, shows

LARGEST_BODY = 64 * 1024
REMEMBERED = 1_000
"""Deliveries that are known again when they come twice; older ones only cost a look at Personio."""
LOG = structlog.get_logger(__name__)


class PersonioWebhook:
    """Serves /webhooks/personio/{secret}; the secret says which company's Personio speaks."""

    def __init__(self, services: Services, signer: Signer) -> None:
        self._services = services
        self._signer = signer
        self._seen: OrderedDict[bytes, None] = OrderedDict()
        self._waiting: dict[int, set[str]] = {}
        self._work: asyncio.Task[None] | None = None

    def route(self) -> Route:
        return Route("/webhooks/personio/{secret}", self.receive, methods=["POST"])

    async def settled(self) -> None:
        """Wait until everything that arrived was worked on."""
        while self._work is not None and not self._work.done():
            await asyncio.wait([self._work])

    async def stop(self) -> None:
        if self._work is not None:
            self._work.cancel()  # the next synchronisation reads everybody

    async def receive(self, request: Request) -> Response:
        company = self._company(request.path_params["secret"])
        if company is None or self._services.personio is None:
            return Response(status_code=404)
        if not shows(request.headers, token_of(self._services, company)):
            return Response(status_code=401)
        body = await request.body()
        if len(body) > LARGEST_BODY:
            return Response(status_code=413)
        try:
            news = read_news(json.loads(body))
        except (ValueError, RecursionError):
            news = None
        if news is None:
            return Response(status_code=400)
        if news.event != PING and self._is_new(company, body):
            self._waiting.setdefault(company, set()).add(news.person_id)
            self._begin()
        return Response(status_code=200)

    def _company(self, secret: str) -> int | None:
        try:
            purpose, _, company = self._signer.unsign(secret).decode().partition("-")
        except (BadSignature, UnicodeDecodeError):
            return None
        return int(company) if purpose == "personio" and company.isdecimal() else None

    def _is_new(self, company: int, body: bytes) -> bool:
        mark = hashlib.sha256(b"%d %s" % (company, body)).digest()
        if mark in self._seen:
            return False
        self._seen[mark] = None
        if len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        return True

    def _begin(self) -> None:
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._work_off())

    async def _work_off(self) -> None:
        """What arrives meanwhile is the next round's."""
        while self._waiting:
            company, people = self._waiting.popitem()
            try:
                await self._look_at(company, people)
            except Exception:
                LOG.exception("personio_news_not_read")  # the next synchronisation reads everybody

    async def _look_at(self, company: int, people: set[str]) -> None:
        services = self._services
        await people_changed(services, company, people)
        if services.is_direct:
            await ask_for_hosts(services, company, unless_asked_since=services.now() - ASK_AGAIN_AFTER)
        await enrol_newcomers(services, company)
