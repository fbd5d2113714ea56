"""The page of figures says what was measured, on what, and what was not met."""

from __future__ import annotations

from pathlib import Path

from tests.bench.figure import Figure
from tests.bench.machine import machine
from tests.bench.report import draw, table

QUICK = Figure("an answer", 0.030, 0.020, 2.0)
SLOW = Figure("events/s", 400, 1000, 0.5, "/s", True)


def test_the_page_names_the_machine_and_what_was_not_met() -> None:
    page = table([QUICK, SLOW], machine())
    assert machine() in page
    assert "| an answer | 30.00 ms | 20.00 ms | 1.50 | ≤ 2 | met |" in page
    assert "| events/s | 400 /s | 1000 /s | 0.40 | ≥ 0.5 | **not met** |" in page


def test_the_machine_is_described_by_what_makes_it_fast_or_slow() -> None:
    for word in ("cores", "GB of memory", "Python"):
        assert word in machine()


def test_the_picture_shows_the_share_of_what_is_allowed(tmp_path: Path) -> None:
    assert QUICK.used == 0.75
    assert SLOW.used == 1.25
    draw([QUICK, SLOW], machine(), tmp_path / "figures.png")
    assert (tmp_path / "figures.png").read_bytes().startswith(b"\x89PNG")
