"""What is stored about me: shown, handed over as a file, deleted on request."""

from __future__ import annotations

from datetime import timedelta

import structlog

from handlers.access import person_session
from handlers.links import EXPORT, make_link
from handlers.messages import (
    Button,
    Buttons,
    Event,
    Fact,
    Facts,
    Heading,
    Link,
    Means,
    Note,
    Reply,
    Role,
    Status,
    Text,
    Tone,
)
from handlers.router import Router
from handlers.services import Services
from handlers.texts import label, n, t
from providers.base import ProviderError
from storage.models import Person
from storage.personal import Rows
from storage.retention import PERIODS

LOG = structlog.get_logger(__name__)
router = Router()

GRACE = timedelta(minutes=10)
"""Between the wish to be erased and the erasure, so that the answer arrives and the wish can be taken back."""
CLASSES: dict[str, tuple[str, ...]] = {
    label("From the HR system: name, address, office, department, language"): ("people",),
    label("Where I can reach you in the chat"): ("accounts", "unmatched_accounts"),
    label("What I know about your calendar and video accounts"): ("observations",),
    label("Permissions of Cronofy, encrypted"): ("grants",),
    label("Links that I made for you"): ("links",),
    label("What you wrote to me, and my answers"): ("inbox", "deliveries", "questions", "phrases"),
    label("Reminders that you got or asked for, and test interviews"): ("enrolments", "campaigns", "proofs"),
    label("Requests from you, to you or about you"): ("tasks",),
    label("Records of what you did as an admin, and of looks at your status"): ("audit", "audit_subjects"),
}
"""What is told, and in which tables it is; tables that are not named here count as "other"."""
OTHER = label("Other entries, such as steps of a set-up")


@router.on("my_data")
async def my_data(event: Event, services: Services) -> Reply:
    person, language = event.person, event.person.language
    stored = await services.store.personal.export(person.company, person.id)
    facts = Facts(tuple(Fact(t(name, language), _entries(count, language)) for name, count in _counted(stored)))
    text = t(
        "I use this for one thing: that your video interviews work. Your admins see whether you are ready and why "
        "not; nobody sees passwords or the contents of your calendar.",
        language,
    )
    kept = t(
        "Messages to me are deleted after {read} days, my answers after {written} days, everything about people who "
        "leave after {left} days.",
        language,
        read=PERIODS.messages_in.days,
        written=PERIODS.messages_out.days,
        left=PERIODS.leavers.days,
    )
    buttons = (
        Button(t("Give me everything as a file", language), "export_my_data"),
        Button(t("Who has seen my status?", language), "who_saw_me"),
        Button(t("Delete my data", language), "erase_my_data", danger=True),
    )
    return (Heading(t("What is stored about you", language)), Text(text), facts, Note(kept), Buttons(buttons))


@router.on("export_my_data")
async def export_my_data(event: Event, services: Services) -> Reply:
    language = event.person.language
    url = await make_link(services, event.person, purpose=EXPORT, card=event.answer)
    text = t("The link below leads to a file with everything that is stored about you. It works once.", language)
    return (Text(text), Buttons((Link(t("Download my data", language), url, primary=True),)))


@router.on("erase_my_data")
async def erase_my_data(event: Event, services: Services) -> Reply:
    person, language = event.person, event.person.language
    if person.role is Role.OWNER and await _is_only_owner(event, services):
        text = t("You are the only owner. Please make somebody else an owner first.", language)
        return (Status(Tone.WARNING, text),)
    if event.values.get("sure") != "yes":
        return _ask_if_sure(language)
    await services.store.personal.ask_to_erase(person.company, person.id, at=services.now() + GRACE)
    services.trail.note(event, about=(person.id,))
    minutes = int(GRACE.total_seconds() // 60)
    text = n("Your data is deleted in {count} minute.", "Your data is deleted in {count} minutes.", minutes, language)
    keep = Button(t("Keep my data after all", language), "keep_my_data", in_place=True)
    return (Status(Tone.GOOD, text), Buttons((keep,)))


@router.on("keep_my_data")
async def keep_my_data(event: Event, services: Services) -> Reply:
    await services.store.personal.ask_to_erase(event.person.company, event.person.id, at=None)
    return (Status(Tone.GOOD, t("Nothing is deleted.", event.person.language)),)


async def erase(services: Services, row: Person, *, actor: int, stays_away: bool = False) -> None:
    """Delete everything about a person, and give up what Cronofy allowed for them."""
    session = await person_session(services, row.company_id, row.id)
    tokens = session.tokens if session else None
    if tokens is not None and services.cronofy is not None:
        try:
            await services.cronofy.revoke(token=tokens.refresh_token or tokens.access_token)
        except ProviderError as error:
            # Our copy goes all the same; the person can end the permission at Cronofy too.
            LOG.warning("permission_not_given_up", status=error.status)
    await services.store.personal.erase(row.company_id, row.id, actor=actor, now=services.now(), stays_away=stays_away)


def _ask_if_sure(language: str) -> Reply:
    text = t(
        "Everything that I know about you is deleted: your connections, our messages, your links. As long as you work "
        "here, your name and address come back from the HR system; to host video interviews you would connect again.",
        language,
    )
    buttons = (
        Button(
            t("Yes, delete my data", language),
            "erase_my_data",
            {"sure": "yes"},
            danger=True,
            in_place=True,
            means=Means.YES,
        ),
        Button(t("No, keep it", language), "cancel", in_place=True, means=Means.NO),
    )
    return (Text(text), Buttons(buttons))


async def _is_only_owner(event: Event, services: Services) -> bool:
    admins = await services.store.roles.admins(event.person.company)
    return [each.id for each in admins if each.role == Role.OWNER] == [event.person.id]


def _counted(stored: dict[str, Rows]) -> list[tuple[str, int]]:
    told = [(name, sum(len(stored.get(table, ())) for table in tables)) for name, tables in CLASSES.items()]
    named = {table for tables in CLASSES.values() for table in tables}
    other = sum(len(rows) for table, rows in stored.items() if table not in named)
    return [(name, count) for name, count in (*told, (OTHER, other)) if count]


def _entries(count: int, language: str) -> str:
    return n("{count} entry", "{count} entries", count, language)
