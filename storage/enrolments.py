"""Who is being reminded: one row per person and campaign, changed by one UPDATE each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from storage.database import Database
from storage.models import Account, Campaign, Delivery, Enrolment, Person
from storage.states import (
    ACTIVE,
    ASKED_ENOUGH,
    CONNECTED,
    DONE,
    OPTED_OUT,
    PAUSED,
    QUEUED,
    RUNNING,
    SENDING,
    SENT,
    SKIPPED,
    STOPPED,
    UNKNOWN,
)


@dataclass(frozen=True, slots=True)
class Due:
    """Somebody whose next reminder's time has come."""

    enrolment: Enrolment
    campaign: Campaign
    person: Person


class Enrolments:
    """The reminders of a company's people."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(self, company: int, now: datetime, limit: int) -> Sequence[Due]:
        """Whose time has come in campaigns that run, the longest waiting first."""
        query = (
            select(Enrolment, Campaign, Person)
            .options(defer(Campaign.audience))
            .join(Campaign, Campaign.id == Enrolment.campaign_id)
            .join(Person, Person.id == Enrolment.person_id)
            .where(Enrolment.company_id == company, Enrolment.next_at <= now, Campaign.state == RUNNING)
            .order_by(Enrolment.next_at, Enrolment.id)
            .limit(limit)
        )
        async with self._database.reading() as session:
            return [Due(*row) for row in (await session.execute(query)).all()]

    async def of_person(self, company: int, person: int) -> Sequence[tuple[Enrolment, Campaign]]:
        """This person's reminders in campaigns that are not over, the newest first."""
        query = (
            select(Enrolment, Campaign)
            .options(defer(Campaign.audience))
            .join(Campaign, Campaign.id == Enrolment.campaign_id)
            .where(
                Enrolment.company_id == company,
                Enrolment.person_id == person,
                Campaign.state.in_((RUNNING, PAUSED)),
            )
            .order_by(Enrolment.id.desc())
        )
        async with self._database.reading() as session:
            return [(row[0], row[1]) for row in (await session.execute(query)).all()]

    async def being_reminded(self, company: int, provider: str) -> frozenset[int]:
        """Who has reminders for this provider already."""
        query = (
            select(Enrolment.person_id)
            .join(Campaign, Campaign.id == Enrolment.campaign_id)
            .where(
                Enrolment.company_id == company,
                Enrolment.state == ACTIVE,
                Campaign.provider == provider,
                Campaign.state.in_((RUNNING, PAUSED)),
            )
        )
        async with self._database.reading() as session:
            return frozenset((await session.scalars(query)).all())

    async def stop(self, company: int, people: Collection[int], now: datetime) -> None:
        """These people have left: nothing is asked of them any more."""
        theirs = (Enrolment.company_id == company, Enrolment.person_id.in_(people))
        async with self._database.writing() as session:
            await end_enrolments(session, theirs, state=STOPPED, reason="left", now=now)

    async def reminded_since(self, company: int, people: Collection[int], since: datetime) -> dict[int, list[datetime]]:
        """When these people got reminders of whatever campaign since then."""
        query = select(Delivery.person_id, Delivery.created_at).where(
            Delivery.company_id == company,
            Delivery.person_id.in_(people),
            Delivery.enrolment_id.is_not(None),
            Delivery.created_at > since,
            Delivery.state.in_((QUEUED, SENDING, SENT, UNKNOWN)),
        )
        found: dict[int, list[datetime]] = {}
        async with self._database.reading() as session:
            for person, moment in (await session.execute(query.order_by(Delivery.created_at))).all():
                found.setdefault(person or 0, []).append(moment)
        return found

    async def addresses(self, company: int, people: Collection[int], channels: Collection[str]) -> dict[int, Account]:
        """Where each of these people is best reached: the account used last."""
        query = (
            select(Account)
            .where(Account.company_id == company, Account.person_id.in_(people), Account.channel.in_(channels))
            .order_by(Account.used_at.asc().nulls_first(), Account.id.desc())
        )
        async with self._database.reading() as session:
            return {account.person_id: account for account in (await session.scalars(query)).all()}

    async def snooze(self, enrolment: int, *, snoozes: int, until: datetime) -> bool:
        """Put the next reminder off; the one that was put off does not count. False when it was done already."""
        later = (
            update(Enrolment)
            .where(Enrolment.id == enrolment, Enrolment.state == ACTIVE, Enrolment.snoozes == snoozes)
            .values(
                snoozes=snoozes + 1,
                snoozed_until=until,
                next_at=until,
                attempt=func.coalesce(func.nullif(Enrolment.attempt, 0), 1) - 1,
            )
        )
        async with self._database.writing() as session:
            return (await session.execute(later.returning(Enrolment.id))).first() is not None

    async def opt_out(self, company: int, person: int, now: datetime) -> None:
        mine = (Enrolment.company_id == company, Enrolment.person_id == person)
        async with self._database.writing() as session:
            await _set_opted_out(session, company, person, now)
            await end_enrolments(session, mine, state=OPTED_OUT, now=now)

    async def opt_in(self, company: int, person: int, next_at: datetime) -> None:
        """Back into the campaigns that still run, from that moment on."""
        open_campaigns = select(Campaign.id).where(
            Campaign.company_id == company, Campaign.state.in_((RUNNING, PAUSED))
        )
        mine = (Enrolment.company_id == company, Enrolment.person_id == person, Enrolment.state == OPTED_OUT)
        back = update(Enrolment).where(*mine, Enrolment.campaign_id.in_(open_campaigns))
        async with self._database.writing() as session:
            await _set_opted_out(session, company, person, None)
            await session.execute(back.values(state=ACTIVE, next_at=next_at, ended_at=None))

    async def with_open_cards(self, company: int, limit: int) -> Sequence[Due]:
        """Ended ones whose last message still asks for something."""
        query = (
            select(Enrolment, Campaign, Person)
            .options(defer(Campaign.audience))
            .join(Campaign, Campaign.id == Enrolment.campaign_id)
            .join(Person, Person.id == Enrolment.person_id)
            .join(Delivery, Delivery.id == Enrolment.card)
            .where(Enrolment.company_id == company, Enrolment.card_open, Enrolment.ended_at.is_not(None))
            .where(Enrolment.state != ASKED_ENOUGH, Delivery.state == SENT, Delivery.platform_id != "")
            .order_by(Enrolment.ended_at)
            .limit(limit)
        )
        async with self._database.reading() as session:
            return [Due(*row) for row in (await session.execute(query)).all()]

    async def close_card(self, enrolment: int) -> bool:
        """Say that the last message is up to date; False when somebody was faster."""
        closed = update(Enrolment).where(Enrolment.id == enrolment, Enrolment.card_open).values(card_open=False)
        async with self._database.writing() as session:
            return (await session.execute(closed.returning(Enrolment.id))).first() is not None


