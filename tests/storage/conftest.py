"""An empty database of either kind, with the tables and one company in it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from storage.database import Database
from storage.migrate import migrate
from storage.secrets import Cipher
from storage.store import Store
from tests.conftest import DATABASES, KEY, SUNDAY

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Everything here that touches a database runs on both."""
    if "database_url" in metafunc.fixturenames:
        metafunc.parametrize("database_url", DATABASES, indirect=True)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url, Cipher([KEY]))
    yield database
    await database.close()


@pytest.fixture
async def store(database: Database) -> Store:
    await migrate(database)
    return Store(database)


@pytest.fixture
async def company(store: Store) -> int:
    return await make_company(store, "aurora")


@pytest.fixture
async def other(store: Store) -> int:
    return await make_company(store, "borealis")


async def make_company(store: Store, slug: str) -> int:
    made = await store.companies.ensure(slug, name=slug.title(), domains=[], language="en", timezone="Europe/Berlin")
    return made.id


async def make_person(store: Store, company: int, email: str) -> int:
    await store.roles.begin(company, [email], language="en", timezone="Europe/Berlin", now=SUNDAY)
    return (await store.people.with_email(company, email))[0].id
