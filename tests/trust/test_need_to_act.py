"""A company in which every group is under five: whatever an admin asks, nobody shows but for the need to act."""

from __future__ import annotations

import csv
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path

import httpx
import pytest
from sqlalchemy import update

from bot.app import application
from bot.sandbox.clock import Clock
from handlers.changes import send_digests
from handlers.conversations import ROUTER, answer
from handlers.discretion import NEED_TO_ACT
from handlers.messages import Button, Buttons, Event, Form, Link, Reply, Role, Table
from handlers.people import as_person
from handlers.router import EVERYBODY
from storage.models import Enrolment
from tests.chat import plain
from tests.conftest import SUNDAY
from tests.crowd import PAPER, WORKSPACE, Crowd, build_crowd

HOSTS = 4
MOST_PRESSES = 100
CAMPAIGN, RUN = "1", "run-1"
Said = tuple[str, Mapping[str, str]]
NAMED_BY_THE_NEXT_PRESS = frozenset({"nudge"})
"""A rehearsal says to how many it would go; "Who gets it?" names them."""
ADDRESS = re.compile(r"http\S+")
"""Addresses are new each time, and name nobody."""


class Office:
    """Four hosts, an admin, a campaign in the middle of its way, and test interviews that are over."""

    def __init__(self, crowd: Crowd, ready: Sequence[int]) -> None:
        self.crowd, self.ready = crowd, ready
        self.people: dict[int, str] = {}

    async def open(self, *, eager: bool = False) -> None:
        """`eager`: the same people are ready, but they behaved in another way until then."""
        await self.crowd.settle_in(HOSTS)
        store, company = self.crowd.program.store, self.crowd.company
        rows = [row for row in await store.people.all(company) if row.personio_id]
        self.people = {row.id: row.name for row in rows}
        (ada,) = await store.people.with_email(company, "ada@crowd.example")
        await store.people.link_accounts(company, PAPER, WORKSPACE, {"ada@crowd.example": ada.id})
        self.crowd.clock.fix(SUNDAY + timedelta(days=1, hours=1))
        await self.crowd.look()
        assert await self.crowd.campaign() == int(CAMPAIGN)
        await self.crowd.tick()
        self.crowd.clock.fix(SUNDAY + timedelta(days=1, hours=2 if eager else 20))
        await self.crowd.connect([rows[number].id for number in self.ready])
        self.crowd.clock.fix(SUNDAY + timedelta(days=3, hours=8))  # when the second message is due everywhere
        await self.crowd.look()
        await self.crowd.tick()
        await self._behaved(eager=eager)
        self.crowd.clock.fix(SUNDAY + timedelta(days=3, hours=9))
        await self._test_interviews(ada.id, [rows[number].id for number in self.ready])
        await self.crowd.look()

    async def _behaved(self, *, eager: bool) -> None:
        async with self.crowd.program.store.database.writing() as session:
            values = {"attempt": 3, "written": 3, "snoozes": 2} if eager else {"attempt": 1, "written": 1}
            await session.execute(update(Enrolment).values(**values))

    async def _test_interviews(self, asker: int, proven: Sequence[int]) -> None:
        proofs, now = self.crowd.program.store.proofs, self.crowd.clock()
        rows = [
            {
                "id": f"proof-{number}",
                "run": RUN,
                "company_id": self.crowd.company,
                "person_id": person,
                "asker_id": asker,
                "provider": "zoom",
                "path": "zoom",
                "card": "card",
            }
            for number, person in enumerate(self.people)
        ]
        await proofs.add(rows, now)
        await proofs.claim(self.crowd.company, RUN, HOSTS, now)
        for row in rows:
            state = "proven" if row["person_id"] in proven else "failed"
            detail = {"host": "zoom.us", "cause": "" if state == "proven" else "zoom-not-authenticated"}
            await proofs.settle(row["id"], state, detail=detail, now=now)

    async def ask(self, role: Role, said: Said) -> Reply:
        (row,) = await self.crowd.program.store.people.with_email(self.crowd.company, "ada@crowd.example")
        await self.crowd.program.store.people.change(self.crowd.company, row.id, role=role.value, erase_at=None)
        (row,) = await self.crowd.program.store.people.with_email(self.crowd.company, "ada@crowd.example")
        event = Event(as_person(row), said[0], said[1], channel=PAPER, conversation=WORKSPACE, answer=f"d-{said[0]}")
        return await answer(event, self.crowd.program.services)

    async def letters(self) -> list[str]:
        """What comes to the admin unasked: progress that is brought up to date, and the digest."""
        await self.crowd.program.update_cards()
        await send_digests(self.crowd.program.services, self.crowd.company)
        await self.crowd.program.settled()
        return [plain(each.reply) for each in self.crowd.paper.arrived if each.account == "ada@crowd.example"]

    def named(self, text: str) -> set[str]:
        return {name for name in self.people.values() if re.search(rf"\b{name}\b", text)}

    @property
    def waiting(self) -> set[str]:
        """Those who have to be helped."""
        return {name for number, name in enumerate(self.people.values()) if number not in self.ready}


