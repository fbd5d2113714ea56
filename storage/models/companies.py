"""The customers, their chat workspaces, and the secrets of the installation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, OfCompany
from storage.secrets import Encrypted


class Company(Base):
    """A customer; many can share one installation."""

    __tablename__ = "companies"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(100), unique=True)
    name: Mapped[str]
    domains: Mapped[list[str]]
    language: Mapped[str] = mapped_column(String(8))
    timezone: Mapped[str] = mapped_column(String(64))
    synced_at: Mapped[datetime | None]
    first_owners: Mapped[list[str]] = mapped_column(default=list)
    """Hashes of the addresses that the settings made owners once; whether they still are is decided in the chat."""
    reminders: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What an admin set about reminders; whatever is not there has its default."""


class Workspace(OfCompany, Base):
    """A Slack workspace or a Microsoft 365 tenant, and the company that it belongs to."""

    __tablename__ = "workspaces"

    channel: Mapped[str] = mapped_column(String(16), primary_key=True)
    external_id: Mapped[str] = mapped_column(String(128), primary_key=True)
    removed_at: Mapped[datetime | None]
    """When the app was uninstalled there; its data goes some weeks later."""


class Installation(OfCompany, Base):
    """The Slack app in one workspace."""

    __tablename__ = "installations"

    team: Mapped[str] = mapped_column(String(64), primary_key=True)
    bot_token: Mapped[str] = mapped_column(Encrypted)
    refresh_token: Mapped[str] = mapped_column(Encrypted)
    expires_at: Mapped[datetime | None]
    bot_id: Mapped[str]
    bot_user_id: Mapped[str]
    enterprise_id: Mapped[str]
    scopes: Mapped[list[str]]
    installer: Mapped[str]


class InstallState(Base):
    """An installation that began in a browser and has not come back; it belongs to no company yet."""

    __tablename__ = "install_states"

    state_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime]


class RotatedSecret(Base):
    """The newest of a secret that is replaced with each use; the settings hold the first one."""

    __tablename__ = "rotated_secrets"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    first_hash: Mapped[str] = mapped_column(String(64))
    secret: Mapped[str] = mapped_column(Encrypted)
