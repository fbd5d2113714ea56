"""The page after the return from Cronofy: what came of it."""

from __future__ import annotations

from starlette.responses import Response

from bot.pages.render import page
from handlers.link_flow import Outcome, Result
from handlers.links import CALENDAR
from handlers.messages import Tone
from handlers.texts import t


def result_page(result: Result, language: str) -> Response:
    provider = result.followed.provider_name
    close = t("You can close this page and go back to the chat.", language)
    link = result.followed.link
    match result.outcome:
        case Outcome.CONNECTED if link and link.purpose == CALENDAR:
            return page(Tone.GOOD, language, headline=t("The calendar is connected", language), text=close)
        case Outcome.CONNECTED:
            headline = t("{provider} is connected", language, provider=provider)
            return page(Tone.GOOD, language, headline=headline, text=close)
        case Outcome.HELD:
            text = t("Nothing was lost: the chat says which account it was, and what you can do.", language)
            headline = t("Another account was connected", language)
            return page(Tone.WARNING, language, headline=headline, text=text)
        case Outcome.REFUSED:
            text = t("Nothing was changed. The chat tells you what may help.", language)
            return page(Tone.WARNING, language, headline=t("It was not connected", language), text=text)
        case Outcome.NOT_YET:
            text = t("I keep looking for an hour and tell you in the chat as soon as I see it.", language)
            headline = t("Cronofy does not show the connection yet", language)
            return page(Tone.NEUTRAL, language, headline=headline, text=text)
        case Outcome.CANNOT_TELL:
            text = t("I keep looking for an hour and tell you in the chat as soon as I see it.", language)
            return page(Tone.WARNING, language, headline=t("I could not check it just now", language), text=text)
    text = t("Please ask me in the chat how far you are.", language)
    return page(Tone.WARNING, language, headline=t("I don't know this page", language), text=text, status=404)
