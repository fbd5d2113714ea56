"""Who can be written to in which chat, who cannot and why, and which accounts of the chats are nobody's."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, delete, func, select

from storage.database import Database
from storage.models import Account, Person, UnmatchedAccount
from storage.people import MOST_AT_ONCE


@dataclass(frozen=True, slots=True)
class Reached:
    """One person and one of their accounts; the channel is empty when there is none."""

    person: int
    name: str
    email: str
    channel: str
    cause: str
    """Why this account cannot be written to, in its platform's word; empty when it can."""


@dataclass(frozen=True, slots=True)
class Unmatched:
    """An account that is nobody's."""

    channel: str
    email: str


class Reach:
    """The accounts of people, and the accounts without people."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def accounts(self, company: int, channels: Collection[str]) -> Sequence[Reached]:
        """Everybody with each of their accounts in these chats, by name; those without one are there too."""
        mine = and_(Account.person_id == Person.id, Account.channel.in_(channels))
        cause = Account.reference["unreachable"].as_string()
        query = select(Person.id, Person.name, Person.email, Account.channel, cause).outerjoin(Account, mine)
        async with self._database.reading() as session:
            ordered = query.where(Person.company_id == company).order_by(Person.name, Person.id, Account.id)
            rows = (await session.execute(ordered)).all()
        return [Reached(id, name, email, channel or "", why or "") for id, name, email, channel, why in rows]

    async def unmatched(self, company: int, *, first: int = 0, most: int = 100) -> Sequence[Unmatched]:
        """Accounts that are nobody's, by address."""
        query = select(UnmatchedAccount.channel, UnmatchedAccount.email).where(UnmatchedAccount.company_id == company)
        ordered = query.order_by(UnmatchedAccount.email, UnmatchedAccount.channel).offset(first).limit(most)
        async with self._database.reading() as session:
            return [Unmatched(*row) for row in (await session.execute(ordered)).all()]

    async def count_unmatched(self, company: int) -> int:
        query = select(func.count()).select_from(UnmatchedAccount).where(UnmatchedAccount.company_id == company)
        async with self._database.reading() as session:
            return await session.scalar(query) or 0

    async def known(self, channel: str, workspace: str) -> set[str]:
        """Every account of this workspace that is stored, whether it is somebody's or nobody's."""
        async with self._database.reading() as session:
            return {
                id
                for table in (Account, UnmatchedAccount)
                for id in await session.scalars(select(table.external_id).where(*_place(table, channel, workspace)))
            }

    async def note(
        self, company: int, channel: str, workspace: str, *, nobody: Mapping[str, str], settled: Iterable[str] = ()
    ) -> None:
        """Remember accounts that are nobody's, with their addresses; forget those that are settled."""
        place = _place(UnmatchedAccount, channel, workspace)
        query = select(UnmatchedAccount.external_id, UnmatchedAccount.email).where(*place)
        async with self._database.reading() as session:
            stored = {id: email for id, email in (await session.execute(query)).all()}
        fresh = {id: email for id, email in nobody.items() if stored.get(id) != email}
        over = [*stored.keys() & {*settled, *fresh}]
        if not fresh and not over:
            return
        same = {"company_id": company, "channel": channel, "workspace": workspace}
        async with self._database.writing() as session:
            for begin in range(0, len(over), MOST_AT_ONCE):
                some = UnmatchedAccount.external_id.in_(over[begin : begin + MOST_AT_ONCE])
                await session.execute(delete(UnmatchedAccount).where(*place, some))
            if fresh:
                rows = [{**same, "external_id": id, "email": email} for id, email in fresh.items()]
                await session.execute(self._database.insert(UnmatchedAccount).on_conflict_do_nothing(), rows)


def _place(table: type[Account] | type[UnmatchedAccount], channel: str, workspace: str) -> tuple[Any, ...]:
    return table.channel == channel, table.workspace == workspace
