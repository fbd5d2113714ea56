"""Who listens to the program: metrics always, traces when they are wanted; imported only where somebody can look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.observer import Observer, Observers
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.metrics import Metrics


class Observed(Observers):
    """Several that listen, of which one counts."""

    def __init__(self, metrics: Metrics, *others: Observer) -> None:
        super().__init__([metrics, *others])
        self.metrics = metrics


def observer_of(settings: Settings) -> Observed:
    """Raises SettingsError when traces are wanted and cannot be made."""
    from bot.metrics import Metrics

    if not settings.greenroom_traces_url:
        return Observed(Metrics())
    from bot.traces import traces_of

    return Observed(Metrics(), traces_of(settings))


def metrics_of(observer: Observer) -> Metrics | None:
    """Those of an observer that has some."""
    return observer.metrics if isinstance(observer, Observed) else None
