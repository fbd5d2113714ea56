"""Short transactions of the live path: whatever waits together is committed together."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

Result = TypeVar("Result")
Work = Callable[[Connection], Result]
"""Statements of one transaction. It may run twice, so it changes nothing but the database; it reads its results up."""
MOST_TOGETHER = 100
"""So many works of one transaction, so that nobody else waits long for it."""


class Live(Protocol):
    """Runs short work: a few statements on few rows. Everything else takes `Database.reading` and `writing`."""

    async def read(self, work: Work[Result]) -> Result:
        """Run one statement that changes nothing."""

    async def write(self, work: Work[Result]) -> Result:
        """Run statements in a transaction; when this returns, they are committed."""

    async def close(self) -> None:
        """Finish what waits."""


class OneFailedError(Exception):
    """One of several works failed, so none of them was done; the cause says how."""


def run_all(connection: Connection, works: Sequence[Work[Any]]) -> list[Any]:
    try:
        return [work(connection) for work in works]
    except Exception as error:
        raise OneFailedError from error


class Together:
    """Collects works while a transaction is under way, and gives them the next one."""

    def __init__(self, commit: Callable[[Sequence[Work[Any]]], Awaitable[list[Any]]]) -> None:
        """`commit` runs works in one transaction, see `run_all`."""
        self._commit = commit
        self._waiting: list[tuple[Work[Any], asyncio.Future[Any]]] = []
        self._worker: asyncio.Task[None] | None = None

    async def run(self, work: Work[Result]) -> Result:
        done: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, done))
        if self._worker is None:
            self._worker = asyncio.create_task(self._work())
        return await done

    async def finish(self) -> None:
        if self._worker is not None:
            await self._worker

    async def _work(self) -> None:
        try:
            while self._waiting:
                group, self._waiting = self._waiting[:MOST_TOGETHER], self._waiting[MOST_TOGETHER:]
                await self._run(group)
        finally:
            self._worker = None

    async def _run(self, group: Sequence[tuple[Work[Any], asyncio.Future[Any]]]) -> None:
        try:
            results = await self._commit([work for work, _ in group])
        except OneFailedError as failure:
            if len(group) > 1:
                for each in group:  # the others must not suffer: everybody once more, alone
                    await self._run([each])
            else:
                _fail(group, failure.__cause__ or failure)
        except Exception as error:
            _fail(group, error)
        else:
            for (_, done), result in zip(group, results, strict=True):
                if not done.done():  # nobody waits any more, but it was committed
                    done.set_result(result)


def _fail(group: Sequence[tuple[Work[Any], asyncio.Future[Any]]], error: BaseException) -> None:
    for _, done in group:
        if not done.done():
            done.set_exception(error)


class LiveOnServer:
    """Live work on PostgreSQL."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._writes = Together(self._commit)

    async def read(self, work: Work[Result]) -> Result:
        async with self._engine.connect() as connection:
            return await connection.run_sync(work)

    async def write(self, work: Work[Result]) -> Result:
        return await self._writes.run(work)

    async def close(self) -> None:
        await self._writes.finish()

    async def _commit(self, works: Sequence[Work[Any]]) -> list[Any]:
        async with self._engine.begin() as connection:
            return await connection.run_sync(run_all, works)
