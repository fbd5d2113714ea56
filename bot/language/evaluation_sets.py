"""Reads evaluation sets: lists of phrases per intent, or items with their own slots and context."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from bot.language.directory import NameIndex
from bot.language.meaning import Context, PendingQuestion

NOW = datetime(2026, 11, 25, 10, 20, tzinfo=ZoneInfo("Europe/Berlin"))
KEYWORD_GROUPS = frozenset({"everyone", "pending"})


class SetUnreadable(Exception):
    """The file is not an evaluation set."""

    advice = (
        "Write `intents: {connect: {en: [...]}}` or `items: [{id, lang, text, intent}]`; see tests/language/evaluation."
    )


@dataclass(frozen=True, slots=True)
class Item:
    """One message with what it means."""

    id: str
    language: str
    text: str
    intents: tuple[str, ...]
    """In the order in which they are answered; nearly always one; none if only the slots are judged."""
    also: frozenset[str] = frozenset()
    slots: Mapping[str, frozenset[str]] = field(default_factory=dict)
    forbidden: frozenset[str] = frozenset()
    when: str = ""
    """A local time, "unclear" or "none"; judged as a time phrase if given."""
    now: datetime = NOW
    source: Mapping[str, Any] = field(default_factory=dict)
    file: str = ""

    def context(self, people: Sequence[tuple[str, str, str]], groups: Sequence[str]) -> Context:
        own = [(str(id), str(name), str(email)) for id, name, email in self.source.get("people", ())]
        last = self.source.get("last") or {}
        return Context(
            language=self.language,
            now=self.now,
            is_admin=bool(self.source.get("admin", True)),
            directory=NameIndex(own or people),
            groups=self.source.get("groups", groups),
            pending=_pending(self.source.get("pending")),
            last_intent=last.get("intent", ""),
            last_slots=last.get("slots", {}),
        )


def _pending(source: Mapping[str, Any] | None) -> PendingQuestion | None:
    if not source:
        return None
    return PendingQuestion(
        intent=source["intent"],
        expects=tuple(source.get("expects", ())),
        options=tuple((str(label), str(value)) for label, value in source.get("options", ())),
        values=source.get("values", {}),
    )


def read_sets(paths: Iterable[Path]) -> list[Item]:
    """Several files are one set."""
    return [item for path in paths for item in _read(path)]


def _read(path: Path) -> list[Item]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        if "items" in content:
            return [_item(entry, content, path.name) for entry in content["items"]]
        return list(_examples(content["intents"], path.name))
    except FileNotFoundError as error:
        raise SetUnreadable(f"There is no file {path}.") from error
    except (yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise SetUnreadable(f"{path} is not an evaluation set: {error!r}. {SetUnreadable.advice}") from error


def _examples(intents: Mapping[str, Mapping[str, Sequence[str]]], file: str) -> Iterable[Item]:
    for intent, by_language in intents.items():
        for language, texts in by_language.items():
            for number, text in enumerate(texts, 1):
                yield Item(f"{intent}-{language}-{number}", language, str(text), (intent,), file=file)


def _item(entry: Mapping[str, Any], content: Mapping[str, Any], file: str) -> Item:
    now = datetime.fromisoformat(content["now"]) if "now" in content else NOW
    intents = entry.get("intents") or ([entry["intent"]] if "intent" in entry else [])
    return Item(
        id=str(entry.get("id", "")),
        language=str(entry.get("lang", "en")),
        text=str(entry["text"]),
        intents=tuple(intents),
        also=frozenset(entry.get("also") or ()),
        slots={name: _values(value) for name, value in (entry.get("slots") or {}).items()},
        forbidden=frozenset(entry.get("forbidden") or ()),
        when=str(entry.get("when", "")),
        now=now.astimezone(ZoneInfo(content.get("zone", "Europe/Berlin"))),
        source=entry,
        file=file,
    )


def _values(value: object) -> frozenset[str]:
    if isinstance(value, list):
        return frozenset(str(part) for part in value)
    if isinstance(value, datetime):
        return frozenset({value.isoformat()})
    return frozenset(str(value).split(",")) if "@" not in str(value) else frozenset({str(value)})


def people_in(items: Iterable[Item]) -> list[tuple[str, str, str]]:
    """Whoever is the right answer somewhere is taken to be in the directory."""
    names = sorted({name for item in items for name in item.slots.get("person", ())})
    return [(name, "" if "@" in name else name, name if "@" in name else "") for name in names]


def groups_in(items: Iterable[Item]) -> list[str]:
    return sorted({name for item in items for name in item.slots.get("group", ())} - KEYWORD_GROUPS)
