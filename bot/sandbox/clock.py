"""The sandbox's own time: real, moved ahead, or standing still at a given moment."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class Clock:
    """Callable like any `now`; starts as real time."""

    def __init__(self, wall: Callable[[], float] = time.time) -> None:
        self._wall = wall
        self._offset = timedelta()
        self._fixed: datetime | None = None

    def __call__(self) -> datetime:
        return self._fixed or datetime.fromtimestamp(self._wall(), UTC) + self._offset

    @property
    def standing(self) -> bool:
        return self._fixed is not None

    def fix(self, at: datetime) -> None:
        """Stand still at this moment (aware) until told otherwise."""
        self._fixed = at.astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        """Move ahead; a clock that stands still stands at the later moment."""
        if self._fixed is not None:
            self._fixed += by
            return
        self._offset += by

    def real(self) -> None:
        """Go back to the machine's time."""
        self._fixed, self._offset = None, timedelta()
