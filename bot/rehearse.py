"""`greenroom rehearse`: a campaign with a fast clock, as a table and, where it is wanted, as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from bot.app import Program, build
from bot.settings import read_settings
from handlers.audience import REASONS, Audience, Wish, audience_of
from handlers.discretion import Discreet, hides
from handlers.forecast import Day, by_day, forecast
from handlers.readiness import Provider
from handlers.reminder_plan import Plan


class NoPlotError(Exception):
    """A picture was asked for, and the library that draws it is not installed; the text says so."""


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line asks for."""

    provider: Provider
    group: str
    start: datetime | None
    days: int
    plot: Path | None
    demo: bool


async def rehearse(request: Request) -> int:
    """Print what would go out on each day; returns how many messages that are. Raises NoPlotError."""
    async with AsyncExitStack() as stack:
        program = await _program(request, stack)
        await program.first_look()
        company = await program.store.companies.get(program.company)
        # A day on the command line is a day of the company's.
        start = request.start.replace(tzinfo=ZoneInfo(company.timezone)) if request.start else program.now()
        wish = Wish(request.provider, request.group)
        audience = await audience_of(program.services, program.company, wish, starts_at=start)
        planned = forecast(audience.members, Plan.from_json(company.reminders))
        inside = [each for each in planned if each.moment < start + timedelta(days=request.days)]
        days = by_day(inside, company.timezone)
        _print(days, audience, company.timezone, where=program.services)
        if request.plot is not None:
            draw(days, request.plot)
    return len(inside)


async def _program(request: Request, stack: AsyncExitStack) -> Program:
    if request.demo:
        from bot.demo import DemoOptions, running_demo

        return (await stack.enter_async_context(running_demo(DemoOptions()))).program
    program = build(read_settings())
    stack.push_async_callback(program.stop)
    await program.open()
    return program


def _print(days: Sequence[Day], audience: Audience, timezone: str, *, where: Discreet) -> None:
    console = Console(highlight=False)
    console.print(f"{len(audience.members)} people would be reminded, if none of them connects ({timezone}).")
    table = Table("Day", "Messages", "First", "Second", "Third", "Fourth")
    for each in days:
        counts = [str(each.by_number.get(number, 0)) for number in range(1, 5)]
        table.add_row(f"{each.day:%a %d %b %Y}", str(each.total), *counts)
    console.print(table)
    if hides(where, *audience.left_out.values()):
        console.print("  Who is left out, and why, is not counted: a group of fewer than five people would show.")
        return
    for reason, count in sorted(audience.left_out.items(), key=lambda row: -row[1]):
        console.print(f"  left out: {REASONS[reason]}: {count}")


def draw(days: Sequence[Day], path: Path) -> None:
    """One bar a day, its parts by the number of the message."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise NoPlotError("A picture needs matplotlib: pip install matplotlib.") from error
    figure = Figure(figsize=(9, 4), layout="constrained")
    axes = figure.add_subplot()
    names = [f"{each.day:%a %d %b}" for each in days]
    below = [0] * len(days)
    for number in range(1, 5):
        counts = [each.by_number.get(number, 0) for each in days]
        axes.bar(names, counts, bottom=below, label=f"message {number}")
        below = [lower + count for lower, count in zip(below, counts, strict=True)]
    axes.set_ylabel("messages")
    axes.tick_params(axis="x", labelrotation=60)
    axes.legend()
    figure.savefig(path, format="png")
