"""The sandbox's control desk: a JSON interface and a small page to break and mend the world; only POST changes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.sandbox.control_view import clock_of, faults_of, log_of, people_of
from bot.sandbox.faults import Fault, System
from bot.sandbox.pages import Drawing
from bot.sandbox.records import Employment, GoToSeat, Mailbox, ZoomApproval, ZoomUser
from bot.sandbox.wire import Fields, fields
from bot.sandbox.world import World

MOST_PEOPLE = 100
BREAKABLE = ("calendar", "zoom", "go_to", "ms_teams")


class Control:
    """Commands are `POST /control/do/{command}` with JSON (answers JSON) or a form (goes back to the page)."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._drawing = Drawing(world)
        self._commands = {
            "disconnect": self._disconnect,
            "reconnect": self._reconnect,
            "revoke": self._revoke,
            "change": self._change,
            "hire": self._hire,
            "leave": self._leave,
            "fault": self._fault,
            "clear": self._clear,
            "clock": self._clock,
            "company": self._company,
        }

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/", self.page, name="control"),
            Route("/sandbox.css", self._drawing.style),
            Route("/state", self.state),
            Route("/do/{command}", self.do, methods=["POST"]),
        ]

    async def page(self, request: Request) -> Response:
        find = request.query_params.get("find", "").strip()
        view: dict[str, Any] = {
            "people": people_of(self._world, find=find, most=MOST_PEOPLE),
            "most": MOST_PEOPLE,
            "find": find,
            "faults": faults_of(self._world),
            "clock": clock_of(self._world),
            "log": log_of(self._world, lines=20),
            "choices": {"mailbox": Mailbox, "zoom": ZoomUser, "goto": GoToSeat, "teams_licence": ("yes", "no")},
            "approvals": ZoomApproval,
        }
        return self._drawing.page(request, "control.html", here=request.scope.get("root_path", ""), **view)

    async def state(self, request: Request) -> Response:
        return JSONResponse(
            {
                "company": self._world.company.name,
                "calendar": self._world.calendar,
                "clock": clock_of(self._world),
                "people": people_of(self._world),
                "faults": faults_of(self._world),
                "log": log_of(self._world, lines=200),
            }
        )

    async def do(self, request: Request) -> Response:
        # a page of another site must not operate the desk through somebody's browser
        if request.headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}:
            return JSONResponse({"error": "Only from this site."}, status_code=403)
        command = self._commands.get(request.path_params["command"])
        if command is None:
            return JSONResponse({"error": f"Commands: {', '.join(self._commands)}."}, status_code=404)
        try:
            command(await fields(request))
        except (KeyError, ValueError, TypeError, OverflowError) as wrong:
            return JSONResponse({"error": f"Missing or not understood: {wrong}"}, status_code=400)
        if request.headers.get("content-type", "").startswith("application/json"):
            return JSONResponse({"done": request.path_params["command"]})
        return RedirectResponse(f"{request.scope.get('root_path', '')}/", status_code=303)

    def _disconnect(self, given: Fields) -> None:
        notify = str(given.get("notify", "yes")).lower() not in {"no", "false"}
        self._world.disconnect(given["email"], _one_of(BREAKABLE, given["what"]), notify=notify)

    def _reconnect(self, given: Fields) -> None:
        self._world.reconnect(given["email"], _one_of(BREAKABLE, given["what"]))

    def _revoke(self, given: Fields) -> None:
        if given.get("email"):
            self._world.revoke(given["email"])
            return
        self._world.revoke_service_account()

    def _change(self, given: Fields) -> None:
        self._world.account(given["email"])
        self._world.change(
            given["email"],
            status=Employment(given["status"]) if given.get("status") else None,
            mailbox=Mailbox(given["mailbox"]) if given.get("mailbox") else None,
            zoom=ZoomUser(given["zoom"]) if given.get("zoom") else None,
            goto=GoToSeat(given["goto"]) if given.get("goto") else None,
            teams_licence=_is_yes(given["teams_licence"]) if given.get("teams_licence") else None,
            event=given.get("event") or None,
        )

    def _hire(self, given: Fields) -> None:
        names = str(given["first_name"]), str(given["last_name"])
        self._world.hire(*names, department=str(given["department"]), language=str(given.get("language") or "en"))

    def _leave(self, given: Fields) -> None:
        self._world.take_leave(given["email"], days=int(given["days"]))

    def _fault(self, given: Fields) -> None:
        self._world.fault(
            Fault.named(given["fault"]),
            system=System(given["system"]) if given.get("system") else None,
            path=str(given.get("path") or ""),
            times=int(given["times"]) if given.get("times") else None,
            seconds=float(given.get("seconds") or 30),
        )

    def _clear(self, given: Fields) -> None:
        self._world.clear(Fault.named(given["fault"]) if given.get("fault") else None)

    def _clock(self, given: Fields) -> None:
        if given.get("real"):
            self._world.clock.real()
        if given.get("at"):
            self._world.clock.fix(_moment(str(given["at"])))
        if given.get("advance_seconds"):
            self._world.advance(timedelta(seconds=float(given["advance_seconds"])))

    def _company(self, given: Fields) -> None:
        """Switches of the company's administrators: the Zoom app, Google Meet."""
        for name in ("zoom_app_approved", "meet_enabled"):
            if name in given:
                setattr(self._world, name, _is_yes(given[name]))
        if given.get("zoom_app"):
            self._world.zoom_app = ZoomApproval(given["zoom_app"])


def _is_yes(value: object) -> bool:
    return str(value).lower() in {"yes", "true", "on"}


def _one_of(allowed: tuple[str, ...], value: Any) -> str:
    if value not in allowed:
        raise ValueError(f"{value}; one of {', '.join(allowed)}")
    return str(value)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} lacks a time zone")
    return moment
