"""Campaigns: rehearsed, confirmed once, paused and resumed, and counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select, update

from storage.database import Database
from storage.enrolments import end_enrolments, give_back
from storage.models import Campaign, Delivery, Enrolment, Person
from storage.states import (
    ACTIVE,
    CANCELLED,
    DONE,
    DRAFT,
    PAUSED,
    QUEUED,
    RUNNING,
    SENT,
    SKIPPED,
    STOPPED,
    UNKNOWN,
)


@dataclass(frozen=True, slots=True)
class Counts:
    """How far a campaign is."""

    people: int
    states: Mapping[str, int]
    """Enrolments by state."""
    reasons: Mapping[str, int]
    """Why messages were refused, in the platform's words."""
    messages: Mapping[str, int]
    """Deliveries by state."""
    first_waiting: int
    """Those who have not got their first message yet."""
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """One person's result."""

    name: str
    email: str
    department: str
    state: str
    reason: str
    messages: int
    next_at: datetime | None


class Campaigns:
    """The campaigns of a company."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def draft(self, company: int, **values: Any) -> int:
        """Keep what a rehearsal showed; nothing is sent."""
        campaign = Campaign(company_id=company, state=DRAFT, **values)
        async with self._database.writing() as session:
            session.add(campaign)
        return campaign.id

    async def get(self, company: int, campaign: int) -> Campaign | None:
        async with self._database.reading() as session:
            found = await session.get(Campaign, campaign)
            return found if found and found.company_id == company else None

    async def in_state(self, company: int, *states: str) -> Sequence[Campaign]:
        """The newest first."""
        query = select(Campaign).where(Campaign.company_id == company, Campaign.state.in_(states))
        async with self._database.reading() as session:
            return (await session.scalars(query.order_by(Campaign.id.desc()))).all()

    async def newest(self, company: int) -> Campaign | None:
        """The last one that was really sent."""
        query = select(Campaign).where(Campaign.company_id == company, Campaign.card != "")
        async with self._database.reading() as session:
            return await session.scalar(query.order_by(Campaign.id.desc()).limit(1))

    async def companies_running(self) -> Sequence[int]:
        """Companies with a campaign that runs, or whose pause may be over."""
        query = select(Campaign.company_id).where(Campaign.state.in_((RUNNING, PAUSED))).distinct()
        async with self._database.reading() as session:
            return (await session.scalars(query)).all()

    async def next_due(self, company: int) -> datetime | None:
        """When the next reminder of a running campaign is due."""
        query = select(func.min(Enrolment.next_at)).join(Campaign, Campaign.id == Enrolment.campaign_id)
        async with self._database.reading() as session:
            return await session.scalar(query.where(Enrolment.company_id == company, Campaign.state == RUNNING))

    async def start(self, company: int, campaign: int, first_at: Mapping[int, datetime], *, card: str) -> bool:
        """Enrol these people; False when the campaign was started or cancelled already."""
        begin = update(Campaign).where(Campaign.id == campaign, Campaign.company_id == company, Campaign.state == DRAFT)
        fresh = {"company_id": company, "campaign_id": campaign}
        rows = [{**fresh, "person_id": person, "next_at": moment} for person, moment in first_at.items()]
        async with self._database.writing() as session:
            started = await session.execute(begin.values(state=RUNNING, card=card).returning(Campaign.id))
            if started.first() is None:
                return False
            if rows:
                await session.execute(self._database.insert(Enrolment).on_conflict_do_nothing(), rows)
        return True

    async def enrol(self, company: int, campaign: int, first_at: Mapping[int, datetime]) -> None:
        """Add people to a campaign that runs or waits; whoever is in it already stays as they are."""
        still = select(Campaign.id).where(
            Campaign.id == campaign, Campaign.company_id == company, Campaign.state.in_((RUNNING, PAUSED))
        )
        fresh = {"company_id": company, "campaign_id": campaign}
        rows = [{**fresh, "person_id": person, "next_at": moment} for person, moment in first_at.items()]
        async with self._database.writing() as session:
            if rows and await session.scalar(still.with_for_update()) is not None:
                await session.execute(self._database.insert(Enrolment).on_conflict_do_nothing(), rows)

    async def discard(self, company: int, campaign: int) -> bool:
        """Cancel a draft."""
        return await self._move(company, campaign, (DRAFT,), CANCELLED)

    async def pause(
        self, company: int, campaign: int, *, until: datetime | None = None, now: datetime, held: str = ""
    ) -> bool:
        """What is written and not sent yet is taken back and will be written again; `held` says that we did it."""
        values = {"resume_at": until, **({"held": held, "held_at": now} if held else {})}
        queued = select(Delivery.enrolment_id).where(Delivery.state == QUEUED, _of_campaign(campaign))
        async with self._database.writing() as session:
            if not await self._move_in(session, company, campaign, (RUNNING,), PAUSED, **values):
                return False
            await give_back(session, (Enrolment.id.in_(queued),), now)
            await _drop_queued(session, campaign, "paused")
        return True

    async def resume(self, company: int, campaign: int) -> bool:
        return await self._move(company, campaign, (PAUSED,), RUNNING, resume_at=None, held="")

    async def cancel(self, company: int, campaign: int, now: datetime) -> bool:
        async with self._database.writing() as session:
            if not await self._move_in(session, company, campaign, (RUNNING, PAUSED), CANCELLED):
                return False
            mine = (Enrolment.campaign_id == campaign,)
            await end_enrolments(session, mine, state=STOPPED, reason=CANCELLED, now=now)
            await _drop_queued(session, campaign, CANCELLED)
        return True

    async def finish_and_resume(self, company: int, now: datetime) -> None:
        """Pauses that are over end; campaigns in which nobody waits any more are done."""
        waiting = select(Enrolment.id).where(Enrolment.campaign_id == Campaign.id, Enrolment.state == ACTIVE)
        over = (Campaign.company_id == company, Campaign.state == PAUSED, Campaign.resume_at <= now)
        finished = (Campaign.company_id == company, Campaign.state == RUNNING, ~waiting.exists())
        async with self._database.reading() as session:
            found = await session.scalar(select(Campaign.id).where(or_(and_(*over), and_(*finished))).limit(1))
        if found is None:
            return
        async with self._database.writing() as session:
            await session.execute(update(Campaign).where(*over).values(state=RUNNING, resume_at=None))
            await session.execute(update(Campaign).where(*finished).values(state=DONE))

    async def counts(self, campaign: int) -> Counts:
        people = select(Enrolment.state, func.count()).where(Enrolment.campaign_id == campaign)
        waiting = select(func.count(), func.min(Enrolment.next_at)).where(
            Enrolment.campaign_id == campaign, Enrolment.state == ACTIVE
        )
        messages = select(Delivery.state, func.count()).where(_of_campaign(campaign), Delivery.replaces == "")
        reasons = select(Delivery.cause, func.count()).where(
            _of_campaign(campaign), Delivery.cause != "", Delivery.state.not_in((SKIPPED, SENT))
        )
        async with self._database.reading() as session:
            states = Counter(dict((await session.execute(people.group_by(Enrolment.state))).all()))
            first = await session.scalar(waiting.with_only_columns(func.count()).where(Enrolment.written == 0))
            next_at = await session.scalar(waiting.with_only_columns(func.min(Enrolment.next_at)))
            sent = dict((await session.execute(messages.group_by(Delivery.state))).all())
            causes = dict((await session.execute(reasons.group_by(Delivery.cause))).all())
        return Counts(states.total(), states, causes, sent, first or 0, next_at)

    async def outcomes(self, campaign: int) -> Sequence[Outcome]:
        """Everybody's result, by name."""
        sent = (
            select(Delivery.enrolment_id, func.count().label("messages"))
            .where(_of_campaign(campaign), Delivery.state.in_((SENT, UNKNOWN)))
            .group_by(Delivery.enrolment_id)
            .subquery()
        )
        query = (
            select(
                Person.name,
                Person.email,
                Person.department,
                Enrolment.state,
                Enrolment.reason,
                func.coalesce(sent.c.messages, 0),
                Enrolment.next_at,
            )
            .join(Person, Person.id == Enrolment.person_id)
            .outerjoin(sent, sent.c.enrolment_id == Enrolment.id)
            .where(Enrolment.campaign_id == campaign)
            .order_by(Person.name, Person.id)
        )
        async with self._database.reading() as session:
            return [Outcome(*row) for row in (await session.execute(query)).all()]

    async def to_show(self, company: int, shown_before: datetime, ended_after: datetime) -> Sequence[Campaign]:
        """Campaigns whose card may be out of date."""
        query = select(Campaign).where(
            Campaign.company_id == company,
            Campaign.card != "",
            Campaign.created_at > ended_after,
            (Campaign.shown_at.is_(None)) | (Campaign.shown_at <= shown_before),
        )
        async with self._database.reading() as session:
            return (await session.scalars(query)).all()

    async def mark_shown(self, campaign: int, *, before: str, shown: str, now: datetime) -> bool:
        """Claim the right to update the card; False when it shows this already or somebody was faster."""
        mine = update(Campaign).where(Campaign.id == campaign, Campaign.shown == before)
        async with self._database.writing() as session:
            marked = await session.execute(mine.values(shown=shown, shown_at=now).returning(Campaign.id))
            return marked.first() is not None

    async def _move(self, company: int, campaign: int, before: Collection[str], state: str, **values: Any) -> bool:
        async with self._database.writing() as session:
            return await self._move_in(session, company, campaign, before, state, **values)

    async def _move_in(
        self, session: Any, company: int, campaign: int, before: Collection[str], state: str, **values: Any
    ) -> bool:
        mine = (Campaign.id == campaign, Campaign.company_id == company, Campaign.state.in_(before))
        moved = update(Campaign).where(*mine).values(state=state, **values)
        return (await session.execute(moved.returning(Campaign.id))).first() is not None


def _of_campaign(campaign: int) -> Any:
    return Delivery.enrolment_id.in_(select(Enrolment.id).where(Enrolment.campaign_id == campaign))


async def _drop_queued(session: Any, campaign: int, cause: str) -> None:
    queued = update(Delivery).where(Delivery.state == QUEUED, _of_campaign(campaign))
    await session.execute(queued.values(state=SKIPPED, cause=cause))
