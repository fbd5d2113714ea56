"""Aurora's whole program, shared by the tests of a file."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from itertools import count
from pathlib import Path

import pytest
import stamina

from bot.demo import Demo, DemoOptions, running_demo
from bot.sandbox.clock import Clock
from bot.settings import PREFIXES
from tests.conftest import KEY, SUNDAY

Opens = Callable[..., AbstractAsyncContextManager[Demo]]


@pytest.fixture(scope="module")
def opens(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opens]:
    """Starts a company: options of the demo by their names, settings by theirs."""

    @asynccontextmanager
    async def opened(*, calendar: str = "graph", **given: object) -> AsyncIterator[Demo]:
        folder = tmp_path_factory.mktemp("company")
        moments = count(int(SUNDAY.timestamp() * 1000))
        clock = Clock(wall=lambda: next(moments) / 1000)
        values = {"greenroom_database_url": f"sqlite:///{folder / 'greenroom.db'}", "greenroom_secret_keys": KEY}
        async with running_demo(DemoOptions(calendar=calendar), clock=clock, **{**values, **given}) as demo:
            await demo.program.first_look()
            yield demo

    with pytest.MonkeyPatch.context() as patch, stamina.set_testing(True, attempts=1):
        patch.chdir(Path(tmp_path_factory.mktemp("elsewhere")))  # no .env file of the machine
        for name in [name for name in os.environ if name.upper().startswith(PREFIXES)]:  # noqa: TID251 - to keep it out
            patch.delenv(name)
        yield opened
