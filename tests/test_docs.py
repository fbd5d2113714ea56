"""The README names what there is: settings, commands, providers, make targets."""

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
