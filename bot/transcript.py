"""What the web chat shows: its inbox and its deliveries, merged into one conversation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from bot.web.ports import Persona, TranscriptEntry
from bot.web.render import label_of
from handlers.serialize import from_json
from storage.models import Delivery, InboxItem
from storage.store import Store

SHOWN = timedelta(days=7)


class StoredTranscript:
    """Implements bot.web.ports.Transcript over the store."""

    def __init__(
        self,
        store: Store,
        *,
        company: Callable[[], int],
        personas: Callable[[], Sequence[Persona]],
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._company = company
        self._personas = personas
        self._now = now

    async def transcript(self, account: str, after: datetime | None = None) -> Sequence[TranscriptEntry]:
        since = self._now() - SHOWN
        said, told = await self._store.deliveries.transcript(self._company(), "web", account, since)
        entries = sorted([*_said(said, told), *_told(told)], key=lambda entry: entry.at)
        return [entry for entry in entries if after is None or entry.changed > after]

    async def people(self) -> Sequence[Persona]:
        return self._personas()


def _said(items: Iterable[InboxItem], told: Sequence[Delivery]) -> Iterable[TranscriptEntry]:
    replies = {delivery.id: from_json(delivery.reply) for delivery in told}
    for item in items:
        press = item.payload
        if press["in_place"]:
            continue
        text = press["text"] or label_of(replies.get(press["message"], ()), press["intent"], press["values"])
        yield TranscriptEntry(id=item.id, at=item.received_at, changed=item.received_at, text=text)


def _told(deliveries: Iterable[Delivery]) -> Iterable[TranscriptEntry]:
    """A card that was updated stands where it was first sent, in its newest version."""
    shown: dict[str, TranscriptEntry] = {}
    places: dict[str, str] = {}
    for delivery in deliveries:
        place = delivery.platform_id or places.get(delivery.replaces) or delivery.id
        places[delivery.id] = place
        first = shown.get(place)
        shown[place] = TranscriptEntry(
            id=place,
            at=first.at if first else delivery.created_at,
            changed=delivery.created_at,
            reply=from_json(delivery.reply),
            delivery=delivery.id,
        )
    return shown.values()
