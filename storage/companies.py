"""Companies, and which workspace belongs to which."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from storage.database import Database
from storage.models import Account, Company, Installation, Workspace, table

WITH_ID = select(table(Company)).where(table(Company).c.id == bindparam("company"))


class Companies:
    """The customers of this installation."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ensure(self, slug: str, *, name: str, domains: Sequence[str], language: str, timezone: str) -> Company:
        """The company with this slug, created or brought up to date with the settings."""
        values = {"name": name, "domains": list(domains), "language": language, "timezone": timezone}
        insert = self._database.insert(Company).values(slug=slug, **values)
        async with self._database.writing() as session:
            await session.execute(insert.on_conflict_do_update(index_elements=["slug"], set_=values))
            return (await session.scalars(select(Company).where(Company.slug == slug))).one()

    async def get(self, company: int) -> Company:
        """Raises NoResultFound."""
        row = await self._database.live.read(lambda connection: connection.execute(WITH_ID, {"company": company}).one())
        return Company(**row._mapping)

    async def all(self) -> Sequence[Company]:
        async with self._database.reading() as session:
            return (await session.scalars(select(Company).order_by(Company.id))).all()

    async def mark_synced(self, company: int, now: datetime) -> None:
        async with self._database.writing() as session:
            await session.execute(update(Company).where(Company.id == company).values(synced_at=now))

    async def link_workspace(self, company: int, channel: str, external_id: str) -> None:
        """Remember that this workspace belongs to this company; the first company keeps it."""
        insert = self._database.insert(Workspace).values(company_id=company, channel=channel, external_id=external_id)
        async with self._database.writing() as session:
            await session.execute(insert.on_conflict_do_nothing())

    async def claim_workspace(self, company: int, channel: str, external_id: str) -> None:
        """Whoever runs Greenroom says that this workspace is this company's: accounts found for another are let go."""
        values = {"company_id": company, "channel": channel, "external_id": external_id}
        insert = self._database.insert(Workspace).values(**values)
        keys = ["channel", "external_id"]
        claim = insert.on_conflict_do_update(index_elements=keys, set_={"company_id": company})
        place = (Account.channel == channel, Account.workspace == external_id, Account.company_id != company)
        here = (Installation.team == external_id, Installation.company_id != company)
        async with self._database.writing() as session:
            await session.execute(claim)
            await session.execute(delete(Account).where(*place))
            if channel == "slack":
                await session.execute(update(Installation).where(*here).values(company_id=company))

    async def of_workspace(self, channel: str, external_id: str) -> int | None:
        query = select(Workspace.company_id).where(Workspace.channel == channel, Workspace.external_id == external_id)
        async with self._database.reading() as session:
            return await session.scalar(query)

    async def set_reminders(self, company: int, reminders: dict[str, Any]) -> None:
        """Keep what an admin set about reminders."""
        async with self._database.writing() as session:
            await session.execute(update(Company).where(Company.id == company).values(reminders=reminders))
