"""Draws the fields of a form; each has a label, and what is wrong with it stands below it in words."""

from __future__ import annotations

from typing import Any

from bot.teams.elements import Element, text_block
from bot.teams.markdown import literal, plain
from handlers.messages import Form, Input, InputKind
from handlers.texts import t

CHOICES_AS_LIST = 4


def form_items(form: Form, *, prefix: str, language: str) -> list[Element]:
    """The inputs and their errors; names carry the prefix, so that two forms of one card keep apart."""
    return [element for field in form.inputs for element in _field(field, prefix=prefix, language=language)]


def _field(field: Input, *, prefix: str, language: str) -> list[Element]:
    label = plain(field.label) if field.required else f"{plain(field.label)} {t('(optional)', language)}"
    drawn = _look(field) | {"id": prefix + field.name, "label": label}
    if field.required:
        drawn |= {"isRequired": True, "errorMessage": t("Please fill this in.", language)}
    if not field.error:
        return [drawn]
    wrong = f"\u2717 **{t('Problem:', language)}** {literal(plain(field.error))}"
    return [drawn, text_block(wrong, color="Attention", spacing="Small")]


def _look(field: Input) -> dict[str, Any]:
    hint = {"placeholder": plain(field.hint)} if field.hint else {}
    value = {"value": field.value} if field.value else {}
    match field.kind:
        case InputKind.TEXT:
            return {"type": "Input.Text", "maxLength": field.max_length} | hint | value
        case InputKind.MULTILINE:
            return {"type": "Input.Text", "isMultiline": True, "maxLength": field.max_length} | hint | value
        case InputKind.DATE:
            return {"type": "Input.Date"} | hint | value
        case InputKind.CHOICE:
            choices = [{"title": plain(option.label), "value": option.value} for option in field.options]
            style = "expanded" if len(choices) <= CHOICES_AS_LIST else "compact"
            return {"type": "Input.ChoiceSet", "choices": choices, "style": style, "wrap": True} | hint | value
