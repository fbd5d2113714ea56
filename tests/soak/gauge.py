"""What the process takes, minute by minute, and whether it takes more and more. Linux tells it under /proc."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from itertools import combinations
from pathlib import Path
from statistics import median

MEGABYTE = 1024 * 1024
WARM_UP = 1 / 6
"""This share of the run is not judged: caches fill, libraries are imported when they are first used."""
LEAST = 6
"""Fewer minutes than that say nothing about a trend."""


@dataclass(frozen=True, slots=True)
class Minute:
    """One line of the record."""

    minute: int
    answers: int
    p50_ms: float
    p99_ms: float
    cpu_ms: float
    """Processor time of one answer: what the program itself takes, however busy the machine is."""
    waited: float
    """The share of the minute in which the program was ready to go on and the machine had no processor for it."""
    memory_mb: float
    handles: int
    database_mb: float
    log_of_database_mb: float


@dataclass(frozen=True, slots=True)
class Bound:
    """How much of its usual size something may grow by, over the whole run; `least` is what noise alone may make."""

    name: str
    share: float
    least: float


BUSY = 0.05
"""A minute in which it waited longer for a processor says how busy the machine was, not how quick the program is."""
TIMES = ("p50_ms", "p99_ms")
BOUNDS = (
    Bound("memory_mb", 0.10, 10),
    Bound("handles", 0.10, 3),
    Bound("cpu_ms", 0.25, 2),
    Bound("p50_ms", 0.50, 10),
    Bound("p99_ms", 1.00, 100),
)


@dataclass(frozen=True, slots=True)
class Trend:
    """How something changed from the end of the warm-up to the end of the run."""

    name: str
    usual: float
    growth: float
    allowed: float

    @property
    def is_flat(self) -> bool:
        return self.growth <= self.allowed

    def __str__(self) -> str:
        verdict = "flat" if self.is_flat else "NOT FLAT"
        return (
            f"{self.name:<10} usually {self.usual:9.1f}, grew by {self.growth:+8.1f} of {self.allowed:6.1f}: {verdict}"
        )


def trends(minutes: Sequence[Minute]) -> list[Trend]:
    """The slope of each measure: the median of the slopes between all pairs, which a few odd minutes do not move."""
    judged = minutes[int(len(minutes) * WARM_UP) :]
    quiet = [each for each in judged if each.waited <= BUSY]
    kept = {bound: quiet if bound.name in TIMES else judged for bound in BOUNDS}
    return [_trend(rows, bound) for bound, rows in kept.items() if len(rows) >= LEAST]


def _trend(rows: Sequence[Minute], bound: Bound) -> Trend:
    points = [(each.minute, getattr(each, bound.name)) for each in rows]
    slope = median((later - sooner) / (second - first) for (first, sooner), (second, later) in combinations(points, 2))
    usual = median(value for _, value in points)
    growth = slope * (points[-1][0] - points[0][0])
    return Trend(bound.name, usual, growth, max(bound.share * usual, bound.least))


def memory(pid: int) -> float:
    """Megabytes of the process that are in memory: https://man7.org/linux/man-pages/man5/proc_pid_status.5.html"""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS:")).split()[1]) / 1024


def processor(pid: int) -> tuple[float, float]:
    """Seconds that its threads were running, and seconds that they waited for a processor.

    https://docs.kernel.org/scheduler/sched-stats.html#proc-pid-schedstat
    """
    lines = [path.read_text(encoding="ascii").split() for path in Path(f"/proc/{pid}/task").glob("*/schedstat")]
    return sum(int(line[0]) for line in lines) / 1e9, sum(int(line[1]) for line in lines) / 1e9


def handles(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def size(path: Path) -> float:
    """Megabytes of a file; 0 while there is none."""
    return path.stat().st_size / MEGABYTE if path.exists() else 0.0


def save(minutes: Sequence[Minute], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(Minute)], lineterminator="\n")
        writer.writeheader()
        for minute in minutes:
            row = asdict(minute).items()
            writer.writerow({name: round(value, 2) if isinstance(value, float) else value for name, value in row})
