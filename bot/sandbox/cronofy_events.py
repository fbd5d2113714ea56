"""Cronofy's events: written with a conference that is made a moment later, read in pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.sandbox.cronofy import Gatekeeper, answering
from bot.sandbox.faults import Fault, System
from bot.sandbox.records import Account, Calendar
from bot.sandbox.wire import Answered, Fields, fields, invalid, require
from bot.sandbox.world import World

INTEGRATED = {Calendar.GOOGLE: "google_meet", Calendar.GRAPH: "ms_teams"}
LENGTHS = {"summary": 1024, "description": 4096}


class Events:
    """Upsert, delete, read; subscriptions inside an event hear how its conference went."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._who = Gatekeeper(world)
        self._pages: dict[str, tuple[str, dict[str, str], int]] = {}

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/v1/calendars/{calendar_id}/events", answering(self.upsert), methods=["POST"]),
            Route("/v1/calendars/{calendar_id}/events", answering(self.delete), methods=["DELETE"]),
            Route("/v1/events", answering(self.read), methods=["GET"]),
            Route("/v1/events/pages/{page_id}", answering(self.read_page), methods=["GET"]),
        ]

    async def upsert(self, request: Request) -> Response:
        account = self._calendar_owner(request)
        given = await fields(request)
        require(given, "event_id", "summary")
        _check(given)
        provider = self._provider(account, given)
        event = self._event(account, given)
        account.events[given["event_id"]] = event
        if provider is not None and not self._in_the_past(event):
            event["conferencing"] = {"pending": True}
            path = request.url.path
            self._world.notices.later(lambda: self._assign(event, provider=provider, given=given, path=path))
        return Response(status_code=202)

    async def delete(self, request: Request) -> Response:
        account = self._calendar_owner(request)
        given = await fields(request)
        if not given.get("event_id") and not given.get("event_uid"):
            return invalid({"event_id": "errors.required"})
        for event_id, event in account.events.items():
            if event_id == given.get("event_id") or event["event_uid"] == given.get("event_uid"):
                del account.events[event_id]
                return Response(status_code=202)
        return Response(status_code=404)

    async def read(self, request: Request) -> Response:
        account = self._who.account(request)
        if not request.query_params.get("tzid"):
            return invalid({"tzid": "errors.required"})
        return self._answer(account, dict(request.query_params), number=1)

    async def read_page(self, request: Request) -> Response:
        account = self._who.account(request)
        sub, query, number = self._pages.get(request.path_params["page_id"], ("", {}, 0))
        if sub != account.sub:
            return Response(status_code=404)
        return self._answer(account, query, number=number)

    def _answer(self, account: Account, query: dict[str, str], *, number: int) -> Response:
        managed = query.get("include_managed", "").lower() == "true"
        events = [event for event in account.events.values() if managed and _within(event, query)]
        size = self._world.page_size
        total = max(1, -(-len(events) // size))
        pages: dict[str, Any] = {"current": number, "total": total}
        if number < total:
            page_id = self._world.credentials.random_text()
            self._pages[page_id] = (account.sub, query, number + 1)
            pages["next_page"] = f"{self._world.base_url}/cronofy/v1/events/pages/{page_id}"
        return JSONResponse({"pages": pages, "events": events[(number - 1) * size : number * size]})

    def _calendar_owner(self, request: Request) -> Account:
        account = self._who.account(request)
        if request.path_params["calendar_id"] != account.calendar_id:
            raise Answered(Response(status_code=404))
        if not account.connected:
            raise Answered(Response(status_code=403))
        return account

    def _event(self, account: Account, given: Fields) -> dict[str, Any]:
        digest = f"{account.sub}:{given['event_id']}"
        known = account.events.get(given["event_id"], {})
        return known | {
            "calendar_id": account.calendar_id,
            "event_uid": f"evt_external_{self._world.digest(digest)[:24]}",
            "event_id": given["event_id"],
            "summary": given["summary"],
            "description": given.get("description", ""),
            "start": _moment(given["start"]),
            "end": _moment(given["end"]),
            "deleted": False,
            "updated": self._world.clock().strftime("%Y-%m-%dT%H:%M:%SZ"),
        }

    def _in_the_past(self, event: dict[str, Any]) -> bool:
        try:
            start = datetime.fromisoformat(event["start"])
        except ValueError:
            return False
        return start.tzinfo is not None and start < self._world.clock()

    def _provider(self, account: Account, given: Fields) -> str | None:
        """Who makes the conference; None when none is wanted."""
        wanted = given.get("conferencing")
        profile_id = wanted.get("profile_id") if isinstance(wanted, dict) else None
        match profile_id:
            case None | "none" | "explicit":
                return None
            case "default":
                linked = next((profile.provider for profile in account.conferencing if profile.connected), None)
                return linked or self._integrated(account)
            case "integrated":
                if self._integrated(account) is None:
                    raise Answered(invalid({"conferencing": "errors.integrated_conferencing_not_available"}))
                return self._integrated(account)
        for profile in account.conferencing:
            if profile.profile_id == profile_id:
                return profile.provider if profile.connected else f"{profile.provider} (disconnected)"
        raise Answered(invalid({"conferencing": "errors.not_recognized"}))

    def _integrated(self, account: Account) -> str | None:
        available = self._world.integrated_conferencing(account.email)
        return INTEGRATED.get(self._world.calendar) if available else None

    def _assign(self, event: dict[str, Any], *, provider: str, given: Fields, path: str) -> None:
        fault = self._world.faults.take(Fault.CONFERENCING_FAILING, system=System.CRONOFY, path=path)
        if fault or provider.endswith("(disconnected)"):
            event.pop("conferencing", None)
            self._tell(given, event, interaction="conferencing_failing")
            return
        join_url = f"https://{provider.replace('_', '-')}.example/join/{event['event_uid'][-12:]}"
        event["conferencing"] = {"provider_name": provider, "join_url": join_url}
        event.setdefault("location", {"description": join_url})
        self._tell(given, event, interaction="conferencing_assigned")

    def _tell(self, given: Fields, event: dict[str, Any], *, interaction: str) -> None:
        for subscription in given.get("subscriptions") or ():
            interactions = subscription.get("interactions", [])
            if any(wanted.get("type") == interaction for wanted in interactions):
                notification = {"type": "event_subscription", "interactions": [{"type": interaction}]}
                self._world.notices.call_back(subscription["uri"], {"notification": notification, "event": event})


def _check(given: Fields) -> None:
    errors = {name: "errors.required" for name in ("start", "end") if not given.get(name)}
    errors |= {name: "errors.too_long" for name, most in LENGTHS.items() if len(str(given.get(name, ""))) > most}
    if errors:
        raise Answered(invalid(errors))


def _moment(given: Any) -> str:
    return str(given.get("time", "")) if isinstance(given, dict) else str(given)


def _within(event: dict[str, Any], query: dict[str, str]) -> bool:
    """The range by day, as the query gives it; texts in ISO order compare well."""
    day = str(event["start"])[:10]
    changed = str(event["updated"])
    return (
        query.get("from", "")[:10] <= day
        and ("to" not in query or day <= query["to"][:10])
        and query.get("last_modified", "") <= changed
    )
