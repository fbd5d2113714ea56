"""Which keys stored secrets need: whether all can be read, and whether older keys can be removed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Table, Text, select, type_coerce

from storage.database import Database
from storage.models import Base
from storage.rotation import secrets_of
from storage.secrets import Cipher, SecretsError

MOST_ROWS = 1_000
"""Of each table: enough to see that keys are wrong, and soon done."""


@dataclass(slots=True)
class KeyUse:
    """How many stored secrets were looked at, and how many of them need what."""

    looked_at: int = 0
    older: int = 0
    """Cannot be read with the first key alone."""
    unreadable: int = 0


async def key_use(database: Database, keys: Sequence[str]) -> KeyUse:
    """Read what is stored, without ever keeping what it says."""
    use, first, every = KeyUse(), Cipher(keys[:1]), Cipher(keys)
    for table in Base.metadata.sorted_tables:
        for name in secrets_of(table):
            for value in await _stored(database, table, name):
                use.looked_at += 1
                if not _reads(every, value):
                    use.unreadable += 1
                elif not _reads(first, value):
                    use.older += 1
    return use


async def _stored(database: Database, table: Table, name: str) -> Sequence[str]:
    column = table.c[name]
    query = select(type_coerce(column, Text)).where(column.is_not(None)).limit(MOST_ROWS)
    async with database.reading() as session:
        return (await session.scalars(query)).all()


def _reads(cipher: Cipher, value: str) -> bool:
    try:
        cipher.decrypt(value)
    except SecretsError:
        return False
    return True
