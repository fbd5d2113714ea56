"""How long each class of data is kept, and the pruning of what is older."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, delete, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from storage.audit import OPERATOR, PRUNED, NewEntry, append
from storage.database import Database
from storage.deliveries import QUEUED, SENDING
from storage.models import (
    Account,
    AuditEntry,
    Campaign,
    Company,
    Delivery,
    InboxItem,
    Installation,
    InstallState,
    LinkToken,
    Observation,
    Person,
    Phrase,
    Proof,
    Question,
    SetupCard,
    Task,
    UnmatchedAccount,
    Workspace,
)
from storage.proofs import PROVEN
from storage.states import CANCELLED, DONE, DRAFT


@dataclass(frozen=True, slots=True)
class Periods:
    """How long each class of data is kept."""

    messages_in: timedelta = timedelta(days=30)
    messages_out: timedelta = timedelta(days=90)
    links: timedelta = timedelta(days=30)
    leavers: timedelta = timedelta(days=90)
    phrases: timedelta = timedelta(days=60)
    drafts: timedelta = timedelta(days=30)
    """Rehearsals that were never sent."""
    campaigns: timedelta = timedelta(days=180)
    """Reminders, from their start, once they are over."""
    tasks: timedelta = timedelta(days=180)
    proofs: timedelta = timedelta(days=180)
    cards: timedelta = timedelta(days=30)
    """Which message shows a set-up to an admin."""
    audit: timedelta = timedelta(days=365)
    uninstalled: timedelta = timedelta(days=30)
    """The grace period after the app was removed from a workspace."""


PERIODS = Periods()


class Retention:
    """Deletes what nobody needs any more."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def prune(self, now: datetime, periods: Periods = PERIODS) -> dict[str, int]:
        """Delete what is older than its period; returns how many rows of each class went."""
        closed = Delivery.state.not_in((QUEUED, SENDING))
        old: dict[str, Any] = {
            "messages_in": delete(InboxItem).where(
                InboxItem.state == "done", InboxItem.received_at < now - periods.messages_in
            ),
            "messages_out": delete(Delivery).where(closed, Delivery.created_at < now - periods.messages_out),
            "links": delete(LinkToken).where(LinkToken.created_at < now - periods.links),
            "phrases": delete(Phrase).where(Phrase.heard_at < now - periods.phrases),
            "campaigns": delete(Campaign).where(_is_over(now, periods)),
            "tasks": delete(Task).where(Task.created_at < now - periods.tasks),
            "proofs": delete(Proof).where(Proof.created_at < now - periods.proofs, ~_is_newest_proof()),
            "cards": delete(SetupCard).where(SetupCard.shown_at < now - periods.cards),
            "questions": delete(Question).where(Question.expires_at <= now),
            "install_states": delete(InstallState).where(InstallState.expires_at <= now),
        }
        gone: dict[str, int] = {}
        async with self._database.writing() as session:
            for name, statement in old.items():
                gone[name] = await _count(session, statement)
            companies = (await session.scalars(select(Company.id))).all()
            gone["audit"] = sum([await _prune_audit(session, each, now, periods) for each in companies])
        return gone

    async def leavers(self, now: datetime, periods: Periods = PERIODS) -> Sequence[Person]:
        """People of any company who left longer ago than their data is kept, or whom the HR system lists no more."""
        before = now - periods.leavers
        of_person = (Observation.company_id == Person.company_id, Observation.subject == Person.id)
        from_personio = (*of_person, Observation.source == "personio")
        left = exists().where(
            *of_person, Observation.fact == "employment", Observation.value == "inactive", Observation.since < before
        )
        seen = exists().where(*from_personio, Observation.observed_at >= before)
        known = exists().where(*from_personio)
        # As long as the HR system was read at all since then.
        was_read = Person.company_id.in_(select(Company.id).where(Company.synced_at >= before))
        query = select(Person).where(Person.personio_id.is_not(None), or_(left, was_read & known & ~seen))
        async with self._database.reading() as session:
            return (await session.scalars(query.order_by(Person.id))).all()

    async def uninstalled(self, company: int, channel: str, workspace: str, now: datetime | None) -> None:
        """The app was removed from this workspace now; None: it is back."""
        async with self._database.writing() as session:
            row = await session.get(Workspace, (channel, workspace))
            if row is not None and row.company_id == company:
                row.removed_at = now

    async def wipe_uninstalled(self, now: datetime, periods: Periods = PERIODS) -> int:
        """Delete the data of workspaces whose grace period is over; returns how many workspaces that were."""
        due = select(Workspace).where(Workspace.removed_at < now - periods.uninstalled)
        async with self._database.writing() as session:
            rows = (await session.scalars(due)).all()
            wiped = [row for row in rows if await _wipe(session, row)]
        return len(wiped)


