"""Tells the owners when a chat does not reach Greenroom any more, and when it does again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handlers.messages import Note, Person, Reply, Role, Status, Text, Tone
from handlers.moments import duration_text
from handlers.people import as_person
from handlers.services import Services
from handlers.texts import t

TOGETHER = 600
"""Seconds within which what begins is one and the same."""
NAMES = {"slack": "Slack", "teams": "Microsoft Teams"}


@dataclass(frozen=True, slots=True)
class Silence:
    """A chat that could not reach us, since when, why (in a word for the log), and whether it can again."""

    channel: str
    trouble: str
    since: datetime
    over: bool = False


async def tell_owners(services: Services, company: int, silence: Silence) -> None:
    """Once for each ten minutes in which a silence began: several processes see the same one, and lines are shaky."""
    for row in await services.store.roles.admins(company):
        if row.role != Role.OWNER:
            continue
        person = as_person(row)
        card = _over(person, silence, services.now()) if silence.over else _begun(person, silence)
        moment = "over" if silence.over else "begun"
        key = f"deaf:{silence.channel}:{person.id}:{int(silence.since.timestamp()) // TOGETHER}:{moment}"
        await services.outbox.send(person, card, key=key)


def _begun(person: Person, silence: Silence) -> Reply:
    language, name = person.language, NAMES.get(silence.channel, silence.channel)
    text = t(
        "What people write or press in {chat} does not arrive here, so nobody gets an answer there. "
        "I keep trying to connect again.",
        language,
        chat=name,
    )
    advice = t(
        "If it lasts, the person who runs Greenroom can find the reason with “greenroom doctor”. "
        "I will write once more when it works again.",
        language,
    )
    return (Status(Tone.BAD, t("{chat} does not reach me", language, chat=name)), Text(text), Note(advice))


def _over(person: Person, silence: Silence, now: datetime) -> Reply:
    language, name = person.language, NAMES.get(silence.channel, silence.channel)
    lasted = duration_text(now - silence.since, language)
    text = t(
        "It lasted {duration}. Who wrote meanwhile and got no answer can simply write again.", language, duration=lasted
    )
    return (Status(Tone.GOOD, t("{chat} reaches me again", language, chat=name)), Text(text))
