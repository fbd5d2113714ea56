"""The record of a run as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.soak.gauge import WARM_UP, Minute

PANELS = (
    ("memory (MB)", ("memory_mb",)),
    ("open files", ("handles",)),
    ("processor time of one answer (ms)", ("cpu_ms",)),
    ("time until the answer (ms)", ("p50_ms", "p99_ms")),
    ("share of the minute without a processor, on a machine with other work", ("waited",)),
)


def draw(minutes: Sequence[Minute], path: Path, title: str) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plot

    figure, axes = plot.subplots(len(PANELS), 1, figsize=(9, 9), sharex=True, layout="constrained")
    figure.suptitle(title, fontsize=10)
    times = [each.minute for each in minutes]
    for axis, (label, names) in zip(axes, PANELS, strict=True):
        for name, style in zip(names, ("-", "--"), strict=False):
            axis.plot(times, [getattr(each, name) for each in minutes], style, color="#1f4e79", label=name)
        axis.axvspan(times[0], times[0] + len(minutes) * WARM_UP, color="0.92")
        axis.set_ylim(bottom=0)
        axis.set_title(label, fontsize=9, loc="left")
        if len(names) > 1:
            axis.legend(["p50", "p99"], fontsize=8)
    axes[-1].set_xlabel("minutes (grey: warm-up, not judged)", fontsize=9)
    figure.savefig(path, dpi=110)
    plot.close(figure)
