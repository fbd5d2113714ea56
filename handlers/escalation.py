"""Tells whoever asked who has not connected after the last reminder: only where it is switched on and was announced."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from itertools import groupby

from handlers.messages import Button, Buttons, Note, Person, Reply, Status, Table, Text, Tone
from handlers.people import as_person
from handlers.readiness import Provider
from handlers.reminder_plan import Place, Plan, is_good
from handlers.services import Services
from handlers.texts import n, t
from storage.enrolments import Due
from storage.models import Campaign

LOOK_BACK = 3
"""Days, should the program have been stopped for a while."""
SHOWN = 20


async def tell_in_vain(services: Services, company: int) -> None:
    """Once for each campaign and day, in the asker's morning, about those whose time ran out the day before."""
    plan = Plan.from_json((await services.store.companies.get(company)).reminders)
    if services.works_council or not plan.tells_hr:
        return
    now = services.now()
    found = await services.store.standings.in_vain(company, now - timedelta(days=LOOK_BACK + 1), now)
    for _, group in groupby(found, key=lambda each: each.campaign.id):
        rows = list(group)
        asker = await _asker(services, rows[0].campaign)
        if asker and is_good(now, Place(asker.timezone), plan):
            await _tell(services, asker, rows)


async def _tell(services: Services, asker: Person, rows: Sequence[Due]) -> None:
    zone = Place(asker.timezone).zone
    today = datetime.combine(services.now().astimezone(zone).date(), time(), zone)
    for back in range(LOOK_BACK, 0, -1):
        begin, end = today - timedelta(days=back), today - timedelta(days=back - 1)
        those = [each for each in rows if each.enrolment.ended_at and begin <= each.enrolment.ended_at < end]
        if those:
            key = f"in_vain:{those[0].campaign.id}:{begin:%Y-%m-%d}"
            await services.outbox.send(asker, _news(asker, those), key=key)


def _news(asker: Person, rows: Sequence[Due]) -> Reply:
    language, name = asker.language, Provider(rows[0].campaign.provider).display_name
    title = n(
        "{count} person has not connected {provider} after the last reminder",
        "{count} people have not connected {provider} after the last reminder",
        len(rows),
        language,
        provider=name,
    )
    text = t("The last reminder told them that I would tell you. Perhaps a word from you helps.", language)
    table = Table(
        caption=title,
        columns=(t("Name", language), t("Department", language)),
        rows=tuple((each.person.name, each.person.department) for each in rows[:SHOWN]),
        total=len(rows),
    )
    button = Button(t("Result", language), "campaign_result", {"campaign": str(rows[0].campaign.id)})
    off = Note(t("You can switch this off: “change the reminder schedule”.", language))
    return (Status(Tone.WARNING, title), Text(text), table, Buttons((button,)), off)


async def _asker(services: Services, campaign: Campaign) -> Person | None:
    """Whoever asked, as long as they may still know."""
    if campaign.asked_by is None:
        return None
    row = await services.store.people.get(campaign.company_id, campaign.asked_by)
    return as_person(row) if row and as_person(row).is_admin else None
