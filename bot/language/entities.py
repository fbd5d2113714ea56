"""Everything that a sentence names, as slots, and the sentence as the model sees it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bot.language.meaning import Context
from bot.language.normalise import tokens
from bot.language.providers import find_providers
from bot.language.spans import Span, mask, without_overlaps

_ADDRESS = re.compile(r"<@[^>]+>|[\w.+-]+@[\w-]+\.[\w.-]+\w|(?<!\w)@\w[\w.-]*")


@dataclass(frozen=True, slots=True)
class Entities:
    """What was found, and the words that are left."""

    slots: dict[str, str] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    kinds: frozenset[str] = frozenset()


def read_entities(text: str, context: Context) -> Entities:
    spans = [Span(match.start(), match.end(), "xperson", match.group()) for match in _ADDRESS.finditer(text)]
    spans = without_overlaps([*spans, *find_providers(text)])
    slots: dict[str, str] = {}
    providers = list(dict.fromkeys(span.value for span in spans if span.kind == "xprovider"))
    if providers:
        slots["provider"] = ",".join(providers)
    people = [span.value for span in spans if span.kind == "xperson"]
    if people:
        found = context.directory.find(people[0])
        slots["person"] = found[0].id if len(found) == 1 else people[0]
    return Entities(slots, tokens(mask(text, spans)), frozenset(span.kind for span in spans))
