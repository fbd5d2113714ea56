"""Who is away, as Personio says: only until when is kept, and only of those who interview."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta

import structlog

from handlers.evidence import facts_of_everybody, value_of
from handlers.facts import PersonFact, Source
from handlers.reminder_plan import Place
from handlers.reminding import place_of
from handlers.services import Services
from providers.base import ProviderError
from providers.personio_types import Absence
from storage.observations import NewObservation

LOG = structlog.get_logger(__name__)
DAY = timedelta(days=1)
OPEN_END = 14 * DAY
"""So long an absence without an end is believed, before Personio has to say it again."""


async def sync_absences(services: Services, company: int) -> None:
    """Read today's absences; without the right to it nobody counts as away."""
    if services.personio is None:
        return
    today = services.now().date()
    source, absences = services.personio.patiently(), list[Absence]()
    try:
        async for page in source.absences(today - DAY, today + DAY):
            absences += page
    except ProviderError as error:
        LOG.info("absences_not_read", status=error.status, reasons=error.reasons)
        return
    rows = {row.personio_id: row for row in await services.store.people.all(company)}
    until = {
        row.id: end
        for each in absences
        if (row := rows.get(each.person_id)) and (end := _until(each, place_of(row), services.now()))
    }
    await services.store.observations.save(company, await _news(services, company, until), services.now())


async def _news(services: Services, company: int, until: Mapping[int, datetime]) -> list[NewObservation]:
    """Hosts who are away, and those who were and are back."""
    known = await facts_of_everybody(services, company, [PersonFact.HOSTS, PersonFact.AWAY])
    gone = [one.id for one in known if one.id in until and value_of(one.facts, PersonFact.HOSTS) == "yes"]
    back = [one.id for one in known if one.id not in until and value_of(one.facts, PersonFact.AWAY) == "yes"]
    return [
        *(_seen(person, "yes", {"until": until[person].isoformat()}) for person in gone),
        *(_seen(person, "no", {}) for person in back),
    ]


def _seen(person: int, value: str, detail: dict[str, str]) -> NewObservation:
    return NewObservation(person, PersonFact.AWAY, Source.PERSONIO, value, detail)


def _until(absence: Absence, place: Place, now: datetime) -> datetime | None:
    """The end of the last day where this person works; None when they are not away now."""
    today = now.astimezone(place.zone).date()
    last = absence.ends_on or today + OPEN_END
    if not absence.is_certain or not absence.starts_on <= today <= last:
        return None
    return datetime.combine(last + DAY, time(), place.zone).astimezone(UTC)
