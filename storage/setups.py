"""How far a company's set-up of each provider is, as far as facts do not say it, and who looks at it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from storage.database import Database
from storage.models import SetupCard, SetupStep

GOOD, DONE, SKIPPED, OPEN, REOPENED = "good", "done", "skipped", "open", "reopened"


class Setups:
    """Marks on the steps, and the cards that show them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def marks(self, company: int, path: str) -> dict[str, SetupStep]:
        query = select(SetupStep).where(SetupStep.company_id == company, SetupStep.path == path)
        async with self._database.reading() as session:
            return {row.step: row for row in (await session.scalars(query)).all()}

    async def mark(
        self,
        company: int,
        path: str,
        step: str,
        *,
        status: str,
        now: datetime,
        version: int,
        person: int | None = None,
        note: str = "",
    ) -> bool:
        """Write a mark if nobody did since `version`, which is 0 for a step without one; False otherwise."""
        values = {"status": status, "person_id": person, "note": note, "changed_at": now, "version": version + 1}
        if version:
            same = (SetupStep.company_id == company, SetupStep.path == path, SetupStep.step == step)
            change = update(SetupStep).where(*same, SetupStep.version == version).values(**values)
            async with self._database.writing() as session:
                return (await session.execute(change.returning(SetupStep.step))).first() is not None
        insert = self._database.insert(SetupStep).on_conflict_do_nothing(index_elements=["company_id", "path", "step"])
        row = {"company_id": company, "path": path, "step": step, **values}
        async with self._database.writing() as session:
            return (await session.execute(insert.returning(SetupStep.step), [row])).first() is not None

    async def show(self, company: int, provider: str, person: int, *, card: str, now: datetime) -> None:
        """Remember where this person looks at it; the newest card counts."""
        insert = self._database.insert(SetupCard)
        statement = insert.on_conflict_do_update(
            index_elements=["company_id", "provider", "person_id"],
            set_={"card": insert.excluded.card, "shown_at": insert.excluded.shown_at},
        )
        row = {"company_id": company, "provider": provider, "person_id": person, "card": card, "shown_at": now}
        async with self._database.writing() as session:
            await session.execute(statement, [row])

    async def cards(self, company: int, provider: str = "") -> Sequence[SetupCard]:
        """Everybody's cards, of one provider or of all."""
        query = select(SetupCard).where(SetupCard.company_id == company)
        if provider:
            query = query.where(SetupCard.provider == provider)
        async with self._database.reading() as session:
            return (await session.scalars(query.order_by(SetupCard.provider, SetupCard.person_id))).all()
