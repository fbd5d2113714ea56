"""Secrets that an outside system replaces with each use, encrypted; the settings hold only the first of each."""

from __future__ import annotations

from hashlib import sha256

from storage.database import Database
from storage.models import RotatedSecret


class RotatedSecrets:
    """The newest secret by name, as long as the settings still hold the one that it came from."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, name: str, *, first: str) -> str:
        """The newest one; empty when there is none that came from `first`."""
        async with self._database.reading() as session:
            row = await session.get(RotatedSecret, name)
        return row.secret if row and row.first_hash == _hash(first) else ""

    async def save(self, name: str, secret: str, *, first: str) -> None:
        values = {"first_hash": _hash(first), "secret": secret}
        insert = self._database.insert(RotatedSecret).values(name=name, **values)
        async with self._database.writing() as session:
            await session.execute(insert.on_conflict_do_update(index_elements=["name"], set_=values))


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
