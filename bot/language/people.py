"""Finds whom a sentence names: by mention, by e-mail address, by name in the directory, never by guessing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.language.grammar import PHRASES
from bot.language.lexicon import any_word, flat
from bot.language.meaning import Candidate, Directory
from bot.language.normalise import tokens
from bot.language.spans import Span

KIND = "xperson"
MOST_LOOKUPS = 60
MOST_CANDIDATES = 8
_ADDRESS = re.compile(r"<@[^>]+>|[\w.+-]+@[\w-]+\.[\w.-]*\w|(?<![\w<])@\w[\w.-]*")
_WORD = re.compile(r"[^\W\d_]+(?:[-'][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Named:
    """A place in the text where somebody is named, and everybody whom it may mean."""

    span: Span
    candidates: tuple[Candidate, ...] = ()


@lru_cache(maxsize=1)
def first_names() -> frozenset[str]:
    """Common first names, to notice that somebody is named who is not in the directory."""
    return frozenset((PHRASES / "names.list").read_text(encoding="utf-8").split())


def find_people(text: str, directory: Directory, common: frozenset[str], language: str) -> list[Named]:
    """`common`: the words of the language, which are names only where they are written like names."""
    found = list(_addressed(text, directory))
    words = [word for word in _WORD.finditer(text) if not any(_inside(word, named.span) for named in found)]
    found += _by_name(text, words, directory, common)
    if not found:
        found += _strangers(words, common, language)
    return sorted(found, key=lambda named: named.span.start)


def _inside(word: re.Match[str], span: Span) -> bool:
    return span.start <= word.start() < span.end


def _addressed(text: str, directory: Directory) -> Iterator[Named]:
    for match in _ADDRESS.finditer(text):
        written = match.group()
        words = written if written.startswith("<@") or "@" in written[1:] else written[1:]
        yield Named(Span(match.start(), match.end(), KIND, written), tuple(directory.find(words)))


def _by_name(
    text: str, words: Sequence[re.Match[str]], directory: Directory, common: frozenset[str]
) -> Iterator[Named]:
    at, lookups = 0, 0
    while at < len(words) and lookups < MOST_LOOKUPS:
        taken = 1
        if _could_be_name(words[at], at, common):
            candidates = _found(words[at].group(), directory)
            lookups += 1
            taken, candidates = _longer(text, words, at, candidates, directory)
            if candidates:
                start, end = words[at].start(), words[at + taken - 1].end()
                yield Named(Span(start, end, KIND, text[start:end]), tuple(candidates))
        at += taken


def _could_be_name(word: re.Match[str], at: int, common: frozenset[str]) -> bool:
    if len(word.group()) < 2:
        return False
    return not _is_common(word.group(), common) or (word.group().istitle() and "'" not in word.group() and at > 0)


def _is_common(word: str, common: frozenset[str]) -> bool:
    return all(token in common for token in tokens(word))


def _found(word: str, directory: Directory) -> Sequence[Candidate]:
    """With and without the ending of "Peter's" and "Peters"."""
    bare = re.sub(r"'s$", "", word)
    return directory.find(bare) or (directory.find(bare[:-1]) if bare.endswith("s") and len(bare) > 3 else ())


def _longer(
    text: str, words: Sequence[re.Match[str]], at: int, single: Sequence[Candidate], directory: Directory
) -> tuple[int, Sequence[Candidate]]:
    """ "Jane Miller" before "Jane", if the directory knows her by both."""
    if single and at + 1 < len(words) and words[at + 1].start() - words[at].end() <= 2:
        both = _found(text[words[at].start() : words[at + 1].end()], directory)
        if both and {person.id for person in both} <= {person.id for person in single}:
            return 2, both
    return 1, single


def _strangers(words: Sequence[re.Match[str]], common: frozenset[str], language: str) -> Iterator[Named]:
    """Names of people whom the directory does not have, to be asked about."""
    for at, word in enumerate(words):
        bare = re.sub(r"'s$", "", word.group())
        folded = flat(bare)
        if _is_common(word.group(), common):
            continue
        known = folded in first_names() or folded.removesuffix("s") in first_names()
        written = bare[0].isupper() and bare[1:].islower() and at > 0 and len(bare) > 2
        titled = at > 0 and any_word("title").fullmatch(flat(words[at - 1].group())) is not None
        if known or titled or (written and language != "de"):
            yield Named(Span(word.start(), word.start() + len(bare), KIND, bare))


def strangers(text: str, common: frozenset[str]) -> Iterator[Named]:
    """Whatever may be somebody's name: a common first name, or a word that is written like a name and no known word."""
    words = list(_WORD.finditer(text))
    for at, word in enumerate(words):
        titled = at > 0 and any_word("title").fullmatch(flat(words[at - 1].group())) is not None
        is_name = flat(word.group()) in first_names() or (word.group()[0].isupper() and not word.group().isupper())
        if titled or (is_name and not _is_common(word.group(), common)):
            yield Named(Span(word.start(), word.end(), KIND, word.group()))


def person_slots(found: Sequence[Named]) -> dict[str, str]:
    """Ids where each name means one person; the candidates of the first name that means several."""
    slots: dict[str, str] = {}
    sure = [named.candidates[0].id for named in found if len(named.candidates) == 1]
    for named in found:
        if len(named.candidates) > 1 and "person_candidates" not in slots:
            slots["person_candidates"] = ",".join(person.id for person in named.candidates[:MOST_CANDIDATES])
            slots["person_text"] = named.span.value
        elif not named.candidates and (named.span.value.startswith("<@") or "@" in named.span.value[1:]):
            sure.append(named.span.value)
        elif not named.candidates and "person_unknown" not in slots:
            slots["person_unknown"] = named.span.value.lstrip("@")
    if sure:
        slots["person"] = ",".join(dict.fromkeys(sure))
    return slots
