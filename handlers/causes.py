"""What the knowledge says: causes, fixes and menu paths, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path as FilePath
from typing import Any

from handlers.states import Owner, Path, State
from handlers.texts import t

KNOWLEDGE = FilePath(__file__).parent / "knowledge"


def advice(text: str) -> str:
    """Mark a label for people, so that the catalogues find it; translated where it is shown."""
    return text


STATE_LABELS: Mapping[State, str] = {
    State.READY: advice("Ready"),
    State.ACTION_NEEDED: advice("Action needed"),
    State.WAITING: advice("Waiting for somebody else"),
    State.PAUSED: advice("Paused"),
    State.NOT_NEEDED: advice("Not needed"),
    State.UNKNOWN: advice("Not known yet"),
    State.STALE: advice("Out of date"),
}
NEEDS_YOU = advice("Needs you")
OWNER_LABELS: Mapping[Owner, str] = {
    Owner.EMPLOYEE: advice("the person"),
    Owner.PERSONIO_ADMIN: advice("your HR admin"),
    Owner.CALENDAR_ADMIN: advice("your calendar admin"),
    Owner.IT_ADMIN: advice("IT"),
    Owner.RECRUITER: advice("the recruiting team"),
    Owner.BOT_OPERATOR: advice("the person who runs Greenroom"),
    Owner.NOBODY: advice("nobody"),
}
_INCOMPLETE = advice("The vendor's public page on this is incomplete, so take it as a hint.")
_INFERRED = advice("The vendor does not confirm this; it follows from how the systems work.")
_OLDER = advice("The vendor's page on this is older; names in the menus may differ.")
CAUTIONS: Mapping[str, str] = {"partial": _INCOMPLETE, "inferred": _INFERRED, "documented_old_ui": _OLDER}


@dataclass(frozen=True, slots=True)
class Case:
    """One entry of the knowledge, in English; the functions below put it into a language."""

    id: str
    applies_to: tuple[Path, ...]
    title: str
    cause: str
    owners: tuple[Owner, ...]
    fix: tuple[str, ...]
    sources: tuple[str, ...]
    confidence: str
    check: str = ""


@dataclass(frozen=True, slots=True)
class Menu:
    """Where something is found; `also` is the same page's name in other versions."""

    id: str
    shows: str
    path: str
    also: str = ""


def case(id: str) -> Case:
    """The case of that id; a KeyError when the knowledge has none."""
    return _by_id()[id]


def cases() -> tuple[Case, ...]:
    return tuple(_by_id().values())


def menus() -> tuple[Menu, ...]:
    return tuple(_menus().values())


def title(id: str, language: str) -> str:
    return t(case(id).title, language)


def cause(id: str, language: str) -> str:
    return t(case(id).cause, language)


def fix(id: str, language: str) -> tuple[str, ...]:
    """The steps, with the menu paths in the reader's language."""
    paths = _menu_paths(language)
    return tuple(t(step, language, **paths) for step in case(id).fix)


def check(id: str, language: str) -> str:
    """What Greenroom can look at by itself; empty when it can only ask."""
    text = case(id).check
    return t(text, language) if text else ""


def caution(id: str, language: str) -> str:
    """How far the entry can be trusted; empty when a vendor documents it."""
    text = CAUTIONS.get(case(id).confidence, "")
    return t(text, language) if text else ""


def menu(id: str, language: str) -> str:
    """A menu path, with its other name where there is one."""
    found = _menus()[id]
    path = t(found.path, language)
    return t("{path} (also: {also})", language, path=path, also=t(found.also, language)) if found.also else path


def state_label(state: State, language: str, *, own: bool = False) -> str:
    """The state for people; `own` when the person reads about themselves."""
    return t(NEEDS_YOU if own and state is State.ACTION_NEEDED else STATE_LABELS[state], language)


def owner_label(owner: Owner, language: str) -> str:
    return t(OWNER_LABELS[owner], language)


@cache
def _by_id() -> Mapping[str, Case]:
    return {entry["id"]: _case(entry) for entry in _read("causes.yaml")}


@cache
def _menus() -> Mapping[str, Menu]:
    return {entry["id"]: Menu(**entry) for entry in _read("menus.yaml")}


@cache
def _menu_paths(language: str) -> Mapping[str, str]:
    return {id: menu(id, language) for id in _menus()}


def _case(entry: Mapping[str, Any]) -> Case:
    return Case(
        id=entry["id"],
        applies_to=tuple(Path(path) for path in entry["applies_to"]),
        title=entry["title"],
        cause=entry["cause"],
        owners=tuple(Owner(owner) for owner in entry["owners"]),
        fix=tuple(entry["fix"]),
        sources=tuple(entry["sources"]),
        confidence=entry["confidence"],
        check=entry.get("check", ""),
    )


def _read(name: str) -> list[dict[str, Any]]:
    # Needed only once somebody asks for a cause.
    import yaml

    entries: list[dict[str, Any]] = yaml.load(
        (KNOWLEDGE / name).read_text(encoding="utf-8"),
        Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader),  # noqa: S506 - the safe loader, in C where it is built
    )
    return entries
