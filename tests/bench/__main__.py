"""`make bench`: every subject, or those named: `make bench ARGS="start ask_list"`."""

from __future__ import annotations

import asyncio
import importlib
import logging
import os
import platform
import sys
from pathlib import Path

from bot.logs import configure_logs

FOLDER = Path(__file__).parent
NOT_SUBJECTS = {"__init__", "__main__", "figure", "machine", "sandbox_process"}
SUBJECTS = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem not in NOT_SUBJECTS)


def main(names: list[str]) -> int:
    configure_logs(level=logging.ERROR)
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    met = True
    for name in names or SUBJECTS:
        for figure in asyncio.run(importlib.import_module(f"tests.bench.{name}").run()):
            print(figure, flush=True)
            met = met and figure.is_met
    return 0 if met else 1


sys.exit(main(sys.argv[1:]))
