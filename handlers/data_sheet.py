"""The data sheet for works councils and data protection officers: which data, for what, who sees it, how long."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from handlers.discretion import NEED_TO_ACT
from handlers.texts import label, t
from storage.retention import PERIODS


@dataclass(frozen=True, slots=True)
class Line:
    """One class of data."""

    data: str
    purpose: str
    seen_by: str
    days: int = 0
    after_leaving: bool = False
    """The days count from when the person has left; otherwise from when it was stored."""
    until: str = ""
    """What ends it, where no days do."""


OWN_AND_ADMINS = label("the person; owners, HR and IT admins of the company")
NOBODY = label("nobody")
LINES = (
    Line(
        label("Name, e-mail address, office, department, language, time zone (from the HR system)"),
        label("To know who hosts interviews and to reach them"),
        OWN_AND_ADMINS,
        days=PERIODS.leavers.days,
        after_leaving=True,
    ),
    Line(
        label("Account in Slack or Microsoft Teams"),
        label("To answer and to send the link to connect"),
        NOBODY,
        days=PERIODS.leavers.days,
        after_leaving=True,
    ),
    Line(
        label("E-mail address of a chat account that matches nobody in the HR system"),
        label("To let admins correct an address, so that the account works"),
        label("owners, HR and IT admins of the company"),
        until=label("as soon as the account is somebody's, or has left the chat"),
    ),
    Line(
        label("State of the calendar and video connection, with its source and time"),
        label("To say who is ready for interviews, why not, and who can fix it"),
        OWN_AND_ADMINS,
        days=PERIODS.leavers.days,
        after_leaving=True,
    ),
    Line(
        label("Permission of Cronofy for calendar and video account, encrypted"),
        label("To look up the state and to make the link to connect"),
        NOBODY,
        days=PERIODS.leavers.days,
        after_leaving=True,
    ),
    Line(
        label("Links that were sent, as hashes"),
        label("To make sure that each link works once, for one person"),
        NOBODY,
        days=PERIODS.links.days,
    ),
    Line(
        label("Messages to the bot"),
        label("To answer each of them exactly once"),
        label("the person"),
        days=PERIODS.messages_in.days,
    ),
    Line(
        label("Messages of the bot"),
        label("To send each of them exactly once and to bring it up to date"),
        label("the person"),
        days=PERIODS.messages_out.days,
    ),
    Line(
        label("Messages that were not understood, without names, and only where the company agreed to keep them"),
        label("To understand people better"),
        label("whoever runs Greenroom"),
        days=PERIODS.phrases.days,
    ),
    Line(
        label("Reminders: who was asked, when, how often, and what became of it"),
        label("To stop as soon as somebody is connected, and never to ask too often"),
        label("the person; admins as far as the mode below allows"),
        days=PERIODS.campaigns.days,
    ),
    Line(
        label("Requests between colleagues: which step or whose problem, open or done"),
        label("To know who acts next, and to ask nobody twice"),
        label("both colleagues; owners, HR and IT admins of the company"),
        days=PERIODS.tasks.days,
    ),
    Line(
        label("Test interviews: when, with which provider, and whether a link appeared"),
        label("To prove that video interviews work"),
        OWN_AND_ADMINS,
        days=PERIODS.proofs.days,
    ),
    Line(
        label("Record of which admin asked or changed what about whom, as numbers"),
        label("To let each person see who looked at their status"),
        label("the person; whoever runs Greenroom"),
        days=PERIODS.audit.days,
    ),
)
NEVER = (
    label("Passwords, contents of calendars and of interviews are never read or stored."),
    label("Nobody is ranked, and it is not measured how fast somebody reacts."),
    label("No decision about a person is made by the program."),
)


def data_sheet(language: str) -> str:
    """The whole sheet as plain text."""
    return "\n".join(_lines(language))


def _lines(language: str) -> Iterator[str]:
    yield t("Greenroom: data sheet", language)
    yield ""
    yield t("Purpose: every host of interviews is able to hold them by video.", language)
    for line in LINES:
        yield ""
        yield f"- {t(line.data, language)}"
        yield "  " + t("What for: {purpose}", language, purpose=t(line.purpose, language))
        yield "  " + t("Who sees it: {people}", language, people=t(line.seen_by, language))
        yield "  " + t("Deleted: {when}", language, when=_when(line, language))
    yield ""
    yield from (f"- {t(each, language)}" for each in NEVER)
    yield "- " + t(
        "After the app was uninstalled, everything is deleted within {count} days.",
        language,
        count=PERIODS.uninstalled.days,
    )
    yield "- " + t("Each person can see, take away and delete their own data: “what is stored about me?”.", language)
    yield ""
    yield t("In the works-council mode:", language)
    yield from (f"- {t(each, language)}" for each in NEED_TO_ACT)


def _when(line: Line, language: str) -> str:
    if line.until:
        return t(line.until, language)
    if line.after_leaving:
        return t("{count} days after the person has left, or when they ask for it", language, count=line.days)
    return t("after {count} days", language, count=line.days)
