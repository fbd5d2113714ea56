"""What the bot last asked each person in each conversation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from storage.database import Database
from storage.models import Question


class Questions:
    """Context for a bare "yes" or "Zoom"; it expires and never leaks into another conversation."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ask(
        self,
        company: int,
        person: int,
        *,
        channel: str,
        conversation: str,
        payload: dict[str, Any],
        until: datetime,
    ) -> None:
        """Remember a question; the newest replaces the one before."""
        insert = self._database.insert(Question)
        statement = insert.on_conflict_do_update(
            index_elements=["person_id", "channel", "conversation"],
            set_={"payload": insert.excluded.payload, "expires_at": insert.excluded.expires_at},
            where=Question.company_id == company,
        )
        row = {"company_id": company, "person_id": person, "channel": channel, "conversation": conversation}
        async with self._database.writing() as session:
            await session.execute(statement, [{**row, "payload": payload, "expires_at": until}])

    async def pending(
        self, company: int, person: int, *, channel: str, conversation: str, now: datetime
    ) -> dict[str, Any] | None:
        query = select(Question.payload).where(
            Question.company_id == company,
            Question.person_id == person,
            Question.channel == channel,
            Question.conversation == conversation,
            Question.expires_at > now,
        )
        async with self._database.reading() as session:
            return await session.scalar(query)

    async def forget(self, company: int, person: int, *, channel: str, conversation: str) -> None:
        async with self._database.writing() as session:
            await session.execute(
                delete(Question).where(
                    Question.company_id == company,
                    Question.person_id == person,
                    Question.channel == channel,
                    Question.conversation == conversation,
                )
            )
