"""The logic of `greenroom evaluate`: reads sets, judges every message, prints tables or JSON, draws the confusions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.language.evaluation_sets import SetUnreadable, read_sets
from bot.language.interpreter import Interpreter
from bot.language.picture import draw_confusions
from bot.language.report import tables
from bot.language.review import Heard, review
from bot.language.scoring import figures, judge

PICTURE = Path("confusion.png")
FINE, BELOW, UNUSABLE = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the command prints, and the code that it exits with."""

    text: str
    code: int = FINE


def evaluate(
    paths: Sequence[Path],
    *,
    as_json: bool = False,
    min_accuracy: float | None = None,
    picture: Path | None = None,
    interpreter: Interpreter | None = None,
) -> Outcome:
    """Several files are one set; `min_accuracy` is a share (0.85) or a percentage (85)."""
    try:
        items = read_sets(paths)
    except SetUnreadable as error:
        return Outcome(str(error), UNUSABLE)
    if not items:
        return Outcome(f"There are no messages in these files. {SetUnreadable.advice}", UNUSABLE)
    verdicts = judge(interpreter or Interpreter.load(), items)
    found = figures(verdicts)
    drawn = draw_confusions(verdicts, picture) if picture else None
    text = json.dumps(found, ensure_ascii=False, indent=2) if as_json else tables(found, verdicts, drawn)
    return Outcome(text, _code(found["accuracy"], min_accuracy))


def _code(accuracy: float, wanted: float | None) -> int:
    if wanted is None:
        return FINE
    return FINE if accuracy >= (wanted / 100 if wanted > 1 else wanted) else BELOW


def evaluate_log(heard: Iterable[Heard], *, as_json: bool = False) -> Outcome:
    """What people really typed and the bot was unsure of, for somebody to sort into the phrase files."""
    return Outcome(review(list(heard), as_json=as_json))
