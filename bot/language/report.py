"""Prints the figures of an evaluation as tables that a person reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.language.scoring import Verdict

WIDTH = 110
WORST = 12
EXAMPLES = 2
_HEADLINES = (
    ("intent accuracy", "accuracy", "85 %"),
    ("macro F1", "macro_f1", ""),
    ("right one among the first three", "top_three", "95 %"),
    ("reached in at most one click", "one_click", "93 %"),
    ("acted on wrongly", "acted_wrongly", "at most 5 %"),
    ("out of scope: recognised", "out_of_scope_recall", ""),
    ("out of scope and acted on", "false_accept_rate", "at most 5 %"),
)


def percent(share: float) -> str:
    return f"{share * 100:.1f} %"


def tables(figures: dict[str, Any], verdicts: Sequence[Verdict], picture: Path | None) -> str:
    console = Console(file=StringIO(), width=WIDTH, color_system=None)
    if figures["per_intent"]:
        _headlines(console, figures)
        _languages(console, figures)
        _intents(console, figures)
        _confusions(console, verdicts)
    _rest(console, figures)
    if picture:
        console.print(f"The confusions are drawn in {picture}.")
    file = console.file
    return file.getvalue() if isinstance(file, StringIO) else ""


def _table(console: Console, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = Table(title=title, title_justify="left")
    for index, column in enumerate(columns):
        table.add_column(column, justify="left" if index == 0 else "right")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)


def _headlines(console: Console, figures: dict[str, Any]) -> None:
    rows = [(label, percent(figures[key]), wanted) for label, key, wanted in _HEADLINES]
    rows.append(("consequential acts proposed wrongly", str(figures["consequential_false_accepts"]), ""))
    rows.append(("forbidden acts", str(figures["forbidden_acts"]), "0"))
    _table(console, f"{figures['messages']} messages", ("figure", "reached", "must"), rows)


def _languages(console: Console, figures: dict[str, Any]) -> None:
    rows = [
        (language, str(row["messages"]), percent(row["accuracy"]), percent(row["macro_f1"]))
        for language, row in figures["per_language"].items()
    ]
    _table(console, "Languages", ("language", "messages", "accuracy", "macro F1"), rows)


def _intents(console: Console, figures: dict[str, Any]) -> None:
    rows = [
        (intent, f"{row['messages']:.0f}", percent(row["recall"]), percent(row["precision"]), percent(row["f1"]))
        for intent, row in figures["per_intent"].items()
    ]
    _table(console, "Intents", ("intent", "messages", "found", "precise", "F1"), rows)


def _confusions(console: Console, verdicts: Sequence[Verdict]) -> None:
    pairs: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for verdict in verdicts:
        if len(verdict.item.intents) == 1 and not verdict.right:
            pairs[verdict.intent, verdict.shown].append(verdict.item.text)
    worst = sorted(pairs.items(), key=lambda pair: -len(pair[1]))[:WORST]
    rows = [(meant, read, str(len(texts)), " / ".join(texts[:EXAMPLES])) for (meant, read), texts in worst]
    _table(console, "Worst confusions", ("meant", "read as", "times", "for example"), rows)


def _rest(console: Console, figures: dict[str, Any]) -> None:
    slots = [(name, f"{row['messages']:.0f}", percent(row["exact"])) for name, row in figures["slots"].items()]
    if slots:
        _table(console, "Slots", ("slot", "messages", "exact"), slots)
    times, several = figures["times"], figures["several_wishes"]
    if times["messages"]:
        right, wrong = percent(times["right"]), f"{times['silently_wrong']:.0f}"
        console.print(f"Time phrases: {times['messages']:.0f}, right {right}, silently wrong {wrong}.")
    if several["messages"]:
        console.print(f"Several wishes: {several['messages']:.0f}, all found in order {percent(several['right'])}.")
