"""Cronofy's tokens, encrypted at rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, select, update

from storage.database import Database
from storage.models import Grant

SERVICE_ACCOUNT = 0
"""Stands for the company's service account where a person's id is asked for."""


class Grants:
    """What Cronofy allows Greenroom to do for a company and its people."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save_all(self, company: int, rows: Sequence[dict[str, object]]) -> None:
        """Write many people's tokens in one transaction; a row has every column but the company and the channel."""
        if not rows:
            return
        insert = self._database.insert(Grant)
        changed = {name: insert.excluded[name] for name in ("sub", "access_token", "refresh_token", "expires_at")}
        statement = insert.on_conflict_do_update(index_elements=["company_id", "person_id"], set_=changed)
        async with self._database.writing() as session:
            await session.execute(statement, [{"company_id": company, "channel_id": "", **row} for row in rows])

    async def get(self, company: int, person: int) -> Grant | None:
        async with self._database.reading() as session:
            return await session.get(Grant, (company, person))

    async def of_people(self, company: int) -> Sequence[Grant]:
        query = select(Grant).where(Grant.company_id == company, Grant.person_id != SERVICE_ACCOUNT)
        async with self._database.reading() as session:
            return (await session.scalars(query.order_by(Grant.person_id))).all()

    async def save_channels(self, company: int, channels: Mapping[int, str]) -> None:
        """Remember by person which push channel tells about them."""
        if not channels:
            return
        async with self._database.writing() as session:
            for person, channel_id in channels.items():
                grant = (Grant.company_id == company, Grant.person_id == person)
                await session.execute(update(Grant).where(*grant).values(channel_id=channel_id))

    async def forget(self, company: int, person: int) -> None:
        async with self._database.writing() as session:
            await session.execute(delete(Grant).where(Grant.company_id == company, Grant.person_id == person))
