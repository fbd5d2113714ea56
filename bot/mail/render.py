"""Draws a letter as an e-mail: plain text, and the same as simple HTML."""

from __future__ import annotations

from email.message import EmailMessage

from markupsafe import Markup

from bot.pages.markdown import markdown, plain
from handlers.messages import Heading, Reply, Text

PAGE = Markup('<!doctype html><html lang="{}"><body style="font-family:sans-serif;line-height:1.5">{}</body></html>')


def draw(subject: str, body: str, *, language: str = "en") -> EmailMessage:
    """The message without addresses."""
    message = EmailMessage()
    message["Subject"] = plain(subject)
    message.set_content("\n".join(plain(line).replace("**", "") for line in body.split("\n")))
    message.add_alternative(str(PAGE.format(language, markdown(body))), subtype="html")
    return message


def draw_reply(reply: Reply, *, language: str) -> EmailMessage:
    """The heading is the subject; a letter is made of text alone."""
    subject = next((block.text for block in reply if isinstance(block, Heading)), "Greenroom")
    body = "\n\n".join(block.text for block in reply if isinstance(block, Text))
    return draw(subject, body, language=language or "en")
