"""The dashboard, the alert rules, the page and the program name the same metrics."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import Metric

from bot.metrics import Metrics

FOLDER = Path(__file__).parents[2] / "docs" / "operations"
NAME = re.compile(r"\b(?:greenroom|process)_[a-z_]+\b")
FAMILIES: dict[str, Metric] = {family.name: family for family in Metrics().registry.collect()}
SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum"), "gauge": ("",)}
SERIES = {family.name + suffix: family for family in FAMILIES.values() for suffix in SUFFIXES[family.type]}
SHOWN = {series if family.type == "counter" else family.name for series, family in SERIES.items()}
"""As people call them: a counter with its ending, a histogram without."""
LABELS = re.compile(r"(?:by \(|\{)([^)}]*)[)}]")


def dashboard() -> dict[str, Any]:
    board: dict[str, Any] = json.loads((FOLDER / "grafana.json").read_text(encoding="utf-8"))
    return board


def rules() -> list[dict[str, Any]]:
    (group,) = yaml.safe_load((FOLDER / "alerts.yaml").read_text(encoding="utf-8"))["groups"]
    found: list[dict[str, Any]] = group["rules"]
    return found


def expressions() -> Iterator[tuple[str, str]]:
    for panel in dashboard()["panels"]:
        for target in panel["targets"]:
            yield panel["title"], target["expr"]
    for variable in dashboard()["templating"]["list"]:
        if variable["type"] == "query":
            yield variable["name"], variable["query"]
    for rule in rules():
        yield rule["alert"], rule["expr"]


@pytest.mark.parametrize(("place", "expression"), [pytest.param(*each, id=each[0]) for each in expressions()])
def test_every_metric_of_the_dashboard_and_the_rules_exists_in_this_very_form(place: str, expression: str) -> None:
    named = set(NAME.findall(expression))
    assert named
    assert named <= SERIES.keys()


@pytest.mark.parametrize(("place", "expression"), [pytest.param(*each, id=each[0]) for each in expressions()])
def test_every_label_that_is_asked_for_is_one_that_the_metric_has(place: str, expression: str) -> None:
    known = {"le"}.union(*(labels_of(SERIES[name]) for name in NAME.findall(expression)))
    for group in LABELS.findall(expression):
        wanted = {part.split("=")[0].rstrip("~! ").strip() for part in re.sub(r'"[^"]*"', "", group).split(",")}
        assert wanted <= known


def labels_of(family: Metric) -> tuple[str, ...]:
    return DOCUMENTED[next(name for name in SHOWN if name in (family.name, f"{family.name}_total"))]


def documented() -> dict[str, tuple[str, ...]]:
    page = (FOLDER / "metrics.md").read_text(encoding="utf-8").split("## Metrics")[1].split("## Logs")[0]
    rows = [line.split("|")[1:3] for line in page.splitlines() if line.startswith("| `")]
    return {name: tuple(re.findall(r"`(\w+)`", labels)) for names, labels in rows for name in NAME.findall(names)}


DOCUMENTED = documented()


def test_the_page_explains_every_metric_and_no_other() -> None:
    assert set(DOCUMENTED) == SHOWN


def test_the_page_names_the_labels_that_each_metric_has() -> None:
    metrics = Metrics()
    for name, labels in DOCUMENTED.items():
        if name.startswith("greenroom_"):
            collector = metrics.registry._names_to_collectors[name]
            assert getattr(collector, "_labelnames", None) == labels, name


def test_every_metric_is_on_the_dashboard() -> None:
    shown = {SERIES[name].name for _, expression in expressions() for name in NAME.findall(expression)}
    unneeded = {"process_virtual_memory_bytes", "process_start_time_seconds"}
    assert FAMILIES.keys() - unneeded == shown


def test_panels_do_not_lie_on_each_other() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in dashboard()["panels"]:
        at = panel["gridPos"]
        cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert not cells & taken, panel["title"]
        assert max(x for x, _ in cells) < 24
        taken |= cells


def test_every_alert_says_what_is_wrong_and_what_to_do() -> None:
    for rule in rules():
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert set(rule["annotations"]) == {"summary", "action"}
    names = [rule["alert"] for rule in rules()]
    assert len(set(names)) == len(names)


def test_every_reason_of_readyz_is_explained() -> None:
    page = (FOLDER / "metrics.md").read_text(encoding="utf-8")
    for reason in ("database", "migrations", "inbox_late", "deliveries_late", "slack_deaf", "teams_deaf"):
        assert f"`{reason}`" in page
