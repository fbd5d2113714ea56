"""Roles: given and taken by an owner, with the record of it in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.audit import OPERATOR, NewEntry, append, lock_company
from storage.database import Database
from storage.models import Company, Person
from storage.references import mark

OWNER, EMPLOYEE = "owner", "employee"


class RoleChange(StrEnum):
    """What became of a change of roles."""

    CHANGED = "changed"
    SAME = "same"
    LAST_OWNER = "last_owner"
    NOT_ALLOWED = "not_allowed"
    UNKNOWN = "unknown"


class Roles:
    """Who may do more than an employee."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def admins(self, company: int) -> Sequence[Person]:
        """Everybody with a role, owners first."""
        query = select(Person).where(Person.company_id == company, Person.role != EMPLOYEE)
        async with self._database.reading() as session:
            return (await session.scalars(query.order_by(Person.role != OWNER, Person.role, Person.name))).all()

    async def change(self, company: int, *, actor: int, person: int, role: str, now: datetime) -> RoleChange:
        """Give a role; whether the actor is still an owner is looked at again, in the same transaction."""
        async with self._database.writing() as session:
            await lock_company(session, company)
            if await _role_of(session, company, actor) != OWNER:
                return RoleChange.NOT_ALLOWED
            chosen = await session.scalar(
                select(Person)
                .where(Person.company_id == company, Person.id == person)
                .execution_options(populate_existing=True)
            )
            if chosen is None:
                return RoleChange.UNKNOWN
            if chosen.role == role:
                return RoleChange.SAME
            if chosen.role == OWNER and await _owners(session, company) == 1:
                return RoleChange.LAST_OWNER
            detail = {"before": chosen.role, "after": role}
            chosen.role = role
            await append(session, company, [NewEntry(actor, "role_changed", (person,), detail)], now)
            return RoleChange.CHANGED

    async def begin(self, company: int, emails: Sequence[str], *, language: str, timezone: str, now: datetime) -> None:
        """The first owners, as the settings name them: each address once, and again when no owner is left."""
        async with self._database.writing() as session:
            await lock_company(session, company)
            row = await session.get_one(Company, company)
            left = await _owners(session, company)
            for email in emails:
                if mark(email) not in row.first_owners or not left:
                    await _make_owner(session, company, email, language=language, timezone=timezone, now=now)
            row.first_owners = sorted({*row.first_owners, *map(mark, emails)})


async def _make_owner(
    session: AsyncSession, company: int, email: str, *, language: str, timezone: str, now: datetime
) -> None:
    known = (await session.scalars(select(Person).where(Person.company_id == company, Person.email == email))).all()
    if not known:
        name = email.partition("@")[0].title()
        values = {"email": email, "name": name, "language": language, "timezone": timezone, "role": EMPLOYEE}
        known = [Person(company_id=company, personio_id=None, office="", department="", **values)]
        session.add_all(known)
        await session.flush()
    for person in known:
        detail = {"before": person.role, "after": OWNER, "by": "settings"}
        person.role = OWNER
        await append(session, company, [NewEntry(OPERATOR, "role_changed", (person.id,), detail)], now)


async def _role_of(session: AsyncSession, company: int, person: int) -> str | None:
    return await session.scalar(select(Person.role).where(Person.company_id == company, Person.id == person))


async def _owners(session: AsyncSession, company: int) -> int:
    query = select(func.count()).where(Person.company_id == company, Person.role == OWNER)
    return await session.scalar(query) or 0
