"""The tables; every row belongs to a company."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar, cast

from sqlalchemy import JSON, DateTime, Dialect, ForeignKey, Index, MetaData, String, Table, Text, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from storage.secrets import Encrypted, EncryptedJson


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment in UTC; SQLite keeps no time zone, so it is put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


WHERE = "where"
"""The condition of a partial index, kept aside: naming both dialects in a model imports them both at every start."""


class Base(DeclarativeBase):
    """Names every constraint, so that migrations can change them on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime,
        str: Text,
        dict[str, Any]: JSON,
        list[Any]: JSON,
        list[str]: JSON,
    }


def table(model: type[Base]) -> Table:
    """A model's table, for statements that need no objects."""
    return cast(Table, model.__table__)


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
    """The addresses that the settings made owners once; whether they still are is decided in the chat."""
    reminders: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What an admin set about reminders; whatever is not there has its default."""


class OfCompany:
    """A row that belongs to a company and goes with it."""

    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id", ondelete="CASCADE"))


class Workspace(OfCompany, Base):
    """A Slack workspace or a Microsoft 365 tenant, and the company that it belongs to."""

    __tablename__ = "workspaces"

    channel: Mapped[str] = mapped_column(String(16), primary_key=True)
    external_id: Mapped[str] = mapped_column(String(128), primary_key=True)
    removed_at: Mapped[datetime | None]
    """When the app was uninstalled there; its data goes some weeks later."""


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
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    state: Mapped[str] = mapped_column(String(12))
    days: Mapped[list[Any]]
    created_at: Mapped[datetime]
    starts_at: Mapped[datetime]
    resume_at: Mapped[datetime | None]
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
    ended_at: Mapped[datetime | None]


class Pace(Base):
    """How many messages a workspace may get at once; taken in the transaction that writes them."""

    __tablename__ = "paces"

    channel: Mapped[str] = mapped_column(String(16), primary_key=True)
    workspace: Mapped[str] = mapped_column(String(128), primary_key=True)
    tokens: Mapped[float]
    refilled_at: Mapped[datetime]


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


class Proof(OfCompany, Base):
    """One test interview of one host; its id is the event's."""

    __tablename__ = "proofs"
    __table_args__ = (Index(None, "company_id", "run"), Index(None, "company_id", "path", "state"))

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    run: Mapped[str] = mapped_column(String(36))
    """Test interviews that were asked for together."""
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    asker_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
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


class RotatedSecret(Base):
    """The newest of a secret that is replaced with each use; the settings hold the first one."""

    __tablename__ = "rotated_secrets"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    first_hash: Mapped[str] = mapped_column(String(64))
    secret: Mapped[str] = mapped_column(Encrypted)


def make_indexes_partial(dialect: str) -> None:
    """Tell the indexes their conditions in the words of one dialect; before tables are made or compared."""
    for table in Base.metadata.tables.values():
        for index in table.indexes:
            if WHERE in index.info:
                index.dialect_options[dialect]["where"] = text(index.info[WHERE])
