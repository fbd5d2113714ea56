"""What strict links show: please sign in, and: this link was made for somebody else."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.responses import Response

from bot.pages.render import CSRF_FIELD, Submit, page
from handlers.messages import Person, Tone
from handlers.texts import t


def ask_who(vendor: str, language: str, *, csrf: str, origins: Sequence[str]) -> Response:
    """Nothing about the link's person is told before the browser has shown whose it is."""
    text = t(
        "This link was made for one person. Please sign in with {vendor} first, so that nobody else can use it.",
        language,
        vendor=vendor,
    )
    button = Submit(t("Sign in with {vendor}", language, vendor=vendor), "", {CSRF_FIELD: csrf})
    headline = t("Is it you?", language)
    return page(Tone.NEUTRAL, language, headline=headline, text=text, primary=button, origins=origins)


def somebody_else(opener: Person | None, language: str, *, csrf: str) -> Response:
    """A kind refusal, and the opener's own link where they are known."""
    headline = t("This link was made for somebody else", language)
    if opener is None or not csrf:
        text = t("Please write to the bot in your chat: it makes one for you.", language)
        return page(Tone.WARNING, language, headline=headline, text=text, status=403)
    text = t("No harm was done. I can send you your own link in the chat, {name}.", language, name=opener.first_name)
    button = Submit(t("Send me my own link", language), "", {CSRF_FIELD: csrf})
    return page(Tone.WARNING, language, headline=headline, text=text, primary=button, status=403)
