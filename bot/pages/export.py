"""Files for spreadsheets, each behind an address that only its admin gets and that ends soon."""

from __future__ import annotations

from datetime import UTC, datetime

from itsdangerous import BadSignature, Signer
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from handlers.campaign_cards import csv_text
from handlers.discretion import sees_names
from handlers.messages import Person
from handlers.needs import Filter
from handlers.people import as_person
from handlers.people_sheet import people_csv
from handlers.services import Services

HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class ExportPages:
    """Serves /exports/{secret}; the secret names what is in the file, the reader and the end."""

    def __init__(self, services: Services, signer: Signer) -> None:
        self._services = services
        self._signer = signer

    def routes(self) -> list[Route]:
        return [Route("/exports/{secret}", self.export, methods=["GET"])]

    async def export(self, request: Request) -> Response:
        try:
            *what, reader, ends = self._signer.unsign(request.path_params["secret"]).decode().split("-")
        except BadSignature:
            return Response(status_code=404)
        if datetime.fromtimestamp(int(ends), UTC) < self._services.now():
            return Response("This address has ended. Please ask for the file again in the chat.", status_code=410)
        match what:
            case ["people", company, provider, state]:
                return await self._people(await self._admin(company, reader), Filter.read(provider, state))
            case [company, campaign]:
                return await self._campaign(await self._admin(company, reader), int(campaign))
        return Response(status_code=404)

    async def _campaign(self, reader: Person | None, campaign: int) -> Response:
        found = await self._services.store.campaigns.get(reader.company, campaign) if reader else None
        if reader is None or found is None:
            return Response(status_code=404)
        outcomes = await self._services.store.campaigns.outcomes(campaign)
        return _file("reminders.csv", csv_text(outcomes, reader, where=self._services))

    async def _people(self, reader: Person | None, chosen: Filter) -> Response:
        if reader is None:
            return Response(status_code=404)
        return _file("hosts.csv", await people_csv(self._services, reader, chosen))

    async def _admin(self, company: str, reader: str) -> Person | None:
        """The stored person decides, not the address: an admin who is none any more gets nothing."""
        row = await self._services.store.people.get(int(company), int(reader))
        person = as_person(row) if row else None
        return person if person and person.is_admin and sees_names(self._services, person) else None


def _file(name: str, text: str) -> Response:
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    # The mark at the beginning tells spreadsheets that this is UTF-8.
    return Response("\ufeff" + text, headers=headers, media_type="text/csv; charset=utf-8")
