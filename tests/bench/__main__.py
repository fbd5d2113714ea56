"""`make bench`: every subject, or those named: `make bench ARGS="start ask_list"`.

All of them together are kept in docs/bench, as a table and as a picture.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
import sys
from pathlib import Path

from bot.logs import configure_logs
from tests.bench.figure import Figure
from tests.bench.machine import machine
from tests.bench.report import draw, table

FOLDER = Path(__file__).parent
KEPT = FOLDER.parent.parent / "docs" / "bench"
NOT_SUBJECTS = {"__init__", "__main__", "figure", "machine", "report", "sandbox_process", "test_report"}
SUBJECTS = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem not in NOT_SUBJECTS)


def main(names: list[str]) -> int:
    configure_logs(level=logging.ERROR)
    print(f"{machine()}\n")
    figures: list[Figure] = []
    for name in names or SUBJECTS:
        for figure in asyncio.run(importlib.import_module(f"tests.bench.{name}").run()):
            print(figure, flush=True)
            figures.append(figure)
    if not names:
        _keep(figures)
    return 0 if all(figure.is_met for figure in figures) else 1


def _keep(figures: list[Figure]) -> None:
    KEPT.mkdir(parents=True, exist_ok=True)
    (KEPT / "figures.md").write_text(table(figures, machine()), encoding="utf-8")
    draw(figures, machine(), KEPT / "figures.png")
    print(f"\nKept in {KEPT.relative_to(Path.cwd())}: figures.md and figures.png")


sys.exit(main(sys.argv[1:]))
