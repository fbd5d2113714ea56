"""What came in, what goes out, and the question that waits for an answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import WHERE, Base, OfCompany
from storage.secrets import EncryptedJson


class InboxItem(OfCompany, Base):
    """One incoming event, written before it is acknowledged; unique by the platform's identity of it."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "external_id"),
        Index("ix_inbox_open", "received_at", info={WHERE: "state = 'new'"}),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    external_id: Mapped[str] = mapped_column(String(255))
    payload: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(8), default="new")
    tries: Mapped[int] = mapped_column(default=0)
    received_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class Delivery(OfCompany, Base):
    """One message out: queued, sending, then sent, skipped, failed or unknown."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("company_id", "key"),
        Index(None, "company_id", "person_id", "created_at"),
        Index("ix_deliveries_open", "due_at", info={WHERE: "state IN ('queued', 'sending')"}),
        Index("ix_deliveries_enrolment", "enrolment_id", info={WHERE: "enrolment_id IS NOT NULL"}),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    """Nobody, when a stranger is answered."""
    channel: Mapped[str] = mapped_column(String(16))
    workspace: Mapped[str] = mapped_column(String(128))
    account: Mapped[str] = mapped_column(String(255))
    conversation: Mapped[str] = mapped_column(String(255))
    """Where on the platform; empty means the person's direct messages."""
    private: Mapped[bool] = mapped_column(default=False)
    """In a shared conversation, for this person's eyes only."""
    reply: Mapped[list[Any]] = mapped_column(EncryptedJson)
    language: Mapped[str] = mapped_column(String(8), default="")
    key: Mapped[str] = mapped_column(String(128))
    """The reason for this message: the same reason is never sent twice."""
    inbox_id: Mapped[str] = mapped_column(String(36), default="")
    replaces: Mapped[str] = mapped_column(String(36), default="")
    """The delivery whose message on the platform this one takes the place of."""
    enrolment_id: Mapped[int | None] = mapped_column(ForeignKey("enrolments.id", ondelete="CASCADE"))
    """The reason of a reminder; it is only sent while that holds."""
    state: Mapped[str] = mapped_column(String(8), default="queued")
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    platform_id: Mapped[str] = mapped_column(String(255), default="")
    cause: Mapped[str] = mapped_column(default="")


class Question(OfCompany, Base):
    """What the bot last asked a person in a conversation, so that a bare "yes" or "Zoom" has a meaning."""

    __tablename__ = "questions"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    channel: Mapped[str] = mapped_column(String(16), primary_key=True)
    conversation: Mapped[str] = mapped_column(String(255), primary_key=True)
    payload: Mapped[dict[str, Any]]
    expires_at: Mapped[datetime]
