"""What may be done in outside systems: tokens, and the links by which people give them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, OfCompany
from storage.secrets import Encrypted


class Grant(OfCompany, Base):
    """Cronofy's tokens: of the company's service account (person 0) or of one person."""

    __tablename__ = "grants"

    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(primary_key=True)
    sub: Mapped[str] = mapped_column(String(64), index=True)
    access_token: Mapped[str] = mapped_column(Encrypted)
    refresh_token: Mapped[str] = mapped_column(Encrypted)
    expires_at: Mapped[datetime]
    channel_id: Mapped[str] = mapped_column(default="")
    """The push channel that tells of disconnections."""


class LinkToken(OfCompany, Base):
    """A link to one step of one person; only the hash of its secret is kept."""

    __tablename__ = "links"
    __table_args__ = (Index(None, "company_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    purpose: Mapped[str] = mapped_column(String(16))
    """`connect` a person's provider, or `calendar`: connect the company's calendar."""
    provider: Mapped[str] = mapped_column(String(16))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    nonce_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    """Proves that a browser returns from the page that the link led to."""
    state: Mapped[str] = mapped_column(String(16))
    """open, used, done, refused, replaced, renewed or held."""
    card: Mapped[str] = mapped_column(String(36), default="")
    """The delivery that carries the link and shows its result."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
