"""Judges readings against what the messages mean: one verdict a message, figures over all of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.language.evaluation_sets import Item, groups_in, people_in
from bot.language.intents import CONSEQUENTIAL, FINER, OUT_OF_SCOPE, SMALL_TALK
from bot.language.interpreter import Interpreter
from bot.language.meaning import Understanding


@dataclass(frozen=True, slots=True)
class Verdict:
    """One message and how it was read."""

    item: Item
    readings: tuple[Understanding, ...]

    @property
    def reading(self) -> Understanding:
        return self.readings[0]

    @property
    def intent(self) -> str:
        return self.item.intents[0]

    @property
    def is_outside(self) -> bool:
        return self.intent in {OUT_OF_SCOPE, *SMALL_TALK}

    def accepts(self, intent: str) -> bool:
        accepted = {*self.item.intents[:1], *self.item.also}
        if FINER.get(intent) in accepted:
            return True
        if OUT_OF_SCOPE in accepted and intent in SMALL_TALK:
            return True
        return intent in accepted

    @property
    def right(self) -> bool:
        return self.accepts(self.reading.intent)

    @property
    def acted(self) -> bool:
        return self.reading.band == "act" and self.reading.intent not in {OUT_OF_SCOPE, *SMALL_TALK}

    def right_among(self, count: int) -> bool:
        offered = [self.reading.intent, *(intent for intent, _ in self.reading.alternatives)]
        return any(self.accepts(intent) for intent in offered[:count])

    @property
    def one_click(self) -> bool:
        """Acted on rightly, or the right one is among three buttons, or the menu is right."""
        if self.reading.band == "act":
            return self.right
        return self.right_among(3)

    @property
    def shown(self) -> str:
        """The intent as the confusion table counts it."""
        return OUT_OF_SCOPE if self.reading.intent in SMALL_TALK and self.is_outside else self.reading.intent


def judge(interpreter: Interpreter, items: Sequence[Item]) -> list[Verdict]:
    people, groups = people_in(items), groups_in(items)
    return [Verdict(item, interpreter.understand(item.text, item.context(people, groups))) for item in items]


def share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def figures(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """Everything that `greenroom evaluate --json` prints."""
    single = [verdict for verdict in verdicts if len(verdict.item.intents) == 1]
    outside = [verdict for verdict in single if verdict.is_outside]
    wrong_acts = [verdict for verdict in single if verdict.acted and not verdict.right]
    inside = [verdict for verdict in single if not verdict.is_outside]
    return {
        "messages": len(verdicts),
        "accuracy": accuracy(single),
        "macro_f1": macro_f1(single),
        "top_three": share(sum(verdict.right_among(3) for verdict in inside), len(inside)),
        "one_click": share(sum(verdict.one_click for verdict in inside), len(inside)),
        "acted_wrongly": share(sum(not verdict.is_outside for verdict in wrong_acts), len(inside)),
        "out_of_scope_recall": share(sum(verdict.right for verdict in outside), len(outside)),
        "false_accept_rate": share(sum(verdict.is_outside for verdict in wrong_acts), len(outside)),
        "consequential_false_accepts": sum(verdict.reading.intent in CONSEQUENTIAL for verdict in wrong_acts),
        "forbidden_acts": sum(bool(_acts(verdict) & verdict.item.forbidden) for verdict in verdicts),
        "bands": {band: sum(verdict.reading.band == band for verdict in single) for band in ("act", "ask", "menu")},
        "per_language": per_language(single),
        "per_intent": per_intent(single),
        "slots": slot_figures(verdicts),
        "several_wishes": several(verdicts),
        "times": time_figures(verdicts),
    }


def _acts(verdict: Verdict) -> frozenset[str]:
    return frozenset(reading.intent for reading in verdict.readings)


def accuracy(verdicts: Iterable[Verdict]) -> float:
    rights = [verdict.right for verdict in verdicts]
    return share(sum(rights), len(rights))


def per_language(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    groups: defaultdict[str, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        groups[verdict.item.language].append(verdict)
    return {
        language: {"messages": len(group), "accuracy": accuracy(group), "macro_f1": macro_f1(group)}
        for language, group in sorted(groups.items())
    }


def per_intent(verdicts: Sequence[Verdict]) -> dict[str, dict[str, float]]:
    right: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    false: Counter[str] = Counter()
    for verdict in verdicts:
        if verdict.right:
            right[verdict.intent] += 1
        else:
            missed[verdict.intent] += 1
            false[verdict.shown] += 1
    table = {}
    for intent in sorted({verdict.intent for verdict in verdicts}):
        found = share(right[intent], right[intent] + missed[intent])
        precise = share(right[intent], right[intent] + false[intent])
        f1 = round(2 * found * precise / (found + precise), 4) if found + precise else 0.0
        count = right[intent] + missed[intent]
        table[intent] = {"messages": count, "recall": found, "precision": precise, "f1": f1}
    return table


def macro_f1(verdicts: Sequence[Verdict]) -> float:
    table = per_intent(verdicts)
    return round(sum(row["f1"] for row in table.values()) / len(table), 4) if table else 0.0


def slot_figures(verdicts: Sequence[Verdict]) -> dict[str, dict[str, float]]:
    seen: Counter[str] = Counter()
    exact: Counter[str] = Counter()
    for verdict in verdicts:
        for name, wanted in verdict.item.slots.items():
            seen[name] += 1
            exact[name] += slot_right(verdict, name, wanted)
    return {name: {"messages": seen[name], "exact": share(exact[name], seen[name])} for name in sorted(seen)}


def slot_right(verdict: Verdict, name: str, wanted: frozenset[str]) -> bool:
    """A time may be given as ISO 8601 or as the words of the message."""
    slots: dict[str, str] = {}
    for reading in verdict.readings:
        slots = {**reading.slots, **slots}
    if name == "when" and not any(value[:4].isdigit() for value in wanted):
        return " ".join(sorted(wanted)).lower() in slots.get("when_text", "").lower()
    return frozenset(slots.get(name, "").split(",")) == wanted


def several(verdicts: Sequence[Verdict]) -> dict[str, float]:
    judged = [verdict for verdict in verdicts if verdict.item.source.get("intents")]
    right = sum(tuple(reading.intent for reading in v.readings) == v.item.intents for v in judged)
    return {"messages": len(judged), "right": share(right, len(judged))}


def time_figures(verdicts: Sequence[Verdict]) -> dict[str, float]:
    judged = [verdict for verdict in verdicts if verdict.item.when]
    points = [time_points(verdict) for verdict in judged]
    return {
        "messages": len(judged),
        "right": share(points.count(1.0), len(points)),
        "score": round(sum(point for point in points if point > 0) / len(points), 4) if points else 0.0,
        "silently_wrong": points.count(-1.0),
    }


def time_points(verdict: Verdict) -> float:
    """1 right, 0.5 asked back, 0 not seen, -1 silently wrong."""
    slots = verdict.reading.slots
    wanted = verdict.item.when
    if "when" in slots:
        said = datetime.fromisoformat(slots["when"]).replace(tzinfo=None)
        return 1.0 if wanted[:1].isdigit() and said == datetime.fromisoformat(wanted) else -1.0
    if "when_unclear" in slots:
        return 1.0 if wanted == "unclear" else 0.5
    return 1.0 if wanted == "none" else 0.0
