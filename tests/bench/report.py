"""All figures of a run side by side: a table to read and a picture to glance at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.bench.figure import Figure

INTRODUCTION = """\
# How fast it is

Each figure is the whole of Greenroom beside the bare framework, measured in the same run on the same machine: the
ratio says what our own work costs. `make bench` measures anew and writes this page.

"""
HEADER = "| what | Greenroom | bare | ratio | allowed | |\n|---|---:|---:|---:|---:|---|\n"


def table(figures: Sequence[Figure], machine: str) -> str:
    """A page of Markdown."""
    rows = "".join(f"{_row(figure)}\n" for figure in figures)
    picture = "\n![The share of its allowance that each figure uses](figures.png)\n"
    return f"{INTRODUCTION}Measured on {machine}.\n\n{HEADER}{rows}{picture}"


def draw(figures: Sequence[Figure], machine: str, path: Path) -> None:
    """One bar a figure: how much of what is allowed it uses."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plot

    picture, axis = plot.subplots(figsize=(10, 0.45 * len(figures) + 1.4), layout="constrained")
    names = [figure.name for figure in figures]
    bars = axis.barh(names, [figure.used for figure in figures], color="#1f4e79")
    axis.bar_label(bars, [f"ratio {figure.ratio:.2f}" for figure in figures], padding=4, fontsize=8)
    axis.axvline(1, color="black", linestyle="--", linewidth=1)
    axis.set_xlabel("share of what is allowed (dashed: all of it)", fontsize=9)
    axis.set_xlim(0, max(1.3, *(figure.used * 1.15 for figure in figures)))
    axis.tick_params(labelsize=8)
    axis.invert_yaxis()
    picture.suptitle(machine, fontsize=9)
    picture.savefig(path, dpi=110)
    plot.close(picture)


def _row(figure: Figure) -> str:
    sign = "≥" if figure.higher_is_better else "≤"
    verdict = "met" if figure.is_met else "**not met**"
    measured = " | ".join(_measured(value, figure.unit) for value in (figure.ours, figure.bare))
    return f"| {figure.name} | {measured} | {figure.ratio:.2f} | {sign} {figure.bound:g} | {verdict} |"


def _measured(value: float, unit: str) -> str:
    """In the unit that needs no row of zeros."""
    if unit == "s" and value < 1:
        return f"{value * 1000:.2f} ms"
    return f"{value:.2f} {unit}" if unit[:1].isalpha() else f"{value:.0f} {unit}"
