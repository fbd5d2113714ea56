"""A worker beside a campaign in which nobody is due: tells when it is up, then what half a minute of idling cost."""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.app import build
from bot.logs import configure_logs
from bot.settings import read_settings
from tests.conftest import KEY

SETTLES, IDLES = 5.0, 65.0
"""Seconds; longer than the longest interval of what runs again and again, but for the synchronisation."""


async def main(url: str, ahead: timedelta) -> None:
    configure_logs(level=logging.ERROR)
    settings = read_settings(greenroom_database_url=url, greenroom_secret_keys=KEY, greenroom_company="Crowd")
    program = build(settings, now=lambda: datetime.now(UTC) + ahead)
    await program.start()
    print("up", flush=True)
    await asyncio.sleep(SETTLES)
    before, begun = time.process_time(), time.perf_counter()
    await asyncio.sleep(IDLES)
    share = (time.process_time() - before) / (time.perf_counter() - begun)
    print(share * 100, _most_memory(), flush=True)
    await program.stop()


def _most_memory() -> float:
    """Megabytes at the worst moment; what resource tells would count the process that started this one."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


asyncio.run(main(sys.argv[1], timedelta(seconds=float(sys.argv[2]))))
