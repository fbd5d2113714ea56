"""An admin sees who said that they host no interviews, and can undo it."""

from __future__ import annotations

from handlers.facts import Source
from handlers.messages import Button, Buttons, Event, Means, Person, Reply, Status, Table, Text, Tone
from handlers.moments import moment_text
from handlers.nudges import let_back_in
from handlers.people import as_person
from handlers.router import Router
from handlers.services import Services
from handlers.texts import n, t

router = Router()
SHOWN = 10


@router.on_admin("manage_interviewers")
async def manage_interviewers(event: Event, services: Services) -> Reply:
    language, company = event.person.language, event.person.company
    rows = [row for row in await services.store.people.all(company) if row.opted_out_at]
    wanted = event.values.get("person", "")
    if wanted.isdecimal():
        rows = [row for row in rows if row.id == int(wanted)]
    if not rows:
        text = t(
            "Nobody has said that they host no interviews. Who hosts comes from the hiring teams in Personio.", language
        )
        return (Text(text),)
    title = n(
        "{count} person said that they host no interviews",
        "{count} people said that they host no interviews",
        len(rows),
        language,
    )
    table = Table(
        caption=title,
        columns=(t("Name", language), t("Since when", language)),
        rows=tuple(
            (row.name, moment_text(row.opted_out_at, event.person.timezone, language))
            for row in rows[:SHOWN]
            if row.opted_out_at
        ),
        total=len(rows),
    )
    buttons = tuple(
        Button(t("Put {name} back in", language, name=row.name), "opt_in_other", {"person": str(row.id)})
        for row in rows[:SHOWN]
    )
    return (Status(Tone.NEUTRAL, title), table, Buttons(buttons))


@router.on_admin("opt_in_other")
async def opt_in_other(event: Event, services: Services) -> Reply:
    """Asked back first: the person is written to again."""
    language, person = event.person.language, await _named(event, services)
    if person is None:
        return _nobody(event)
    text = t("Shall I put {name} back in? They get the reminders that still run.", language, name=person.name)
    values = {"person": str(person.id)}
    yes = Button(
        t("Yes, put back in", language), "opt_in_other_confirmed", values, primary=True, in_place=True, means=Means.YES
    )
    return (Text(text), Buttons((yes, Button(t("No", language), "deny", in_place=True, means=Means.NO))))


@router.on_admin("opt_in_other_confirmed")
async def opt_in_other_confirmed(event: Event, services: Services) -> Reply:
    language, person = event.person.language, await _named(event, services)
    if person is None:
        return _nobody(event)
    await let_back_in(services, person, Source.ADMIN)
    text = t("{name} is in the list of hosts again.", language, name=person.name)
    return (Status(Tone.GOOD, text),)


async def _named(event: Event, services: Services) -> Person | None:
    wanted = event.values.get("person", "")
    if not wanted.isdecimal() or len(wanted) > 9:
        return None
    row = await services.store.people.get(event.person.company, int(wanted))
    return as_person(row) if row else None


def _nobody(event: Event) -> Reply:
    return (Text(t("Who do you mean? Please write the name or the e-mail address.", event.person.language)),)
