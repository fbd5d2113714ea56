"""Recognises the video provider that a sentence names, misspelt as it may be."""

from __future__ import annotations

import re

from bot.language.spans import Span

_EXACT = (
    ("google_meet", r"google[\s-]*(?:meet|hangouts?)|g[\s-]?meet|hangouts?"),
    ("goto", r"go\s?-?to\s?-?(?:meeting|meetings|meetin|meting|webinar)s?|gotom\w+|logmein"),
    ("teams", r"(?:microsoft|ms|m\$|office)[\s-]*teams?|msteams"),
    ("zoom", r"zoom|zoomus"),
)
_PATTERN = re.compile("|".join(rf"(?P<{name}>\b(?:{pattern})\b)" for name, pattern in _EXACT), re.IGNORECASE)


def find_providers(text: str) -> list[Span]:
    spans = []
    for match in _PATTERN.finditer(text):
        name = match.lastgroup or ""
        spans.append(Span(match.start(), match.end(), "xprovider", name))
    for match in re.finditer(r"\bTeams\b|\bteams\b", text):
        spans.append(Span(match.start(), match.end(), "xprovider", "teams"))
    for match in re.finditer(r"\bGoTo\b|\bMeet\b", text):
        spans.append(Span(match.start(), match.end(), "xprovider", "goto" if "G" in match.group() else "google_meet"))
    return spans
