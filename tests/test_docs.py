"""The README and the docs name what there is: settings, commands, providers, metrics, make targets, pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from bot.cli import app
from bot.settings import Settings
from handlers.readiness import Provider

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCS = ROOT / "docs"
# The worked examples name files that are only there once they were followed: tests/test_examples.py does that.
PAGES = sorted(path for path in DOCS.rglob("*.md") if "_build" not in path.parts)
TEXT = "\n".join(path.read_text(encoding="utf-8") for path in PAGES if path.parent.name != "extending")
FILE = re.compile(r"`((?:bot|handlers|providers|storage|tests|deploy)/[\w/.]+)`")
COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]  # a group of commands


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_the_readme_names_every_setting(name: str) -> None:
    assert f"`{name.upper()}`" in README


def test_the_readme_names_no_setting_that_does_not_exist() -> None:
    named = set(re.findall(r"`((?:GREENROOM|SLACK|TEAMS|CRONOFY|PERSONIO)_[A-Z_]+)`", README))
    assert named <= {name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_readme_names_every_command(name: str) -> None:
    assert f"`greenroom {name}" in README


@pytest.mark.parametrize("provider", Provider)
def test_the_readme_names_every_provider(provider: Provider) -> None:
    assert provider.display_name in README


def test_every_picture_and_page_that_the_readme_links_exists() -> None:
    linked = re.findall(r"\]\(([^)#:]+)\)", README)
    assert linked
    assert all((ROOT / path).exists() for path in linked)


@pytest.mark.parametrize("target", ["demo", "test", "lint", "bench", "help", "install"])
def test_every_make_target_of_the_readme_exists(target: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_every_page_of_the_docs_is_in_the_table_of_contents() -> None:
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    listed = {line for tree in re.findall(r"```\{toctree\}\n(.*?)```", index, re.DOTALL) for line in tree.splitlines()}
    pages = {str(page.relative_to(DOCS).with_suffix("")) for page in PAGES}
    assert pages - {"index"} <= listed


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(DOCS)))
def test_every_link_of_the_docs_leads_somewhere(page: Path) -> None:
    linked = re.findall(r"\]\(([^)#:\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
    assert [path for path in linked if not (page.parent / path).exists()] == []


@pytest.mark.parametrize("part", ["settings", "commands"])
def test_a_page_takes_over_the_whole_table_of_the_readme(part: str) -> None:
    page = (DOCS / "operator" / f"{part}.md").read_text(encoding="utf-8")
    after, before = re.findall(r':(?:start-after|end-before): "(.+)"', page)
    taken = README.partition(after)[2].partition(before)[0]
    names = [name.upper() for name in Settings.model_fields] if part == "settings" else list(COMMANDS)
    assert [name for name in names if name not in taken] == []


@pytest.mark.parametrize(
    "path", sorted({*re.findall(r"`((?:bot|handlers|providers|storage|tests|deploy)/[\w/.]+)`", TEXT)})
)
def test_every_file_that_the_docs_name_exists(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.parametrize("guide", ["admin", "employee"])
def test_a_guide_has_the_same_parts_in_each_language(guide: str) -> None:
    shapes = [
        [line.split()[0] for line in (DOCS / guide / f"{language}.md").read_text(encoding="utf-8").splitlines() if line]
        for language in ("en", "fr", "de")
    ]
    marks = [[word for word in shape if word in {"#", "##", "|", "1.", "2.", "3.", "4."}] for shape in shapes]
    assert marks[0] == marks[1] == marks[2]


def test_every_make_target_that_the_docs_name_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in sorted(set(re.findall(r"`make ([a-z]+)", TEXT))):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_every_metric_is_named_in_the_docs() -> None:
    """The names are those that the program itself gives out."""
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "bot").rglob("*.py"))
    metrics = set(re.findall(r"(?:Counter|Gauge|Histogram)\(\s*\"(greenroom_\w+)\"", code))
    assert [name for name in sorted(metrics) if name not in TEXT] == []
