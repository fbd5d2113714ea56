"""The e-mail for hosts as a file that mail programs open."""

from __future__ import annotations

from itsdangerous import BadSignature, Signer
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.mail.render import draw
from handlers.template import letter_of


def letter_route(signer: Signer) -> Route:
    """Serves /letter/{file}; the address was made by us, and holds nothing but a language and providers."""

    async def letter(request: Request) -> Response:
        try:
            found = letter_of(signer.unsign(request.path_params["file"]).decode())
        except BadSignature:
            found = None
        if found is None:
            return Response(status_code=404)
        message = draw(found.subject, found.body)
        # Mail programs open a draft instead of a message that came in.
        message["X-Unsent"] = "1"
        headers = {"Content-Disposition": 'attachment; filename="greenroom.eml"', "Cache-Control": "no-store"}
        return Response(message.as_bytes(), media_type="message/rfc822", headers=headers)

    return Route("/letter/{file}", letter, methods=["GET"])
