"""Whoever is away gets no reminder until they are back; why they are away is never kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from bot.demo import Demo
from bot.sandbox.faults import Fault
from providers.personio_reading import read_absence
from tests.chat import Chat
from tests.handlers.test_campaigns import monday, next_day, sent_by, work

Person = Callable[[str], Chat]
JUNE, DAY = date(2026, 6, 1), timedelta(days=1)
NUDGE = "nudge everyone who hasn't connected Zoom"


async def test_whoever_is_away_gets_the_reminder_when_back(demo: Demo, person: Person) -> None:
    await monday(demo)
    ben = person("ben")
    await sent_by(demo, person("ada"), NUDGE)
    assert len(await ben.screen()) == 1
    await next_day(demo)
    demo.world.take_leave(ben.email, days=3)
    for _ in range(2):
        await next_day(demo)
        await work(demo)
    assert len(await ben.screen()) == 1, "it was due on Wednesday, when Ben was away"
    await next_day(demo)
    await work(demo)
    assert len(await ben.screen()) == 2


async def test_a_rehearsal_leaves_out_whoever_is_away_and_says_so(demo: Demo, person: Person) -> None:
    demo.world.take_leave("ben@aurora.example", days=0)
    await monday(demo)
    shown = await person("ada").says("remind Ben to connect Zoom")
    assert "On leave\n1" in shown
    await person("ben").says("connect my Zoom")
    assert "One step left" in (await person("ben").screen())[-1], "whoever asks gets an answer all the same"


@pytest.mark.parametrize("status", ["PENDING", "REJECTED", "CANCELLED"])
async def test_a_wish_for_leave_is_no_leave(demo: Demo, person: Person, status: str) -> None:
    demo.world.take_leave("ben@aurora.example", days=5, status=status)
    await monday(demo)
    await sent_by(demo, person("ada"), NUDGE)
    assert len(await person("ben").screen()) == 1


async def test_only_until_when_is_kept_and_only_of_hosts(demo: Demo) -> None:
    for name in ("ben", "emma"):
        demo.world.take_leave(f"{name}@aurora.example", days=3)
    await demo.program.sync()
    assert await kept(demo, "ben") == [("yes", {"until": "2026-11-25T00:00:00+00:00"})]
    assert await kept(demo, "emma") == []


async def kept(demo: Demo, name: str) -> list[tuple[str, dict[str, Any]]]:
    store, company = demo.program.store, demo.program.company
    (row,) = await store.people.with_email(company, f"{name}@aurora.example")
    seen = await store.observations.of(company, row.id)
    return [(each.value, dict(each.detail)) for each in seen if each.fact == "away"]


@pytest.mark.parametrize("fault", [Fault.ABSENCES_OF_NOBODY, Fault.SERVER_ERROR, Fault.GARBAGE, Fault.FORBIDDEN])
async def test_absences_that_cannot_be_read_stop_nothing_else(demo: Demo, impatient: None, fault: Fault) -> None:
    demo.world.take_leave("ben@aurora.example", days=5)
    demo.world.fault(fault, path="/absence-periods")
    await demo.program.sync()
    assert await kept(demo, "ben") == []
    demo.world.clear()
    await demo.program.sync()
    assert [value for value, _ in await kept(demo, "ben")] == ["yes"]


async def test_without_the_right_nobody_is_away(demo: Demo) -> None:
    demo.world.take_leave("ben@aurora.example", days=5)
    demo.world.personio.scopes = demo.world.personio.scopes[:-1]
    demo.world.personio.tokens.clear()
    await demo.program.sync()
    assert await kept(demo, "ben") == []


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"person": {"id": 7}, "starts_from": {"date_time": "2026-06-01T00:00:00Z"}}, ("7", JUNE, None)),
        ({"person_id": "7", "start_date": "2026-06-01", "end_date": "2026-06-03"}, ("7", JUNE, JUNE + 2 * DAY)),
        ({"employee_id": "7", "starts_from": "2026-06-01", "ends_at": {"date": "2026-06-02"}}, ("7", JUNE, JUNE + DAY)),
        ({"starts_from": {"date_time": "2026-06-01"}}, None),
        ({"person": {"id": "7"}, "starts_from": {"date_time": "soon"}}, None),
        ({"person": [], "starts_from": 4}, None),
    ],
)
def test_an_absence_is_read_however_it_is_written(record: dict[str, Any], expected: tuple[Any, ...] | None) -> None:
    absence = read_absence(record)
    assert (absence and (absence.person_id, absence.starts_on, absence.ends_on)) == expected
