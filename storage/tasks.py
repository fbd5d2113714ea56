"""What people were asked to do by others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from storage.database import Database
from storage.models import Task

OPEN, DONE, REFUSED, REPLACED = "open", "done", "refused", "replaced"


class Tasks:
    """One open task a topic; a new one replaces it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(
        self, company: int, topic: str, *, asker: int, assignee: int, now: datetime
    ) -> tuple[Task, Sequence[Task]]:
        """A new task, and the open ones about the same thing that it replaces."""
        same = (Task.company_id == company, Task.topic == topic, Task.state == OPEN)
        end = update(Task).where(*same).values(state=REPLACED, answered_at=now)
        task = Task(
            company_id=company,
            topic=topic,
            asker_id=asker,
            assignee_id=assignee,
            state=OPEN,
            note="",
            card="",
            created_at=now,
            answered_at=None,
            reminders=0,
            reminded_at=None,
        )
        async with self._database.writing() as session:
            replaced = (await session.scalars(end.returning(Task))).all()
            session.add(task)
        return task, replaced

    async def get(self, company: int, task: int) -> Task | None:
        async with self._database.reading() as session:
            return await session.scalar(select(Task).where(Task.company_id == company, Task.id == task))

    async def open(self, company: int, topics: str) -> Sequence[Task]:
        """Open tasks whose topic begins like this."""
        same = (Task.company_id == company, Task.state == OPEN, Task.topic.startswith(topics, autoescape=True))
        async with self._database.reading() as session:
            return (await session.scalars(select(Task).where(*same).order_by(Task.id))).all()

    async def reminded(self, task: int, number: int, *, now: datetime, card: str = "") -> None:
        """Remember that reminder number `number` went out, and which message carries the buttons now."""
        values = {"reminders": number, "reminded_at": now, **({"card": card} if card else {})}
        async with self._database.writing() as session:
            await session.execute(update(Task).where(Task.id == task, Task.state == OPEN).values(**values))

    async def sent(self, task: int, card: str) -> None:
        async with self._database.writing() as session:
            await session.execute(update(Task).where(Task.id == task).values(card=card))

    async def settle(self, task: int, state: str, *, note: str, now: datetime) -> bool:
        """End an open task; False when somebody was faster."""
        end = update(Task).where(Task.id == task, Task.state == OPEN)
        values = {"state": state, "note": note, "answered_at": now}
        async with self._database.writing() as session:
            return (await session.execute(end.values(**values).returning(Task.id))).first() is not None
