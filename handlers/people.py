"""People as the conversations know them."""

from __future__ import annotations

from handlers.messages import Person, Role
from storage import models
from storage.visitors import Visitor


def as_person(row: models.Person | Visitor) -> Person:
    """The stored person, without what conversations do not need."""
    return Person(
        id=row.id,
        company=row.company_id,
        email=row.email,
        name=row.name,
        language=row.language,
        timezone=row.timezone,
        role=Role(row.role),
    )
