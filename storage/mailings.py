"""E-mails that were asked for together: how far they are, stopped, or sent again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select, update

from storage.database import Database
from storage.models import Delivery
from storage.states import FAILED, QUEUED, SKIPPED


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one of them."""

    person: int | None
    state: str
    cause: str
    card: str
    """The message in the chat that shows how far it is."""


class Mailings:
    """Deliveries whose key begins alike."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, company: int, keys: str) -> Sequence[Sent]:
        """Every e-mail of this mailing."""
        query = select(Delivery.person_id, Delivery.state, Delivery.cause, Delivery.conversation).where(
            *_same(company, keys)
        )
        async with self._database.reading() as session:
            return [Sent(*row) for row in (await session.execute(query.order_by(Delivery.person_id))).all()]

    async def stop(self, company: int, keys: str) -> None:
        """Leave out what is not on its way yet."""
        change = update(Delivery).where(*_same(company, keys), Delivery.state == QUEUED).values(state=SKIPPED)
        async with self._database.writing() as session:
            await session.execute(change)

    async def again(self, company: int, keys: str, now: datetime) -> Sequence[str]:
        """Queue once more what was refused or left out; returns the ids."""
        lost = update(Delivery).where(*_same(company, keys), Delivery.state.in_((FAILED, SKIPPED)))
        change = lost.values(state=QUEUED, due_at=now, claimed_at=None, cause="")
        async with self._database.writing() as session:
            return (await session.scalars(change.returning(Delivery.id))).all()


def _same(company: int, keys: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Delivery.company_id == company, Delivery.key.startswith(keys, autoescape=True)
