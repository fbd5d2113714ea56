"""The shapes of Personio's answers."""

from __future__ import annotations

import uuid
from typing import Any

from starlette.responses import JSONResponse, Response

from bot.sandbox.records import Absence, Employment, Job, Member, Person
from bot.sandbox.world import World

ACTIVE = (Employment.ACTIVE, Employment.LEAVE, Employment.ONBOARDING)


def error(world: World, status: int, *, title: str, detail: str = "") -> Response:
    trace = world.credentials.random_text()
    described = {"title": title, "detail": detail, "type": "about:blank", "_meta": {}}
    content = {"personio_trace_id": trace, "timestamp": world.clock().isoformat(), "errors": [described]}
    return JSONResponse(content, status_code=status)


def unauthorised() -> Response:
    return JSONResponse({"error": {"message": "Unauthorized Request"}}, status_code=401)


def hides_everything(world: World) -> bool:
    return not world.personio.attributes


def person_of(world: World, person: Person, *, hidden: bool) -> dict[str, Any]:
    """A person with the attributes that the credential may read; `hidden` leaves id and employments."""
    employments = f"{world.base_url}/personio/v2/persons/{person.id}/employments"
    attributes = {
        "email": person.email,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "preferred_name": person.first_name,
        "custom_attributes": [
            {"id": name, "type": "STRING", "value": value}
            for name, value in (
                ("office", person.office),
                ("department", person.department),
                ("language", person.language),
                ("timezone", person.timezone),
            )
        ],
    }
    readable = () if hidden else world.personio.attributes
    return (
        {"id": person.id}
        | {name: value for name, value in attributes.items() if name in readable}
        | {"employments": [{"id": employment_id(person)}], "_meta": {"links": {"employments": {"href": employments}}}}
    )


def employment_id(person: Person) -> str:
    return str(uuid.UUID(int=int(person.id)))


def employment_of(world: World, person: Person) -> dict[str, Any]:
    person_url = f"{world.base_url}/personio/v2/persons/{person.id}"
    return {
        "id": employment_id(person),
        "person": {"id": person.id},
        "status": person.status,
        "type": "INTERNAL",
        "department": {"name": person.department},
        "office": {"name": person.office},
        "org_units": [{"type": "department", "name": person.department}],
        "_meta": {"links": {"self": {"href": f"{person_url}/employments/{employment_id(person)}"}}},
    }


def job_of(world: World, job: Job, *, team: tuple[Member, ...]) -> dict[str, Any]:
    made = {"date-time": "2026-09-01T09:00:00", "timezone": "Europe/Berlin"}
    return {
        "id": job.id,
        "name": job.name,
        "department": {"id": f"dep-{job.department.lower()}", "name": job.department},
        "category": "Full-time",
        "company": {"id": "1"},
        "hiring_team": [_member(world, member) for member in team],
        "created_at": made,
        "updated_at": made,
    }


def absence_of(absence: Absence, *, named: bool) -> dict[str, Any]:
    """A whole day ends at its own midnight; an open end is left out."""
    ends = {"ends_at": {"date_time": f"{absence.ends_on}T00:00:00Z"}} if absence.ends_on else {}
    person = {"person": {"id": absence.person_id}} if named else {}
    return {
        "id": f"{absence.person_id}-{absence.starts_on}",
        "starts_from": {"date_time": f"{absence.starts_on}T00:00:00Z"},
        "absence_type": {"id": "1"},
        "approval": {"status": absence.status},
        **ends,
        **person,
    }


def _member(world: World, member: Member) -> dict[str, Any]:
    link = f"{world.base_url}/personio/v2/persons/{member.person_id}"
    return {
        "person": {"id": member.person_id, "_meta": {"links": {"self": {"href": link}}}},
        "role": {"name": member.role},
    }
