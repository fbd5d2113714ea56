"""Reminders: who gets them, when the next one is due, and the pace at which they go out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import WHERE, Base, OfCompany


class Campaign(OfCompany, Base):
    """What an admin asked for: draft (rehearsed), running, paused, then done or cancelled."""

    __tablename__ = "campaigns"
    __table_args__ = (Index(None, "company_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    provider: Mapped[str] = mapped_column(String(16))
    fact: Mapped[str] = mapped_column(String(32))
    """What has to be observed as "connected" for a person to be finished."""
    audience: Mapped[list[Any]]
    """The ids of those whom the rehearsal showed; nobody else is ever written to."""
    group: Mapped[str] = mapped_column("department", default="")
    grows: Mapped[bool] = mapped_column(default=False)
    """Hosts who join later get it as well: it was meant for everybody, or for a group, not for people by name."""
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    state: Mapped[str] = mapped_column(String(12))
    days: Mapped[list[Any]]
    created_at: Mapped[datetime]
    starts_at: Mapped[datetime]
    resume_at: Mapped[datetime | None]
    held: Mapped[str] = mapped_column(String(16), default="")
    """Why Greenroom itself paused it; empty when an admin did, or when it runs."""
    held_at: Mapped[datetime | None]
    """When it was last held: what was seen before then is no reason to hold it again."""
    card: Mapped[str] = mapped_column(String(36), default="")
    """The delivery that shows the progress."""
    shown: Mapped[str] = mapped_column(String(64), default="")
    """A fingerprint of what the card shows, so that it is only updated when something changed."""
    shown_at: Mapped[datetime | None]


class Enrolment(OfCompany, Base):
    """One person in one campaign: active until connected, or ended for another reason."""

    __tablename__ = "enrolments"
    __table_args__ = (
        UniqueConstraint("campaign_id", "person_id"),
        Index(None, "person_id"),
        Index("ix_enrolments_due", "company_id", "next_at", info={WHERE: "next_at IS NOT NULL"}),
        Index("ix_enrolments_open_card", "ended_at", info={WHERE: "card_open"}),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(String(12), default="active")
    reason: Mapped[str] = mapped_column(default="")
    attempt: Mapped[int] = mapped_column(default=0)
    """How many reminders of the plan were used up."""
    written: Mapped[int] = mapped_column(default=0)
    """How many messages were ever written, which makes each one's key its own."""
    next_at: Mapped[datetime | None]
    snoozes: Mapped[int] = mapped_column(default=0)
    snoozed_until: Mapped[datetime | None]
    card: Mapped[str] = mapped_column(String(36), default="")
    """The newest reminder's delivery."""
    card_open: Mapped[bool] = mapped_column(default=False)
    """That message still asks for something, so it is brought up to date when this ends."""
    announced: Mapped[bool] = mapped_column(default=False)
    """The last message said that whoever asked is told if nothing happens."""
    ended_at: Mapped[datetime | None]


class Pace(Base):
    """How many messages a workspace may get at once; taken in the transaction that writes them."""

    __tablename__ = "paces"

    channel: Mapped[str] = mapped_column(String(16), primary_key=True)
    workspace: Mapped[str] = mapped_column(String(128), primary_key=True)
    tokens: Mapped[float]
    refilled_at: Mapped[datetime]
