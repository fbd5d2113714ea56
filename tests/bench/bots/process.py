"""A bot in a process of its own."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.demo import free_port

ROOT = Path(__file__).parents[3]


@asynccontextmanager
async def running(kind: str, name: str, *arguments: str) -> AsyncIterator[int]:
    """The port of a bot of that kind; where there are several cores, it has one for itself."""
    port = free_port(0)
    with TemporaryDirectory(prefix="greenroom-bench-") as folder:
        command = [sys.executable, "-m", f"tests.bench.bots.{kind}", name, str(port), folder, *arguments]
        process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, preexec_fn=lambda: stay_on(core=0))
        try:
            await _listening(port)
            yield port
        finally:
            process.send_signal(signal.SIGTERM)
            await process.wait()


def stay_on(*, core: int) -> None:
    """Keep this process on a core, so that the bot and those who write to it do not share one."""
    if hasattr(os, "sched_setaffinity") and (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(0, {core})


async def _listening(port: int) -> None:
    for _ in range(400):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
            continue
        writer.close()
        return
    raise RuntimeError("the bot did not start")
