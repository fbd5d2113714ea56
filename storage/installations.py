"""The chat app in each workspace that installed it, its tokens encrypted, and installations under way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, select

from storage.database import Database
from storage.models import Installation, InstallState


class Installations:
    """Who installed the app, and with what it may speak there."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, company: int, team: str, **values: Any) -> None:
        """Add an installation, or take the place of the earlier one of this team."""
        insert = self._database.insert(Installation).values(company_id=company, team=team, **values)
        async with self._database.writing() as session:
            await session.execute(insert.on_conflict_do_update(index_elements=["team"], set_=values))

    async def find(self, team: str) -> Installation | None:
        async with self._database.reading() as session:
            return await session.get(Installation, team)

    async def teams(self) -> Sequence[str]:
        async with self._database.reading() as session:
            return (await session.scalars(select(Installation.team).order_by(Installation.team))).all()

    async def forget(self, team: str) -> None:
        async with self._database.writing() as session:
            await session.execute(delete(Installation).where(Installation.team == team))

    async def begin(self, state: str, expires_at: datetime) -> None:
        """Somebody set out to install; only the hash of the state is kept."""
        async with self._database.writing() as session:
            session.add(InstallState(state_hash=_hash(state), expires_at=expires_at))

    async def finish(self, state: str, now: datetime) -> bool:
        """True exactly once, before the state expires."""
        consume = delete(InstallState).where(InstallState.state_hash == _hash(state)).returning(InstallState.expires_at)
        async with self._database.writing() as session:
            expires_at = await session.scalar(consume)
        return expires_at is not None and expires_at > now


def _hash(state: str) -> str:
    return sha256(state.encode()).hexdigest()
