"""The way to the first interview: steps, cards, hand-overs and proofs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, OfCompany


class SetupStep(OfCompany, Base):
    """What became of one step of a set-up: good once, done by somebody's word, skipped, or open again."""

    __tablename__ = "setup_steps"

    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id", ondelete="CASCADE"), primary_key=True)
    path: Mapped[str] = mapped_column(String(16), primary_key=True)
    step: Mapped[str] = mapped_column(String(16), primary_key=True)
    status: Mapped[str] = mapped_column(String(16))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    """Who said so; nobody, when it was seen."""
    note: Mapped[str] = mapped_column(default="")
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


class SetupCard(OfCompany, Base):
    """Where an admin looks at the set-up of a provider: the delivery that is kept up to date."""

    __tablename__ = "setup_cards"

    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id", ondelete="CASCADE"), primary_key=True)
    provider: Mapped[str] = mapped_column(String(16), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    card: Mapped[str] = mapped_column(String(36))
    shown_at: Mapped[datetime]


class Task(OfCompany, Base):
    """Something that one person was asked to do by another: a step of a set-up, or the fix of a cause."""

    __tablename__ = "tasks"
    __table_args__ = (Index(None, "company_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(String(64))
    """What it is about: "step:zoom:zoom_app", or "cause:17:zoom" for a person and a provider."""
    asker_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    assignee_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(String(16))
    """open, done, refused or replaced."""
    note: Mapped[str] = mapped_column(default="")
    card: Mapped[str] = mapped_column(String(36), default="")
    """The delivery that asks the assignee."""
    created_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    reminders: Mapped[int] = mapped_column(default=0)
    """How often the assignee was reminded; one more than the last means that the asker was told of the silence."""
    reminded_at: Mapped[datetime | None]


class Proof(OfCompany, Base):
    """One test interview of one host; its id is the event's."""

    __tablename__ = "proofs"
    __table_args__ = (Index(None, "company_id", "run"), Index(None, "company_id", "path", "state"))

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    run: Mapped[str] = mapped_column(String(36))
    """Test interviews that were asked for together."""
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    asker_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    """Nobody any more, when the admin who asked was erased: the proof stays the company's."""
    provider: Mapped[str] = mapped_column(String(16))
    path: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    """queued, waiting, proven, failed or stopped."""
    card: Mapped[str] = mapped_column(String(36))
    calendar_id: Mapped[str] = mapped_column(String(255), default="")
    starts_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    begun_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """`provider` and `host` of the link that was found; `reason` and `cause` of a failure."""
