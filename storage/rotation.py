"""A change of keys on a live database: every stored secret is encrypted again with the first key."""

from __future__ import annotations

from sqlalchemy import Table, select, tuple_, update

from storage.database import Database
from storage.models import Base
from storage.secrets import Encrypted, EncryptedJson, SecretsError

CHUNK = 200


async def rotate(database: Database) -> int:
    """Read with any key, write with the first; returns how many rows were written.

    Each chunk is one short transaction that holds its rows, so the program may go on running meanwhile.
    """
    return sum([await _rotate(database, table) for table in Base.metadata.sorted_tables if secrets_of(table)])


async def readable(database: Database) -> bool:
    """Whether the keys at hand decrypt what is stored; one row of each kind tells."""
    async with database.reading() as session:
        for table in Base.metadata.sorted_tables:
            if names := secrets_of(table):
                try:
                    (await session.execute(select(*(table.c[name] for name in names)).limit(1))).all()
                except SecretsError:
                    return False
    return True


def secrets_of(table: Table) -> list[str]:
    return [column.name for column in table.c if isinstance(column.type, Encrypted | EncryptedJson)]


async def _rotate(database: Database, table: Table) -> int:
    names, keys = secrets_of(table), list(table.primary_key.columns)
    count, after = 0, None
    while True:
        query = select(*keys, *(table.c[name] for name in names)).order_by(*keys).limit(CHUNK).with_for_update()
        if after is not None:
            query = query.where(tuple_(*keys) > tuple_(*after))
        async with database.writing() as session:
            rows = (await session.execute(query)).all()
            for row in rows:
                same = [key == value for key, value in zip(keys, row, strict=False)]
                values = dict(zip(names, row[len(keys) :], strict=True))
                await session.execute(update(table).where(*same).values(**values))
        if not rows:
            return count
        count, after = count + len(rows), rows[-1][: len(keys)]
