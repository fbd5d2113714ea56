"""Short work of those who wait: committed together, failing alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from storage.database import Database
from storage.live import MOST_TOGETHER, Together, Work
from storage.migrate import migrate
from storage.secrets import Cipher
from tests.conftest import KEY

ADD = text("INSERT INTO install_states (state_hash, expires_at) VALUES (:name, '2026-01-01 00:00:00')")
NAMES = text("SELECT state_hash FROM install_states ORDER BY state_hash")


def adding(name: str) -> Callable[[Connection], str]:
    def add(connection: Connection) -> str:
        connection.execute(ADD, {"name": name})
        return name

    return add


async def names(database: Database) -> list[str]:
    return list(await database.live.read(lambda connection: connection.scalars(NAMES).all()))


@pytest.fixture
async def ready(database: Database) -> Database:
    await migrate(database)
    return database


async def test_each_gets_its_own_result_and_finds_it_committed(ready: Database, database_url: str) -> None:
    wanted = [f"{number:03}" for number in range(250)]
    assert await asyncio.gather(*(ready.live.write(adding(name)) for name in wanted)) == wanted
    another = Database(database_url, Cipher([KEY]))
    assert await names(another) == wanted
    await another.close()


async def test_what_waits_while_a_transaction_is_under_way_shares_the_next_one() -> None:
    groups: list[int] = []

    async def commit(works: Sequence[Work[Any]]) -> list[Any]:
        groups.append(len(works))
        await asyncio.sleep(0)
        return [None for _ in works]

    together = Together(commit)
    await asyncio.gather(*(together.run(adding("name")) for _ in range(MOST_TOGETHER + 20)))
    assert groups == [MOST_TOGETHER, 20]


async def test_one_that_fails_takes_nobody_with_it(ready: Database) -> None:
    wanted = ["a", "b", "a", "c"]
    outcomes = await asyncio.gather(*(ready.live.write(adding(name)) for name in wanted), return_exceptions=True)
    assert [isinstance(outcome, DBAPIError) for outcome in outcomes] == [False, False, True, False]
    assert await names(ready) == ["a", "b", "c"]
    await ready.live.write(adding("d"))
    assert await names(ready) == ["a", "b", "c", "d"]


async def test_work_that_fails_half_way_leaves_nothing_behind(ready: Database) -> None:
    def breaks(connection: Connection) -> None:
        connection.execute(ADD, {"name": "half"})
        raise LookupError("the other half")

    with pytest.raises(LookupError):
        await ready.live.write(breaks)
    assert await names(ready) == []
    await ready.live.write(adding("whole"))
    assert await names(ready) == ["whole"]


async def test_somebody_who_stops_waiting_does_not_disturb_the_others(ready: Database) -> None:
    waiting = [asyncio.create_task(ready.live.write(adding(name))) for name in "abc"]
    await asyncio.sleep(0)
    waiting[1].cancel()
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    assert [outcomes[0], outcomes[2]] == ["a", "c"]
    assert {"a", "c"} <= set(await names(ready))


async def test_closing_finishes_what_waits(ready: Database, database_url: str) -> None:
    waiting = [asyncio.create_task(ready.live.write(adding(name))) for name in "abc"]
    await asyncio.sleep(0)
    await ready.close()
    assert await asyncio.gather(*waiting) == ["a", "b", "c"]
    another = Database(database_url, Cipher([KEY]))
    assert await names(another) == ["a", "b", "c"]
    await another.close()


async def test_long_and_short_transactions_take_turns(ready: Database, database_url: str) -> None:
    """Also with another process: nobody is refused because somebody else is writing."""
    another = Database(database_url, Cipher([KEY]))

    async def long(name: str) -> None:
        async with (another if name.endswith("x") else ready).writing() as session:
            await session.execute(ADD, {"name": name})
            await asyncio.sleep(0.01)

    work = [long(f"l{number}{where}") for number in range(4) for where in "xy"]
    await asyncio.gather(*work, *(ready.live.write(adding(f"s{number}")) for number in range(4)))
    await asyncio.gather(*(another.live.write(adding(f"t{number}")) for number in range(4)))
    assert len(await names(ready)) == 16
    await another.close()


async def test_others_are_served_while_a_writer_waits_for_another_process(ready: Database, database_url: str) -> None:
    another = Database(database_url, Cipher([KEY]))
    async with another.writing() as session:
        await session.execute(ADD, {"name": "first"})
        second = asyncio.create_task(ready.live.write(adding("second")))
        await asyncio.sleep(0.02)
        assert "first" not in await asyncio.wait_for(names(ready), 5)
    assert await second == "second"
    assert await names(ready) == ["first", "second"]
    await another.close()
