"""Finds people by name among ten thousand: exact words first, then words with one slip of the finger."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from bot.language.meaning import Candidate
from bot.language.normalise import fold

_WORD = re.compile(r"[a-z0-9]+")
_MENTION = re.compile(r"<@([^>|]+)(?:\|[^>]*)?>")


class NameIndex:
    """A Directory over rows of (id, name, e-mail); `mentions` maps a chat account to an id."""

    def __init__(self, rows: Iterable[tuple[str, str, str]], *, mentions: dict[str, str] | None = None) -> None:
        self._people: dict[str, Candidate] = {}
        self._by_word: defaultdict[str, list[str]] = defaultdict(list)
        self._by_email: dict[str, str] = {}
        self._by_slip: defaultdict[str, set[str]] = defaultdict(set)
        self._mentions = mentions or {}
        for id, name, email in rows:
            self._add(Candidate(id=str(id), name=name, email=email))

    def _add(self, person: Candidate) -> None:
        self._people[person.id] = person
        self._by_email[person.email.lower()] = person.id
        for word in set(_WORD.findall(fold(person.name))):
            self._by_word[word].append(person.id)
            if len(word) >= 5:
                for shorter in _without_one(word):
                    self._by_slip[shorter].add(word)

    def find(self, words: str) -> Sequence[Candidate]:
        mention = _MENTION.fullmatch(words.strip())
        if mention:
            return self._mentioned(mention.group(1))
        if "@" in words.strip().lstrip("@"):
            id = self._by_email.get(words.strip().lower())
            return (self._people[id],) if id else ()
        return self._named(_WORD.findall(fold(words)))

    def _mentioned(self, account: str) -> Sequence[Candidate]:
        id = self._mentions.get(account)
        return (self._people[id],) if id in self._people else self._named(_WORD.findall(fold(account)))

    def _named(self, words: Sequence[str]) -> Sequence[Candidate]:
        if not words:
            return ()
        found = [self._of(word) for word in words]
        common = set(found[0]).intersection(*found[1:])
        return [self._people[id] for id in found[0] if id in common]

    def _of(self, word: str) -> list[str]:
        if word in self._by_word or len(word) < 5:
            return list(dict.fromkeys(self._by_word.get(word, ())))
        close: set[str] = set(self._by_slip.get(word, ()))
        for shorter in _without_one(word):
            close |= self._by_slip.get(shorter, set())
            close |= {shorter} if shorter in self._by_word and len(shorter) >= 5 else set()
        return list(dict.fromkeys(id for other in sorted(close) for id in self._by_word[other]))


def _without_one(word: str) -> set[str]:
    return {word[:index] + word[index + 1 :] for index in range(len(word))}
