"""Reads Personio's answers, whose envelopes and fields differ between endpoints and between companies."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from providers.answers import Answer, Record, part, parts, text
from providers.personio_types import Absence, Employment, Job, Person, TeamMember, Webhook

ENVELOPES = ("_data", "data")
LABELS = ("label", "name", "universal_id", "global_id", "id")
DEPARTMENT = ("department", "team")
OFFICE = ("office", "workplace", "location")
LANGUAGE = ("language", "preferred_language", "locale")
TIMEZONE = ("timezone", "time_zone")
UNCERTAIN = frozenset({"pending", "requested", "rejected", "declined", "cancelled", "canceled", "withdrawn", "draft"})
CLOSED = frozenset({"closed", "archived", "filled", "cancelled", "canceled", "inactive", "rejected", "deleted"})


def read_list(answer: Answer) -> tuple[Record, ...]:
    """The records of a list, whatever it is wrapped in."""
    body = answer.json()
    if isinstance(body, dict):
        body = next((body[name] for name in ENVELOPES if name in body), [body] if "id" in body else None)
    if isinstance(body, dict):
        body = [body]
    if not isinstance(body, list):
        raise answer.useless("no list")
    return tuple(item for item in body if isinstance(item, dict))


def read_one(answer: Answer) -> Record:
    """One record, wrapped or bare."""
    found = read_list(answer)
    if not found:
        raise answer.useless("no record")
    return found[0]


def next_page(answer: Answer) -> str:
    """The address of the next page; empty at the end."""
    body = answer.json()
    if not isinstance(body, dict):
        return ""
    links = part(body, "_meta", "links") or part(body, "meta", "links")
    return text(links, "next") or text(part(links, "next"), "href")


def read_person(record: Record) -> Person:
    """https://developer.personio.de/reference/get_v2-persons"""
    employments = parts(record, "employments") or ()
    attributes = _attributes(record)
    current = employments[0] if employments else {}
    return Person(
        id=text(record, "id"),
        email=_value(record.get("email")),
        first_name=_value(record.get("first_name")),
        last_name=_value(record.get("last_name")),
        preferred_name=_value(record.get("preferred_name")),
        status=(_value(record.get("status")) or _value(current.get("status"))).lower(),
        department=_named(DEPARTMENT, record, current, attributes),
        office=_named(OFFICE, record, current, attributes),
        language=_named(LANGUAGE, record, current, attributes),
        timezone=_named(TIMEZONE, record, current, attributes),
        employment_ids=tuple(text(item, "id") for item in employments if text(item, "id")),
        custom_attributes=attributes,
    )


def read_employment(record: Record) -> Employment:
    """https://developer.personio.de/reference/get_v2-persons-person-id-employments"""
    attributes = _attributes(record)
    return Employment(
        id=text(record, "id"),
        status=_value(record.get("status")).lower(),
        department=_named(DEPARTMENT, record, attributes),
        office=_named(OFFICE, record, attributes),
        position=_named(("position", "job_title"), record, attributes),
        starts_on=_named(("employment_start_date", "start_date", "hire_date"), record),
        ends_on=_named(("employment_end_date", "end_date", "termination_date"), record),
    )


def read_absence(record: Record) -> Absence | None:
    """None when it does not say who is away, or from when.

    https://developer.personio.de/reference/get_v2-absence-periods
    """
    person_id = text(part(record, "person"), "id") or text(record, "person_id", "employee_id")
    starts_on = _day(record, "starts_from", "start_date")
    if not person_id or starts_on is None:
        return None
    status = (text(part(record, "approval"), "status") or text(record, "status")).lower()
    return Absence(person_id, starts_on, _day(record, "ends_at", "end_date"), status not in UNCERTAIN)


def _day(record: Record, *names: str) -> date | None:
    """A whole day, whether it is written as one, as a moment, or as an object with either inside."""
    for name in names:
        inside = part(record, name)
        written = text(inside, "date_time", "date-time", "date") or text(record, name)
        try:
            return date.fromisoformat(written[:10])
        except ValueError:
            continue
    return None


def read_job(record: Record) -> Job:
    """https://developer.personio.de/reference/get_v2-recruiting-jobs"""
    status = text(record, "status", "state").lower()
    team = parts(record, "hiring_team")
    return Job(
        id=text(record, "id"),
        name=text(record, "name", "title"),
        status=status,
        is_open=status not in CLOSED if status else None,
        department=_named(DEPARTMENT, record),
        hiring_team=None if team is None else tuple(_member(item) for item in team if _member(item).person_id),
    )


def _member(record: Record) -> TeamMember:
    return TeamMember(
        person_id=text(part(record, "person"), "id") or text(record, "person_id"),
        role=text(part(record, "role"), "name") or text(record, "role"),
    )


def read_webhook(record: Record) -> Webhook:
    """https://developer.personio.de/reference/get_v2-webhooks"""
    events = record.get("enabled_events")
    return Webhook(
        id=text(record, "id"),
        url=text(record, "url"),
        status=text(record, "status").lower(),
        events=tuple(event for event in events if isinstance(event, str)) if isinstance(events, list) else (),
    )


def _attributes(record: Record) -> dict[str, str]:
    found = parts(record, "custom_attributes") or ()
    named = ((text(item, *LABELS), _value(item.get("value"))) for item in found)
    return {name: value for name, value in named if name and value}


def _named(names: tuple[str, ...], *records: Mapping[str, Any]) -> str:
    """The first value under one of the names, in any spelling, in the first record that has one."""
    wanted = [_plain(name) for name in names]
    for record in records:
        spelled = {_plain(name): value for name, value in record.items()}
        found = next((value for value in (_value(spelled.get(name)) for name in wanted) if value), "")
        if found:
            return found
    return ""


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


def _value(value: Any, depth: int = 0) -> str:
    """A value as text; objects say theirs under name or value, older ones deeper inside."""
    if isinstance(value, list) and value:
        return _value(value[0], depth + 1) if depth < 4 else ""
    if not isinstance(value, dict):
        return text({"value": value}, "value")
    inside = next((value[name] for name in ("name", "value", "attributes") if value.get(name)), None)
    return _value(inside, depth + 1) if inside is not None and depth < 4 else ""
