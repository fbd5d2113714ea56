"""`make soak`: an hour of mixed load, `make soak MINUTES=10` for less; writes a CSV and a picture to docs/soak."""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median, quantiles

from bot.logs import configure_logs
from tests.bench.machine import machine
from tests.soak.gauge import TIMES, Minute, handles, memory, processor, save, size, trends
from tests.soak.load import Crowd, Tally
from tests.soak.picture import draw
from tests.soak.town import Town, town

PEOPLE = 200
PER_SECOND = 5.0
MOST_FAULTS = 0.001
"""This share of what people do may go wrong; a busy machine may let one of them wait too long."""


async def main(minutes: int, folder: Path) -> int:
    configure_logs(level=logging.ERROR)
    print(f"{machine()}\n{minutes} minutes, {PER_SECOND:g} people a second of {PEOPLE}\n", flush=True)
    async with town(PEOPLE) as place:
        tally = Tally()
        seen = await _watch(place, tally, minutes, folder)
        refusals, complaints = place.slack.refusals, place.complaints()
    draw(seen, folder / "soak.png", f"{minutes} minutes of mixed load, {sum(each.answers for each in seen):,} answers")
    print(f"\nIts log warned of: {dict(complaints)}")
    return _verdict(seen, tally, refusals)


async def _watch(place: Town, tally: Tally, minutes: int, folder: Path) -> Sequence[Minute]:
    """One line a minute, kept after each, so that a run that is broken off has a record too."""
    folder.mkdir(parents=True, exist_ok=True)
    begun = time.perf_counter()
    crowd = asyncio.create_task(Crowd(place, tally, per_second=PER_SECOND).go_on(begun + 60 * minutes))
    seen: list[Minute] = []
    before = processor(place.pid)
    for number in range(1, minutes + 1):
        await asyncio.sleep(max(0.0, begun + 60 * number - time.perf_counter()))
        after = processor(place.pid)
        ran, waited = (now - then for now, then in zip(after, before, strict=True))
        seen.append(_minute(number, place, tally.emptied(), ran, waited))
        before = after
        print(seen[-1], flush=True)
        save(seen, folder / "soak.csv")
    await crowd
    return seen


def _minute(number: int, place: Town, seconds: list[float], ran: float, waited: float) -> Minute:
    return Minute(
        minute=number,
        answers=len(seconds),
        p50_ms=1000 * median(seconds),
        p99_ms=1000 * quantiles(seconds, n=100)[98],
        cpu_ms=1000 * ran / len(seconds),
        waited=max(0.0, waited) / 60,
        memory_mb=memory(place.pid),
        handles=handles(place.pid),
        database_mb=size(place.database),
        log_of_database_mb=size(place.database.with_suffix(".db-wal")),
    )


def _verdict(seen: Sequence[Minute], tally: Tally, refusals: dict[str, int]) -> int:
    judged = trends(seen)
    done, faults = sum(tally.done.values()), sum(tally.faults.values())
    print("\n" + "\n".join(map(str, judged or ["Too short a run to judge a trend."])))
    if judged and not {each.name for each in judged}.intersection(TIMES):
        print("The machine had other work all the time: the times until the answer say nothing, and are not judged.")
    print(f"{done:,} things done: {dict(tally.done)}")
    print(f"{faults} went wrong: {dict(tally.faults)}; refused by the stand-in for Slack: {dict(refusals)}")
    well = bool(judged) and all(each.is_flat for each in judged)
    return 0 if well and not refusals and faults <= MOST_FAULTS * done else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=int, default=60)
    parser.add_argument("--folder", type=Path, default=Path("docs/soak"))
    given = parser.parse_args()
    sys.exit(asyncio.run(main(given.minutes, given.folder)))
