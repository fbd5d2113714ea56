"""The pages that people see at Cronofy and at the video providers, all of them plainly marked as a sandbox."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.sandbox.faults import Fault, System
from bot.sandbox.pages import Drawing
from bot.sandbox.records import Account, LinkRequest
from bot.sandbox.wire import Fields, fields, is_web_address, with_query
from bot.sandbox.world import World

PROVIDER_NAMES = {"zoom": "Zoom", "go_to": "GoTo Meeting", "ms_teams": "Microsoft Teams", "calendar": "calendar"}
CHOICES = ("zoom", "go_to", "ms_teams")


class Pages:
    """Consent, linking a video account, linking again; GET shows, POST does."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._drawing = Drawing(world)

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/sandbox.css", self._drawing.style),
            Route("/enterprise_connect/oauth/authorize", self.consent, methods=["GET", "POST"], name="enterprise"),
            Route("/oauth/authorize", self.consent, methods=["GET", "POST"], name="personal"),
            Route("/enterprise_connect/authorizations", self.migrate, methods=["GET", "POST"]),
            Route("/conferencing_services/{link_id}", self.link, methods=["GET"]),
            Route("/conferencing_services/{link_id}", self.link_step, methods=["POST"]),
            Route("/relink/{profile_id}", self.relink, methods=["GET", "POST"]),
            Route("/v2/relink/{provider}", self.relink, methods=["GET", "POST"]),
        ]

    async def consent(self, request: Request) -> Response:
        query = request.query_params
        personal = not request.url.path.endswith("/enterprise_connect/oauth/authorize")
        wrong = _wrong(self._world, query, personal=personal)
        if wrong:
            return self._message(request, title="This request cannot be shown", text=wrong, status=400)
        if request.method == "GET":
            template = "consent_personal.html" if personal else "consent_company.html"
            return self._drawing.page(
                request, template, scopes=query["scope"].split(), email=query.get("login_hint", "")
            )
        given = await fields(request)
        state = {"state": query["state"]} if "state" in query else {}
        if given.get("action") != "accept":
            return _away(with_query(query["redirect_uri"], error="access_denied", **state))
        sub = self._who_consents(given, personal=personal)
        if sub is None:
            text = "Nobody in this company has that address, or its mailbox cannot be reached."
            return self._message(request, title="Please check the address", text=text, status=400)
        if not personal:
            self._world.service_account.scope = query["scope"]
            self._world.service_account.delegated_scope = query["delegated_scope"]
        code = self._world.credentials.code(sub, scope=query["scope"], redirect_uri=query["redirect_uri"])
        return _away(with_query(query["redirect_uri"], code=code, **state))

    def _who_consents(self, given: Fields, *, personal: bool) -> str | None:
        if not personal:
            return self._world.service_account.sub
        email = str(given.get("email", "")).strip()
        return None if self._world.refusal(email) else self._world.account(email).sub

    async def migrate(self, request: Request) -> Response:
        if request.method == "POST":
            self._world.move_to_graph()
        return self._drawing.page(request, "migrate.html", done=request.method == "POST")

    async def link(self, request: Request) -> Response:
        found = self._found(request)
        if found is None:
            return self._gone(request)
        link, account = found
        return self._drawing.page(request, f"link_{link.step}.html", **self._about(link, account))

    async def link_step(self, request: Request) -> Response:
        found = self._found(request)
        if found is None:
            return self._gone(request)
        link, account = found
        given = await fields(request)
        match given.get("action"):
            case "refuse":
                return self._finish(link, error="access_denied")
            case "choose" if given.get("provider") in CHOICES:
                link.provider, link.step = str(given["provider"]), "email"
            case "send" if link.step == "email":
                link.step = "inbox"
            case "confirm" if link.step == "inbox":
                link.step = "signin" if link.provider != "zoom" or self._admitted(account) else "blocked"
            case "allow" if link.step == "signin" and link.provider is not None:
                return self._linked(request, link, account, name=str(given.get("email", "")).strip())
        return _away(request.url.path)

    def _admitted(self, account: Account) -> bool:
        """Whether Zoom lets this person use the app; whoever it does not has thereby asked the administrators."""
        admitted = self._world.zoom_app_approved
        if not admitted and account.email not in self._world.zoom_requests:
            self._world.zoom_requests.append(account.email)
        return admitted

    def _linked(self, request: Request, link: LinkRequest, account: Account, *, name: str) -> Response:
        profile = self._world.connect(account.email, link.provider or "", name=name or None)
        silent = self._world.faults.take(Fault.REDIRECT_WITHOUT_PROFILE, system=System.PAGES, path=request.url.path)
        return self._finish(link, **({} if silent else {"last_linked_profile_id": profile.profile_id}))

    def _finish(self, link: LinkRequest, **values: str) -> Response:
        del self._world.link_requests[link.link_id]
        return _away(with_query(link.redirect_uri, **values))

    async def relink(self, request: Request) -> Response:
        account = self._account_of(request)
        if account is None:
            return self._gone(request)
        provider = str(request.path_params.get("provider", "calendar"))
        if request.method == "POST":
            self._world.reconnect(account.email, provider)
        return self._drawing.page(
            request, "relink.html", account=account, provider=PROVIDER_NAMES[provider], done=request.method == "POST"
        )

    def _account_of(self, request: Request) -> Account | None:
        provider, email = request.path_params.get("provider"), request.query_params.get("email", "")
        if provider is not None and (provider not in CHOICES or not self._world.people_at(email)):
            return None
        if provider is not None:
            return self._world.account(email)
        profile_id = request.path_params["profile_id"]
        return next((account for account in self._world.accounts() if account.profile_id == profile_id), None)

    def _found(self, request: Request) -> tuple[LinkRequest, Account] | None:
        link = self._world.link_requests.get(request.path_params["link_id"])
        account = self._world.account_with_sub(link.sub) if link else None
        return None if link is None or account is None else (link, account)

    def _about(self, link: LinkRequest, account: Account) -> dict[str, Any]:
        return {
            "account": account,
            "provider": PROVIDER_NAMES.get(link.provider or "", ""),
            "look": link.provider or "cronofy",
            "choices": {choice: PROVIDER_NAMES[choice] for choice in CHOICES},
        }

    def _gone(self, request: Request) -> Response:
        text = "It was used already or never existed. Go back to where you came from and ask for a new one."
        return self._message(request, title="This link is no longer valid", text=text, status=404)

    def _message(self, request: Request, *, title: str, text: str, status: int) -> Response:
        return self._drawing.page(request, "message.html", status=status, title=title, text=text)


def _wrong(world: World, query: Any, *, personal: bool) -> str:
    """What is wrong with an authorisation request; empty when nothing is."""
    required = ("client_id", "redirect_uri", "scope", *(() if personal else ("delegated_scope",)))
    missing = [name for name in required if not query.get(name)]
    if missing:
        return f"Missing: {', '.join(missing)}."
    if query.get("response_type") != "code":
        return "response_type must be code."
    if query["client_id"] != world.cronofy.client_id:
        return "This client_id is not known."
    return "" if is_web_address(query["redirect_uri"]) else "redirect_uri must be a web address."


def _away(address: str) -> Response:
    return RedirectResponse(address, status_code=303)
