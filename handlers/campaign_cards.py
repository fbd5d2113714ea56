"""Draws a campaign that was sent: its progress and its result."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import timedelta

from handlers.messages import (
    Block,
    Button,
    Buttons,
    Fact,
    Facts,
    Heading,
    Person,
    Progress,
    Reply,
    Status,
    Table,
    Tone,
)
from handlers.moments import duration_text, moment_text
from handlers.readiness import Provider
from handlers.texts import label, t
from storage.campaigns import Counts, Outcome
from storage.models import Campaign
from storage.states import (
    ACTIVE,
    ASKED_ENOUGH,
    CANCELLED,
    CONNECTED,
    DONE,
    DRAFT,
    FAILED,
    OPTED_OUT,
    PAUSED,
    RUNNING,
    SENT,
    STOPPED,
    UNKNOWN,
    UNREACHABLE,
)

STATES: Mapping[str, str] = {
    ACTIVE: label("Being reminded"),
    CONNECTED: label("Connected"),
    OPTED_OUT: label("Hosts no interviews, as they said"),
    UNREACHABLE: label("Not reachable"),
    STOPPED: label("Not needed any more"),
    ASKED_ENOUGH: label("Asked as often as planned"),
}
TITLES: Mapping[str, str] = {
    DRAFT: label("Rehearsal: reminders for {provider}"),
    RUNNING: label("Reminders for {provider} are running"),
    PAUSED: label("Reminders for {provider} are paused"),
    CANCELLED: label("Reminders for {provider} were cancelled"),
    DONE: label("Reminders for {provider} are done"),
}


def progress_card(campaign: Campaign, counts: Counts, reader: Person, *, a_second: float) -> Reply:
    """How far it is, as numbers and as a bar, with what can be done about it."""
    language = reader.language
    reached = counts.people - counts.first_waiting
    tone = Tone.WARNING if campaign.state == PAUSED else Tone.GOOD if campaign.state == DONE else Tone.NEUTRAL
    blocks: list[Block] = [Heading(title_of(campaign, language)), Status(tone, connected_line(counts, language))]
    if counts.people:
        label_text = t("{sent} of {people} have got a message", language, sent=reached, people=counts.people)
        blocks.append(Progress(label_text, reached, counts.people))
    blocks.append(Facts(tuple(_numbers(campaign, counts, reader, a_second))))
    blocks.append(_campaign_buttons(campaign, language))
    return tuple(blocks)


def result_card(campaign: Campaign, counts: Counts, outcomes: Sequence[Outcome], reader: Person) -> Reply:
    """The result by cause, and as text that a spreadsheet opens."""
    language = reader.language
    rows = [(t(STATES[state], language), str(count)) for state, count in sorted(counts.states.items())]
    refused = [(t("Refused: {cause}", language, cause=cause), str(many)) for cause, many in counts.reasons.items()]
    table = Table(
        caption=t("Result", language),
        columns=(t("What became of it", language), t("People", language)),
        rows=tuple(rows + refused),
        total=len(rows) + len(refused),
    )
    button = Button(t("As CSV", language), "campaign_export", {"campaign": str(campaign.id)})
    return (Heading(title_of(campaign, language)), Status(Tone.NEUTRAL, connected_line(counts, language)), table) + (
        (Buttons((button,)),) if outcomes else ()
    )


def csv_text(outcomes: Sequence[Outcome], reader: Person) -> str:
    """One line a person; a cell that a spreadsheet would take for a formula is made text."""
    language = reader.language
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow(_csv_columns(language))
    for one in outcomes:
        state = t(STATES[one.state], language)
        following = one.next_at.isoformat(timespec="minutes") if one.next_at else ""
        cells = (one.name, one.email, one.department, state, one.reason, str(one.messages), following)
        rows.writerow([safe_cell(cell) for cell in cells])
    return written.getvalue()


def safe_cell(text: str) -> str:
    """https://owasp.org/www-community/attacks/CSV_Injection"""
    return f"'{text}" if text.lstrip()[:1] in ("=", "+", "-", "@") or text[:1] in ("\t", "\r") else text


def _csv_columns(language: str) -> tuple[str, ...]:
    return (
        t("Name", language),
        t("E-mail", language),
        t("Department", language),
        t("What became of it", language),
        t("Reason", language),
        t("Messages", language),
        t("Next message", language),
    )


def title_of(campaign: Campaign, language: str) -> str:
    return t(TITLES[campaign.state], language, provider=Provider(campaign.provider).display_name)


def connected_line(counts: Counts, language: str) -> str:
    done = counts.states.get(CONNECTED, 0)
    return t("{done} of {people} are connected", language, done=done, people=counts.people)


def _numbers(campaign: Campaign, counts: Counts, reader: Person, a_second: float) -> list[Fact]:
    language = reader.language
    messages = counts.messages
    rows = [Fact(t("Messages sent", language), str(messages.get(SENT, 0)))]
    rows += [
        Fact(t(STATES[state], language), str(counts.states[state]))
        for state in (ACTIVE, OPTED_OUT, UNREACHABLE, STOPPED, ASKED_ENOUGH)
        if counts.states.get(state)
    ]
    if doubtful := messages.get(UNKNOWN, 0):
        rows.append(Fact(t("Perhaps not arrived", language), str(doubtful)))
    if messages.get(FAILED, 0):
        causes = ", ".join(f"{cause} ({many})" for cause, many in counts.reasons.items())
        rows.append(Fact(t("Refused by the chat", language), causes))
    if campaign.state == RUNNING and counts.first_waiting:
        left = duration_text(timedelta(seconds=counts.first_waiting / a_second), language)
        rows.append(Fact(t("Sending takes", language), left))
    if campaign.state == RUNNING and counts.next_at:
        rows.append(Fact(t("Next message", language), moment_text(counts.next_at, reader.timezone, language)))
    if campaign.state == PAUSED and campaign.resume_at:
        rows.append(Fact(t("Goes on", language), moment_text(campaign.resume_at, reader.timezone, language)))
    return rows


def _campaign_buttons(campaign: Campaign, language: str) -> Buttons:
    values = {"campaign": str(campaign.id)}
    result = Button(t("Result", language), "campaign_result", values)
    refresh = Button(t("Refresh", language), "campaign_show", values, in_place=True, refreshes=True)
    cancel = Button(t("Cancel the rest", language), "campaign_cancel", values, danger=True, in_place=True)
    match campaign.state:
        case "running":
            pause = Button(t("Pause", language), "campaign_pause", values, in_place=True)
            return Buttons((pause, cancel, result, refresh))
        case "paused":
            resume = Button(t("Resume", language), "campaign_resume", values, primary=True, in_place=True)
            return Buttons((resume, cancel, result))
    return Buttons((result,))


def listed_days(days: Sequence[int], language: str) -> str:
    """0, 2, 6 and 13 as people say them: day 1 is the first."""
    *first, last = [str(day + 1) for day in days]
    return t("{days} and {last}", language, days=", ".join(first), last=last) if first else last
