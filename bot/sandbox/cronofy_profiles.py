"""What Cronofy says about an account: userinfo in both variants, profiles and calendars."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from bot.sandbox.records import Account, Calendar, Conferencing
from bot.sandbox.world import World

PROVIDERS = {
    Calendar.GOOGLE: ("google", "gsuite", "google_api"),
    Calendar.GRAPH: ("office365", "office365", "graph_api"),
    Calendar.EWS: ("office365", "office365", "exchange_web_services"),
    Calendar.EXCHANGE: ("exchange", "exchange", "exchange_web_services"),
}


def service_information(world: World) -> dict[str, Any]:
    service = world.service_account
    return {
        "sub": service.sub,
        "cronofy.type": "service_account",
        "email": service.email,
        "cronofy.data": {
            "service_account": {"provider_name": PROVIDERS[world.calendar][0], "domain": service.domain},
            "authorization": {
                "scope": service.scope,
                "status": service.status,
                "delegated_scope": service.delegated_scope,
            },
        },
    }


def personal_information(world: World, account: Account) -> dict[str, Any]:
    return {
        "sub": account.sub,
        "email": account.email,
        "name": account.name,
        "zoneinfo": account.timezone,
        "cronofy.type": "account",
        "cronofy.data": {
            "authorization": {"scope": account.scope, "status": "active"},
            "profiles": calendar_profiles(world, account),
            "conferencing_profiles": [_conferencing(world, account, profile) for profile in account.conferencing],
        },
    }


def calendar_profiles(world: World, account: Account) -> list[dict[str, Any]]:
    provider, service, protocol = PROVIDERS[world.calendar]
    profile: dict[str, Any] = {
        "provider_name": provider,
        "provider_service": service,
        "provider_protocol": protocol,
        "profile_id": account.profile_id,
        "profile_name": account.email,
        "profile_connected": account.connected,
        "profile_initial_sync_required": account.syncing,
        "profile_calendars": calendars(world, account),
    }
    if world.calendar == Calendar.EWS:
        profile["graph_api_migration_url"] = f"{world.base_url}/cronofy-app/enterprise_connect/authorizations"
    if not account.connected:
        profile["profile_relink_url"] = f"{world.base_url}/cronofy-app/relink/{account.profile_id}"
    return [profile]


def calendars(world: World, account: Account) -> list[dict[str, Any]]:
    return [
        {
            "calendar_id": account.calendar_id,
            "calendar_name": "Calendar",
            "calendar_readonly": False,
            "calendar_deleted": False,
            "calendar_primary": True,
            "calendar_integrated_conferencing_available": world.integrated_conferencing(account.email),
            "calendar_attachments_available": True,
            "permission_level": "sandbox",
        }
    ]


def _conferencing(world: World, account: Account, profile: Conferencing) -> dict[str, Any]:
    described: dict[str, Any] = {
        "provider_name": profile.provider,
        "profile_id": profile.profile_id,
        "profile_name": profile.name,
        "profile_connected": profile.connected,
    }
    if not profile.connected:
        query = f"email={quote(account.email, safe='')}"
        described["profile_relink_url"] = f"{world.base_url}/cronofy-app/v2/relink/{profile.provider}?{query}"
    return described
