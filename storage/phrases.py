"""The messages that were not understood, for whoever improves the phrase files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from storage.database import Database
from storage.live import Work
from storage.models import Phrase, table


@dataclass(frozen=True, slots=True)
class NewPhrase:
    """A message without names, and how it was read."""

    company_id: int
    person_id: int
    language: str
    text: str
    intent: str
    confidence: float
    heard_at: datetime


class Phrases:
    """Kept with the answer that was given to them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @staticmethod
    def keeping(phrase: NewPhrase) -> Work[None]:
        row = asdict(phrase)

        def keep(connection: Connection) -> None:
            connection.execute(insert(table(Phrase)).values(**row))

        return keep

    async def of(self, company: int) -> Sequence[Phrase]:
        """Every phrase of a company, the newest first."""
        query = select(Phrase).where(Phrase.company_id == company).order_by(Phrase.heard_at.desc(), Phrase.id.desc())
        async with self._database.reading() as session:
            return (await session.scalars(query)).all()
