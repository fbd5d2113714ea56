"""Test interviews: which are to be made, which wait for their link, and what was proven."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from storage.database import Database
from storage.models import Proof

QUEUED, WAITING, PROVEN, FAILED, STOPPED = "queued", "waiting", "proven", "failed", "stopped"


class Proofs:
    """Every test interview of a company."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, proofs: Sequence[dict[str, Any]], now: datetime) -> None:
        """Queue test interviews."""
        fresh = {"state": QUEUED, "created_at": now, "begun_at": None, "finished_at": None, "starts_at": None}
        async with self._database.writing() as session:
            session.add_all(Proof(**fresh, detail={}, calendar_id="", **values) for values in proofs)

    async def claim(self, company: int, run: str, limit: int, now: datetime) -> Sequence[Proof]:
        """Take the next ones of a run, so that at most `limit` wait at a time."""
        mine = (Proof.company_id == company, Proof.run == run)
        async with self._database.writing() as session:
            busy = await session.scalar(select(func.count()).where(*mine, Proof.state == WAITING)) or 0
            query = select(Proof.id).where(*mine, Proof.state == QUEUED).order_by(Proof.id).limit(max(0, limit - busy))
            ids = (await session.scalars(query)).all()
            take = update(Proof).where(Proof.id.in_(ids), Proof.state == QUEUED).values(state=WAITING, begun_at=now)
            return (await session.scalars(take.returning(Proof))).all()

    async def note(self, proof: str, **values: Any) -> None:
        async with self._database.writing() as session:
            await session.execute(update(Proof).where(Proof.id == proof).values(**values))

    async def settle(self, proof: str, state: str, *, detail: dict[str, Any], now: datetime) -> bool:
        """Write how a waiting one ended; False when somebody was faster."""
        end = update(Proof).where(Proof.id == proof, Proof.state == WAITING)
        values = {"state": state, "detail": detail, "finished_at": now}
        async with self._database.writing() as session:
            return (await session.execute(end.values(**values).returning(Proof.id))).first() is not None

    async def stop(self, company: int, run: str, now: datetime) -> None:
        """What was not begun is not made any more."""
        queued = (Proof.company_id == company, Proof.run == run, Proof.state == QUEUED)
        async with self._database.writing() as session:
            await session.execute(update(Proof).where(*queued).values(state=STOPPED, finished_at=now))

    async def of_run(self, company: int, run: str) -> Sequence[Proof]:
        query = select(Proof).where(Proof.company_id == company, Proof.run == run).order_by(Proof.id)
        async with self._database.reading() as session:
            return (await session.scalars(query)).all()

    async def waiting(self) -> Sequence[Proof]:
        """Those of every company that are not over."""
        query = select(Proof).where(Proof.state.in_((QUEUED, WAITING))).order_by(Proof.created_at)
        async with self._database.reading() as session:
            return (await session.scalars(query)).all()

    async def waiting_of(self, company: int, person: int) -> Sequence[Proof]:
        query = select(Proof).where(Proof.company_id == company, Proof.person_id == person, Proof.state == WAITING)
        async with self._database.reading() as session:
            return (await session.scalars(query)).all()

    async def newest(self, company: int, path: str) -> Proof | None:
        """The newest one of this path that was not stopped."""
        query = select(Proof).where(Proof.company_id == company, Proof.path == path, Proof.state != STOPPED)
        async with self._database.reading() as session:
            return await session.scalar(query.order_by(Proof.created_at.desc(), Proof.finished_at.desc()).limit(1))

    async def newest_proven(self, company: int, path: str) -> Proof | None:
        query = select(Proof).where(Proof.company_id == company, Proof.path == path, Proof.state == PROVEN)
        async with self._database.reading() as session:
            return await session.scalar(query.order_by(Proof.finished_at.desc()).limit(1))
