"""“who isn't synced” among 10,000 people: the answer's own work, against the bare query for the same rows."""

from __future__ import annotations

import gc
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from statistics import median
from typing import Any

from sqlalchemy import text

from bot.demo import Demo, DemoOptions, running_demo
from handlers.conversations import answer
from handlers.facts import PersonFact
from handlers.messages import Event
from handlers.people import as_person
from handlers.services import Services
from tests.bench.figure import Figure

PEOPLE = 10_000
ROUNDS = 9
# The rows that the answer is made of: everybody who is not beyond doubt synced, beside what is known of them.
QUERY = """
SELECT p.id, p.name, p.email, o.fact, o.source, o.value, o.detail, o.observed_at, o.since
FROM people p
LEFT JOIN observations o ON o.company_id = p.company_id AND o.subject = p.id
WHERE p.company_id = :company AND p.id NOT IN (
    SELECT subject FROM observations WHERE company_id = :company AND fact = :fact
    GROUP BY subject
    HAVING count(*) = sum(CASE WHEN value = 'synced' THEN 1 ELSE 0 END) AND max(observed_at) >= :fresh
)
ORDER BY p.id
"""


async def run() -> list[Figure]:
    async with running_demo(DemoOptions(people=PEOPLE)) as demo:
        await demo.begin()
        ada = (await demo.program.store.people.with_email(demo.program.company, "ada@aurora.example"))[0]
        event = Event(person=as_person(ada), intent="list_not_synced", channel="bench", conversation="bench")
        # The answer asks Cronofy once whether the integration is active; that is not its own work.
        services = _without_network(demo.program.services)
        ours, bare = [], []
        for _ in range(ROUNDS):
            bare.append(await _timed(lambda: _rows(demo)))
            ours.append(await _timed(lambda: answer(event, services)))
    return [Figure(f"ask: who isn't synced, {PEOPLE:,} people", median(ours), median(bare), 3.0)]


def _without_network(services: Services) -> Services:
    from dataclasses import replace

    return replace(services, cronofy=None)


async def _rows(demo: Demo) -> list[Any]:
    store, now = demo.program.store, demo.program.now()
    values = {"company": demo.program.company, "fact": PersonFact.SYNC.value, "fresh": now - timedelta(days=1)}
    async with store.database.engine.connect() as connection:
        return list((await connection.execute(text(QUERY), values)).all())


async def _timed(work: Callable[[], Awaitable[object]]) -> float:
    gc.collect()
    begun = time.perf_counter()
    await work()
    return time.perf_counter() - begun
