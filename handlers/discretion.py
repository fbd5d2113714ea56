"""The works-council mode: names only for those who have to act, no number that shows fewer than five people."""

from __future__ import annotations

from typing import Protocol

from handlers.messages import Event, Note, Person, Reply, Role, Status, Tone
from handlers.router import EVERYBODY, Route
from handlers.services import Services
from handlers.texts import label, t

SMALLEST_GROUP = 5
WHO_ACT = frozenset({Role.HR_ADMIN, Role.IT_ADMIN, Role.OWNER})
NEED_TO_ACT = (
    label("Owners, HR admins and IT admins see by name who is not ready yet, and why: they have to help each of them."),
    label(
        "Before they send something they see by name who gets it, and afterwards who could not be reached or said that "
        "they host no interviews, because that can be mended."
    ),
    label("About somebody who is ready they see something only if they ask about this one person by name."),
    label("Recruiters see no names: they are told how many, from five people on."),
    label(
        "Nobody is told a number which shows fewer than five people, how fast somebody reacted, or how often somebody "
        "was reminded."
    ),
)
"""The need to act, in plain words: what the works-council mode still shows, and to whom. Everything else is hidden."""
WITHOUT_NAMES = frozenset(
    {
        "calendar_is_active",
        "calendar_type",
        "check_calendar",
        "email_template",
        "list_not_connected",
        "list_not_synced",
        "progress",
        "what_changed",
    }
)
"""What recruiters may still ask as admins: the answers name nobody to them."""


class Discreet(Protocol):
    """Whatever knows whether its company is in the works-council mode."""

    @property
    def works_council(self) -> bool: ...


def hides(where: Discreet, *groups: int) -> bool:
    """Whether one of these groups is too small to be told; nobody at all is no group."""
    return where.works_council and any(0 < size < SMALLEST_GROUP for size in groups)


def sees_names(services: Services, person: Person) -> bool:
    """Recruiters are told how many, not who: they cannot help anybody to get connected."""
    return not services.works_council or person.role in WHO_ACT


def is_kept_back(route: Route, event: Event, services: Services) -> bool:
    """Whether this conversation names people to somebody who has no need to act."""
    of_admins = route.roles != EVERYBODY and event.intent not in WITHOUT_NAMES
    return of_admins and not sees_names(services, event.person)


def kept_back(language: str) -> Reply:
    """What recruiters get instead of names."""
    text = t("In your company, names are shown only to those who can help: HR, IT and the owners.", language)
    return (Status(Tone.NEUTRAL, t("I can't show you that.", language)), Note(text))


def not_broken_down(language: str) -> Note:
    """What stands in place of numbers that would show a small group."""
    text = t(
        "No numbers here, because a group of fewer than {count} people would show.", language, count=SMALLEST_GROUP
    )
    return Note(text)
