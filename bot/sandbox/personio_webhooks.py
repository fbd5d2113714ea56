"""Personio's webhooks: make, read, change, remove, and have one ping."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.sandbox.cronofy import answering
from bot.sandbox.personio import Desk
from bot.sandbox.personio_answers import error
from bot.sandbox.records import Webhook
from bot.sandbox.wire import Answered, Fields, fields, is_web_address
from bot.sandbox.world import World

READ = "personio:webhooks:read"
WRITE = "personio:webhooks:write"
EVENTS = frozenset(
    f"{subject}.{happening}"
    for subject, happenings in {
        "person": ("created", "updated", "deleted"),
        "employment": ("created", "updated", "deleted", "started", "terminated"),
    }.items()
    for happening in happenings
)


class Webhooks:
    """Subscriptions; the secret `token` is never shown again."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._desk = Desk(world)

    def routes(self) -> list[BaseRoute]:
        one = "/v2/webhooks/{webhook_id}"
        return [
            Route("/v2/webhooks", answering(self.list), methods=["GET"]),
            Route("/v2/webhooks", answering(self.create), methods=["POST"]),
            Route(one, answering(self.read), methods=["GET"]),
            Route(one, answering(self.change), methods=["PATCH"]),
            Route(one, answering(self.delete), methods=["DELETE"]),
            Route(f"{one}/ping", answering(self.ping), methods=["POST"]),
        ]

    async def list(self, request: Request) -> Response:
        self._desk.admit(request, READ)
        webhooks = [_shown(webhook) for webhook in self._world.webhooks.values()]
        return JSONResponse({"_data": webhooks, "_meta": {"links": {}}})

    async def create(self, request: Request) -> Response:
        self._desk.admit(request, WRITE)
        given = await fields(request)
        self._check(given)
        webhook = Webhook(
            id=self._world.credentials.random_text(),
            url=given["url"],
            token=str(given.get("token", "")),
            events=tuple(given["enabled_events"]),
            description=str(given.get("description", "")),
            status=str(given.get("status", "ENABLED")),
        )
        self._world.webhooks[webhook.id] = webhook
        return JSONResponse(_shown(webhook), status_code=201)

    async def read(self, request: Request) -> Response:
        return JSONResponse(_shown(self._find(request, READ)))

    async def change(self, request: Request) -> Response:
        webhook = self._find(request, WRITE)
        given = await fields(request)
        self._check({"url": webhook.url, "enabled_events": list(webhook.events)} | given)
        webhook.url = str(given.get("url", webhook.url))
        webhook.token = str(given.get("token", webhook.token))
        webhook.events = tuple(given.get("enabled_events", webhook.events))
        webhook.status = str(given.get("status", webhook.status))
        webhook.description = str(given.get("description", webhook.description))
        return JSONResponse(_shown(webhook))

    async def delete(self, request: Request) -> Response:
        del self._world.webhooks[self._find(request, WRITE).id]
        return Response(status_code=204)

    async def ping(self, request: Request) -> Response:
        self._world.notices.tell_webhook(self._find(request, WRITE), event="ping")
        return Response(status_code=202)

    def _find(self, request: Request, scope: str) -> Webhook:
        self._desk.admit(request, scope)
        webhook = self._world.webhooks.get(request.path_params["webhook_id"])
        if webhook is None:
            raise Answered(error(self._world, 404, title="Not found"))
        return webhook

    def _check(self, given: Fields) -> None:
        events = given.get("enabled_events")
        if not is_web_address(given.get("url")):
            raise Answered(error(self._world, 400, title="Bad request", detail="url is not valid"))
        if not isinstance(events, list) or not events or not set(map(str, events)) <= EVENTS:
            raise Answered(error(self._world, 400, title="Bad request", detail="enabled_events is not valid"))


def _shown(webhook: Webhook) -> dict[str, Any]:
    return {
        "id": webhook.id,
        "url": webhook.url,
        "description": webhook.description,
        "status": webhook.status,
        "enabled_events": list(webhook.events),
    }
