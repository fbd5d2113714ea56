"""A company of any size whose people have to connect Zoom, and a chat platform that remembers what arrived."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from starlette.routing import BaseRoute

from bot.app import Program, build
from bot.channel import Letter, SendError
from bot.sandbox.clock import Clock
from bot.settings import read_settings
from handlers.audience import Wish, audience_of
from handlers.facts import CompanyFact, PersonFact, Source
from handlers.readiness import Provider
from storage.observations import COMPANY, NewObservation
from storage.people import PersonRecord
from tests.conftest import KEY

PAPER, WORKSPACE = "web", "office"
PLACES = (
    ("Berlin", "Europe/Berlin"),
    ("Lyon", "Europe/Paris"),
    ("London", "Europe/London"),
    ("Austin", "America/Chicago"),
)
LANGUAGES = ("de", "fr", "en", "en")


class Paper:
    """A platform that takes letters, tells what arrived, and fails when it is told to."""

    name = PAPER
    needs_reference = False
    can_be_asked = True

    def __init__(self, is_connected: Callable[[str], bool], now: Callable[[], datetime]) -> None:
        self.arrived: list[Letter] = []
        self.log: list[tuple[str, datetime, bool]] = []
        """To whom, when, and whether that person was connected by then."""
        self._is_connected = is_connected
        self._now = now
        self.failures: list[SendError] = []
        self.refused: dict[str, SendError] = {}

    def routes(self) -> Sequence[BaseRoute]:
        return ()

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def relink(self) -> None: ...

    async def send(self, letter: Letter) -> str:
        if letter.account in self.refused:
            raise self.refused[letter.account]
        if self.failures:
            raise self.failures.pop(0)
        self.arrived.append(letter)
        self.log.append((letter.account, self._now(), self._is_connected(letter.account)))
        return f"P{len(self.arrived)}"

    async def find(self, letter: Letter) -> str | None:
        return next((f"P{n}" for n, each in enumerate(self.arrived, start=1) if each.id == letter.id), None)

    def reminders(self) -> dict[str, int]:
        """How many new messages each account got; updates of old ones are none."""
        return dict(Counter(each.account for each in self.arrived if not each.replaces))


class Crowd:
    """The company, its program without any outside system, and what is true of its people."""

    def __init__(self, program: Program, clock: Clock) -> None:
        self.program, self.clock = program, clock
        self.paper = Paper(lambda account: self.ids.get(account) in self.connected, clock)
        program.add(self.paper)
        self.ids: dict[str, int] = {}
        self.connected: set[int] = set()

    @property
    def company(self) -> int:
        return self.program.company

    async def settle_in(self, count: int) -> None:
        """Hire so many people, who all interview and have not connected Zoom."""
        await self.program.open()
        store = self.program.store
        await store.people.save(self.company, [_record(number) for number in range(count)])
        self.ids = {row.email: row.id for row in await store.people.all(self.company) if row.personio_id}
        await store.companies.link_workspace(self.company, PAPER, WORKSPACE)
        await store.people.link_accounts(self.company, PAPER, WORKSPACE, self.ids)
        await self.look()

    async def look(self) -> None:
        """What a synchronisation would write down now."""
        facts = [
            NewObservation(COMPANY, CompanyFact.INTEGRATION, Source.CRONOFY, "active"),
            NewObservation(COMPANY, CompanyFact.CALENDAR, Source.CRONOFY, "graph"),
        ]
        for person in self.ids.values():
            zoom = "connected" if person in self.connected else "absent"
            facts += [
                NewObservation(person, PersonFact.EMPLOYMENT, Source.PERSONIO, "active"),
                NewObservation(person, PersonFact.HOSTS, Source.PERSONIO, "yes"),
                NewObservation(person, PersonFact.SYNC, Source.CRONOFY, "synced"),
                NewObservation(person, PersonFact.ZOOM, Source.CRONOFY, zoom),
            ]
        await self.program.store.observations.save(self.company, facts, self.clock())

    async def connect(self, people: Sequence[int]) -> None:
        """They have connected Zoom, and it was seen."""
        self.connected.update(people)
        seen = [NewObservation(person, PersonFact.ZOOM, Source.CRONOFY, "connected") for person in people]
        await self.program.store.observations.save(self.company, seen, self.clock())

    async def campaign(self, days: Sequence[int] = (0, 2, 6, 13)) -> int:
        """Start reminding everybody; returns the campaign's id."""
        store, now = self.program.store, self.clock()
        audience = await audience_of(self.program.services, self.company, Wish(Provider.ZOOM), starts_at=now)
        id = await store.campaigns.draft(
            self.company,
            provider="zoom",
            fact="zoom",
            audience=[one.person.id for one in audience.members],
            group="",
            asked_by=None,
            days=list(days),
            created_at=now,
            starts_at=now,
        )
        first_at = {one.person.id: one.first_at for one in audience.members}
        assert await store.campaigns.start(self.company, id, first_at, card="card")
        return id

    async def tick(self) -> None:
        await self.program.remind()
        await self.program.settled()

    async def lives(self, duration: timedelta, *, seed: int, eager: float = 0.3) -> None:
        """Let time fly, from one due moment to the next; people connect some hours after a message, or not."""
        dice, end = random.Random(seed), self.clock() + duration
        willing: defaultdict[datetime, list[int]] = defaultdict(list)
        answered, next_look = 0, self.clock() + timedelta(hours=23)
        people = {account: id for account, id in self.ids.items()}
        while self.clock() < end:
            if self.clock() >= next_look:
                await self.look()
                next_look = self.clock() + timedelta(hours=23)
            past = [moment for moment in willing if moment <= self.clock()]
            await self.connect([person for moment in past for person in willing.pop(moment)])
            await self.tick()
            for letter in sorted(self.paper.arrived[answered:], key=lambda each: each.account):
                if dice.random() < eager:
                    hours = dice.randrange(1, 72)
                    willing[self.clock().replace(minute=0, second=0) + timedelta(hours=hours)].append(
                        people[letter.account]
                    )
            answered = len(self.paper.arrived)
            self.clock.advance(await self._until_next([*willing, next_look, end]))

    async def _until_next(self, moments: Sequence[datetime]) -> timedelta:
        due = await self.program.store.campaigns.next_due(self.company)
        following = min([*moments, *([due] if due else [])])
        return max(following - self.clock(), timedelta(minutes=5))


def build_crowd(url: str, clock: Clock, **given: object) -> Crowd:
    """A program on that database, which is told the time."""
    values = {"greenroom_database_url": url, "greenroom_secret_keys": KEY, "greenroom_company": "Crowd"}
    return Crowd(build(read_settings(**{**values, **given}), now=clock), clock)


def _record(number: int) -> PersonRecord:
    office, timezone = PLACES[number % len(PLACES)]
    return PersonRecord(
        personio_id=str(number),
        email=f"p{number}@crowd.example",
        name=f"Person {number}",
        language=LANGUAGES[number % len(LANGUAGES)],
        timezone=timezone,
        office=office,
        department=f"Team {number % 7}",
    )
