"""Days and times as people say them, in their language and zone."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from handlers.texts import n, t

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def moment_text(moment: datetime, timezone: str, language: str) -> str:
    """Such as "Tue, 24 Nov, 09:30", in that zone."""
    local = moment.astimezone(ZoneInfo(timezone))
    return t("{day}, {time}", language, day=day_text(moment, timezone, language), time=f"{local:%H:%M}")


def day_text(moment: datetime, timezone: str, language: str) -> str:
    """Such as "Tue, 24 Nov", in that zone."""
    # Babel takes a while to import.
    from babel.dates import format_date

    pattern = "EEE d MMM" if language != "de" else "EEE, d. MMM"
    return format_date(moment.astimezone(ZoneInfo(timezone)).date(), pattern, locale=language)


def duration_text(duration: timedelta, language: str) -> str:
    """In the largest unit that fits: "less than a minute", "5 minutes", "3 hours"."""
    if duration < MINUTE:
        return t("less than a minute", language)
    if duration < HOUR:
        return n("{count} minute", "{count} minutes", duration // MINUTE, language)
    return n("{count} hour", "{count} hours", round(duration / HOUR), language)
