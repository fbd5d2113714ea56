from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.language import Context, Interpreter, NameIndex, Understanding

EVALUATION = Path(__file__).parent / "evaluation"
NOW = datetime(2026, 11, 25, 10, 20, tzinfo=ZoneInfo("Europe/Berlin"))
PEOPLE = (
    ("p1", "Anna Roux", "anna.roux@aurora.example"),
    ("p2", "Anna Petit", "anna.petit@aurora.example"),
    ("p3", "Tom Weber", "tom.weber@aurora.example"),
    ("p4", "Karim Haddad", "karim.haddad@aurora.example"),
    ("p5", "Jane Miller", "jane.miller@aurora.example"),
    ("p6", "Will Mark", "will.mark@aurora.example"),
)
Understand = Callable[..., tuple[Understanding, ...]]


@pytest.fixture(scope="session")
def interpreter() -> Interpreter:
    """Trained from the phrase files if they changed, as the build does."""
    from bot.language import train

    train.ensure()
    return Interpreter.load()


@pytest.fixture
def context() -> Context:
    directory = NameIndex(PEOPLE, mentions={"U042": "p3"})
    return Context(language="en", now=NOW, is_admin=True, directory=directory, groups=("Sales", "Design", "Vertrieb"))


@pytest.fixture
def understand(interpreter: Interpreter, context: Context) -> Understand:
    from dataclasses import replace

    def _understand(text: str, **changes: object) -> tuple[Understanding, ...]:
        return interpreter.understand(text, replace(context, **changes))  # type: ignore[arg-type]

    return _understand
