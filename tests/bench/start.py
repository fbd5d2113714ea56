"""From the start of `python -m bot ask --demo help` to its answer, against importing the bare frameworks."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from statistics import median

from tests.bench.figure import Figure

BARE = [sys.executable, "-c", "import starlette, sqlalchemy, httpx, slack_bolt; print()"]
OURS = [sys.executable, "-m", "bot", "ask", "--demo", "help"]
ROUNDS = 7


async def run() -> list[Figure]:
    # As on a real machine, where Python keeps what it compiled.
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    for command in (BARE, OURS):
        _first_line(command, environment)
    pairs = [(_first_line(OURS, environment), _first_line(BARE, environment)) for _ in range(ROUNDS)]
    ours, bare = (median(times) for times in zip(*pairs, strict=True))
    return [Figure("start: ask --demo help", ours, bare, 2.5)]


def _first_line(command: list[str], environment: dict[str, str]) -> float:
    """Seconds until the first line of output."""
    begun = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        process.stdout.readline()
        seconds = time.perf_counter() - begun
        process.stdout.read()
    if process.returncode:
        raise RuntimeError(f"{command} ended with {process.returncode}")
    return seconds
