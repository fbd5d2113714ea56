"""What a measurement ran on, in one line: a figure without its machine says nothing."""

from __future__ import annotations

import os
import platform
from pathlib import Path

GIGABYTE = 1024**3


def machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIGABYTE
    python = f"Python {platform.python_version()}"
    return f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GB of memory, {python}, {platform.system()}"


def _processor() -> str:
    """Its name where the system tells it: Linux does, in a file."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