async def _set_opted_out(session: AsyncSession, company: int, person: int, moment: datetime | None) -> None:
    row = (Person.company_id == company, Person.id == person)
    await session.execute(update(Person).where(*row).values(opted_out_at=moment))


async def end_enrolments(
    session: AsyncSession,
    which: Iterable[ColumnElement[bool]],
    *,
    state: str,
    reason: str = "",
    now: datetime | None = None,
) -> None:
    """End active ones; what was written for them and not sent yet is dropped when it is claimed."""
    values: dict[str, Any] = {"state": state, "reason": reason, "next_at": None}
    if now is not None:
        values["ended_at"] = now
    await session.execute(update(Enrolment).where(*which, Enrolment.state == ACTIVE).values(**values))


async def end_connected(session: AsyncSession, company: int, done: Sequence[tuple[int, str]], now: datetime) -> None:
    """These people were seen to be connected: their reminders end."""
    for fact in {fact for _, fact in done}:
        campaigns = select(Campaign.id).where(
            Campaign.company_id == company, Campaign.fact == fact, Campaign.state.in_((RUNNING, PAUSED, DONE))
        )
        people = [person for person, about in done if about == fact]
        which = (Enrolment.person_id.in_(people), Enrolment.campaign_id.in_(campaigns))
        open_ones = update(Enrolment).where(*which, Enrolment.state.in_((ACTIVE, ASKED_ENOUGH)))
        await session.execute(open_ones.values(state=CONNECTED, reason="", next_at=None, ended_at=now))


async def skip_pointless(session: AsyncSession, deliveries: Collection[str], now: datetime) -> Sequence[str]:
    """Drop reminders whose reason does not hold any more; a paused campaign gets its reminder back."""
    query = (
        select(Delivery.id, Delivery.enrolment_id, Campaign.state)
        .join(Enrolment, Enrolment.id == Delivery.enrolment_id)
        .join(Campaign, Campaign.id == Enrolment.campaign_id)
        .where(Delivery.id.in_(deliveries), Delivery.state.in_((QUEUED, SENDING)))
        .where(or_(Enrolment.state != ACTIVE, Campaign.state.not_in((RUNNING, DONE))))
    )
    found = (await session.execute(query)).all()
    for id, enrolment, campaign in found:
        dropped = update(Delivery).where(Delivery.id == id, Delivery.state.in_((QUEUED, SENDING)))
        await session.execute(dropped.values(state=SKIPPED, cause="reason_gone"))
        if campaign == PAUSED:
            await give_back(session, (Enrolment.id == enrolment,), now)
    return [row[0] for row in found]


async def give_back(session: AsyncSession, which: Iterable[ColumnElement[bool]], now: datetime) -> None:
    """The reminder that was written does not count, because it was not sent."""
    back = update(Enrolment).where(*which, Enrolment.state == ACTIVE, Enrolment.attempt > 0)
    await session.execute(back.values(attempt=Enrolment.attempt - 1, next_at=now))
