"""Draws the chat's page: people side by side, and each message in its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from urllib.parse import quote, urlencode
from uuid import uuid4
from zlib import crc32
from zoneinfo import ZoneInfo

from markupsafe import Markup

from bot.web.ports import Persona, TranscriptEntry
from bot.web.render import Place, html, templates

MOST_PEOPLE = 4
# The whole text is stored; this much of it is worth drawing.
_LONGEST_TEXT = 4000
_NEWEST = 200
_HUES = 6
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Pane:
    """One person's conversation."""

    persona: Persona
    entries: Sequence[TranscriptEntry]


@dataclass(frozen=True, slots=True)
class Look:
    """What the page says about itself."""

    company: str
    control_url: str
    now: Callable[[], datetime]


def page(panes: Sequence[Pane], *, look: Look, people: Sequence[Persona], shown: str, unknown: str = "") -> str:
    """The whole page; `shown` is the one person who is seen where there is room for one."""
    emails = [pane.persona.email for pane in panes]
    newest = max((entry.changed for pane in panes for entry in pane.entries), default=None)
    return (
        templates()
        .get_template("home.html")
        .render(
            panes=[_pane(pane, look=look, people=people, emails=emails) for pane in panes],
            language=panes[0].persona.language,
            look=look,
            shown=shown if shown in emails else emails[0],
            unknown=unknown,
            stream=f"/chat/{quote(','.join(emails), safe='@,')}/stream",
            since=newest.isoformat() if newest else "",
            address=address,
            emails=emails,
            more=_choices(people, emails) if len(emails) < MOST_PEOPLE else [],
        )
    )


def message(entry: TranscriptEntry, *, persona: Persona, look: Look, people: str) -> Markup:
    """One message as a list item."""
    place = Place(
        language=persona.language,
        delivery=entry.delivery,
        action=action(persona.email, "actions"),
        nonce=uuid4().hex,
        people=people,
    )
    values = {
        "entry": entry,
        "persona": persona,
        "content": html(entry.reply, place),
        "text": _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", entry.text[:_LONGEST_TEXT]),
        "cut": max(0, len(entry.text) - _LONGEST_TEXT),
        "moment": _moment(entry.at, persona=persona, now=look.now()),
        "hue": hue(persona),
        "initials": initials(persona.name),
    }
    return Markup(templates().get_template("message.html").render(**values))  # noqa: S704 - escaped there


def address(emails: Sequence[str], shown: str = "") -> str:
    """The page with these people."""
    values = {"people": ",".join(emails)} | ({"show": shown} if shown else {})
    return f"/?{urlencode(values, safe='@,')}"


def action(account: str, name: str) -> str:
    return f"/chat/{quote(account, safe='@')}/{name}"


def initials(name: str) -> str:
    words = [word for word in name.split() if word[0].isalnum()] or ["?"]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def hue(persona: Persona) -> int:
    """The same person has the same colour on every page."""
    return crc32(persona.email.encode()) % _HUES


def _pane(pane: Pane, *, look: Look, people: Sequence[Persona], emails: list[str]) -> Mapping[str, object]:
    persona = pane.persona
    joined = ",".join(emails)
    others = [email for email in emails if email != persona.email]
    return {
        "persona": persona,
        "key": sha256(persona.email.encode()).hexdigest()[:8],
        "hue": hue(persona),
        "initials": initials(persona.name),
        "messages": [
            message(entry, persona=persona, look=look, people=joined) for entry in list(pane.entries)[-_NEWEST:]
        ],
        "action": action(persona.email, "messages"),
        "people": joined,
        "nonce": lambda: uuid4().hex,
        "choices": _choices(people, emails, instead_of=persona.email),
        "without": address(others) if others else "",
    }


def _choices(people: Sequence[Persona], emails: list[str], instead_of: str = "") -> list[tuple[Persona, str]]:
    """Everybody who is not shown yet, with the address of the page that shows them."""
    return [
        (persona, address(_with(emails, persona.email, instead_of=instead_of), persona.email))
        for persona in people
        if persona.email not in emails
    ]


def _with(emails: list[str], email: str, *, instead_of: str) -> list[str]:
    return [email if known == instead_of else known for known in emails] if instead_of else [*emails, email]


def _moment(at: datetime, *, persona: Persona, now: datetime) -> str:
    zone = ZoneInfo(persona.timezone)
    local = at.astimezone(zone)
    if local.date() == now.astimezone(zone).date():
        return f"{local:%H:%M}"
    # Babel takes a while to import, and most messages are of today.
    from babel.dates import format_date

    return f"{format_date(local.date(), 'd MMM', locale=persona.language)}, {local:%H:%M}"
