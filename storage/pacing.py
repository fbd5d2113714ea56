"""Due reminders become messages in one transaction, no more at once than each workspace may get."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import Database
from storage.deliveries import NewDelivery, insert_deliveries
from storage.models import Campaign, Enrolment, Pace, Workspace
from storage.states import ACTIVE, RUNNING

BURST = 10.0
"""Seconds for which unused permission is kept."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one due reminder: a message, a later time, or the end."""

    enrolment: int
    written: int
    """How many were written when this was decided; somebody who was faster has changed it."""
    attempt: int
    card: str
    card_open: bool
    delivery: NewDelivery | None = None
    next_at: datetime | None = None
    announced: bool = False
    """The message says that somebody is told if nothing happens."""
    end: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Rates:
    """Messages a second that each channel's workspaces may get."""

    by_channel: Mapping[str, float] = field(default_factory=dict)
    default: float = 1.0

    def of(self, channel: str) -> float:
        return self.by_channel.get(channel, self.default)


class Pacing:
    """Turns decisions into rows."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def room(self, company: int, rates: Rates, now: datetime, most: int) -> int:
        """How many due reminders are worth a look; more could not be written now."""
        query = select(Pace).join(
            Workspace, (Workspace.channel == Pace.channel) & (Workspace.external_id == Pace.workspace)
        )
        async with self._database.reading() as session:
            paces = (await session.scalars(query.where(Workspace.company_id == company))).all()
        # With several workspaces those who wait for a full one must not hide the others.
        return most if len(paces) != 1 else min(most, int(_refilled(paces[0], rates, now)))

    async def carry_out(self, decisions: Sequence[Decision], rates: Rates, now: datetime) -> Sequence[str]:
        """Write what was decided; returns the ids of new messages. What there is no permission for stays due."""
        async with self._database.writing() as session:
            free = await self._unlocked(session, [decision.enrolment for decision in decisions])
            tokens = _Tokens(session, self._database, rates, now)
            mine = [each for each in decisions if free.get(each.enrolment) == each.written]
            allowed = [each for each in mine if each.delivery is None or await tokens.take(each.delivery)]
            deliveries = [each.delivery for each in allowed if each.delivery is not None]
            new = await insert_deliveries(session, self._database, deliveries, now)
            if allowed:
                await session.execute(update(Enrolment), [_changes(each, now) for each in allowed])
        return new

    async def _unlocked(self, session: AsyncSession, enrolments: Sequence[int]) -> dict[int, int]:
        """Those that are still active and that no other process is at work on."""
        query = (
            select(Enrolment.id, Enrolment.written)
            .join(Campaign, Campaign.id == Enrolment.campaign_id)
            .where(Enrolment.id.in_(enrolments), Enrolment.state == ACTIVE, Campaign.state == RUNNING)
            .with_for_update(of=Enrolment, skip_locked=True)
        )
        return dict((await session.execute(query)).all())


class _Tokens:
    """The permissions of the workspaces that this transaction writes to."""

    def __init__(self, session: AsyncSession, database: Database, rates: Rates, now: datetime) -> None:
        self._session = session
        self._database = database
        self._rates = rates
        self._now = now
        self._paces: dict[tuple[str, str], Pace] = {}

    async def take(self, delivery: NewDelivery) -> bool:
        pace = await self._pace(delivery.channel, delivery.workspace)
        if pace.tokens < 1:
            return False
        pace.tokens -= 1
        return True

    async def _pace(self, channel: str, workspace: str) -> Pace:
        key = (channel, workspace)
        if key not in self._paces:
            rate = self._rates.of(channel)
            full = {"tokens": max(1.0, rate), "refilled_at": self._now}
            insert = self._database.insert(Pace).values(channel=channel, workspace=workspace, **full)
            await self._session.execute(insert.on_conflict_do_nothing())
            query = select(Pace).where(Pace.channel == channel, Pace.workspace == workspace).with_for_update()
            pace = (await self._session.scalars(query)).one()
            pace.tokens = _refilled(pace, self._rates, self._now)
            pace.refilled_at = self._now
            self._paces[key] = pace
        return self._paces[key]


def _refilled(pace: Pace, rates: Rates, now: datetime) -> float:
    # A clock that jumped back gives nothing this time, and counts anew from where it is.
    passed = max(0.0, (now - pace.refilled_at).total_seconds())
    rate = rates.of(pace.channel)
    return min(max(1.0, rate * BURST), pace.tokens + rate * passed)


def _changes(decision: Decision, now: datetime) -> dict[str, object]:
    """Every row gets the same columns, so that one statement writes them all."""
    return {
        "id": decision.enrolment,
        "state": decision.end or ACTIVE,
        "reason": decision.reason,
        "next_at": None if decision.end else decision.next_at,
        "ended_at": now if decision.end else None,
        "attempt": decision.attempt + (decision.delivery is not None),
        "written": decision.written + (decision.delivery is not None),
        "card": decision.delivery.id if decision.delivery else decision.card,
        "card_open": bool(decision.delivery) or decision.card_open,
        "announced": decision.announced,
    }
