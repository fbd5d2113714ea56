"""The vocabulary: what a person did, and what the bot answers, whatever the chat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a person may ask and do; the stored person decides, never what a button carries."""

    EMPLOYEE = "employee"
    RECRUITER = "recruiter"
    HR_ADMIN = "hr_admin"
    IT_ADMIN = "it_admin"
    OWNER = "owner"


ADMINS = frozenset({Role.RECRUITER, Role.HR_ADMIN, Role.IT_ADMIN, Role.OWNER})


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody the bot talks to, as the store knows them."""

    id: int
    company: int
    email: str
    name: str
    language: str
    timezone: str
    role: Role

    @property
    def first_name(self) -> str:
        return self.name.split(" ", 1)[0]

    @property
    def is_admin(self) -> bool:
        return self.role in ADMINS


@dataclass(frozen=True, slots=True)
class Event:
    """One thing a person did: a sentence that was understood, a press, a submitted form."""

    person: Person
    intent: str
    values: Mapping[str, str] = field(default_factory=dict)
    channel: str = ""
    conversation: str = ""
    text: str = ""
    public: bool = False
    """Others read along, so the answer goes to this person alone."""
    message: str = ""
    """The delivery whose button was pressed, or an empty string."""
    answer: str = ""
    """The delivery that will carry the answer, so that it can be brought up to date later."""


class Tone(StrEnum):
    """How a status reads; every channel draws it as a sign and a word, never by colour alone."""

    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True)
class Heading:
    """A short title, plain text."""

    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph in a small Markdown: **bold**, `code`, "- " lists, "1. " lists, [label](address)."""

    text: str


@dataclass(frozen=True, slots=True)
class Note:
    """Small print, in the same Markdown: evidence, age, where a rule comes from."""

    text: str


@dataclass(frozen=True, slots=True)
class Status:
    """One state at a glance, such as "Zoom: connected"."""

    tone: Tone
    text: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of a fact sheet."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Facts:
    """A few labelled values."""

    items: tuple[Fact, ...]


class Means(StrEnum):
    """What a bare word of the person would be: of the buttons of a question one says yes and one says no."""

    YES = "yes"
    NO = "no"
    NOTHING = ""


@dataclass(frozen=True, slots=True)
class Button:
    """A press becomes an event with this intent and these values; never a secret in them."""

    label: str
    intent: str
    values: Mapping[str, str] = field(default_factory=dict)
    primary: bool = False
    danger: bool = False
    in_place: bool = False
    """The answer replaces the message that carries the button."""
    refreshes: bool = False
    """It only shows the present state in place, so a client may press it whenever somebody looks."""
    means: Means = Means.NOTHING
    """Typing "yes" or "no" instead does the same."""


@dataclass(frozen=True, slots=True)
class Link:
    """A button that opens a page."""

    label: str
    url: str
    primary: bool = False


@dataclass(frozen=True, slots=True)
class Buttons:
    """A row of buttons; says what comes next."""

    items: tuple[Button | Link, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of plain text; `total` counts them all, `previous` and `following` turn the pages."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: int = 0
    previous: Button | None = None
    following: Button | None = None


class InputKind(StrEnum):
    """The inputs that every platform can draw."""

    TEXT = "text"
    MULTILINE = "multiline"
    CHOICE = "choice"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Option:
    """One choice; the value is what the event carries."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Input:
    """One labelled field of a form; `error` is shown beside it after a refused submit."""

    name: str
    label: str
    kind: InputKind = InputKind.TEXT
    value: str = ""
    hint: str = ""
    required: bool = True
    options: tuple[Option, ...] = ()
    error: str = ""
    max_length: int = 3000


@dataclass(frozen=True, slots=True)
class Form:
    """Slack opens a modal, Teams and the web put the inputs into the message; handlers cannot tell."""

    title: str
    intent: str
    inputs: tuple[Input, ...]
    submit: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far something is, as a bar and in words."""

    label: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Image:
    """A picture at a public address, with the words for those who cannot see it."""

    url: str
    alt: str


Block = Heading | Text | Note | Status | Facts | Table | Buttons | Form | Progress | Image
Reply = tuple[Block, ...]
