"""The link that leads from a chat message to an outside page and back; a GET never changes anything."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from handlers.messages import Person
from handlers.people import as_person
from handlers.readiness import Provider
from handlers.services import Services
from storage.links import OPEN
from storage.models import LinkToken

LIFETIME = timedelta(hours=1)
CONNECT, CALENDAR, EXPORT = "connect", "calendar", "export"


class LinkState(StrEnum):
    """What an opened link is worth."""

    OPEN = "open"
    USED = "used"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Followed:
    """A link as the page shows it; nothing more than its state is told about a link that nobody made."""

    state: LinkState
    link: LinkToken | None = None
    person: Person | None = None

    @property
    def provider_name(self) -> str:
        return Provider(self.link.provider).display_name if self.link and self.link.provider else ""


async def make_link(services: Services, person: Person, *, purpose: str, provider: str = "", card: str) -> str:
    """The address of a new link for this person alone; earlier ones for the same thing end."""
    token = secrets.token_urlsafe(24)
    now = services.now()
    await services.store.links.create(
        person.company,
        person.id,
        purpose=purpose,
        provider=provider,
        token_hash=fingerprint(token),
        card=card,
        now=now,
        until=now + LIFETIME,
    )
    return f"{services.public_url}/link/{token}"


async def look_at(services: Services, token: str) -> Followed:
    """What a link is, without touching it."""
    link = await services.store.links.with_token(fingerprint(token))
    if link is None:
        return Followed(LinkState.UNKNOWN)
    row = await services.store.people.get(link.company_id, link.person_id)
    if row is None:
        return Followed(LinkState.UNKNOWN)
    if link.state != OPEN:
        state = LinkState.USED
    elif link.expires_at <= services.now():
        state = LinkState.EXPIRED
    else:
        state = LinkState.OPEN
    return Followed(state, link, as_person(row))


async def use(services: Services, link: LinkToken) -> str | None:
    """Consume a link; returns the nonce that proves the way back, or None when somebody was faster."""
    nonce = secrets.token_urlsafe(24)
    used = await services.store.links.use(link.id, nonce_hash=fingerprint(nonce), now=services.now())
    return nonce if used else None


async def came_back(services: Services, nonce: str) -> Followed:
    """The link that a browser returns from."""
    link = await services.store.links.with_nonce(fingerprint(nonce))
    row = await services.store.people.get(link.company_id, link.person_id) if link else None
    return Followed(LinkState.USED, link, as_person(row)) if link and row else Followed(LinkState.UNKNOWN)


def fingerprint(secret: str) -> str:
    """What is stored of a link's secret: 24 random bytes need no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()
