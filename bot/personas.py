"""Who a visitor of the demo can be, and what each could say."""

from __future__ import annotations

from collections.abc import Iterable

from bot.web.ports import Persona
from handlers.people import as_person
from handlers.texts import label, t
from storage import models

ROLE_NAMES = {
    "owner": label("HR admin and owner"),
    "hr_admin": label("HR admin"),
    "it_admin": label("IT admin"),
    "recruiter": label("Recruiter"),
    "employee": label("Employee"),
}
FOR_EVERYBODY = (label("connect my Zoom"), label("what is my status?"), label("what can you do?"))
FOR_ADMINS = (
    label("who isn't synced"),
    label("set up Zoom"),
    label("who hasn't connected Zoom"),
    label("is the calendar integration active"),
    label("why can't Ben use Zoom"),
)
FIRST = ("ben", "ada", "ines", "dieter")


def personas_of(rows: Iterable[models.Person]) -> list[Persona]:
    """Everybody with an address, the people of the story first; who shares an address is there once."""
    by_email = {row.email: row for row in rows}
    return sorted((_persona(row) for row in by_email.values()), key=_order)


def _order(persona: Persona) -> tuple[int, str]:
    name = persona.email.partition("@")[0]
    return (FIRST.index(name) if name in FIRST else len(FIRST), persona.name)


def _persona(row: models.Person) -> Persona:
    person = as_person(row)
    language = person.language
    sentences = FOR_ADMINS if person.is_admin else FOR_EVERYBODY
    return Persona(
        email=person.email,
        name=person.name,
        role=t(ROLE_NAMES[person.role], language),
        language=language,
        description=", ".join(part for part in (row.department, row.office) if part),
        suggestions=tuple(t(sentence, language) for sentence in sentences),
        timezone=person.timezone,
    )
