"""Recognises the video provider that a sentence names, misspelt as it may be."""

from __future__ import annotations

import re

from bot.language.normalise import fold_in_place
from bot.language.slips import within_one_slip
from bot.language.spans import Span

KIND = "xprovider"
_SURE = (
    ("google_meet", r"go+g+le?[\s-]*(?:meets?|met|hangouts?)|g[\s-]?meet|hangouts?"),
    ("goto", r"go[\s-]?(?:to|2)[\s-]?me+t+(?:ing|in|tings?|ings?)?s?|go[\s-]?to[\s-]?webinar|goto|g2m|gotom\w+"),
    ("teams", r"(?:microsoft|ms|office)[\s-]*te?ams?|msteams"),
    ("zoom", r"zo+m+s?|zomm|zoon|zoum|zooom"),
)
_PATTERN = re.compile("|".join(rf"(?P<{name}>\b(?:{pattern})\b)" for name, pattern in _SURE))
_WORD = re.compile(r"[a-z0-9]+")
_TEAMS_SLIPS_NOT = frozenset({"team", "terms", "tears", "teas", "tams", "steams", "beams", "seams", "themas", "tease"})
_PLURAL_BEFORE = frozenset(
    [
        "all",
        "these",
        "those",
        "other",
        "both",
        "several",
        "between",
        "various",
        "different",
        "many",
        "some",
        "two",
        "alle",
        "allen",
        "andere",
        "anderen",
        "beide",
        "beiden",
        "mehrere",
        "welche",
        "unsere",
        "unseren",
        "verschiedene",
        "zwischen",
        "einzelne",
    ]
)
_GERMAN_BEFORE = frozenset(
    word for word in _PLURAL_BEFORE if word.startswith(("alle", "ander", "beide", "mehr", "welch", "unser"))
)
"""Before "teams" they speak of groups of people."""
_MEET_BEFORE = frozenset(
    [
        "my",
        "use",
        "using",
        "via",
        "with",
        "enable",
        "activate",
        "connect",
        "link",
        "google",
        "and",
        "or",
        "for",
        "to",
        "pour",
        "avec",
        "que",
        "mon",
        "et",
        "ou",
        "activer",
        "sur",
        "par",
        "damit",
        "mit",
        "und",
        "oder",
        "mein",
        "aktiviere",
        "nutze",
        "uber",
        "set",
        "up",
        "roll",
        "out",
        "allow",
        "in",
        "configure",
        "turn",
        "on",
        "our",
    ]
)
_MEET_AFTER = frozenset(
    [
        "works",
        "work",
        "account",
        "link",
        "login",
        "fonctionne",
        "marche",
        "compte",
        "geht",
        "funktioniert",
        "konto",
        "aktivieren",
        "einrichten",
        "verbinden",
        "freischalten",
        "setup",
        "activated",
        "anschalten",
        "verknupfen",
    ]
)
_TEAM_BEFORE = frozenset(["ms", "microsoft", "office"])
_TEAM_AFTER = frozenset(["account", "konto", "compte", "login", "app", "call", "meeting", "zugang"])
_ASKED = {"google": "google_meet", "meet": "google_meet", "hangout": "google_meet", "microsoft": "teams", "ms": "teams",
          "team": "teams", "teams": "teams", "logmein": "goto", "go": "goto"}  # fmt: skip
"""What a short word means when the question was which provider."""


def find_providers(text: str, *, asked: bool = False) -> list[Span]:
    """`asked`: the question was which provider, so that "the Google one" is an answer."""
    folded = fold_in_place(text)
    spans = [Span(match.start(), match.end(), KIND, match.lastgroup or "") for match in _PATTERN.finditer(folded)]
    words = list(_WORD.finditer(folded))
    for index, word in enumerate(words):
        before = words[index - 1].group() if index else ""
        after = words[index + 1].group() if index + 1 < len(words) else ""
        value = _loose(word.group(), text[word.start() : word.end() + 1], before, after)
        if not value and asked:
            value = _ASKED.get(word.group(), "")
        if value and not any(span.start <= word.start() < span.end for span in spans):
            spans.append(Span(word.start(), word.end(), KIND, value))
    return sorted(spans, key=lambda span: span.start)


def _loose(word: str, written: str, before: str, after: str) -> str:
    if word == "meet":
        return "google_meet" if _is_meet(written, before, after) else ""
    if word == "team":
        return "teams" if before in _TEAM_BEFORE or after in _TEAM_AFTER else ""
    if word == "teams":
        plural = (
            before in _PLURAL_BEFORE and not written.endswith("-") and (written[0] == "t" or before in _GERMAN_BEFORE)
        )
        return "" if plural else "teams"
    if word[0] == "t" and len(word) >= 4 and word not in _TEAMS_SLIPS_NOT and within_one_slip(word, "teams"):
        return "teams"
    return ""


def _is_meet(written: str, before: str, after: str) -> bool:
    named = written[0].isupper() and bool(before)
    return named or before in _MEET_BEFORE or after in _MEET_AFTER
