"""What an answer leaves open, so that the next bare word has a meaning."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from handlers.messages import Button, Buttons, Event, Means, Reply

UNSURE = "unsure"
"""The bot asked which of several readings was meant."""


@dataclass(frozen=True, slots=True)
class Press:
    """What a button would do."""

    intent: str
    values: dict[str, str]

    @classmethod
    def of(cls, button: Button | None) -> Press | None:
        return cls(button.intent, dict(button.values)) if button else None


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """The buttons of an answer that differ in one value only are a question; so is what was talked about."""

    intent: str
    expects: tuple[str, ...]
    options: tuple[tuple[str, str], ...]
    values: dict[str, str]
    last_intent: str
    last_slots: dict[str, str]
    yes: Press | None = None
    """The button that a bare "yes" presses."""
    no: Press | None = None

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> OpenQuestion:
        return cls(
            intent=data["intent"],
            expects=tuple(data["expects"]),
            options=tuple((label, value) for label, value in data["options"]),
            values=data["values"],
            last_intent=data["last_intent"],
            last_slots=data["last_slots"],
            yes=_press(data.get("yes")),
            no=_press(data.get("no")),
        )

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def question_of(event: Event, reply: Reply) -> OpenQuestion:
    """What this answer to this event asks, if anything, and what it was about."""
    choices = (_choice(block) for block in reversed(reply) if isinstance(block, Buttons))
    choice = next((found for found in choices if found), _Choice())
    return OpenQuestion(
        intent=choice.intent,
        expects=(choice.slot,) if choice.slot else (),
        options=choice.options,
        values=choice.values,
        last_intent=event.intent,
        last_slots=dict(event.values),
        yes=Press.of(_meaning(reply, Means.YES)),
        no=Press.of(_meaning(reply, Means.NO)),
    )


def which_question(event: Event, reply: Reply) -> OpenQuestion:
    """The readings that the bot asks about: "the second one" presses the second button."""
    rows = [block.items for block in reply if isinstance(block, Buttons)]
    buttons = [item for items in rows for item in items if isinstance(item, Button)]
    return OpenQuestion(
        intent=UNSURE,
        expects=(UNSURE,),
        options=tuple((button.label, button.intent) for button in buttons),
        values=dict(event.values),
        last_intent="",
        last_slots={},
    )


def _press(data: dict[str, Any] | None) -> Press | None:
    return Press(data["intent"], data["values"]) if data else None


def _meaning(reply: Reply, wanted: Means) -> Button | None:
    """The one button that says yes, or no; where several do, the word alone does not tell which."""
    buttons = [
        item for block in reply if isinstance(block, Buttons) for item in block.items if isinstance(item, Button)
    ]
    found = [button for button in buttons if button.means is wanted]
    return found[0] if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class _Choice:
    intent: str = ""
    slot: str = ""
    options: tuple[tuple[str, str], ...] = ()
    values: dict[str, str] = field(default_factory=dict)


def _choice(block: Buttons) -> _Choice | None:
    buttons = [item for item in block.items if isinstance(item, Button) and item.means is not Means.NO]
    if len(buttons) < 2 or len({button.intent for button in buttons}) > 1:
        return None
    first = buttons[0]
    differing = [key for key in first.values if len({button.values.get(key) for button in buttons}) > 1]
    if len(differing) != 1 or any(button.values.keys() != first.values.keys() for button in buttons):
        return None
    slot = differing[0]
    options = tuple((button.label, button.values[slot]) for button in buttons)
    return _Choice(first.intent, slot, options, {key: value for key, value in first.values.items() if key != slot})
