"""The result of a campaign as a file, behind an address that only its admin gets and that ends soon."""

from __future__ import annotations

from datetime import UTC, datetime

from itsdangerous import BadSignature, Signer
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from handlers.campaign_cards import csv_text
from handlers.discretion import sees_names
from handlers.people import as_person
from handlers.services import Services

HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Content-Disposition": 'attachment; filename="reminders.csv"',
}


class ExportPages:
    """Serves /exports/{secret}; the secret names the campaign, the reader and the end."""

    def __init__(self, services: Services, signer: Signer) -> None:
        self._services = services
        self._signer = signer

    def routes(self) -> list[Route]:
        return [Route("/exports/{secret}", self.export, methods=["GET"])]

    async def export(self, request: Request) -> Response:
        try:
            content = self._signer.unsign(request.path_params["secret"]).decode()
        except BadSignature:
            return Response(status_code=404)
        company, campaign, reader, ends = (int(part) for part in content.split("-"))
        if datetime.fromtimestamp(ends, UTC) < self._services.now():
            return Response("This address has ended. Please ask for the file again in the chat.", status_code=410)
        row = await self._services.store.people.get(company, reader)
        found = await self._services.store.campaigns.get(company, campaign)
        # The stored person decides, not the address: an admin who is none any more gets nothing.
        if (
            row is None
            or found is None
            or not as_person(row).is_admin
            or not sees_names(self._services, as_person(row))
        ):
            return Response(status_code=404)
        outcomes = await self._services.store.campaigns.outcomes(campaign)
        # The mark at the beginning tells spreadsheets that this is UTF-8.
        text = "\ufeff" + csv_text(outcomes, as_person(row), where=self._services)
        return Response(text, headers=HEADERS, media_type="text/csv; charset=utf-8")
