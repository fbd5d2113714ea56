"""The web chat as a channel: its addresses, and how a message reaches the open pages."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.channel import Incoming, Letter
from bot.pages.render import page, security_headers
from bot.web import home, receive
from bot.web.ports import Inbox, Persona, Transcript
from bot.web.streams import Follower, Streams, Update, cursor
from handlers.messages import Tone
from handlers.texts import DEFAULT_LANGUAGE, t

STATIC = Path(__file__).parent / "static"
Read = Callable[[str, dict[str, str]], Incoming]


class WebChannel:
    """Keeps nothing itself: what was said is in the inbox and the deliveries."""

    name = receive.CHANNEL
    needs_reference = False
    can_be_asked = True

    def __init__(
        self,
        *,
        inbox: Inbox,
        transcript: Transcript,
        now: Callable[[], datetime],
        company: str,
        default_people: Sequence[str],
        control_url: str = "",
        recheck: float = 10.0,
    ) -> None:
        self._inbox = inbox
        self._transcript = transcript
        self._look = home.Look(company=company, control_url=control_url, now=now)
        self._default_people = tuple(default_people)
        self._streams = Streams()
        self._follower = Follower(transcript, self._streams, recheck)

    def routes(self) -> Sequence[BaseRoute]:
        return (
            Route("/", self._home),
            Route("/chat/{account}/messages", self._receiver(receive.message), methods=["POST"]),
            Route("/chat/{account}/actions", self._receiver(receive.press), methods=["POST"]),
            Route("/chat/{account}/stream", self._stream),
            Mount("/static", StaticFiles(directory=STATIC, packages=[("bot.pages", "static")]), name="web-static"),
        )

    async def start(self) -> None:
        self._streams.closed = False

    async def stop(self) -> None:
        self._streams.close()

    async def relink(self) -> None:
        """Everybody of the demo has a chair already."""

    async def send(self, letter: Letter) -> str:
        """The letter is stored already: the open pages only have to look. An updated card keeps its first id."""
        self._streams.notify(letter.account)
        return letter.replaces or letter.id

    async def find(self, letter: Letter) -> str | None:
        return letter.replaces or letter.id

    async def _home(self, request: Request) -> Response:
        people = await self._transcript.people()
        known = {persona.email: persona for persona in people}
        wanted = [email.strip().lower() for email in request.query_params.get("people", "").split(",") if email.strip()]
        chosen = [known[email] for email in dict.fromkeys(wanted) if email in known][: home.MOST_PEOPLE]
        chosen = chosen or [known[email] for email in self._default_people if email in known] or list(people[:1])
        if not chosen:
            return _nobody()
        content = home.page(
            [home.Pane(persona, await self._transcript.transcript(persona.email)) for persona in chosen],
            look=self._look,
            people=people,
            shown=request.query_params.get("show", ""),
            unknown=next((email for email in wanted if email not in known), ""),
        )
        return HTMLResponse(content, headers=security_headers(images="https:", scripts=True))

    def _receiver(self, read: Read) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            try:
                account = receive.account_of(request)
                form = await receive.fields(request)
                incoming = read(account, form)
            except receive.Refusal as refusal:
                return await self._refused(request, refusal)
            await self._inbox.receive(incoming)
            self._streams.notify(account)
            return _taken(request, account=account, people=form.get("people", ""))

        return endpoint

    async def _stream(self, request: Request) -> Response:
        accounts = request.path_params["account"].lower().split(",")[: home.MOST_PEOPLE]
        known = {persona.email: persona for persona in await self._transcript.people()}
        personas = {account: known[account] for account in accounts if account in known}
        after = cursor(request.headers.get("Last-Event-ID") or request.query_params.get("since", ""))
        return EventSourceResponse(self._events(personas, after), ping=15)

    async def _events(self, personas: dict[str, Persona], after: datetime | None) -> AsyncIterator[ServerSentEvent]:
        async for update in self._follower.updates(tuple(personas), after):
            yield self._event(update, persona=personas[update.account], people=",".join(personas))

    def _event(self, update: Update, *, persona: Persona, people: str) -> ServerSentEvent:
        content = home.message(update.entry, persona=persona, look=self._look, people=people)
        data = {"account": update.account, "bot": update.entry.is_from_bot, "html": content}
        return ServerSentEvent(json.dumps(data), event="message", id=update.entry.changed.isoformat())

    async def _refused(self, request: Request, refusal: receive.Refusal) -> Response:
        account = request.path_params["account"].strip().lower()
        people = await self._transcript.people()
        language = next((persona.language for persona in people if persona.email == account), DEFAULT_LANGUAGE)
        advice = t(refusal.advice, language)
        if _wants_json(request):
            return JSONResponse({"error": advice}, status_code=refusal.status)
        headline = t("That was not sent", language)
        return page(Tone.WARNING, language, headline=headline, text=advice, status=refusal.status)


def _taken(request: Request, *, account: str, people: str) -> Response:
    if _wants_json(request):
        return JSONResponse({}, status_code=202)
    return RedirectResponse(home.address(people.split(",") if people else [account], account), status_code=303)


def _wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _nobody() -> Response:
    headline = t("Nobody is here yet", DEFAULT_LANGUAGE)
    text = t("The company has no people yet. Please try again in a moment.", DEFAULT_LANGUAGE)
    return page(Tone.NEUTRAL, DEFAULT_LANGUAGE, headline=headline, text=text, status=503)
