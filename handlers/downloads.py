"""Files are fetched from an address that is signed, for one reader, and ends soon."""

from __future__ import annotations

from datetime import timedelta

from handlers.messages import Buttons, Event, Link, Note, Reply, Text
from handlers.services import Services
from handlers.texts import t

LIFETIME = timedelta(minutes=15)


def download(event: Event, services: Services, text: str, *parts: object) -> Reply:
    """The link to a file; `parts` say which, the reader and the end are added."""
    language = event.person.language
    ends = int((services.now() + LIFETIME).timestamp())
    secret = services.sign_export("-".join(str(part) for part in (*parts, event.person.id, ends)))
    minutes = int(LIFETIME.total_seconds() // 60)
    link = Link(t("Download the CSV file", language), f"{services.public_url}/exports/{secret}", primary=True)
    note = Note(t("The link is for you alone and works for {minutes} minutes.", language, minutes=minutes))
    return (Text(text), Buttons((link,)), note)
