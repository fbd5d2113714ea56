"""Every defence of the threat model names a test, and each of those tests exists and runs with the others."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
MODEL = ROOT / "docs" / "threat-model.md"
PROOF = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
NOT_RUN = ("skip", "xfail")


def rows() -> list[list[str]]:
    lines = [line for line in MODEL.read_text().splitlines() if line.startswith("| ") and "---" not in line]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells if row[0] != "threat"]


def collected(file: Path) -> dict[str, list[str]]:
    """The tests that pytest finds in a file, with their decorators."""
    tree = ast.parse(file.read_text())
    marks = [ast.unparse(node.value) for node in tree.body if isinstance(node, ast.Assign) and _is_mark(node)]
    return {
        node.name: [*marks, *map(ast.unparse, node.decorator_list)]
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    }


def _is_mark(node: ast.Assign) -> bool:
    return any(isinstance(target, ast.Name) and target.id == "pytestmark" for target in node.targets)


def test_each_threat_has_a_defence_and_a_proof() -> None:
    assert len(rows()) > 40
    for row in rows():
        assert len(row) == 3, row
        assert all(row), row
        assert PROOF.search(row[2]), f"no proof for: {row[0]}"


def test_each_proof_is_a_test_that_the_suite_runs() -> None:
    for file, name in PROOF.findall(MODEL.read_text()):
        path = ROOT / file
        assert path.name.startswith("test_"), f"pytest does not look into {file}"
        tests = collected(path)
        assert name in tests, f"{file} has no {name}"
        assert not any(word in mark for mark in tests[name] for word in NOT_RUN), f"{file}::{name} is left out"
