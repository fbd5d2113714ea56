"""What each source last said about each fact."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, case, func, or_, select

from storage.database import Database
from storage.enrolments import end_connected
from storage.models import Observation, Person, table

CONNECTED, LOST = ("connected", "synced"), "disconnected"
COMPANY = 0
"""The subject of facts about the company as a whole."""


@dataclass(frozen=True, slots=True)
class NewObservation:
    """One answer of one source; `subject` is a person's id, or COMPANY."""

    subject: int
    fact: str
    source: str
    value: str
    detail: dict[str, Any] = field(default_factory=dict)


class Settled(NamedTuple):
    """A value of a fact that leaves nothing to say about a person."""

    fact: str
    value: str
    fresh_since: datetime


class Observed(NamedTuple):
    """The columns of one observation."""

    fact: str
    source: str
    value: str
    detail: dict[str, Any]
    observed_at: datetime
    since: datetime


class ObservedPerson(NamedTuple):
    """One person beside one observation of them, or beside nothing."""

    id: int
    name: str
    email: str
    seen: Observed | None


COLUMNS = table(Observation).c
OF_SUBJECT = select(*(COLUMNS[name] for name in Observed._fields)).where(
    COLUMNS.company_id == bindparam("company"), COLUMNS.subject == bindparam("subject")
)

OF_BOTH = select(COLUMNS.subject, *(COLUMNS[name] for name in Observed._fields)).where(
    COLUMNS.company_id == bindparam("company"), COLUMNS.subject.in_((COMPANY, bindparam("subject")))
)


class Observations:
    """The evidence of a company."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, company: int, observations: Iterable[NewObservation], now: datetime) -> None:
        """Write what was just seen; `since` stays when the value did not change, and older news never wins."""
        rows = [
            {"company_id": company, "observed_at": now, "since": now, "lost_at": None, **asdict(observation)}
            for observation in observations
        ]
        if not rows:
            return
        insert = self._database.insert(Observation)
        new = insert.excluded
        statement = insert.on_conflict_do_update(
            index_elements=["company_id", "subject", "fact", "source"],
            set_={
                "since": case((Observation.value == new.value, Observation.since), else_=new.since),
                "lost_at": case(
                    (Observation.value == new.value, Observation.lost_at),
                    (or_(*(Observation.value == value for value in CONNECTED)) & (new.value == LOST), new.observed_at),
                ),
                "value": new.value,
                "detail": new.detail,
                "observed_at": new.observed_at,
            },
            where=new.observed_at >= Observation.observed_at,
        )
        async with self._database.writing() as session:
            await session.execute(statement, rows)
            # Whoever is connected is not reminded any more, by whatever way it was learnt.
            done = [(each["subject"], each["fact"]) for each in rows if each["value"] == "connected"]
            await end_connected(session, company, done, now)

    async def lost(self, company: int, after: datetime) -> Sequence[Observation]:
        """Connections that were there and were found gone since then, the oldest loss first."""
        query = select(Observation).where(
            Observation.company_id == company, Observation.lost_at > after, Observation.value == LOST
        )
        async with self._database.reading() as session:
            return (await session.scalars(query.order_by(Observation.lost_at, Observation.subject))).all()

    async def of_subjects(self, company: int, subjects: Collection[int]) -> Sequence[Observation]:
        """Everything known about these people."""
        query = select(Observation).where(Observation.company_id == company, Observation.subject.in_(subjects))
        async with self._database.reading() as session:
            return (await session.scalars(query)).all()

    async def of(self, company: int, subject: int) -> Sequence[Observed]:
        """Everything known about one person, or about the company."""
        values = {"company": company, "subject": subject}
        rows = await self._database.live.read(lambda connection: connection.execute(OF_SUBJECT, values).all())
        return [Observed(*row) for row in rows]

    async def of_both(self, company: int, person: int) -> tuple[Sequence[Observed], Sequence[Observed]]:
        """Everything known about the company, and about one of its people."""
        values = {"company": company, "subject": person}
        rows = await self._database.live.read(lambda connection: connection.execute(OF_BOTH, values).all())
        said: dict[int, list[Observed]] = {COMPANY: [], person: []}
        for subject, *row in rows:
            said[subject].append(Observed(*row))
        return said[COMPANY], said[person]

    async def count(self, company: int, fact: str, value: str) -> int:
        """How many people some source says this value of."""
        said = select(func.count(Observation.subject.distinct())).where(
            Observation.company_id == company, Observation.fact == fact, Observation.value == value
        )
        async with self._database.reading() as session:
            return await session.scalar(said) or 0

    async def of_people(
        self, company: int, facts: Collection[str], *, unless: Sequence[Settled] = ()
    ) -> Sequence[ObservedPerson]:
        """Every person with their observations of these facts, ordered by person.

        Left out are those for whom one of `unless` is beyond doubt: every source that speaks of the fact says this
        value, and at least one of them lately.
        """
        joined = and_(
            Observation.company_id == Person.company_id,
            Observation.subject == Person.id,
            Observation.fact.in_(facts),
        )
        query = (
            select(
                Person.id,
                Person.name,
                Person.email,
                Observation.fact,
                Observation.source,
                Observation.value,
                Observation.detail,
                Observation.observed_at,
                Observation.since,
            )
            .outerjoin(Observation, joined)
            .where(Person.company_id == company)
            .order_by(Person.id)
        )
        for settled in unless:
            query = query.where(Person.id.not_in(_subjects(company, settled)))
        async with self._database.reading() as session:
            rows = (await session.execute(query)).all()
        return [
            ObservedPerson(row[0], row[1], row[2], Observed(*row[3:]) if row[3] is not None else None) for row in rows
        ]


def _subjects(company: int, settled: Settled) -> Any:
    said = case((Observation.value == settled.value, 1), else_=0)
    return (
        select(Observation.subject)
        .where(Observation.company_id == company, Observation.fact == settled.fact)
        .group_by(Observation.subject)
        .having(func.count() == func.sum(said), func.max(Observation.observed_at) >= settled.fresh_since)
    )
