"""Forms as modals: how they open, what a submitted one says, and how an error gets beside its field."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    DatePickerElement,
    InputBlock,
    OptionGroup,
    PlainTextInputElement,
    PlainTextObject,
    StaticSelectElement,
)
from slack_sdk.models.blocks import Option as SlackOption
from slack_sdk.models.views import View

from bot.channel import Incoming, Letter
from bot.slack import limits
from bot.slack.drawn import bold, context
from bot.slack.elements import Place, presses
from bot.slack.limits import Surface
from bot.slack.markup import literal, plain
from bot.slack.receive import CHANNEL, Known, team_of
from bot.slack.render import SIGNS, drawings
from handlers.messages import Form, Input, InputKind, Option, Reply, Tone
from handlers.texts import t

CALLBACK = "form"
INPUT = "input"
LONG_WAIT = 2.0
"""How long a submitted modal waits for its answer; Slack waits for three seconds."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """Which form a modal showed, and where its answer goes."""

    letter: str
    number: int
    conversation: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the modal is told: errors beside its fields, a new drawing, or neither to close."""

    errors: Mapping[str, str] | None = None
    view: Mapping[str, Any] | None = None


def form_of(reply: Reply, number: int) -> Form | None:
    """The form behind a button's number."""
    found = [*presses(reply)][number : number + 1]
    return found[0] if found and isinstance(found[0], Form) else None


