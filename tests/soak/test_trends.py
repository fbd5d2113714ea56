"""The hour's verdict: what stays as it was passes, what creeps up does not, whatever single minutes do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.soak.gauge import Minute, handles, memory, processor, save, trends
from tests.soak.picture import draw

CALM = [
    Minute(n, 250, 20 + n % 3, 90 + n % 7, 15 + n % 2, 0.01, 170 + n % 4, 57 + n % 2, n / 10, 4.0) for n in range(1, 61)
]
NAMES = ("memory_mb", "handles", "cpu_ms", "p50_ms", "p99_ms")


def verdicts(minutes: list[Minute]) -> dict[str, bool]:
    return {each.name: each.is_flat for each in trends(minutes)}


def test_an_even_hour_is_flat() -> None:
    assert verdicts(CALM) == dict.fromkeys(NAMES, True)


@pytest.mark.parametrize(
    ("name", "each_minute"), [("memory_mb", 0.5), ("handles", 0.2), ("cpu_ms", 0.2), ("p50_ms", 0.5), ("p99_ms", 8.0)]
)
def test_what_creeps_up_is_found(name: str, each_minute: float) -> None:
    creeping = [replace(each, **{name: getattr(each, name) + each_minute * each.minute}) for each in CALM]
    assert [known for known, is_flat in verdicts(creeping).items() if not is_flat] == [name]


def test_single_bad_minutes_and_the_warm_up_are_forgiven() -> None:
    uneven = [replace(each, p99_ms=15_000, memory_mb=90) if each.minute % 15 < 2 else each for each in CALM]
    assert all(verdicts(uneven).values())


def test_on_a_busy_machine_times_say_nothing_but_memory_and_work_do() -> None:
    busy = [replace(each, waited=0.4, p50_ms=each.p50_ms * each.minute) for each in CALM]
    assert verdicts(busy) == {"memory_mb": True, "handles": True, "cpu_ms": True}


def test_a_short_run_has_no_verdict() -> None:
    assert trends(CALM[:5]) == []


def test_the_record_is_kept_as_a_table_and_as_a_picture(tmp_path: Path) -> None:
    save(CALM, tmp_path / "soak.csv")
    draw(CALM, tmp_path / "soak.png", "An even hour")
    lines = (tmp_path / "soak.csv").read_text().splitlines()
    assert lines[0].startswith("minute,answers,p50_ms,p99_ms,cpu_ms,waited,memory_mb,handles")
    assert len(lines) == 61
    assert (tmp_path / "soak.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="Linux alone tells what a process takes.")
def test_the_gauges_read_this_very_process() -> None:
    import os

    assert processor(os.getpid())[0] > 0
    assert memory(os.getpid()) > 10
    before = handles(os.getpid())
    with Path(__file__).open():
        assert handles(os.getpid()) == before + 1
