"""What outside systems tell us: verified, acknowledged at once, worked on in batches."""

from __future__ import annotations

import asyncio
import json

import structlog
from itsdangerous import BadSignature, Signer
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.first_look import never_wait
from bot.personio_webhook import PersonioWebhook
from bot.zoom_webhook import ZoomWebhook
from handlers import proof
from handlers.access_requests import Arrival, Waiting, accept
from handlers.guide_check import redraw
from handlers.newcomers import enrol_newcomers
from handlers.next_step import show_on_cards
from handlers.people import as_person
from handlers.refresh import refresh_connection
from handlers.services import Services
from handlers.sync import CHUNK
from providers.cronofy_callbacks import (
    CONFERENCING_FAILING,
    SIGNATURE_HEADER,
    VERIFICATION,
    read_authorisation,
    read_notification,
)

LARGEST_BODY = 256 * 1024
LOG = structlog.get_logger(__name__)


class Webhooks:
    """Serves /webhooks/cronofy/{secret}; the secret says whom the news is about."""

    def __init__(self, services: Services, signer: Signer, *, zoom_secret: SecretStr | None = None) -> None:
        self._services = services
        self.signer = signer
        self._arrivals: asyncio.Queue[tuple[int, Arrival]] = asyncio.Queue()
        self._worker: asyncio.Task[None] | None = None
        self._idle = asyncio.Event()
        self._idle.set()
        self._looks: set[asyncio.Task[None]] = set()
        self._personio = PersonioWebhook(services, signer)
        self._zoom = ZoomWebhook(services, zoom_secret.get_secret_value() if zoom_secret else "")

    def routes(self) -> list[Route]:
        cronofy = Route("/webhooks/cronofy/{secret}", self.cronofy, methods=["POST"])
        return [cronofy, self._personio.route(), *self._zoom.routes()]

    def start(self) -> None:
        self._worker = asyncio.create_task(self._work())

    async def stop(self) -> None:
        for task in (self._worker, *self._looks):
            if task:
                task.cancel()
        await self._personio.stop()
        await self._zoom.stop()

    async def settled(self) -> None:
        """Wait until everything that arrived was worked on."""
        await self._personio.settled()
        await self._zoom.settled()
        await self._idle.wait()
        while self._looks:
            await asyncio.gather(*self._looks)

    async def cronofy(self, request: Request) -> Response:
        subject = self._subject(request.path_params["secret"])
        if subject is None or self._services.cronofy is None:
            return Response(status_code=404)
        body = await request.body()
        if len(body) > LARGEST_BODY:
            return Response(status_code=413)
        # Whether authorisation callbacks are signed is not documented; a signature that is there must be right.
        signature = request.headers.get(SIGNATURE_HEADER)
        if signature is not None and not self._services.cronofy.verify_hmac(signature, body):
            return Response(status_code=401)
        try:
            content = json.loads(body)
        except (ValueError, RecursionError):
            return Response(status_code=400)
        company, person, waiting = subject
        if result := read_authorisation(content):
            self._idle.clear()
            address = f"{self._services.public_url}{request.url.path}"
            self._arrivals.put_nowait((company, Arrival(person, result, address, waiting)))
        elif (news := read_notification(content)) and signature is None:
            return Response(status_code=401)
        elif news and news.type != VERIFICATION:
            self._look(company, person, failing=news.event_id if CONFERENCING_FAILING in news.interactions else "")
        return Response(status_code=200)

    def _subject(self, secret: str) -> tuple[int, int, Waiting | None] | None:
        """The company, the person, and which card waits."""
        try:
            company, person, *asked = self.signer.unsign(secret).decode().split("-", 3)
        except (BadSignature, ValueError):
            return None
        if not (company.isdecimal() and person.isdecimal()):
            return None
        waiting = Waiting(provider=asked[0], card=asked[1]) if asked else None
        return int(company), int(person), waiting

    def _look(self, company: int, person: int, *, failing: str) -> None:
        task = asyncio.create_task(self._look_at(company, person, failing=failing))
        self._looks.add(task)
        task.add_done_callback(self._looks.discard)

    async def _look_at(self, company: int, person: int, *, failing: str) -> None:
        """Notifications are hints, and can be replayed: the truth is read from Cronofy."""
        never_wait()
        row = await self._services.store.people.get(company, person)
        if row is None:
            return
        problem = await refresh_connection(self._services, as_person(row))
        if problem is not None:
            LOG.warning("news_not_read", system=problem.system, status=problem.status)
        await proof.news(self._services, company, person, failing=failing)

    async def _work(self) -> None:
        never_wait()
        while True:
            first = await self._arrivals.get()
            arrived = [first]
            while len(arrived) < CHUNK and not self._arrivals.empty():
                arrived.append(self._arrivals.get_nowait())
            for company in {company for company, _ in arrived}:
                await self._accept(company, [arrival for of, arrival in arrived if of == company])
            if self._arrivals.empty():
                self._idle.set()

    async def _accept(self, company: int, arrivals: list[Arrival]) -> None:
        try:
            await accept(self._services, company, arrivals)
            await show_on_cards(self._services, company, arrivals)
            await redraw(self._services, company)
            await enrol_newcomers(self._services, company)
        except Exception:
            LOG.exception("authorisations_not_accepted")  # they stay "requested" and are asked for again
