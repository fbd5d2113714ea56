"""Reads Cronofy's answers; spellings that are not documented for sure are looked for in every likely place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from providers.answers import Record, flag, moment, part, parts, text
from providers.cronofy_types import (
    Calendar,
    CalendarEvent,
    CalendarProfile,
    ConferencingProfile,
    PersonAccount,
    ServiceAccount,
    UserInfo,
)

Read = TypeVar("Read")


def read_userinfo(record: Record) -> UserInfo:
    """https://docs.cronofy.com/developers/api/identity/userinfo/"""
    data = part(record, "cronofy.data")
    older = part(record, "cronofy.service_account")
    if text(record, "cronofy.type") == "service_account" or older or "service_account" in data:
        return _service_account(record, data, part(data, "service_account") or older)
    return PersonAccount(
        sub=text(record, "sub"),
        email=text(record, "email"),
        status=text(part(data, "authorization"), "status"),
        scope=text(part(data, "authorization"), "scope"),
        profiles=_each(data, "profiles", _calendar_profile),
        conferencing=_each(data, "conferencing_profiles", _conferencing_profile),
    )


def _service_account(record: Record, data: Record, account: Record) -> ServiceAccount:
    authorization = part(data, "authorization")
    return ServiceAccount(
        sub=text(record, "sub"),
        email=text(record, "email"),
        status=text(authorization, "status"),
        domain=text(account, "domain"),
        provider_name=text(account, "provider_name"),
        provider_protocol=text(account, "provider_protocol"),
        scope=text(authorization, "scope"),
        delegated_scope=text(authorization, "delegated_scope"),
        migration_url=_migration_url(account) or _migration_url(data) or _migration_url(record),
    )


def _calendar_profile(record: Record) -> CalendarProfile:
    return CalendarProfile(
        provider_name=text(record, "provider_name"),
        provider_service=text(record, "provider_service"),
        provider_protocol=text(record, "provider_protocol"),
        profile_id=text(record, "profile_id"),
        name=text(record, "profile_name"),
        connected=flag(record, "profile_connected"),
        initial_sync_required=flag(record, "profile_initial_sync_required"),
        relink_url=text(record, "profile_relink_url"),
        migration_url=_migration_url(record),
        calendars=_each(record, "profile_calendars", _calendar),
    )


def _calendar(record: Record) -> Calendar:
    return Calendar(
        id=text(record, "calendar_id"),
        name=text(record, "calendar_name"),
        primary=flag(record, "calendar_primary"),
        readonly=flag(record, "calendar_readonly"),
        deleted=flag(record, "calendar_deleted"),
        integrated_conferencing=flag(record, "calendar_integrated_conferencing_available"),
    )


def _conferencing_profile(record: Record) -> ConferencingProfile:
    return ConferencingProfile(
        provider_name=text(record, "provider_name"),
        profile_id=text(record, "profile_id"),
        name=text(record, "profile_name"),
        connected=flag(record, "profile_connected"),
        relink_url=text(record, "profile_relink_url"),
    )


def _migration_url(record: Record) -> str:
    return text(record, "graph_api_migration_url", "profile_graph_api_migration_url")


def _each(record: Record, name: str, read: Callable[[Record], Read]) -> tuple[Read, ...] | None:
    found = parts(record, name)
    return None if found is None else tuple(read(item) for item in found)


def read_event(record: Record) -> CalendarEvent:
    """https://docs.cronofy.com/developers/api/events/read-events/"""
    conferencing = part(record, "conferencing")
    return CalendarEvent(
        event_id=text(record, "event_id"),
        event_uid=text(record, "event_uid"),
        calendar_id=text(record, "calendar_id"),
        summary=text(record, "summary"),
        start=_time(record, "start"),
        end=_time(record, "end"),
        conferencing_provider=text(conferencing, "provider_name"),
        join_url=text(conferencing, "join_url"),
    )


def _time(record: Record, name: str) -> datetime | None:
    return moment(text(record, name) or text(part(record, name), "time"))
