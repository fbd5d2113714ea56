"""The one HTTP client: time-outs, limits, retries, status to error, timing and logging, for one outside system."""

from __future__ import annotations

import asyncio
import copy
import json
import logging
import time
from collections.abc import AsyncIterable, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

import httpx
import structlog

from providers.answers import Answer
from providers.base import Invalid, ProviderError, RateLimited, Unavailable
from providers.limits import Limit, Pace, Places, moment_of, retry_after_seconds
from providers.refusals import error_for, shown_path, without_secrets
from providers.tokens import authorisation

if TYPE_CHECKING:
    from stamina import Attempt

PERSON_WAITS = 8.0
"""Seconds that a call may take altogether while a person is waiting for the answer."""
BACKGROUND = 120.0
"""The same for work that nobody is watching."""
IN_FLIGHT = 16
"""Requests at once to one system; the pool of httpx slows down sharply with several times as many."""

OnCall = Callable[[str, str, int, float], None]
"""Told of every single request: system, action, status (0 without an answer), seconds."""
OnWait = Callable[[str, float], None]
"""Told when a request waits for its turn within the limits: system, seconds."""

log = structlog.get_logger("providers")


class NotSent(Unavailable):
    """The request never left, so repeating it is safe whatever it asks for."""


@dataclass(slots=True)
class _Request:
    action: str
    method: str
    url: str
    repeatable: bool
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes | None = None
    failure: Unavailable | None = None
    next_wait: float = 0.0


