"""What the control desk shows: people, faults, clock and log, as plain data."""

from __future__ import annotations

from itertools import islice
from typing import Any

from bot.sandbox.faults import Fault
from bot.sandbox.records import Person
from bot.sandbox.world import World


def people_of(world: World, *, find: str = "", most: int | None = None) -> list[dict[str, Any]]:
    """The people whose name or address contains `find`, at most so many."""
    hosts = {person.id for person in world.hosts()}
    found = (person for person in world.people if find.lower() in f"{person.name} {person.email}".lower())
    return [_person(world, person) | {"hosts": person.id in hosts} for person in islice(found, most)]


def faults_of(world: World) -> list[dict[str, Any]]:
    """Every switch, on or off."""
    on = {switch.fault: switch for switch in world.faults.active()}
    return [
        {
            "fault": fault.value,
            "description": fault.description,
            "on": fault in on,
            "left": on[fault].times if fault in on else None,
        }
        for fault in Fault
    ]


def clock_of(world: World) -> dict[str, Any]:
    return {"now": world.clock().isoformat(timespec="seconds"), "standing": world.clock.standing}


def log_of(world: World, *, lines: int) -> list[dict[str, Any]]:
    """The newest first."""
    return [
        {
            "at": entry.at.isoformat(timespec="seconds"),
            "system": entry.system,
            "method": entry.method,
            "path": entry.path,
            "status": entry.status,
        }
        for entry in list(world.log)[: -lines - 1 : -1]
    ]


def _person(world: World, person: Person) -> dict[str, Any]:
    account = world.account(person.email)
    reason = world.refusal(person.email)
    return {
        "id": person.id,
        "name": person.name,
        "email": person.email,
        "office": person.office,
        "department": person.department,
        "language": person.language,
        "employment": person.status,
        "mailbox": person.mailbox,
        "zoom": person.zoom,
        "goto": person.goto,
        "teams_licence": "yes" if person.teams_licence else "no",
        "shared_address": len(world.people_at(person.email)) > 1,
        "can_be_synchronised": reason is None,
        "reason": reason[1] if reason else "",
        "authorised": world.authorised(person.email),
        "calendar": _calendar(reachable=reason is None, connected=account.connected),
        "conferencing": {
            profile.provider: "connected" if profile.connected else "disconnected" for profile in account.conferencing
        },
    }


def _calendar(*, reachable: bool, connected: bool) -> str:
    if not reachable:
        return "none"
    return "connected" if connected else "disconnected"
