"""The one place where the time comes in."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - this is the clock that everything else is handed
