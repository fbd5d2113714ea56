"""Who has seen my status: what the audit trail says about the person who asks."""

from __future__ import annotations

from handlers.messages import Button, Buttons, Event, Note, Reply, Role, Table, Text
from handlers.people import as_person
from handlers.roles import role_name
from handlers.router import Router
from handlers.services import Services
from handlers.texts import label, t
from handlers.wording import ago
from storage.audit import OPERATOR, Recorded

router = Router()

SHOWN = 25
DEEDS = {
    "list_not_synced": label("Saw a list of people who are not synced"),
    "list_not_connected": label("Saw a list of people who have not connected"),
    "check_person": label("Asked how far you are"),
    "setup_provider": label("Saw in a set-up that you are not ready yet"),
    "test_look": label("Looked at your test interview"),
    "campaign_export": label("Took a file of reminders in which you are"),
    "export_people": label("Took a file of people who are not ready"),
    "list_roles": label("Saw who has a role"),
    "role_changed": label("Changed your role"),
    "nudge": label("Had you reminded"),
    "allow_account": label("Confirmed an account as yours"),
}

UNKNOWN_DEED = label("Did something that concerns you")


@router.on("who_saw_me")
async def who_saw_me(event: Event, services: Services) -> Reply:
    language = event.person.language
    entries = await services.store.audit.about(event.person.company, event.person.id, SHOWN)
    mine = [Button(t("What is stored about me?", language), "my_data")]
    if not entries:
        text = t("Nobody has asked about you so far. Whoever does is written down, and you can see it here.", language)
        return (Text(text), Buttons(tuple(mine)))
    rows = tuple([await _row(entry, event, services) for entry in entries])
    table = Table(
        caption=t("Who saw your status", language),
        columns=(t("When", language), t("Who", language), t("What", language)),
        rows=rows,
        total=len(rows),
    )
    note = Note(t("Every look of an admin at people is written down, and nobody can change the record.", language))
    return (table, note, Buttons(tuple(mine)))


async def _row(entry: Recorded, event: Event, services: Services) -> tuple[str, ...]:
    language = event.person.language
    deed = t(DEEDS.get(entry.action, UNKNOWN_DEED), language)
    return ago(entry.at, services.now(), language), await _who(entry, event, services), deed


async def _who(entry: Recorded, event: Event, services: Services) -> str:
    language = event.person.language
    if entry.actor == OPERATOR:
        return t("Whoever runs Greenroom", language)
    row = await services.store.people.get(event.person.company, entry.actor)
    if row is None:
        return t("A former colleague (number {number})", language, number=entry.actor)
    return f"{row.name} ({role_name(Role(as_person(row).role), language)})"
