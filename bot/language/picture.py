"""Draws which intents are taken for which."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bot.language.scoring import Verdict


def draw_confusions(verdicts: Sequence[Verdict], path: Path) -> Path | None:
    """A PNG, or None where matplotlib is not installed (it is only needed for this)."""
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError:
        return None
    judged = [verdict for verdict in verdicts if len(verdict.item.intents) == 1]
    names = sorted({verdict.intent for verdict in judged} | {verdict.shown for verdict in judged})
    counts = np.zeros((len(names), len(names)))
    for verdict in judged:
        shown = verdict.intent if verdict.right else verdict.shown
        counts[names.index(verdict.intent), names.index(shown)] += 1
    figure = Figure(figsize=(12, 11), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.imshow(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1), cmap="Blues", vmin=0, vmax=1)
    axes.set_xticks(range(len(names)), names, rotation=90)
    axes.set_yticks(range(len(names)), names)
    axes.set_xlabel("read as")
    axes.set_ylabel("meant")
    for row, column in zip(*np.nonzero(counts), strict=True):
        axes.text(column, row, f"{counts[row, column]:.0f}", ha="center", va="center", fontsize=7, color="black")
    figure.savefig(path, dpi=120)
    return path
