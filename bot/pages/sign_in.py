"""Strict links: before anything else the browser shows by a sign-in whose it is; a forwarded link helps nobody."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest

from itsdangerous import BadData, URLSafeSerializer
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from handlers.links import fingerprint
from handlers.messages import Person
from handlers.people import as_person
from handlers.services import Services
from providers.base import NotAuthorised
from providers.sign_in import Identity, SignIn

PATH = "/signed-in"
VALID = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Way:
    """A sign-in under way in this browser."""

    token: str
    channel: str
    state: str
    nonce: str


class SignIns:
    """Begins a sign-in, takes it back, and remembers in the browser who it was."""

    def __init__(self, services: Services, vendors: Sequence[SignIn], serializer: URLSafeSerializer) -> None:
        self._services = services
        self.vendors: Mapping[str, SignIn] = {vendor.channel: vendor for vendor in vendors}
        self._serializer = serializer
        self._secure = services.public_url.startswith("https:")
        prefix = "__Host-" if self._secure else ""
        self._way, self._who = f"{prefix}greenroom-way", f"{prefix}greenroom-who"

    @property
    def is_strict(self) -> bool:
        return bool(self.vendors)

    @property
    def origins(self) -> tuple[str, ...]:
        return tuple(vendor.origin for vendor in self.vendors.values())

    async def vendor_for(self, person: Person) -> SignIn:
        """The chat that this person used last, if one can sign in with it."""
        accounts = await self._services.store.people.accounts(person.company, person.id)
        channel = next((each.channel for each in accounts if each.channel in self.vendors), "")
        return self.vendors.get(channel) or next(iter(self.vendors.values()))

    async def close(self) -> None:
        for vendor in self.vendors.values():
            await vendor.aclose()

    def begin(self, vendor: SignIn, token: str) -> Response:
        way = Way(token, vendor.channel, secrets.token_urlsafe(24), secrets.token_urlsafe(24))
        address = vendor.url(redirect_uri=self._redirect_uri, state=way.state, nonce=way.nonce)
        response = RedirectResponse(address, status_code=303, headers={"Referrer-Policy": "no-referrer"})
        values = {"token": way.token, "channel": way.channel, "state": way.state, "nonce": way.nonce}
        self._set(response, self._way, values)
        return response

    async def finish(self, request: Request) -> tuple[str, Identity]:
        """The link's token and who came back. Raises ProviderError; NotAuthorised when it is not this browser's own."""
        values = self._get(request, self._way)
        way = Way(*(str(values.get(name, "")) for name in ("token", "channel", "state", "nonce")))
        state, code = request.query_params.get("state", ""), request.query_params.get("code", "")
        vendor = self.vendors.get(way.channel)
        if vendor is None or not code or not compare_digest(state.encode(), way.state.encode()):
            raise NotAuthorised("Greenroom", "asking who is signed in")
        return way.token, await vendor.identity(code, redirect_uri=self._redirect_uri, nonce=way.nonce)

    def remember(self, token: str, identity: Identity) -> Response:
        """Back to the link, now that the browser is known."""
        response = RedirectResponse(f"/link/{token}", status_code=303, headers={"Referrer-Policy": "no-referrer"})
        values = {"channel": identity.channel, "workspace": identity.workspace, "account": identity.account}
        self._set(response, self._who, {**values, "link": fingerprint(token)})
        response.delete_cookie(self._way, path="/", secure=self._secure, httponly=True)
        return response

    async def opener(self, request: Request, token: str) -> Identity | None:
        """Who signed in for this very link in this browser, lately."""
        values = self._get(request, self._who)
        if values.get("link") != fingerprint(token):
            return None
        return Identity(*(str(values.get(name, "")) for name in ("channel", "workspace", "account")))

    async def person_of(self, identity: Identity) -> Person | None:
        found = await self._services.store.people.of_account(identity.channel, identity.workspace, identity.account)
        return as_person(found) if found else None

    @property
    def _redirect_uri(self) -> str:
        return f"{self._services.public_url}{PATH}"

    def _set(self, response: Response, name: str, values: dict[str, str]) -> None:
        until = (self._services.now() + VALID).isoformat()
        value = self._serializer.dumps({**values, "kind": name, "until": until})
        # Lax: the browser comes back from the vendor's page, and a strict cookie would stay behind then.
        response.set_cookie(name, str(value), httponly=True, secure=self._secure, samesite="lax", path="/")

    def _get(self, request: Request, name: str) -> dict[str, str]:
        try:
            values = self._serializer.loads(request.cookies.get(name, ""))
        except BadData:
            return {}
        if values.get("kind") != name or datetime.fromisoformat(values["until"]) <= self._services.now():
            return {}
        return dict(values)