class HttpClient:
    """Calls one outside system; build one per system and share it, so that its limits hold."""

    def __init__(
        self,
        *,
        system: str,
        base_url: str,
        now: Callable[[], datetime],
        limits: Sequence[Limit] = (),
        in_flight: int = IN_FLIGHT,
        patience: float = PERSON_WAITS,
        on_call: OnCall | None = None,
        on_wait: OnWait | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.system = system
        self.base_url = base_url.rstrip("/")
        self._now = now
        self._monotonic = monotonic
        self._pace = Pace(limits, monotonic=monotonic, sleep=sleep)
        self._places = Places(in_flight)
        self._patience = patience
        self._on_call = on_call
        self._on_wait = on_wait
        self._connection = _Connection(self.base_url, in_flight=in_flight, transport=transport)

    def patiently(self, seconds: float = BACKGROUND) -> HttpClient:
        """The same client and limits, with more time for each call; it lets those go first for whom a person waits."""
        twin = copy.copy(self)
        twin._patience = seconds
        return twin

    def owns(self, url: str) -> bool:
        """Whether an absolute address stays with this system, so that a token may be sent there."""
        ours, theirs = urlsplit(self.base_url), urlsplit(url)
        return (ours.scheme, ours.netloc.lower()) == (theirs.scheme, theirs.netloc.lower())

    async def aclose(self) -> None:
        await self._connection.aclose()

    async def its_time(self) -> datetime | None:
        """What the system's own clock says, whatever else it answers; None when it says nothing.

        https://www.rfc-editor.org/rfc/rfc9110#name-date
        """
        try:
            response = await self._connection.client().head(self.base_url)
        except (httpx.HTTPError, httpx.InvalidURL):
            return None
        return moment_of(response.headers.get("Date", ""))

    async def call(
        self,
        method: str,
        path: str,
        *,
        action: str,
        bearer: str = "",
        basic: tuple[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        body: Any = None,
        form: Mapping[str, str] | None = None,
        repeatable: bool | None = None,
    ) -> Answer:
        """One call, retried if `repeatable` (reading and deleting always are); a ProviderError if it does not work.

        `path` starts with a slash, or is an address on the same host; `basic` is a client's id and secret.
        """
        url = self._address(path, action) + (f"?{urlencode(query, quote_via=quote)}" if query else "")
        request = _Request(action, method, url, repeatable=method != "POST" if repeatable is None else repeatable)
        request.headers |= authorisation(bearer, basic)
        if body is not None:
            request.content = json.dumps(body, separators=(",", ":")).encode()
            request.headers["Content-Type"] = "application/json; charset=utf-8"
        elif form is not None:
            request.content = urlencode(form).encode()
            request.headers["Content-Type"] = "application/x-www-form-urlencoded"
        return await self._within_patience(request)

    def _address(self, path: str, action: str) -> str:
        if path.startswith("/"):
            return self.base_url + path
        if not self.owns(path):
            raise Unavailable(self.system, action, reasons=("an address on another host",))
        return path

    async def _within_patience(self, request: _Request) -> Answer:
        try:
            async with asyncio.timeout(self._patience):
                return await self._tried(request, deadline=self._monotonic() + self._patience)
        except TimeoutError:
            raise request.failure or Unavailable(self.system, request.action, reasons=("took too long",)) from None

    async def _tried(self, request: _Request, deadline: float) -> Answer:
        """The usual case pays nothing for retries: they begin with the first failure."""
        try:
            return await self._once(request, deadline)
        except Unavailable as error:
            first: Unavailable | None = error
        async for attempt in self._retries(request, deadline):
            request.next_wait = attempt.next_wait
            with attempt:
                if first is None:
                    return await self._once(request, deadline)
                failure, first = first, None
                raise failure
        raise AssertionError("unreachable")

    def _retries(self, request: _Request, deadline: float) -> AsyncIterable[Attempt]:
        # Imported with the first failure: most runs of a command see none.
        import stamina

        # The client logs each call itself.
        stamina.instrumentation.set_on_retry_hooks(())
        return stamina.retry_context(
            on=lambda error: self._worth_waiting(error, request, deadline),
            attempts=10,
            timeout=self._patience,
            wait_initial=0.3,
            wait_max=20.0,
            wait_jitter=0.5,
        )

    def _worth_waiting(self, error: Exception, request: _Request, deadline: float) -> bool | float:
        left = deadline - self._monotonic()
        match error:
            case RateLimited(stated=True):
                return error.retry_after if error.retry_after < left else False
            case RateLimited() | NotSent():
                return left > request.next_wait
            case Unavailable():
                return request.repeatable and left > request.next_wait
        return False

    async def _once(self, request: _Request, deadline: float) -> Answer:
        background = self._patience > PERSON_WAITS
        async with self._places.taken(background=background):
            wait = self._pace.wait_needed(background=background)
            if wait > 0 and self._on_wait is not None:
                self._on_wait(self.system, wait)
            if wait and self._monotonic() + wait > deadline:
                raise RateLimited(self.system, request.action, retry_after=wait)
            await self._pace.turn(background=background)
            started = self._monotonic()
            response = await self._sent(request)
            seconds = self._monotonic() - started
        status = response.status_code if isinstance(response, httpx.Response) else 0
        self._report(request, status=status, seconds=seconds)
        if isinstance(response, httpx.Response) and 200 <= status < 300:
            return Answer(self.system, request.action, status, response.content)
        error = self._error(request, response) if isinstance(response, httpx.Response) else response
        request.failure = error if isinstance(error, Unavailable) else None
        raise error

    async def _sent(self, request: _Request) -> httpx.Response | ProviderError:
        """The exceptions of httpx carry headers and bodies, so only their names go on."""
        client = self._connection.client()
        try:
            return await client.request(request.method, request.url, headers=request.headers, content=request.content)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            return NotSent(self.system, request.action, reasons=(type(error).__name__,))
        except httpx.HTTPError as error:
            return Unavailable(self.system, request.action, reasons=(type(error).__name__,))
        except (httpx.InvalidURL, UnicodeError) as error:
            return Invalid(self.system, request.action, reasons=(type(error).__name__,))

    def _error(self, request: _Request, response: httpx.Response) -> ProviderError:
        if response.status_code == 429:
            pause = retry_after_seconds(response.headers.get("Retry-After", ""), self._now())
            return RateLimited(self.system, request.action, retry_after=pause)
        content = without_secrets(response.content, request.headers, request.content)
        return error_for(self.system, request.action, status=response.status_code, content=content)

    def _report(self, request: _Request, *, status: int, seconds: float) -> None:
        if self._on_call is not None:
            self._on_call(self.system, request.action, status, seconds)
        told = {"path": shown_path(request.url), "status": status, "milliseconds": round(seconds * 1000)}
        (log.debug if 200 <= status < 300 else log.warning)("called", system=self.system, action=request.action, **told)


class _Connection:
    """The pool, opened at the first call and shared by all twins of a client."""

    def __init__(self, base_url: str, *, in_flight: int, transport: httpx.AsyncBaseTransport | None) -> None:
        self._base_url = base_url
        self._in_flight = in_flight
        self._transport = transport
        self._client: httpx.AsyncClient | None = None

    def client(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = self._opened()
        return self._client

    def _opened(self) -> httpx.AsyncClient:
        for name in ("httpx", "httpcore"):  # they log addresses with their query, and headers
            logging.getLogger(name).setLevel(logging.WARNING)
        address = urlsplit(self._base_url)
        client = httpx.AsyncClient(
            headers={"User-Agent": "Greenroom", "Accept": "application/json"},
            limits=httpx.Limits(max_connections=self._in_flight, max_keepalive_connections=self._in_flight),
            timeout=httpx.Timeout(6.0, connect=3.0),
            follow_redirects=False,
            transport=self._transport,
            verify=address.scheme == "https",  # loading certificates takes time that plain HTTP never needs
            trust_env=address.hostname not in {"127.0.0.1", "localhost", "::1"},
        )
        client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=()))  # calls of different people
        return client

    async def aclose(self) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None
