"""The works-council mode: groups under five are not counted out, and names go only to those who have to act."""

from __future__ import annotations

from handlers.messages import Person, Role
from handlers.services import Services

SMALLEST_GROUP = 5
WHO_ACT = frozenset({Role.HR_ADMIN, Role.IT_ADMIN, Role.OWNER})


def hides(services: Services, *groups: int) -> bool:
    """Whether one of these groups is too small to be told; nobody at all is no group."""
    return services.works_council and any(0 < size < SMALLEST_GROUP for size in groups)


def sees_names(services: Services, person: Person) -> bool:
    """Recruiters are told how many, not who: they cannot help anybody to get connected."""
    return not services.works_council or person.role in WHO_ACT
