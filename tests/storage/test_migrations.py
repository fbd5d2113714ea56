"""The tables: up and down, and the same whether they are made at once or step by step."""

from __future__ import annotations

import asyncio
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, inspect

from storage.database import Database
from storage.migrate import HEAD, MIGRATIONS, _config, migrate, version
from storage.models import Base


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, Base.metadata))


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


async def step_by_step(database: Database) -> None:
    """Through every migration, as an installation that is older than today's tables."""
    from alembic import command

    def upgrade(connection: Connection) -> None:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")

    async with database.engine.execution_options(writing=True).begin() as connection:
        await connection.run_sync(upgrade)


def test_the_newest_revision_is_the_one_that_the_program_expects() -> None:
    config = _config()
    assert Path(config.get_main_option("script_location") or "") == MIGRATIONS
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


async def test_an_empty_database_gets_todays_tables_at_once(database: Database) -> None:
    assert await version(database) is None
    await migrate(database)
    assert await version(database) == HEAD
    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_the_migrations_lead_to_the_same_tables(database: Database) -> None:
    await step_by_step(database)
    assert await version(database) == HEAD
    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []
        made = await connection.run_sync(_shape)
    await migrate(database, "base")
    await migrate(database)
    async with database.engine.connect() as connection:
        assert await connection.run_sync(_shape) == made


async def test_down_removes_everything_and_up_brings_it_back(database: Database) -> None:
    await step_by_step(database)
    await migrate(database, "base")
    async with database.engine.connect() as connection:
        assert await connection.run_sync(tables) <= {"alembic_version"}
    await step_by_step(database)
    async with database.engine.connect() as connection:
        assert await connection.run_sync(tables) == {*Base.metadata.tables, "alembic_version"}


async def test_two_processes_that_start_together_migrate_once(database: Database) -> None:
    await asyncio.gather(migrate(database), migrate(database))
    assert await version(database) == HEAD


async def test_migrating_again_changes_nothing(database: Database) -> None:
    await migrate(database)
    await migrate(database)
    assert await version(database) == HEAD


def _shape(connection: Connection) -> dict[str, object]:
    """Columns, constraints and indexes by table, as the database itself tells them."""
    reflected = MetaData()
    reflected.reflect(connection)
    look = inspect(connection)
    return {
        name: (
            sorted((column.name, str(column.type), column.nullable) for column in table.columns),
            sorted(str(key["name"]) for key in look.get_unique_constraints(name)),
            sorted((str(key["name"]), str(key["referred_table"])) for key in look.get_foreign_keys(name)),
            sorted(str(index["name"]) for index in look.get_indexes(name)),
        )
        for name, table in reflected.tables.items()
        if name != "alembic_version"
    }
