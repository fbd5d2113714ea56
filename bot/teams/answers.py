"""What a press on a card is answered with, in the request itself."""

from __future__ import annotations

from typing import Any

from botbuilder.core import InvokeResponse, TurnContext
from botbuilder.schema import Activity, ActivityTypes

Answer = dict[str, Any]


# https://learn.microsoft.com/adaptive-cards/authoring-cards/universal-action-model#response-format
def card_answer(drawn: dict[str, Any]) -> Answer:
    """This card takes the place of the one that was pressed, for the person who pressed it."""
    return {"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive", "value": drawn}


def message_answer(text: str) -> Answer:
    """A line under the card."""
    return {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": text}


def error_answer(status: int, code: str, message: str) -> Answer:
    """What went wrong; the request itself still succeeds, or Teams would only say that something happened."""
    value = {"code": code, "message": message}
    return {"statusCode": status, "type": "application/vnd.microsoft.error", "value": value}


async def respond(context: TurnContext, answer: Answer) -> None:
    """Leave the answer where the adapter finds it when the turn is over."""
    value = InvokeResponse(status=200, body=answer)
    await context.send_activity(Activity(type=ActivityTypes.invoke_response, value=value))
