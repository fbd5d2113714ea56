"""The pages behind a link from the chat: what it is for, off to Cronofy, back with the result."""

from __future__ import annotations

import secrets
from hmac import compare_digest
from urllib.parse import urlsplit

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.pages import strict
from bot.pages.render import CSRF_FIELD, Submit, page
from bot.pages.result import result_page
from bot.pages.sign_in import PATH, SignIns
from handlers.data_file import export_of
from handlers.link_flow import come_back, connect_calendar, leave, renew, send_own
from handlers.links import CALENDAR, CONNECT, EXPORT, Followed, LinkState, look_at
from handlers.messages import Tone
from handlers.services import Services
from handlers.texts import DEFAULT_LANGUAGE, languages, t
from providers.base import ProviderError

LOG = structlog.get_logger(__name__)


class LinkPages:
    """Serves /link/{token}, /connected/{nonce} and /oauth/cronofy/callback."""

    def __init__(self, services: Services, sign_ins: SignIns, *, outside: str) -> None:
        """`outside` is the address of Cronofy's pages, where the form may lead."""
        self._services = services
        self._sign_ins = sign_ins
        parts = urlsplit(outside)
        self._origins = (f"{parts.scheme}://{parts.netloc}",) if parts.netloc else ()
        self._secure = services.public_url.startswith("https:")
        # Only a page of this very host can set or read a cookie with this prefix; it needs TLS.
        prefix = "__Host-" if self._secure else ""
        self._cookie, self._left = f"{prefix}greenroom", f"{prefix}greenroom-left"

    def routes(self) -> list[Route]:
        return [
            Route(PATH, self.signed_in, methods=["GET"]),
            Route("/link/{token}", self.show, methods=["GET"]),
            Route("/link/{token}", self.follow, methods=["POST"]),
            Route("/connected/{nonce}", self.returned, methods=["GET"]),
            Route("/oauth/cronofy/callback", self.calendar_returned, methods=["GET"]),
        ]

    async def show(self, request: Request) -> Response:
        """Opening a link changes nothing: scanners and previews open links too."""
        followed = await look_at(self._services, request.path_params["token"])
        if followed.state is not LinkState.OPEN:
            return self._over(request, followed)
        csrf = request.cookies.get(self._cookie) or secrets.token_urlsafe(16)
        response = await self._strictly(request, followed, csrf) or self._offer(followed, csrf)
        response.set_cookie(self._cookie, csrf, httponly=True, secure=self._secure, samesite="strict", path="/")
        return response

    async def follow(self, request: Request) -> Response:
        followed = await look_at(self._services, request.path_params["token"])
        if not await self._is_ours(request):
            return self._ask_again(request, followed)
        if followed.state is not LinkState.OPEN:
            return await self._renewed(request, followed)
        if (elsewhere := await self._who_follows(request, followed)) is not None:
            return elsewhere
        if followed.link and followed.link.purpose == EXPORT:
            return await self._hand_over(request, followed)
        try:
            address = await leave(self._services, followed)
        except ProviderError as error:
            return self._fault(followed, error)
        if address is None:
            return self._over(request, await look_at(self._services, request.path_params["token"]))
        response = RedirectResponse(address, status_code=303, headers={"Referrer-Policy": "no-referrer"})
        if followed.link and followed.link.purpose == CALENDAR:
            # Whoever comes back with a code must be who left; lax, because they come from Cronofy's page.
            response.set_cookie(
                self._left, followed.link.token_hash, httponly=True, secure=self._secure, samesite="lax", path="/"
            )
        return response

    async def _hand_over(self, request: Request, followed: Followed) -> Response:
        content = await export_of(self._services, followed)
        if content is None:
            return self._over(request, await look_at(self._services, request.path_params["token"]))
        headers = {"Content-Disposition": 'attachment; filename="greenroom-my-data.json"', "Cache-Control": "no-store"}
        return Response(content, media_type="application/json", headers=headers)

    async def signed_in(self, request: Request) -> Response:
        try:
            token, identity = await self._sign_ins.finish(request)
        except ProviderError as error:
            LOG.warning("sign_in_failed", system=error.system, status=error.status)
            return self._ask_again(request, Followed(LinkState.UNKNOWN))
        return self._sign_ins.remember(token, identity)

    async def _strictly(self, request: Request, followed: Followed, csrf: str) -> Response | None:
        """In strict mode: what somebody sees who has not shown who they are, or who is somebody else."""
        if not self._sign_ins.is_strict or followed.person is None:
            return None
        language = _language(request, followed)
        opener = await self._sign_ins.opener(request, request.path_params["token"])
        if opener is None:
            vendor = await self._sign_ins.vendor_for(followed.person)
            return strict.ask_who(vendor.name, language, csrf=csrf, origins=self._sign_ins.origins)
        person = await self._sign_ins.person_of(opener)
        if person and person.id == followed.person.id:
            return None
        return strict.somebody_else(person, person.language if person else language, csrf=csrf)

    async def _who_follows(self, request: Request, followed: Followed) -> Response | None:
        """In strict mode: off to sign in, or a link of one's own for somebody who was forwarded this one."""
        if not self._sign_ins.is_strict or followed.person is None or followed.link is None:
            return None
        token = request.path_params["token"]
        opener = await self._sign_ins.opener(request, token)
        if opener is None:
            return self._sign_ins.begin(await self._sign_ins.vendor_for(followed.person), token)
        person = await self._sign_ins.person_of(opener)
        if person and person.id == followed.person.id:
            return None
        if person and followed.link.purpose == CONNECT:
            await send_own(self._services, person, followed.link)
            headline = t("A new link is waiting in the chat", person.language)
            text = t("You can close this page.", person.language)
            return page(Tone.GOOD, person.language, headline=headline, text=text)
        return strict.somebody_else(person, _language(request, followed), csrf="")

    async def returned(self, request: Request) -> Response:
        refused = bool(request.query_params.get("error"))
        result = await come_back(self._services, request.path_params["nonce"], refused=refused)
        return result_page(result, _language(request, result.followed))

    async def calendar_returned(self, request: Request) -> Response:
        query = request.query_params
        left = request.cookies.get(self._left, "")
        result = await connect_calendar(self._services, query.get("state", ""), query.get("code", ""), browser=left)
        return result_page(result, _language(request, result.followed))

    async def _is_ours(self, request: Request) -> bool:
        """The form carries the value that our own page put into a cookie."""
        sent = (await request.form()).get(CSRF_FIELD, "")
        cookie = request.cookies.get(self._cookie, "")
        return bool(cookie) and compare_digest(str(sent).encode(), cookie.encode())

    def _offer(self, followed: Followed, csrf: str) -> Response:
        language = followed.person.language if followed.person else DEFAULT_LANGUAGE
        name = followed.person.name if followed.person else ""
        headline = t("Connect {provider} for {person}", language, provider=followed.provider_name, person=name)
        text = t(
            "You go on to Cronofy, the service that links calendars and video accounts. There you confirm your e-mail "
            "address and sign in to {provider} with your own account.\n\nThis link was made for {person} alone.",
            language,
            provider=followed.provider_name,
            person=name,
        )
        if followed.link and followed.link.purpose == CALENDAR:
            headline = t("Connect your company's calendar", language)
            text = t("You go on to Cronofy. Sign in there as an administrator of your company's calendar.", language)
        label = t("Continue to Cronofy", language)
        if followed.link and followed.link.purpose == EXPORT:
            headline = t("Everything that is stored about you", language)
            text = t("This link was made for {person} alone, and the file can be fetched once.", language, person=name)
            label = t("Download my data", language)
        if followed.link and followed.link.purpose == CONNECT:
            text += "\n\n" + t(
                "Are you somebody else? Then please leave it, and write “connect my {provider}” to the bot: it makes "
                "one for you.",
                language,
                provider=followed.provider_name,
            )
        button = Submit(label, "", {CSRF_FIELD: csrf})
        return page(Tone.NEUTRAL, language, headline=headline, text=text, primary=button, origins=self._origins)

    def _over(self, request: Request, followed: Followed) -> Response:
        """A link that is used, too old, or not one of ours."""
        language = _language(request, followed)
        if followed.state is LinkState.UNKNOWN:
            text = t("Please ask me in the chat for a new one: “connect my Zoom”.", language)
            return page(Tone.WARNING, language, headline=t("This link does not work", language), text=text, status=404)
        used = followed.state is LinkState.USED
        headline = t("This link was used already", language) if used else t("This link is too old", language)
        text = (
            t("I can send {person} a new one in the chat.", language, person=followed.person.name)
            if followed.person
            else ""
        )
        csrf = request.cookies.get(self._cookie) or secrets.token_urlsafe(16)
        button = Submit(t("Send a new link", language), "", {CSRF_FIELD: csrf})
        response = page(Tone.WARNING, language, headline=headline, text=text, primary=button, status=410)
        response.set_cookie(self._cookie, csrf, httponly=True, secure=self._secure, samesite="strict", path="/")
        return response

    async def _renewed(self, request: Request, followed: Followed) -> Response:
        if followed.state is LinkState.UNKNOWN:
            return self._over(request, followed)
        language = _language(request, followed)
        await renew(self._services, followed)
        headline = t("A new link is waiting in the chat", language)
        return page(Tone.GOOD, language, headline=headline, text=t("You can close this page.", language))

    def _ask_again(self, request: Request, followed: Followed) -> Response:
        language = _language(request, followed)
        text = t("Your browser did not send back what this page gave it. Please open the link once more.", language)
        headline = t("That did not work", language)
        return page(Tone.WARNING, language, headline=headline, text=text, status=403)

    def _fault(self, followed: Followed, error: ProviderError) -> Response:
        language = followed.person.language if followed.person else DEFAULT_LANGUAGE
        headline = t("{system} could not help right now.", language, system=error.system)
        text = t(error.advice, language) + "\n\n" + t("Your link still works: just open it again later.", language)
        return page(Tone.WARNING, language, headline=headline, text=text, status=502)


def _language(request: Request, followed: Followed) -> str:
    """The person's own; for strangers what their browser prefers."""
    if followed.person:
        return followed.person.language
    preferred = request.headers.get("accept-language", "")[:2].lower()
    return preferred if preferred in languages() else DEFAULT_LANGUAGE
