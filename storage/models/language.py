"""What people wrote and was not understood, without names."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, OfCompany


class Phrase(OfCompany, Base):
    """A message that the language model was unsure of, kept for review where the company agreed to it."""

    __tablename__ = "phrases"
    __table_args__ = (Index(None, "company_id", "heard_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    """Whose it is, so that it is shown to them and goes with them; the review never sees it."""
    language: Mapped[str] = mapped_column(String(8))
    text: Mapped[str]
    """People, addresses and numbers are masked before it is stored."""
    intent: Mapped[str] = mapped_column(String(32))
    """The best guess."""
    confidence: Mapped[float]
    heard_at: Mapped[datetime]
