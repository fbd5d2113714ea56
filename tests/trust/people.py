"""What several tests of trust need: somebody's number, and a database of one's own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.demo import Demo
from storage.database import Database
from storage.migrate import migrate
from storage.secrets import Cipher
from storage.store import Store
from tests.conftest import KEY


async def id_of(demo: Demo, name: str) -> int:
    """The number of `name`@aurora.example."""
    rows = await demo.program.store.people.with_email(demo.program.company, f"{name}@aurora.example")
    return rows[0].id


@asynccontextmanager
async def opened(url: str, *keys: str) -> AsyncIterator[Store]:
    """A store on this database, with its tables."""
    store = Store(Database(url, Cipher(keys or (KEY,))))
    await migrate(store.database)
    try:
        yield store
    finally:
        await store.database.close()


def sqlite(folder: Path) -> str:
    return f"sqlite:///{folder / 'trust.db'}"
