"""The forms in which people name days and hours, over the codes of date_tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.language.date_tokens import AT, NEXT, NUMBER, ON, PART, SHORT, UNIT, WEEKDAY, Token

_DAYS = (
    ("iso", "L"),
    ("numeric", "O? d"),
    ("named", "O? N O? M y?"),
    ("named", "M O? N y?"),
    ("week from", "N U F O? W"),
    ("week from", "O? W G"),
    ("week from", "O? W I N U"),
    ("vague", "I v U"),
    ("gone", "p N? U"),
    ("gone", "N U p"),
    ("gone", "O? W p"),
    ("gone", "p W"),
    ("gone", "p"),
    ("duration", "I? N U Y N? H"),
    ("duration", "I N U F?"),
    ("duration", "N U F"),
    ("half hour", "I? N? H N? U"),
    ("quarter hour", "I? N? Q O? U"),
    ("duration", "N U"),
    ("after weekend", "B e"),
    ("end of", "A? E U"),
    ("next unit", "A? O? X U"),
    ("next unit", "A? O? U X"),
    ("weekday", "A? O? X? W X?"),
    ("weekday", "A? T W"),
    ("weekday", "A? O w"),
    ("weekday", "A? X w"),
    ("weekday", "w"),
    ("tonight", "V"),
    ("day", "A? D"),
)
_HOURS = (
    ("clock", "A? C m?"),
    ("half before", "A? H N K?"),
    ("half past", "A? H Y N"),
    ("half past", "A? N K Y H"),
    ("past", "A? Q Y N K?"),
    ("past", "A? N K Y Q"),
    ("to", "A? Q Z N K?"),
    ("to", "A? N K Z O? Q"),
    ("to", "A? N Z N"),
    ("past", "A? N Y N"),
    ("three quarters", "A? q N"),
    ("o'clock", "A? N m"),
    ("o'clock", "A? N K N?"),
    ("at", "A N"),
    ("part", "A? T? O? P"),
)


@dataclass(frozen=True, slots=True)
class Form:
    """The codes that words must have one after another; those with a question mark may be missing."""

    name: str
    wanted: tuple[str, ...]
    begins: frozenset[str]
    """What its first word can be."""

    @classmethod
    def of(cls, name: str, pattern: str) -> Form:
        wanted = tuple(pattern.split())
        needed = next(index for index, code in enumerate(wanted) if len(code) == 1)
        return cls(name, wanted, frozenset(code[0] for code in wanted[: needed + 1]))


DAYS = tuple(Form.of(*each) for each in _DAYS)
HOURS = tuple(Form.of(*each) for each in _HOURS)


@dataclass(frozen=True, slots=True)
class Part:
    """A recognised form and the words it is made of."""

    form: str
    tokens: tuple[Token, ...]
    is_day: bool
    first: int
    after: int

    def values(self, code: str) -> list[str]:
        return [token.codes[code] for token in self.tokens if code in token.codes]

    def value(self, code: str) -> str:
        return self.values(code)[0]

    def has(self, code: str) -> bool:
        return any(code in token.codes for token in self.tokens)


def match(wanted: Sequence[str], tokens: Sequence[Token], at: int, taken: int = 0) -> int:
    """How many tokens these codes take from there; 0 if they do not fit."""
    if not wanted:
        return taken
    head, rest = wanted[0], wanted[1:]
    fits = at < len(tokens) and head[0] in tokens[at].codes
    length = match(rest, tokens, at + 1, taken + 1) if fits else 0
    if length or len(head) == 1:
        return length
    return match(rest, tokens, at, taken) if rest or taken else 0


def parts(tokens: Sequence[Token]) -> list[Part]:
    found: list[Part] = []
    at = 0
    while at < len(tokens):
        part = _part(tokens, at, found[-1] if found else None) if tokens[at].codes else None
        if part:
            found.append(part)
        at = part.after if part else at + 1
    return found


def _part(tokens: Sequence[Token], at: int, before: Part | None) -> Part | None:
    follows_day = before is not None and before.is_day and before.after == at
    days = [] if follows_day and PART in tokens[at].codes else _fitting(DAYS, tokens, at, is_day=True)
    hours = [part for part in _fitting(HOURS, tokens, at, is_day=False) if _sensible(part, tokens)]
    if follows_day and not hours and not days and _bare_hour(tokens, at):
        return Part("at", (tokens[at],), False, at, at + 1)
    best = max([*days, *hours], key=lambda part: part.after, default=None)
    return best if best is None or _weekday_is_meant(best, tokens) else None


def _fitting(forms: Sequence[Form], tokens: Sequence[Token], at: int, *, is_day: bool) -> list[Part]:
    possible = (form for form in forms if not form.begins.isdisjoint(tokens[at].codes))
    lengths = ((form.name, match(form.wanted, tokens, at)) for form in possible)
    return [Part(name, tuple(tokens[at : at + length]), is_day, at, at + length) for name, length in lengths if length]


def _sensible(part: Part, tokens: Sequence[Token]) -> bool:
    """ "until 2" is an hour, "until 2 days" is not."""
    after = tokens[part.after].codes if part.after < len(tokens) else {}
    return part.form != "at" or (UNIT not in after and "M" not in after)


def _bare_hour(tokens: Sequence[Token], at: int) -> bool:
    token = tokens[at]
    return token.codes.keys() == {NUMBER} and token.text.isdigit() and int(token.text) <= 24


def _weekday_is_meant(part: Part, tokens: Sequence[Token]) -> bool:
    """ "mon" and "sat" are words too: a day only beside "on", "next" or an hour, or alone."""
    if not part.has(SHORT) or part.has(WEEKDAY) or part.has(ON) or part.has(NEXT) or len(tokens) == 1:
        return True
    after = tokens[part.after].codes.keys() if part.after < len(tokens) else set()
    return bool(after & {"C", "P", AT, NUMBER})
