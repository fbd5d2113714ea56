"""The people of a company, their accounts in chats, and what was seen of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, OfCompany


class Person(OfCompany, Base):
    """Somebody in the company's HR system, or an admin named in the settings."""

    __tablename__ = "people"
    __table_args__ = (
        UniqueConstraint("company_id", "personio_id"),
        Index(None, "company_id", "email"),
        # The audit trail names people by number: a number is never given to somebody else.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    personio_id: Mapped[str | None] = mapped_column(String(64))
    email: Mapped[str]
    """Lower case; empty when Personio gives none; two people can share one."""
    name: Mapped[str]
    language: Mapped[str] = mapped_column(String(8))
    timezone: Mapped[str] = mapped_column(String(64))
    office: Mapped[str] = mapped_column(default="")
    department: Mapped[str] = mapped_column(default="")
    role: Mapped[str] = mapped_column(String(16), default="employee")
    aliases: Mapped[str] = mapped_column(default="")
    """Further addresses that an admin confirmed to be this person's, at video providers; separated by spaces."""
    erase_at: Mapped[datetime | None]
    """When everything about this person is to be deleted, because they asked for it."""
    opted_out_at: Mapped[datetime | None]
    """When this person asked not to be reminded any more."""


class Account(OfCompany, Base):
    """How a person is reached in one chat."""

    __tablename__ = "accounts"
    __table_args__ = (UniqueConstraint("channel", "workspace", "external_id"), Index(None, "company_id", "person_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    channel: Mapped[str] = mapped_column(String(16))
    workspace: Mapped[str] = mapped_column(String(128))
    external_id: Mapped[str] = mapped_column(String(255))
    reference: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What the platform needs to write first, such as a conversation reference of Teams."""
    used_at: Mapped[datetime | None]


class UnmatchedAccount(OfCompany, Base):
    """An account of a chat whose e-mail address is nobody's in the HR system."""

    __tablename__ = "unmatched_accounts"

    channel: Mapped[str] = mapped_column(String(16), primary_key=True)
    workspace: Mapped[str] = mapped_column(String(128), primary_key=True)
    external_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    email: Mapped[str]


class Observation(OfCompany, Base):
    """What one source last said about one fact of a person, or of the company (subject 0)."""

    __tablename__ = "observations"
    __table_args__ = (Index(None, "company_id", "fact", "value"),)

    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id", ondelete="CASCADE"), primary_key=True)
    subject: Mapped[int] = mapped_column(primary_key=True)
    fact: Mapped[str] = mapped_column(String(32), primary_key=True)
    source: Mapped[str] = mapped_column(String(16), primary_key=True)
    value: Mapped[str] = mapped_column(String(64))
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    observed_at: Mapped[datetime]
    since: Mapped[datetime]
    """When this value was first seen."""
    lost_at: Mapped[datetime | None]
    """When a connection that was there before was first seen to be gone."""