def view(
    letter: Letter, form: Form, submitted: Submitted, *, above: Sequence[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """The modal: https://docs.slack.dev/reference/views/modal-views/"""
    title = plain(form.title).strip() or "Greenroom"
    fits = len(title) <= limits.MODAL_TITLE
    heading = [] if fits else [drawn.block for drawn in bold(title)]
    inputs = [block for number, field in enumerate(form.inputs) for block in _input(field, number)]
    return View(
        type="modal",
        callback_id=CALLBACK,
        title=PlainTextObject(text=title if fits else _cut(title, limits.MODAL_TITLE), emoji=False),
        submit=PlainTextObject(text=_button(form.submit, t("Send", letter.language)), emoji=False),
        close=PlainTextObject(text=_button(t("Cancel", letter.language), "Cancel"), emoji=False),
        private_metadata=json.dumps({"m": submitted.letter, "n": submitted.number, "c": submitted.conversation}),
        blocks=[*map(dict, [*heading, *above]), *inputs] or [dict(context(literal(title)).block)],
    ).to_dict()


def submitted(body: Mapping[str, Any]) -> Submitted | None:
    """What a submitted modal says about itself."""
    try:
        said = json.loads(body["view"]["private_metadata"])
        return Submitted(letter=said["m"], number=said["n"], conversation=said["c"])
    except (KeyError, ValueError, TypeError):
        return None


def submission(body: Mapping[str, Any], form: Form, which: Submitted, known: Known) -> Incoming:
    """https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload/"""
    user, team = body["user"]["id"], team_of(body)
    state = body["view"]["state"]["values"]
    values = {field.name: _value(field, state.get(f"{INPUT}{number}", {})) for number, field in enumerate(form.inputs)}
    return Incoming(
        channel=CHANNEL,
        id=f"submit:{_identity(body, values)}",
        workspace=team,
        account=user,
        conversation=which.conversation,
        intent=form.intent,
        values={**form.values, **values},
        message=which.letter,
        public=which.conversation not in {"", "home"} and not which.conversation.startswith("D"),
        locale=known.locale(team, user),
    )


class Submissions:
    """Modals that are waiting for the answer to what was submitted."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[str, str], tuple[Form, Submitted, asyncio.Future[Answer]]] = {}

    def expect(self, incoming: Incoming, form: Form, which: Submitted) -> asyncio.Future[Answer]:
        """The answer that `answered` will take out of the letters."""
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting[incoming.workspace, incoming.account] = (form, which, future)
        return future

    def forget(self, incoming: Incoming) -> None:
        self._waiting.pop((incoming.workspace, incoming.account), None)

    def answered(self, letter: Letter) -> bool:
        """Whether a waiting modal shows this letter; any other answer to its person just closes the modal."""
        key = (letter.workspace, letter.account)
        if letter.bulk or key not in self._waiting:
            return False
        form, which, future = self._waiting.pop(key)
        if future.done():
            return False
        answer = _answer(letter, form, which)
        future.set_result(answer or Answer())
        return answer is not None


def _answer(letter: Letter, form: Form, which: Submitted) -> Answer | None:
    again = next((block for block in letter.reply if isinstance(block, Form) and block.intent == form.intent), None)
    if again is None or not any(field.error for field in again.inputs):
        return None
    names = [field.name for field in form.inputs]
    errors = {f"{INPUT}{names.index(f.name)}": plain(f.error) for f in again.inputs if f.error and f.name in names}
    others = tuple(block for block in letter.reply if block is not again)
    if not others and [field.name for field in again.inputs] == names:
        return Answer(errors=errors)
    place = Place(letter=letter.id, language=letter.language, surface=Surface.MODAL)
    above = [drawn.block for drawn in drawings(others, place)]
    number = [*presses(letter.reply)].index(again)
    return Answer(view=view(letter, again, Submitted(letter.id, number, which.conversation), above=above))


def _identity(body: Mapping[str, Any], values: Mapping[str, str]) -> str:
    view_id = body["view"].get("id", "")
    if trigger := body.get("trigger_id"):
        return f"{view_id}:{trigger}"
    content = json.dumps(values, sort_keys=True)
    return f"{view_id}:{body['view'].get('hash', '')}:{sha256(content.encode()).hexdigest()[:16]}"


def _button(label: str, otherwise: str) -> str:
    label = plain(label).strip()
    return label if 0 < len(label) <= limits.MODAL_TITLE else _cut(otherwise, limits.MODAL_TITLE)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"


def _input(field: Input, number: int) -> Iterator[Block | dict[str, Any]]:
    name = f"{INPUT}{number}"
    label = plain(field.label).strip() or field.name
    yield InputBlock(
        block_id=name,
        label=PlainTextObject(text=_cut(label, 2000), emoji=False),
        hint=PlainTextObject(text=_cut(plain(field.hint), 2000), emoji=False) if field.hint.strip() else None,
        element=_element(field, name),
        optional=not field.required,
    )
    if field.error:
        yield dict(context(f"{SIGNS[Tone.WARNING]} {literal(plain(field.error))}"[: limits.SECTION]).block)


def _element(field: Input, name: str) -> PlainTextInputElement | StaticSelectElement | DatePickerElement:
    match field.kind:
        case InputKind.TEXT | InputKind.MULTILINE:
            longest = min(max(field.max_length, 1), 3000)
            return PlainTextInputElement(
                action_id=name,
                initial_value=field.value[:longest] or None,
                multiline=field.kind is InputKind.MULTILINE,
                max_length=longest,
            )
        case InputKind.DATE:
            return DatePickerElement(action_id=name, initial_date=_date(field.value))
        case InputKind.CHOICE:
            return _select(field, name)


def _select(field: Input, name: str) -> StaticSelectElement | PlainTextInputElement:
    if not field.options:
        return PlainTextInputElement(action_id=name, initial_value=field.value or None)
    options = [_option(option, number) for number, option in enumerate(field.options)]
    chosen = next((o for o, given in zip(options, field.options, strict=True) if given.value == field.value), None)
    if len(options) <= limits.OPTIONS:
        return StaticSelectElement(action_id=name, options=options, initial_option=chosen)
    groups = [
        OptionGroup(label=f"{begin + 1}–{min(begin + limits.OPTIONS, len(options))}", options=group)
        for begin in range(0, len(options), limits.OPTIONS)
        if (group := options[begin : begin + limits.OPTIONS])
    ]
    return StaticSelectElement(action_id=name, option_groups=groups, initial_option=chosen)


def _option(option: Option, number: int) -> SlackOption:
    label = plain(option.label).strip() or option.value
    # A long label goes on in the option's description.
    more = label[limits.OPTION - 1 :] if len(label) > limits.OPTION else ""
    text = f"{label[: limits.OPTION - 1]}…" if more else label
    return SlackOption(
        text=PlainTextObject(text=text, emoji=False),
        value=str(number),
        description=PlainTextObject(text=_cut(f"…{more}", limits.OPTION), emoji=False) if more else None,
    )


def _date(value: str) -> str | None:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        return None


def _value(field: Input, state: Mapping[str, Any]) -> str:
    said: Mapping[str, Any] = next(iter(state.values()), {})
    if said.get("type") == "static_select":
        number = (said.get("selected_option") or {}).get("value", "")
        return field.options[int(number)].value if number.isdecimal() and int(number) < len(field.options) else ""
    return said.get("selected_date") or said.get("value") or ""
