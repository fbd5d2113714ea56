"""The audit trail: complete, in the answer's own transaction, and nobody changes it unnoticed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.channel import Incoming
from bot.demo import Demo
from storage.audit import NewEntry, Recorded, recording
from storage.models import Company
from storage.store import Store
from tests.chat import Chat, names_in
from tests.conftest import DATABASES, SUNDAY
from tests.trust.people import id_of, opened

Person = Callable[[str], Chat]
BOTH = pytest.mark.parametrize("database_url", DATABASES, indirect=True)


async def entries(demo: Demo) -> list[Recorded]:
    return [entry async for entry in demo.program.store.audit.entries(demo.program.company)]


async def a_company(store: Store, name: str = "one") -> int:
    return (await store.companies.ensure(name, name=name, domains=(), language="en", timezone="UTC")).id


async def test_each_question_about_people_is_on_record_with_everybody_who_was_shown(demo: Demo, person: Person) -> None:
    ada = person("ada")
    await ada.does(intent="list_not_synced")
    shown = set(names_in(ada.reply))
    ben = await id_of(demo, "ben")
    await ada.does(intent="check_person", values={"person": str(ben), "provider": "zoom"})
    await ada.does(intent="my_status")
    first, second = [entry for entry in await entries(demo) if entry.actor == await id_of(demo, "ada")]
    assert (first.action, second.action) == ("list_not_synced", "check_person")
    rows = [await demo.program.store.people.get(demo.program.company, each) for each in first.subjects]
    assert {row.name for row in rows if row} == shown
    assert second.subjects == (ben,)
    assert second.detail == {"provider": "zoom"}


async def test_ben_sees_who_looked_at_his_status(demo: Demo, person: Person) -> None:
    ben, ada = person("ben"), person("ada")
    await ben.does(intent="my_status")
    assert "Nobody has asked about you so far" in await ben.presses("Who has seen my status?")
    await ada.does(intent="check_person", values={"person": str(await id_of(demo, "ben"))})
    answer = await ben.does(intent="who_saw_me")
    assert "Ada Lindqvist (Owner)" in answer
    assert "Asked how far you are" in answer


async def test_a_refused_attempt_is_on_record(demo: Demo, person: Person) -> None:
    await person("ben").does(intent="check_person", values={"person": str(await id_of(demo, "ada"))})
    (entry,) = [each for each in await entries(demo) if each.action == "refused"]
    assert (entry.actor, entry.subjects, entry.detail) == (await id_of(demo, "ben"), (), {"intent": "check_person"})


async def test_no_name_and_no_address_goes_on_record(demo: Demo, person: Person) -> None:
    ada = person("ada")
    await ada.does(intent="check_person", values={"person": "ben@aurora.example", "provider": "ben@aurora.example"})
    await ada.does(intent="check_person", values={"person_unknown": "Ben Okafor", "scope": "Ben Okafor"})
    written = str(await entries(demo))
    assert "Ben" not in written
    assert "aurora" not in written


@BOTH
async def test_the_record_and_the_answer_are_one_transaction(demo: Demo) -> None:
    program = demo.program
    event = Incoming("web", "once", "demo", "ada@aurora.example", "web:ada", intent="list_not_synced")
    await asyncio.gather(*(program.inbox.receive(event) for _ in range(5)))
    await program.settled()
    assert len([entry for entry in await entries(demo) if entry.action == "list_not_synced"]) == 1
    # The same event once more, as after a kill before the platform was told: nothing is recorded twice.
    (item,) = await _items(demo)
    twice = recording(program.company, [NewEntry(1, "twice")], program.now())
    assert await program.store.inbox.finish(item, [], program.now(), also=twice) == ()
    assert "twice" not in str(await entries(demo))


async def _items(demo: Demo) -> list[str]:
    async with demo.program.store.database.reading() as session:
        return list((await session.execute(text("SELECT id FROM inbox WHERE external_id = 'once'"))).scalars())


@BOTH
async def test_the_chain_grows_in_order_whoever_writes(database_url: str) -> None:
    async with opened(database_url) as store:
        company, other = await a_company(store), await a_company(store, "two")
        writes = [store.audit.add(company, [NewEntry(n, "looked", (n, n + 1))], SUNDAY) for n in range(1, 21)]
        await asyncio.gather(*writes, store.audit.add(other, [NewEntry(1, "looked")], SUNDAY))
        checked = await store.audit.check(company)
        assert (checked.entries, checked.is_whole) == (20, True)
        assert (await store.audit.check(other)).entries == 1


@BOTH
async def test_the_database_refuses_to_change_an_entry(database_url: str) -> None:
    async with opened(database_url) as store:
        company = await a_company(store)
        await store.audit.add(company, [NewEntry(1, "looked", (2,))], SUNDAY)
        with pytest.raises(DBAPIError, match="append-only"):
            async with store.database.writing() as session:
                await session.execute(text("UPDATE audit SET actor = 9"))
        assert (await store.audit.check(company)).is_whole


@BOTH
@pytest.mark.parametrize(
    "tampering",
    [
        "DELETE FROM audit WHERE number = 3",
        "DELETE FROM audit WHERE number = 1",
        "DELETE FROM audit_subjects WHERE number = 3",
        "INSERT INTO audit_subjects SELECT company_id, number, 77 FROM audit WHERE number = 2",
        "INSERT INTO audit SELECT company_id, 6, at, actor, action, detail, previous, hash FROM audit WHERE number = 5",
    ],
)
async def test_tampering_breaks_the_chain(database_url: str, tampering: str) -> None:
    async with opened(database_url) as store:
        company = await a_company(store)
        await store.audit.add(company, [NewEntry(1, "looked", (n,)) for n in range(1, 6)], SUNDAY)
        head = (await store.audit.check(company)).head
        async with store.database.writing() as session:
            await session.execute(text(tampering))
        assert not (await store.audit.check(company, head)).is_whole


async def test_cutting_off_the_end_is_seen_by_whoever_noted_the_head(database_url: str) -> None:
    async with opened(database_url) as store:
        company = await a_company(store)
        await store.audit.add(company, [NewEntry(1, "looked") for _ in range(5)], SUNDAY)
        head = (await store.audit.check(company)).head
        async with store.database.writing() as session:
            await session.execute(text("DELETE FROM audit WHERE number = 5"))
        assert (await store.audit.check(company)).is_whole
        assert not (await store.audit.check(company, head)).is_whole


def test_the_audit_tables_belong_to_a_company() -> None:
    tables = Company.metadata.tables
    assert all("company_id" in tables[name].c for name in ("audit", "audit_subjects", "erasures"))
