"""The wheel alone, on a machine that never saw the repository: it installs, runs the demo and answers."""

from __future__ import annotations

import json
import os
import re
import site
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

ROOT = Path(__file__).parent.parent.parent
BEN, INES = "ben@aurora.example", "ines@aurora.example"
ANSWER_WITHIN = 30
CARRIED = (
    "bot/language/model/weights.npy",
    "bot/pages/templates/page.html",
    "bot/web/static/chat.js",
    "handlers/knowledge/causes.yaml",
    "handlers/locales/de/",
    "handlers/locales/fr/",
    "storage/migrations/versions/0001",
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of a fresh environment; what Greenroom needs is lent, Greenroom itself is not."""
    folder = tmp_path_factory.mktemp("installed")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    packages = next(folder.glob("lib/python*/site-packages"))
    # A path file lends modules, but not the path files beside them: the repository's own install stays out of sight.
    (packages / "lent.pth").write_text("\n".join(site.getsitepackages()), encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python"), "install", "--quiet"]
    options = ["--no-deps", "--no-index", "--ignore-installed", "--disable-pip-version-check", str(wheel)]
    subprocess.run([*pip, *options], check=True, capture_output=True)
    return folder / "bin"


def test_the_wheel_carries_what_is_not_code_and_no_tests(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as content:
        names = content.namelist()
    for needed in CARRIED:
        assert any(name.startswith(needed) for name in names), needed
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {
        "bot",
        "handlers",
        "providers",
        "storage",
    }


def test_it_runs_the_demo_and_answers_away_from_the_repository(installed: Path, tmp_path: Path) -> None:
    where = "import bot, handlers, storage.migrate as m; print(bot.__file__, sorted(m.revisions()))"
    told = _run(installed / "python", "-c", where, folder=tmp_path)
    assert str(ROOT) not in told
    assert str(installed.parent) in told
    assert "0001" in told
    with _demo(installed, tmp_path) as address, httpx.Client(base_url=address, timeout=ANSWER_WITHIN) as browser:
        assert "Connect Zoom" in _asked(browser, BEN, "connect my Zoom", until="Connect Zoom")
        french = _asked(browser, INES, "qui n'est pas synchronisé ?", until="ne sont pas synchronisés")
        assert "Stefan Maier" in french, "the French catalogue, the knowledge and the model are there"


def test_one_question_on_the_terminal(installed: Path, tmp_path: Path) -> None:
    told = _run(installed / "greenroom", "ask", "--demo", "--json", "--as", BEN, "bin ich bereit?", folder=tmp_path)
    assert json.loads(told)


def _run(*command: str | Path, folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, env=_environment(), check=True, capture_output=True, text=True)
    return done.stdout


@contextmanager
def _demo(installed: Path, folder: Path) -> Iterator[str]:
    command = [installed / "greenroom", "demo", "--no-browser", "--port", "0"]
    with subprocess.Popen(command, cwd=folder, env=_environment(), stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield next(found[0] for line in process.stdout if (found := re.findall(r"http://\S+", line)))
        finally:
            process.terminate()


def _environment() -> dict[str, str]:
    """As little as a fresh shell has: no settings, and no path to the repository."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "LANG") if name in os.environ}  # noqa: TID251
    return {**kept, "OMP_NUM_THREADS": "1"}


def _asked(browser: httpx.Client, email: str, text: str, *, until: str) -> str:
    """The page of this person as soon as it shows the answer."""
    sent = browser.post(f"/chat/{email}/messages", data={"id": str(uuid4()), "text": text})
    assert sent.status_code < 400, sent.text
    end = time.monotonic() + ANSWER_WITHIN
    while until not in (page := browser.get("/", params={"people": email}).text):
        assert time.monotonic() < end, page[-2000:]
        time.sleep(0.1)
    return page
