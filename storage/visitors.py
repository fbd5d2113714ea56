"""Whoever wrote just now: the person behind an account, as stored at this moment, and what they were asked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, bindparam, select, update

from storage.database import Database
from storage.live import Work
from storage.models import Account, Person, Question, table

TOUCHED_EVERY = timedelta(minutes=5)
"""Which account was used last is not needed to the second."""
ACCOUNTS, PEOPLE, QUESTIONS = table(Account).c, table(Person).c, table(Question).c
THE_QUESTION = and_(
    QUESTIONS.company_id == PEOPLE.company_id,
    QUESTIONS.person_id == PEOPLE.id,
    QUESTIONS.channel == bindparam("channel"),
    QUESTIONS.conversation == bindparam("conversation"),
    QUESTIONS.expires_at > bindparam("now"),
)
FIND = (
    select(
        PEOPLE.id,
        PEOPLE.company_id,
        PEOPLE.email,
        PEOPLE.name,
        PEOPLE.language,
        PEOPLE.timezone,
        PEOPLE.role,
        ACCOUNTS.id.label("account"),
        ACCOUNTS.reference,
        ACCOUNTS.used_at,
        QUESTIONS.payload.label("question"),
    )
    .join_from(table(Account), table(Person), ACCOUNTS.person_id == PEOPLE.id)
    .outerjoin(table(Question), THE_QUESTION)
    .where(
        ACCOUNTS.channel == bindparam("channel"),
        ACCOUNTS.workspace == bindparam("workspace"),
        ACCOUNTS.external_id == bindparam("external_id"),
    )
)
TOUCH = update(table(Account)).where(ACCOUNTS.id == bindparam("account")).values(used_at=bindparam("now"))


class Visitor(NamedTuple):
    """A person, the account that they use, and the question that is open in the conversation."""

    id: int
    company_id: int
    email: str
    name: str
    language: str
    timezone: str
    role: str
    account: int
    reference: dict[str, Any]
    used_at: datetime | None
    question: dict[str, Any] | None


class Visitors:
    """People at the moment at which they write."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(
        self, channel: str, workspace: str, external_id: str, *, conversation: str, now: datetime
    ) -> Visitor | None:
        values = {
            "channel": channel,
            "workspace": workspace,
            "external_id": external_id,
            "conversation": conversation,
            "now": now,
        }
        row = await self._database.live.read(lambda connection: connection.execute(FIND, values).first())
        return Visitor(*row) if row else None

    @staticmethod
    def touching(visitor: Visitor, now: datetime) -> list[Work[None]]:
        """Note that the person is best reached at this account, if that was not noted just before."""
        if visitor.used_at and now - visitor.used_at < TOUCHED_EVERY:
            return []

        def touch(connection: Connection) -> None:
            connection.execute(TOUCH, {"account": visitor.account, "now": now})

        return [touch]