Opens = Callable[..., Awaitable[Office]]


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Opens]:
    """Opens an office in which these of the hosts are ready."""
    async with AsyncExitStack() as stack:
        # Each with a clock of its own, so that the same things happen at the same moments.
        async def opened(name: str, *ready: int, eager: bool = False, privacy: str = "works_council") -> Office:
            moments = (SUNDAY.timestamp() + number / 1000 for number in count())
            crowd = build_crowd(
                f"sqlite:///{tmp_path / name}.db",
                Clock(wall=partial(next, moments)),
                greenroom_privacy=privacy,
                greenroom_owners=("ada@crowd.example",),
                greenroom_public_url="http://greenroom.example",
            )
            stack.push_async_callback(crowd.program.stop)
            made = Office(crowd, ready)
            await made.open(eager=eager)
            return made

        yield opened


def asked_first() -> list[Said]:
    """Every intent with whatever values a button or a sentence could give it."""
    everything = {"campaign": CAMPAIGN, "first": "0", "run": RUN, "step": "signed_in", "default": "synced"}
    values: tuple[dict[str, str], ...] = (
        {},
        {"provider": "zoom", "list": "p0@crowd.example\nNobody Known", **everything},
        {"provider": "zoom", "group": "Team 1", "sure": "yes"},
    )
    return [
        (intent, each)
        for intent, route in ROUTER.routes.items()
        for each in (values[:1] if route.roles == EVERYBODY else values)
    ]


def pressed(reply: Reply) -> list[Said]:
    """Every button of an answer."""
    found: list[Said] = []
    for block in reply:
        match block:
            case Buttons():
                found += [(each.intent, each.values) for each in block.items if isinstance(each, Button)]
            case Table():
                found += [(each.intent, each.values) for each in (block.previous, block.following) if each]
            case Form():
                found.append((block.intent, block.values))
    return found


async def walk(places: Sequence[Office], role: Role) -> AsyncIterator[tuple[Said, list[str]]]:
    """Ask everything in each office, then press every button that turns up in the first; gives all answers."""
    waiting, seen = asked_first(), set[tuple[str, ...]]()
    most = len(waiting) + MOST_PRESSES
    while waiting and len(seen) < most:
        intent, values = waiting.pop(0)
        key = (intent, *(f"{name}={value}" for name, value in sorted(values.items())))
        # Whoever names one person asks about this person; nobody here is ready for anything but Zoom.
        if key in seen or "person" in values or "topic" in values or values.get("provider", "zoom") != "zoom":
            continue
        seen.add(key)
        replies = [await each.ask(role, (intent, values)) for each in places]
        waiting += pressed(replies[0])
        yield (intent, values), [ADDRESS.sub("", plain(reply)) for reply in replies]


async def test_no_answer_shows_anybody_beyond_the_need_to_act(office: Opens) -> None:
    one, two = await office("one", 0), await office("two", 1, 2)
    eager = await office("eager", 0, eager=True)
    named = 0
    async for said, (in_one, in_two, in_eager) in walk((one, two, eager), Role.HR_ADMIN):
        assert one.named(in_one) <= one.waiting, said
        assert two.named(in_two) <= two.waiting, said
        assert in_one == in_eager, f"how somebody behaved until now shows: {said}"
        if one.named(in_one) or said[0] in NAMED_BY_THE_NEXT_PRESS:
            named += 1
        else:
            assert in_one == in_two, f"who and how many are ready shows: {said}"
    assert named
    for place in (one, two):
        letters = await place.letters()
        assert letters
        assert place.named("\n".join(letters)) <= place.waiting


async def test_no_answer_shows_a_recruiter_anybody(office: Opens) -> None:
    one, two = await office("one", 0), await office("two", 1, 2)
    async for said, (in_one, in_two) in walk((one, two), Role.RECRUITER):
        assert not one.named(in_one), said
        assert in_one == in_two, said


async def test_the_file_of_a_campaign_holds_only_those_who_have_to_be_helped(office: Opens) -> None:
    place = await office("file", 0)
    transport = httpx.ASGITransport(application(place.crowd.program))
    async with httpx.AsyncClient(transport=transport, base_url="http://greenroom.example") as browser:
        reply = await place.ask(Role.HR_ADMIN, ("campaign_export", {"campaign": CAMPAIGN}))
        (address,) = [
            each.url for block in reply if isinstance(block, Buttons) for each in block.items if isinstance(each, Link)
        ]
        rows = list(csv.reader((await browser.get(address)).text.lstrip("\ufeff").splitlines()))
        assert rows[0] == ["Name", "E-mail", "Department", "What became of it"]
        assert {row[0] for row in rows[1:]} == place.waiting
        assert {row[3] for row in rows[1:]} == {"Not ready yet"}
        # An address that an HR admin got is of no use to a recruiter.
        assert "I can't show you that." in plain(
            await place.ask(Role.RECRUITER, ("campaign_export", {"campaign": "1"}))
        )
        assert (await browser.get(address)).status_code == 404


async def test_without_the_mode_everybody_who_is_named_is_on_record(office: Opens) -> None:
    place = await office("open", 0, privacy="standard")
    answers = []
    async for (intent, _), (said,) in walk((place,), Role.HR_ADMIN):
        entries = place.crowd.program.services.trail.take(f"d-{intent}")
        on_record = {place.people.get(person) for entry in entries for person in entry.subjects}
        assert place.named(said) <= on_record, f"{intent} names people who are not on record"
        answers.append(said)
    assert any("1 of 4 are connected" in said for said in answers)
    assert any("Person 0" in said for said in answers), "somebody who is ready"


def test_the_need_to_act_is_written_down_for_people() -> None:
    page = (Path(__file__).parents[2] / "docs" / "privacy.md").read_text()
    for sentence in NEED_TO_ACT:
        assert f"- {sentence}" in page.replace("\n  ", " "), sentence
