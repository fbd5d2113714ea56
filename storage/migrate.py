"""Brings the tables to the version of this program, once, whoever else starts at the same time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from storage.database import Database
from storage.models import AuditEntry, Base, make_append_only, make_indexes_partial

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
HEAD = "0001"
"""The newest revision; a test compares it with the files."""
LOCK = 4_711_001
"""The advisory lock of PostgreSQL under which migrations run; the number only has to be our own."""


async def migrate(database: Database, revision: str = HEAD) -> None:
    """Upgrade or downgrade to a revision; "base" removes every table."""
    if revision == HEAD and await version(database) == HEAD:
        return
    async with database.engine.execution_options(writing=True).begin() as connection:
        await connection.run_sync(_run, revision)


async def version(database: Database) -> str | None:
    """The revision that the database is at; None when it is empty."""
    async with database.engine.connect() as connection:
        if not await connection.run_sync(lambda sync: inspect(sync).has_table("alembic_version")):
            return None
        return (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar()


def revisions() -> set[str]:
    """Every revision that this program can bring up to date."""
    from alembic.script import ScriptDirectory

    return {each.revision for each in ScriptDirectory.from_config(_config()).walk_revisions()}


def _run(connection: Connection, revision: str) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    if revision == HEAD and not inspect(connection).get_table_names():
        _create(connection)
        return
    # Alembic takes a while to import and is needed only when something has to change.
    from alembic import command

    config = _config()
    config.attributes["connection"] = connection
    going_down = revision == "base"
    (command.downgrade if going_down else command.upgrade)(config, revision)
    if inspect(connection).has_table(AuditEntry.__tablename__):
        make_append_only(connection)


def _create(connection: Connection) -> None:
    """An empty database gets the newest tables at once; a test compares them with what the migrations make."""
    make_indexes_partial(connection.dialect.name)
    Base.metadata.create_all(connection, checkfirst=False)
    make_append_only(connection)
    connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
    connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
