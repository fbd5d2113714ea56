"""The reminder that a person gets, and what its message says when it is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handlers.messages import Button, Buttons, Note, Reply, Status, Text, Tone
from handlers.moments import moment_text
from handlers.readiness import Provider
from handlers.texts import n, t
from storage.states import CONNECTED, OPTED_OUT


@dataclass(frozen=True, slots=True)
class Nudge:
    """One reminder to one person."""

    first_name: str
    language: str
    provider: Provider
    asked_by: str
    """The name of the admin who asked for it; empty when they have left."""
    company: str
    number: int
    """1 is the first message."""
    most: int
    told_on: str = ""
    """The day on which whoever asked is told that this person has not connected; empty when nobody is."""
    phrase: str = ""
    """What the admin's announcement says too, so that people can compare."""


def nudge_card(nudge: Nudge) -> Reply:
    """What is asked, by whom, how often; and every way out of it."""
    language = nudge.language
    return (
        Text(nudge_text(nudge)),
        Note(_how_often(nudge)),
        Note(_how_to_check(nudge)),
        *nudge_buttons(nudge.provider, language),
    )


def nudge_text(nudge: Nudge) -> str:
    language, provider = nudge.language, nudge.provider.display_name
    values = {"name": nudge.first_name, "provider": provider, "company": nudge.company}
    if nudge.number > 1:
        return t(
            "Hello {name}, a short reminder: your {provider} is not connected yet, so your interviews at {company} "
            "cannot get a video link. It takes about two minutes, once.",
            language,
            **values,
        )
    if not nudge.asked_by:
        return t(
            "Hello {name}, everybody who interviews for {company} is asked to connect {provider}. "
            "It takes about two minutes, once.",
            language,
            **values,
        )
    return t(
        "Hello {name}, {admin} asks everybody who interviews for {company} to connect {provider}. "
        "It takes about two minutes, once.",
        language,
        admin=nudge.asked_by,
        **values,
    )


def nudge_buttons(provider: Provider, language: str) -> tuple[Buttons, Buttons]:
    values = {"provider": provider.value}
    return (
        Buttons(
            (
                Button(t("Connect now", language), "connect", values, primary=True, in_place=True),
                Button(t("Remind me later", language), "snooze", values, in_place=True),
                Button(t("I've done it", language), "done", values, in_place=True),
            )
        ),
        Buttons(
            (
                Button(t("I don't host interviews", language), "opt_out", values, in_place=True),
                Button(t("Why me?", language), "why_me", values),
                Button(t("Is this real?", language), "is_it_real"),
            )
        ),
    )


def ended_card(provider: Provider, state: str, ended_at: datetime, *, timezone: str, language: str) -> Reply:
    """A reminder that is over, in words that stay true however old the message is."""
    moment = moment_text(ended_at, timezone, language)
    name = provider.display_name
    if state == CONNECTED:
        return (
            Status(Tone.GOOD, t("{provider} was connected: {moment}", language, provider=name, moment=moment)),
            Text(t("Thank you! The reminders have ended.", language)),
        )
    if state == OPTED_OUT:
        status = t("You host no interviews, as you told me: {moment}", language, moment=moment)
        button = Button(t("I do host interviews", language), "opt_in", {"provider": provider.value}, in_place=True)
        return (Status(Tone.NEUTRAL, status), Buttons((button,)))
    status = t("This reminder for {provider} ended: {moment}", language, provider=name, moment=moment)
    button = Button(t("Connect now", language), "connect", {"provider": provider.value}, in_place=True)
    return (Status(Tone.NEUTRAL, status), Buttons((button,)))


def _how_to_check(nudge: Nudge) -> str:
    """Who started it, the phrase, and a way that needs no click."""
    language = nudge.language
    started = t("Started by {admin}.", language, admin=nudge.asked_by) + " " if nudge.asked_by else ""
    return started + t(
        "The phrase of the announcement: {phrase}. To check without a click, open your settings in Personio yourself.",
        language,
        phrase=nudge.phrase,
    )


def _how_often(nudge: Nudge) -> str:
    left = nudge.most - nudge.number
    if left <= 0 and nudge.told_on:
        return t(
            "This is the last reminder. If it is not connected by {day}, I tell {name}, who asked for it.",
            nudge.language,
            day=nudge.told_on,
            name=nudge.asked_by,
        )
    if left <= 0:
        return t("This is the last reminder.", nudge.language)
    return n(
        "At most {count} more reminder; none once you are connected.",
        "At most {count} more reminders; none once you are connected.",
        left,
        nudge.language,
    )
