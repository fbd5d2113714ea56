"""The tables of trust: the audit trail, which the database itself keeps from being changed, and who was erased."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, ForeignKey, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, OfCompany


class AuditEntry(OfCompany, Base):
    """Who asked or did what; never changed, and chained: each entry's hash covers the one before."""

    __tablename__ = "audit"

    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[int]
    """A person's id; 0 is whoever runs Greenroom, or Greenroom itself."""
    action: Mapped[str] = mapped_column(String(40))
    detail: Mapped[dict[str, Any]]
    """Words of our own such as a role or a provider: never a name or an address, so that nothing has to be erased."""
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AuditSubject(OfCompany, Base):
    """A person whom an entry of the audit trail is about."""

    __tablename__ = "audit_subjects"
    __table_args__ = (
        ForeignKeyConstraint(["company_id", "number"], ["audit.company_id", "audit.number"], ondelete="CASCADE"),
        Index(None, "company_id", "person_id"),
    )

    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class Erasure(OfCompany, Base):
    """Somebody who was erased after leaving: the HR system's list must not bring them back."""

    __tablename__ = "erasures"

    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id", ondelete="CASCADE"), primary_key=True)
    mark: Mapped[str] = mapped_column(String(64), primary_key=True)
    """A hash of the HR system's id."""
    erased_at: Mapped[datetime]


APPEND_ONLY = {
    "sqlite": (
        "CREATE TRIGGER IF NOT EXISTS audit_is_append_only BEFORE UPDATE ON audit "
        "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$",
        "DROP TRIGGER IF EXISTS audit_is_append_only ON audit",
        "CREATE TRIGGER audit_is_append_only BEFORE UPDATE ON audit "
        "FOR EACH ROW EXECUTE FUNCTION audit_is_append_only()",
    ),
}


def make_append_only(connection: Connection) -> None:
    """Have the database itself refuse every change of an entry; safe to repeat."""
    for statement in APPEND_ONLY[connection.dialect.name]:
        connection.exec_driver_sql(statement)
