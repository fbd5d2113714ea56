"""Everything that a sentence names, as slots, and the sentence as the model sees it."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.language.dates import Moment, find_moment
from bot.language.lexicon import any_word, flat
from bot.language.meaning import Context
from bot.language.normalise import tokens
from bot.language.people import find_people, person_slots
from bot.language.providers import find_providers
from bot.language.slots import find_calendars, find_groups, find_languages, find_role, group_keyword, wanted_language
from bot.language.spans import Span, mask, without_overlaps

TIME, UNTIL, EVERY = "xtime", "xuntil", "xevery"
"""At a moment, until a moment, again and again: "no reminders until Monday" is a pause, "on Mondays" is a plan."""


@dataclass(frozen=True, slots=True)
class Entities:
    """What was found, and the words that are left."""

    slots: dict[str, str] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    kinds: frozenset[str] = frozenset()


def read_entities(text: str, context: Context, common: frozenset[str] = frozenset()) -> Entities:
    """`common`: words that the language has anyway, so that they are not taken for names."""
    asked = context.pending is not None and "provider" in context.pending.expects
    providers = find_providers(text, asked=asked)
    groups = find_groups(text, context.groups)
    languages = find_languages(text)
    moment = find_moment(text, context.now, context.language)
    taken = without_overlaps([*providers, *groups, *languages, *_span_of(moment)])
    people = [
        named
        for named in find_people(text, context.directory, common, context.language)
        if not any(named.span.overlaps(span) for span in taken)
    ]
    spans = without_overlaps([*(named.span for named in people), *taken])
    slots = {
        "provider": ",".join(dict.fromkeys(span.value for span in providers)),
        "calendar_type": ",".join(find_calendars(mask(text, providers))),
        "language": wanted_language(text, languages),
        "group": ",".join(span.value for span in groups) or group_keyword(text),
        "role": find_role(text),
        **person_slots(people),
        **time_slots(moment),
    }
    kinds = frozenset(span.kind for span in spans)
    return Entities({name: value for name, value in slots.items() if value}, tokens(mask(text, spans)), kinds)


def _span_of(moment: Moment | None) -> list[Span]:
    if moment is None:
        return []
    limited = any_word("until").match(flat(moment.text)) is not None
    kind = EVERY if moment.repeats else UNTIL if limited else TIME
    return [Span(moment.start, moment.end, kind)]


def time_slots(moment: Moment | None) -> dict[str, str]:
    """`when` only if there is one reading in the future; else what was written, to ask back."""
    if moment is None:
        return {}
    slots = {"when_text": moment.text}
    if moment.at:
        slots["when"] = moment.at.isoformat()
    elif not moment.repeats:
        slots["when_unclear"] = moment.text
        slots["when_options"] = ",".join(option.isoformat() for option in moment.options)
    return slots
