"""The engine and its transactions, the same for SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from storage.live import Live, LiveOnServer
from storage.live_file import LiveInFile
from storage.models import Base
from storage.secrets import Cipher, use_cipher

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

    # The two know ON CONFLICT in the same words; importing the one that is not used takes a while.
    Insert = sqlite.Insert | postgresql.Insert

DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
}


class DatabaseUrlError(ValueError):
    """The address of the database is not one that Greenroom can use."""

    advice = "It must look like sqlite:///greenroom.db or postgresql://user:password@host/name."


def parse_url(url: str) -> URL:
    """The address with the asynchronous driver filled in; raises DatabaseUrlError."""
    try:
        parsed = make_url(url)
        parsed = parsed.set(drivername=DRIVERS.get(parsed.drivername, parsed.drivername))
        if parsed.drivername not in DRIVERS.values():
            raise ArgumentError(parsed.drivername)
    except (ArgumentError, ValueError) as error:
        raise DatabaseUrlError(DatabaseUrlError.advice) from error
    return parsed


class Database:
    """One engine; `reading()` and `writing()` are its transactions, `live` runs what somebody waits for."""

    def __init__(self, url: str, cipher: Cipher) -> None:
        self.url = parse_url(url)
        self.is_sqlite = self.url.drivername == DRIVERS["sqlite"]
        options: dict[str, Any] = {} if self.is_sqlite else {"pool_size": 10, "pool_pre_ping": True}
        self.engine: AsyncEngine = create_async_engine(self.url, **options)
        use_cipher(self.engine.dialect, cipher)
        self._insert: Callable[[type[Base]], Insert] = _sqlite_insert() if self.is_sqlite else _postgresql_insert()
        # SQLite has one writer; queueing here is fair, its own busy handler sleeps and polls.
        self._writer = asyncio.Lock() if self.is_sqlite else None
        self.live: Live = (
            LiveInFile(self.url, self._writer, _prepare_sqlite, cipher) if self._writer else LiveOnServer(self.engine)
        )
        if self.is_sqlite:
            event.listen(self.engine.sync_engine, "connect", _prepare_sqlite)
            event.listen(self.engine.sync_engine, "begin", _begin_sqlite)
        self._reads = async_sessionmaker(self.engine, expire_on_commit=False)
        self._writes = async_sessionmaker(self.engine.execution_options(writing=True), expire_on_commit=False)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        async with self._reads() as session:
            yield session

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """A transaction that commits at the end of the block and rolls back when it raises."""
        async with AsyncExitStack() as stack:
            if self._writer:
                await stack.enter_async_context(self._writer)
            yield await stack.enter_async_context(self._writes.begin())

    def insert(self, model: type[Base]) -> Insert:
        """An INSERT that knows ON CONFLICT, in the dialect of this database."""
        return self._insert(model)

    async def close(self) -> None:
        await self.live.close()
        await self.engine.dispose()


def _sqlite_insert() -> Callable[[type[Base]], Insert]:
    from sqlalchemy.dialects import sqlite

    return sqlite.insert


def _postgresql_insert() -> Callable[[type[Base]], Insert]:
    from sqlalchemy.dialects import postgresql

    return postgresql.insert


def _prepare_sqlite(connection: Any, _: object) -> None:
    # The driver's own transaction handling would delay BEGIN; we begin ourselves.
    # https://docs.sqlalchemy.org/en/21/dialects/sqlite.html#serializable-isolation-savepoints-transactional-ddl
    connection.isolation_level = None
    cursor = connection.cursor()
    # NORMAL survives every kill of the process; a power cut may take the last moments, which PostgreSQL would keep.
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=30000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that starts with a read and then writes can fail at once in SQLite: take the lock first.
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
