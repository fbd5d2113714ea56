"""The worked examples of the docs work as they are written: each is applied to a copy of the program, and runs."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = sorted((ROOT / "docs" / "extending").glob("*.md"))
COPIED = ("bot", "handlers", "providers", "storage", "pyproject.toml")
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)
STEP = re.compile(
    r"(?P<new>New file) `(?P<file>[^`\n]+)`:|"
    r"At the end of `(?P<end>[^`\n]+)`:|"
    r"In `(?P<edited>[^`\n]+)`, (?P<how>below|instead of) (?:each )?`(?P<line>[^`\n]+)`:"
)


def steps(page: str) -> Iterator[tuple[re.Match[str], str]]:
    """Each announcement, and the block that follows it."""
    for announced in STEP.finditer(page):
        block = BLOCK.match(page, announced.end() + 2)
        assert block, f"Nothing follows {announced[0]!r}."
        yield announced, block[2]


def apply(announced: re.Match[str], content: str, folder: Path) -> None:
    if announced["new"]:
        file = folder / announced["file"]
        assert not file.exists(), f"{file.name} is there already."
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    elif announced["end"]:
        with (folder / announced["end"]).open("a", encoding="utf-8") as appended:
            appended.write(content)
    else:
        _edit(folder / announced["edited"], announced["line"], content, keep=announced["how"] == "below")


def _edit(file: Path, line: str, content: str, *, keep: bool) -> None:
    lines = file.read_text(encoding="utf-8").splitlines()
    assert line in lines, f"{file.name} has no line {line!r} any more: the page needs to follow."
    new = [(f"{each}\n{content.rstrip()}" if keep else content.rstrip()) if each == line else each for each in lines]
    file.write_text("\n".join(new) + "\n", encoding="utf-8")


def test_there_is_an_example_for_each_thing_that_can_be_added() -> None:
    assert {path.stem for path in PAGES} == {"channel", "conversation", "language", "provider"}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_the_example_works_as_it_is_written(page: Path, tmp_path: Path) -> None:
    for name in COPIED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)  # type: ignore[operator]  # both take from and to
    (tmp_path / "tests").mkdir()
    for helper in (ROOT / "tests").glob("[!t]*.py"):
        shutil.copy(helper, tmp_path / "tests" / helper.name)
    text = page.read_text(encoding="utf-8")
    for announced, content in steps(text):
        apply(announced, content, tmp_path)
    (console,) = (content for kind, content in BLOCK.findall(text) if kind == "console")
    command, expected = console.strip().splitlines()
    words = [sys.executable, *shlex.split(command.removeprefix("$ python"))]
    done = subprocess.run(
        [*words, "-p", "no:cacheprovider", "--tb=short", "--show-capture=no"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert expected in done.stdout
