"""Every text for people exists in every language, with the same placeholders and all plural forms."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
import yaml
from babel.messages.catalog import Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po

from bot.sandbox.faults import Fault
from handlers.texts import DEFAULT_LANGUAGE, LOCALES, languages, n, t

ROOT = Path(__file__).parent.parent
FOLDERS = ("bot", "handlers", "providers")
NOT_FOR_PEOPLE = ("bot/sandbox", "bot/language")
KEYWORDS: Mapping[str, tuple[int, ...] | None] = {"t": None, "n": (1, 2), "advice": None, "label": None}
STRING = r"\"(?:[^\"\\]|\\.)*\""
IN_TEMPLATES = re.compile(rf"\bt\(\s*({STRING})()|\bn\(\s*({STRING}),\s*({STRING})")
# What outside systems were asked for: an action is named where it happens and translated where it is shown.
ACTION = re.compile(r"[a-z]+ing( [a-z' ]+)?")
PLACEHOLDER = re.compile(r"\{\w*\}")
PLURALS = {"fr": 2, "de": 2}
TRANSLATIONS = [language for language in languages() if language != DEFAULT_LANGUAGE]
Id = str | tuple[str, ...]


def files(ending: str) -> Iterator[Path]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob(f"*{ending}")):
            if not path.relative_to(ROOT).as_posix().startswith(NOT_FOR_PEOPLE):
                yield path


def of_code() -> Iterator[tuple[Id, str]]:
    for path in files(".py"):
        for line, message, _, _ in extract("python", BytesIO(path.read_bytes()), keywords=KEYWORDS):
            yield message, f"{path.relative_to(ROOT)}:{line}"


def of_templates() -> Iterator[tuple[Id, str]]:
    for path in files(".html"):
        for single, _, *plural in IN_TEMPLATES.findall(path.read_text(encoding="utf-8")):
            id = ast.literal_eval(single) if single else tuple(ast.literal_eval(form) for form in plural)
            yield id, str(path.relative_to(ROOT))


def of_actions() -> Iterator[tuple[Id, str]]:
    for path in files(".py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for text in _actions(node):
                yield text, str(path.relative_to(ROOT))


def _actions(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.keyword(arg="action", value=ast.Constant(value=str(text))):
            yield text
        case ast.Assign(targets=[ast.Name(id="action" | "SIGNING_IN")], value=ast.Constant(value=str(text))):
            yield text
        case ast.Call(func=ast.Name(id=name), args=[_, ast.Constant(value=str(text)), *_]) if name[0].isupper():
            yield from [text] if ACTION.fullmatch(text) else []


def of_refusals() -> Iterator[tuple[Id, str]]:
    """What the web chat does not take carries its advice as a plain attribute."""
    path = ROOT / "bot" / "web" / "receive.py"
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Assign(targets=[ast.Name(id="advice")], value=ast.Constant(value=str(text))) if text:
                yield text, str(path.relative_to(ROOT))


def of_knowledge() -> Iterator[tuple[Id, str]]:
    for name, texts in (("causes", ("title", "cause", "check", "fix")), ("menus", ("path", "also"))):
        path = ROOT / "handlers" / "knowledge" / f"{name}.yaml"
        for entry in yaml.safe_load(path.read_text(encoding="utf-8")):
            for key in texts:
                found = entry.get(key) or []
                for text in [found] if isinstance(found, str) else found:
                    yield text, f"{path.relative_to(ROOT)} ({entry['id']})"


@cache
def wanted() -> Mapping[Id, str]:
    """Every text, and a place where it stands."""
    return {
        id: place for part in (of_code, of_templates, of_actions, of_refusals, of_knowledge) for id, place in part()
    }


@cache
def translated(language: str) -> Mapping[Id, list[tuple[Message, str]]]:
    """Every entry, with the catalogues that hold it."""
    found: dict[Id, list[tuple[Message, str]]] = {}
    for path in sorted((LOCALES / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language, abort_invalid=True):
                if message.id:
                    id = tuple(message.id) if isinstance(message.id, list | tuple) else str(message.id)
                    found.setdefault(id, []).append((message, path.name))
    return found


def forms(text: object) -> tuple[str, ...]:
    return tuple(text) if isinstance(text, list | tuple) else (str(text),)


def test_texts_are_found_where_they_stand() -> None:
    assert wanted()["just now"].startswith("handlers/wording.py")
    assert wanted()["reading the people"].startswith("providers/personio.py")
    assert wanted()[("{count} day ago", "{count} days ago")]
    assert wanted()["Message to Greenroom"].endswith("home.html")
    assert len(wanted()) > 400


def test_each_language_has_the_same_catalogues() -> None:
    names = {language: {path.name for path in (LOCALES / language).glob("*.po")} for language in TRANSLATIONS}
    assert TRANSLATIONS == ["de", "fr"]
    assert names["de"] == names["fr"]


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_no_text_is_missing(language: str) -> None:
    missing = {id: place for id, place in wanted().items() if id not in translated(language)}
    assert not missing, "\n".join(f"{place}: {id!r} has no {language}" for id, place in missing.items())


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_no_entry_is_obsolete_double_fuzzy_or_empty(language: str) -> None:
    wrong = []
    for id, entries in translated(language).items():
        if id not in wanted():
            wrong.append(f"{entries[0][1]}: {id!r} is not used any more")
        if len(entries) > 1:
            wrong.append(f"{id!r} stands in {', '.join(name for _, name in entries)}")
        for message, name in entries:
            if message.fuzzy or not all(forms(message.string)):
                wrong.append(f"{name}: {id!r} is not translated")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_translations_have_the_same_placeholders_and_all_plural_forms(language: str) -> None:
    wrong = []
    for id, entries in translated(language).items():
        for message, name in entries:
            here = forms(message.string)
            if len(here) != (PLURALS[language] if isinstance(id, tuple) else 1):
                wrong.append(f"{name}: {id!r} has {len(here)} forms")
            placeholders = {frozenset(PLACEHOLDER.findall(form)) for form in (*forms(id), *here)}
            if len(placeholders) > 1:
                wrong.append(f"{name}: {id!r} has other placeholders in {here}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_translations_keep_lines_and_steps(language: str) -> None:
    wrong = [
        f"{name}: {id!r}"
        for id, entries in translated(language).items()
        for message, name in entries
        for form in forms(message.string)
        if form.count("\n") != forms(id)[0].count("\n") or form != form.strip()
    ]
    assert not wrong, "\n".join(wrong)


def test_plural_rules_of_each_language() -> None:
    said = {
        language: [n("{count} day ago", "{count} days ago", count, language) for count in (0, 1, 2)]
        for language in languages()
    }
    assert said == {
        "en": ["0 days ago", "1 day ago", "2 days ago"],
        "fr": ["il y a 0 jour", "il y a 1 jour", "il y a 2 jours"],
        "de": ["vor 0 Tagen", "vor 1 Tag", "vor 2 Tagen"],
    }


@pytest.mark.parametrize("language", ["xx", "", "../fr", "fr/../de"])
def test_an_unknown_language_is_english(language: str) -> None:
    assert t("just now", language) == "just now"


def test_values_never_become_markup() -> None:
    evil = "[x](https://evil.example) **b** `c` {name}"
    text = t("I don't know anybody called “{name}” in your company.", "en", name=evil)
    assert r"\[x\](https://evil.example) \*\*b\*\* \`c\` {name}" in text


def test_texts_for_people_do_not_speak_of_the_sandbox() -> None:
    assert not [id for id in wanted() if "sandbox" in str(id).lower()]
    assert Fault.SLOW.description
