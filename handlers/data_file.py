"""A person's own data as a file, fetched once over a link of their own."""

from __future__ import annotations

import json

from handlers import links
from handlers.links import Followed
from handlers.services import Services
from storage.audit import NewEntry
from storage.links import DONE
from storage.personal import Rows


async def export_of(services: Services, followed: Followed) -> str | None:
    """Consume the link and give the file; None when somebody was faster."""
    link, person = followed.link, followed.person
    if link is None or person is None or await links.use(services, link) is None:
        return None
    await services.store.links.finish(link.id, DONE)
    stored = await services.store.personal.export(person.company, person.id)
    entry = NewEntry(person.id, "exported", (person.id,))
    await services.store.audit.add(person.company, [entry], services.now())
    return as_file(stored)


def as_file(stored: dict[str, Rows]) -> str:
    """Readable by people and by programs."""
    return json.dumps(stored, ensure_ascii=False, indent=2, default=str)
