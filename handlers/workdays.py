"""Days on which somebody works: not their country's weekend, nor a public holiday of their office."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from functools import cache
from importlib.resources import files

IsFree = Callable[[date], bool]
SATURDAY, SUNDAY = 5, 6
CITIES = {
    "berlin": "Berlin",
    "munich": "Bayern",
    "münchen": "Bayern",
    "hamburg": "Hamburg",
    "cologne": "Nordrhein-Westfalen",
    "köln": "Nordrhein-Westfalen",
    "düsseldorf": "Nordrhein-Westfalen",
    "frankfurt": "Hessen",
    "stuttgart": "Baden-Württemberg",
    "leipzig": "Sachsen",
    "dresden": "Sachsen",
    "london": "England",
    "manchester": "England",
    "edinburgh": "Scotland",
    "glasgow": "Scotland",
    "cardiff": "Wales",
    "belfast": "Northern Ireland",
    "strasbourg": "Alsace",
}
"""Offices are named after cities, regions know the holidays; any other office gets its country's."""


@cache
def free_days(timezone: str, office: str) -> IsFree:
    """Tells whether a day is free there; the country is the one that the time zone belongs to."""
    country = _countries().get(timezone)
    if country is None:
        return _is_weekend
    return _in_country(country, office.strip())


def _in_country(country: str, office: str) -> IsFree:
    # Loading takes a moment, and only reminders need it.
    from holidays import country_holidays

    try:
        region = _region(country_holidays(country), office)
        calendar = country_holidays(country, subdiv=region)
    except NotImplementedError:  # a country that the library does not know
        return _is_weekend
    weekend: Collection[int] = calendar.weekend
    return lambda day: day.weekday() in weekend or day in calendar


def _region(calendar: object, office: str) -> str | None:
    """The part of the country, if the office is named after it or after a city whose part we know."""
    known: dict[str, str] = getattr(calendar, "subdivisions_aliases", {})
    return known.get(office) or known.get(CITIES.get(office.lower(), ""))


def _is_weekend(day: date) -> bool:
    return day.weekday() in (SATURDAY, SUNDAY)


@cache
def _countries() -> dict[str, str]:
    """The country of each time zone. https://data.iana.org/time-zones/tzdb/zone.tab"""
    lines = files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return {row[2]: row[0] for row in rows}
