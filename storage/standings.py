"""Where people stand in their reminders, to read: who joined, who got through, who was asked in vain."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import defer

from storage.database import Database
from storage.enrolments import Due
from storage.models import Campaign, Enrolment, Observation, Person
from storage.states import ASKED_ENOUGH, CONNECTED


class Standings:
    """Of a company's people, over all campaigns."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def newcomers(self, campaign: Campaign) -> frozenset[int]:
        """Who began to host interviews after this campaign was made, and is not in it."""
        members = select(Enrolment.person_id).where(Enrolment.campaign_id == campaign.id)
        query = select(Observation.subject).where(
            Observation.company_id == campaign.company_id,
            Observation.fact == "hosts",
            Observation.value == "yes",
            Observation.since > campaign.created_at,
            Observation.subject.not_in(members),
        )
        async with self._database.reading() as session:
            return frozenset((await session.scalars(query)).all())

    async def in_vain(self, company: int, since: datetime, until: datetime) -> Sequence[Due]:
        """Who was asked as often as planned, with an announcement, and ended between these moments, by name."""
        query = (
            select(Enrolment, Campaign, Person)
            .options(defer(Campaign.audience))
            .join(Campaign, Campaign.id == Enrolment.campaign_id)
            .join(Person, Person.id == Enrolment.person_id)
            .where(Enrolment.company_id == company, Enrolment.state == ASKED_ENOUGH, Enrolment.announced)
            .where(Enrolment.ended_at >= since, Enrolment.ended_at < until)
            .order_by(Campaign.id, Person.name)
        )
        async with self._database.reading() as session:
            return [Due(*row) for row in (await session.execute(query)).all()]

    async def connected_since(self, company: int, provider: str, since: datetime) -> bool:
        """Whether somebody who was being reminded got through since then."""
        query = (
            select(Enrolment.id)
            .join(Campaign, Campaign.id == Enrolment.campaign_id)
            .where(
                Enrolment.company_id == company,
                Enrolment.state == CONNECTED,
                Enrolment.ended_at > since,
                Campaign.provider == provider,
            )
        )
        async with self._database.reading() as session:
            return await session.scalar(query.limit(1)) is not None
