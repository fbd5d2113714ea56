"""Who needs what, as a file for a spreadsheet."""

from __future__ import annotations

import csv
import io

from handlers import causes
from handlers.campaign_cards import safe_cell
from handlers.downloads import download
from handlers.evidence import judge_all
from handlers.messages import Event, Person, Reply, Status, Tone
from handlers.needs import Filter, Need, needs_of
from handlers.router import Router
from handlers.services import Services
from handlers.texts import t

router = Router()
PEOPLE = "people"
ANY = "any"


@router.on_admin("export_people")
async def export_people(event: Event, services: Services) -> Reply:
    """The same people as on the dashboard, all pages of it; everybody in the file goes on record."""
    language, company, chosen = event.person.language, event.person.company, Filter.of(event)
    found = needs_of(await judge_all(services, company), chosen)
    if not found:
        return (Status(Tone.GOOD, t("Nobody here needs anything.", language)),)
    services.trail.note(event, about=sorted({need.person for need in found}))
    filters = (chosen.provider or ANY, chosen.state or ANY)
    return download(event, services, t("Here is who needs what, as a file.", language), PEOPLE, company, *filters)


async def people_csv(services: Services, reader: Person, chosen: Filter) -> str:
    """One line for each person and cause."""
    language = reader.language
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow(
        (
            t("Name", language),
            t("E-mail", language),
            t("Provider", language),
            t("State", language),
            t("Why", language),
            t("Who can fix it", language),
        )
    )
    for need in needs_of(await judge_all(services, reader.company), chosen):
        rows.writerow([safe_cell(cell) for cell in _cells(need, language)])
    return written.getvalue()


def _cells(need: Need, language: str) -> tuple[str, ...]:
    _, providers, why, who = need.row(language)
    return need.name, need.email, providers, causes.state_label(need.verdict.state, language), why, who
