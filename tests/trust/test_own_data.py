"""One's own data: seen, taken away, deleted; kept no longer than promised; nothing left after an uninstall."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.demo import Demo
from handlers.tidying import tidy
from storage.audit import NewEntry
from storage.models import Base
from storage.observations import NewObservation
from storage.people import PersonRecord
from storage.retention import PERIODS
from tests.chat import Chat
from tests.conftest import DATABASES, SUNDAY
from tests.trust.people import id_of, opened
from tests.visitor import Visitor

Person = Callable[[str], Chat]
BOTH = pytest.mark.parametrize("database_url", DATABASES, indirect=True)
DAY = timedelta(days=1)


async def rows_with(demo: Demo, *needles: str) -> dict[str, int]:
    """In which tables these words still stand, and how often."""
    found: dict[str, int] = {}
    async with demo.program.store.database.reading() as session:
        for name in Base.metadata.tables:
            rows = (await session.execute(text(f"SELECT * FROM {name}"))).all()
            hits = sum(any(needle in str(row) for needle in needles) for row in rows)
            found |= {name: hits} if hits else {}
    return found


async def test_ben_sees_what_is_stored_and_takes_it_away_once(demo: Demo, person: Person) -> None:
    ben = person("ben")
    await ben.says("connect my Zoom")
    answer = await ben.does(intent="my_data")
    for words in ("From the HR system", "Where I can reach you", "Permissions of Cronofy, encrypted", "Links that I"):
        assert words in answer
    await ben.presses("Give me everything as a file")
    async with Visitor() as visitor:
        address = await ben.address("Download my data")
        await visitor.opens(address)
        assert "made for Ben Okafor alone" in visitor.text
        request = visitor.request("Download my data")
        answers = await asyncio.gather(*(visitor.client.send(request) for _ in range(4)))
        # Whoever comes after it was used gets a page that says so.
        files = [each for each in answers if each.headers["content-type"] == "application/json"]
        assert len(files) == 1, [each.status_code for each in answers]
        stored = json.loads(files[0].text)
        assert stored["people"][0]["email"] == "ben@aurora.example"
        assert "token" not in files[0].text.replace("token_hash", "token").split('"links"')[0]
        assert {"people", "accounts", "observations", "grants", "links", "inbox", "deliveries"} <= stored.keys()
        assert "ada@aurora.example" not in files[0].text
        await visitor.opens(address)
        assert "used already" in visitor.text


async def test_ben_is_erased_and_only_a_number_stays(demo: Demo, person: Person) -> None:
    ben, ada = person("ben"), person("ada")
    number = await id_of(demo, "ben")
    await ada.does(intent="check_person", values={"person": str(number)})
    await ben.says("connect my Zoom")
    await ben.does(intent="my_data")
    assert "As long as you work here" in await ben.presses("Delete my data")
    assert "Your data is deleted in 10 minutes." in await ben.presses("Yes, delete my data")
    assert "Nothing is deleted." in await ben.presses("Keep my data after all")
    demo.world.clock.advance(timedelta(minutes=11))
    await demo.program.chores.sweep()
    assert await id_of(demo, "ben") == number

    await ben.does(intent="erase_my_data", values={"sure": "yes"})
    demo.world.clock.advance(timedelta(minutes=11))
    await demo.program.chores.sweep()
    assert await demo.program.store.people.get(demo.program.company, number) is None
    left = await rows_with(demo, "ben@aurora.example", "Ben Okafor")
    # Ada's own messages may name him until they are pruned; nothing of his own is left.
    assert left.keys() <= {"deliveries"}
    audit = demo.program.store.audit
    assert (await audit.check(demo.program.company)).is_whole
    assert [entry.subjects async for entry in audit.entries(demo.program.company)][-1] == (number,)
    await demo.program.chores.sync()
    assert await id_of(demo, "ben") > number, "he still works here, so he comes back, as somebody new"


async def test_the_only_owner_stays(demo: Demo, person: Person) -> None:
    assert "only owner" in await person("ada").does(intent="erase_my_data", values={"sure": "yes"})
    demo.world.clock.advance(DAY)
    await demo.program.chores.sweep()
    assert await id_of(demo, "ada")


@BOTH
async def test_a_leaver_is_erased_in_time_and_does_not_come_back(demo: Demo) -> None:
    store, company = demo.program.store, demo.program.company
    number = await id_of(demo, "ben")
    left = NewObservation(number, "employment", "personio", "inactive")
    await store.observations.save(company, [left], demo.program.now())
    for person in demo.world.company.people:
        if person.email == "ben@aurora.example":
            person.status = "inactive"
    demo.world.clock.advance(PERIODS.leavers - DAY)
    await tidy(demo.program.services)
    assert await id_of(demo, "ben") == number
    demo.world.clock.advance(2 * DAY)
    await store.companies.mark_synced(company, demo.program.now() - PERIODS.leavers - DAY)
    assert (await tidy(demo.program.services))["leavers"] >= 1
    await demo.program.chores.sync()
    assert not await store.people.with_email(company, "ben@aurora.example")


@BOTH
async def test_each_class_of_data_goes_when_its_time_is_over(demo: Demo) -> None:
    store, now = demo.program.store, demo.program.now
    begin = now()
    chat = Chat(demo, "ben@aurora.example")
    await chat.says("connect my Zoom")
    await Chat(demo, "ada@aurora.example").does(intent="list_not_synced")

    async def count(table: str) -> int:
        async with store.database.reading() as session:
            return int(await session.scalar(text(f"SELECT COUNT(*) FROM {table}")) or 0)

    steps = (
        (PERIODS.messages_in, ("inbox", "links")),
        (PERIODS.messages_out, ("deliveries",)),
        (PERIODS.audit, ("audit",)),
    )
    assert PERIODS.links == PERIODS.messages_in
    for period, tables in steps:
        demo.world.clock.fix(begin + period - DAY)
        await store.retention.prune(now())
        assert all([await count(table) for table in tables]), f"one of {tables} went too early"
        demo.world.clock.fix(begin + period + DAY)
        gone = await store.retention.prune(now())
        left = 1 if tables == ("audit",) else 0  # the entry which says where the chain begins now
        assert [await count(table) for table in tables] == [left] * len(tables), gone
    assert await count("questions") == 0
    assert (await store.audit.check(demo.program.company)).is_whole
    await store.audit.add(demo.program.company, [NewEntry(1, "later")], now())
    assert (await store.audit.check(demo.program.company)).entries == 2


@BOTH
async def test_an_uninstalled_workspace_is_wiped_after_the_grace_period(demo: Demo, person: Person) -> None:
    store, company = demo.program.store, demo.program.company
    await person("ben").says("connect my Zoom")
    await store.retention.uninstalled(company, "web", "demo", demo.program.now())
    demo.world.clock.advance(PERIODS.uninstalled - DAY)
    assert await store.retention.wipe_uninstalled(demo.program.now()) == 0
    # Installed again within the period: nothing goes.
    await store.retention.uninstalled(company, "web", "demo", None)
    demo.world.clock.advance(30 * DAY)
    assert await store.retention.wipe_uninstalled(demo.program.now()) == 0
    assert await id_of(demo, "ben")

    await store.retention.uninstalled(company, "web", "demo", demo.program.now())
    demo.world.clock.advance(PERIODS.uninstalled + DAY)
    assert await store.retention.wipe_uninstalled(demo.program.now()) == 1
    left = await rows_with(demo, "aurora")
    assert left.keys() <= {"companies"}, left
    assert await store.companies.of_workspace("web", "demo") == company, "no stranger takes its place"


async def test_wiping_one_company_leaves_the_other_alone(database_url: str) -> None:
    async with opened(database_url) as store:
        place = {"domains": (), "language": "en", "timezone": "UTC"}
        one, two = [(await store.companies.ensure(slug, name=slug, **place)).id for slug in ("one", "two")]
        for company in (one, two):
            await store.companies.link_workspace(company, "slack", f"T{company}")
            record = PersonRecord("1", "a@example.com", "A", "en", "UTC")
            await store.people.save(company, [record])
            (row,) = await store.people.all(company)
            await store.people.link_accounts(company, "slack", f"T{company}", {"U1": row.id})
            await store.audit.add(company, [NewEntry(row.id, "looked", (row.id,))], SUNDAY)
        await store.retention.uninstalled(one, "slack", f"T{one}", SUNDAY)
        await store.retention.uninstalled(one, "slack", f"T{two}", SUNDAY)  # not its own: ignored
        await store.retention.wipe_uninstalled(SUNDAY + PERIODS.uninstalled + DAY)
        assert not await store.people.all(one)
        assert len(await store.people.all(two)) == 1
        assert (await store.audit.check(two)).entries == 1
        assert await store.people.of_account("slack", f"T{two}", "U1")
