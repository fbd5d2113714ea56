"""Live work on SQLite: statements run at once in this thread, only the commit waits for the disk elsewhere."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event

from storage.live import Result, Together, Work, run_all
from storage.secrets import Cipher, use_cipher

LOCKED_FOR = 30.0
"""Seconds to wait for another process that writes."""
TRY_AGAIN = 0.005


class LiveInFile:
    """A connection to read and one to write.

    A short statement takes microseconds when it is run in place; handing it to a thread, as the asynchronous driver
    does with each, costs many times that. Readers never wait for the writer here (https://sqlite.org/wal.html).
    """

    def __init__(self, url: URL, turn: asyncio.Lock, prepare: Callable[[Any, object], None], cipher: Cipher) -> None:
        """`turn` is whose turn it is to write in this process; `prepare` sets up each connection."""
        self._url = url
        self._turn = turn
        self._prepare = prepare
        self._cipher = cipher
        self._writes = Together(self._commit)
        self._disk = ThreadPoolExecutor(max_workers=1, thread_name_prefix="commit")

    async def read(self, work: Work[Result]) -> Result:
        return work(self._reader)

    async def write(self, work: Work[Result]) -> Result:
        return await self._writes.run(work)

    async def close(self) -> None:
        await self._writes.finish()
        self._disk.shutdown()
        for name in ("_reader", "_writer"):
            if name in self.__dict__:
                self.__dict__.pop(name).close()
        if "_engine" in self.__dict__:
            self._engine.dispose()

    @cached_property
    def _engine(self) -> Engine:
        engine = create_engine(self._url.set(drivername="sqlite"), connect_args={"check_same_thread": False})
        use_cipher(engine.dialect, self._cipher)
        event.listen(engine, "connect", self._prepare)
        return engine

    @cached_property
    def _reader(self) -> Connection:
        return self._engine.connect()

    @cached_property
    def _writer(self) -> Connection:
        connection = self._engine.connect()
        connection.exec_driver_sql("PRAGMA busy_timeout=0")  # it would block everybody: `_begin` waits instead
        return connection

    async def _commit(self, works: Sequence[Work[Any]]) -> list[Any]:
        async with self._turn:
            driver: sqlite3.Connection = self._writer.connection.driver_connection  # type: ignore[assignment]
            await _begin(driver)
            try:
                results = run_all(self._writer, works)
                await asyncio.get_running_loop().run_in_executor(self._disk, driver.commit)
            except BaseException:
                driver.rollback()
                raise
            return results


async def _begin(driver: sqlite3.Connection) -> None:
    loop = asyncio.get_running_loop()
    until = loop.time() + LOCKED_FOR
    while True:
        try:
            driver.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or loop.time() > until:
                raise
            await asyncio.sleep(TRY_AGAIN)
        else:
            return