def _is_over(now: datetime, periods: Periods) -> ColumnElement[bool]:
    """With a campaign go its enrolments."""
    ended = Campaign.state.in_((DONE, CANCELLED)) & (Campaign.starts_at < now - periods.campaigns)
    return ended | ((Campaign.state == DRAFT) & (Campaign.created_at < now - periods.drafts))


def _is_newest_proof() -> ColumnElement[bool]:
    """What a set-up rests on stays: the last test interview of each path that worked."""
    later = aliased(Proof)
    newer = (later.company_id == Proof.company_id, later.path == Proof.path, later.finished_at > Proof.finished_at)
    return (Proof.state == PROVEN) & ~exists().where(*newer, later.state == PROVEN)


async def _wipe(session: AsyncSession, workspace: Workspace) -> bool:
    """The row of the workspace stays: it says to whom it belongs, so that no stranger takes its place."""
    company, channel = workspace.company_id, workspace.channel
    place = (Account.channel == channel, Account.workspace == workspace.external_id)
    nobody = (UnmatchedAccount.channel == channel, UnmatchedAccount.workspace == workspace.external_id)
    came_in = InboxItem.payload["workspace"].as_string() == workspace.external_id
    wiped = await _count(session, delete(Account).where(*place))
    for statement in (
        delete(InboxItem).where(InboxItem.company_id == company, InboxItem.channel == channel, came_in),
        delete(Delivery).where(Delivery.channel == channel, Delivery.workspace == workspace.external_id),
        delete(Installation).where(Installation.team == workspace.external_id),
        delete(UnmatchedAccount).where(*nobody),
    ):
        wiped += await _count(session, statement)
    still_used = (Workspace.company_id == company, Workspace.removed_at.is_(None))
    if not (await session.scalars(select(Workspace.external_id).where(*still_used).limit(1))).first():
        wiped += await _wipe_company(session, company)
    return wiped > 0


async def _wipe_company(session: AsyncSession, company: int) -> int:
    """Nobody of this customer uses the bot any more: everything but its name goes."""
    kept = (Company.__tablename__, Workspace.__tablename__)
    tables = [table for table in reversed(Company.metadata.sorted_tables) if table.name not in kept]
    count = 0
    for table in tables:
        if "company_id" in table.c:
            count += await _count(session, delete(table).where(table.c.company_id == company))
    row = await session.get_one(Company, company)
    row.synced_at, row.first_owners = None, []
    return count


async def _prune_audit(session: AsyncSession, company: int, now: datetime, periods: Periods) -> int:
    """Remove the oldest entries, and put on record where the chain begins from now on."""
    old = (AuditEntry.company_id == company, AuditEntry.at < now - periods.audit)
    newest = select(AuditEntry.number, AuditEntry.hash).where(*old).order_by(AuditEntry.number.desc()).limit(1)
    last = (await session.execute(newest)).first()
    if last is None:
        return 0
    number, head = last
    detail = {"until": str(number), "hash": head}
    await append(session, company, [NewEntry(OPERATOR, PRUNED, detail=detail)], now)
    return await _count(
        session, delete(AuditEntry).where(AuditEntry.company_id == company, AuditEntry.number <= number)
    )


async def _count(session: AsyncSession, statement: Any) -> int:
    result = await session.execute(statement)
    return max(result.rowcount, 0) if isinstance(result, CursorResult) else 0
