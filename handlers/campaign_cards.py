"""Draws a campaign that was sent: its progress and its result."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import timedelta

from handlers.discretion import Discreet, hides, not_broken_down
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
TO_BE_HELPED: Mapping[str, str] = {
    ACTIVE: label("Not ready yet"),
    ASKED_ENOUGH: label("Not ready yet"),
    UNREACHABLE: label("Not reachable"),
}
STATE_COLUMNS = 4
"""Name, address, department and state: what the works-council mode keeps of the file."""
HELD_BECAUSE: Mapping[str, str] = {
    "suspicious": label("somebody reported the message as suspicious"),
    "in_vain": label("several people tried and nobody got through"),
}
TITLES: Mapping[str, str] = {
    DRAFT: label("Rehearsal: reminders for {provider}"),
    RUNNING: label("Reminders for {provider} are running"),
    PAUSED: label("Reminders for {provider} are paused"),
    CANCELLED: label("Reminders for {provider} were cancelled"),
    DONE: label("Reminders for {provider} are done"),
}


def progress_card(campaign: Campaign, counts: Counts, reader: Person, *, a_second: float, where: Discreet) -> Reply:
    """How far it is, as numbers and as a bar, with what can be done about it."""
    language = reader.language
    reached = counts.people - counts.first_waiting
    if are_small(where, counts):
        kept_back = (*_held_back(campaign, counts, reader), not_broken_down(language))
        return (Heading(title_of(campaign, language)), *kept_back, _campaign_buttons(campaign, language))
    tone = Tone.WARNING if campaign.state == PAUSED else Tone.GOOD if campaign.state == DONE else Tone.NEUTRAL
    blocks: list[Block] = [Heading(title_of(campaign, language)), Status(tone, connected_line(counts, language))]
    if counts.people:
        label_text = t("{sent} of {people} have got a message", language, sent=reached, people=counts.people)
        blocks.append(Progress(label_text, reached, counts.people))
    blocks.append(Facts(tuple(_numbers(campaign, counts, reader, a_second))))
    blocks.append(_campaign_buttons(campaign, language))
    return tuple(blocks)


def result_card(
    campaign: Campaign, counts: Counts, outcomes: Sequence[Outcome], reader: Person, *, where: Discreet
) -> Reply:
    """The result by cause, and as text that a spreadsheet opens."""
    language = reader.language
    button = Button(t("As CSV", language), "campaign_export", {"campaign": str(campaign.id)})
    file = (Buttons((button,)),) if outcomes else ()
    if are_small(where, counts):
        return (Heading(title_of(campaign, language)), not_broken_down(language), *file)
    rows = [(t(STATES[state], language), str(count)) for state, count in sorted(counts.states.items())]
    refused = [(t("Refused: {cause}", language, cause=cause), str(many)) for cause, many in counts.reasons.items()]
    table = Table(
        caption=t("Result", language),
        columns=(t("What became of it", language), t("People", language)),
        rows=tuple(rows + refused),
        total=len(rows) + len(refused),
    )
    undo = Button(t("Who hosts no interviews?", language), "manage_interviewers")
    more = (Buttons((button, undo)),) if outcomes and counts.states.get(OPTED_OUT) else file
    connected = Status(Tone.NEUTRAL, connected_line(counts, language))
    return (Heading(title_of(campaign, language)), connected, table, *more)


def csv_text(outcomes: Sequence[Outcome], reader: Person, *, where: Discreet) -> str:
    """One line a person; a cell that a spreadsheet would take for a formula is made text."""
    language = reader.language
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\n")
    columns = _csv_columns(language)
    rows.writerow(columns[:STATE_COLUMNS] if where.works_council else columns)
    for one in outcomes:
        cells = _to_be_helped(one, language) if where.works_council else _cells(one, language)
        if cells:
            rows.writerow([safe_cell(cell) for cell in cells])
    return written.getvalue()


def _cells(one: Outcome, language: str) -> tuple[str, ...]:
    following = one.next_at.isoformat(timespec="minutes") if one.next_at else ""
    state = t(STATES[one.state], language)
    return (one.name, one.email, one.department, state, one.reason, str(one.messages), following)


def _to_be_helped(one: Outcome, language: str) -> tuple[str, ...]:
    """Only those who still need help, and nothing about what they did; empty for everybody else."""
    state = TO_BE_HELPED.get(one.state, "")
    return (one.name, one.email, one.department, t(state, language)) if state else ()


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


def are_small(where: Discreet, counts: Counts) -> bool:
    """Whether a number of this campaign would show a small group; connected people are the group that counts."""
    done = counts.states.get(CONNECTED, 0)
    others = (*counts.states.values(), *counts.messages.values(), counts.first_waiting)
    return hides(where, counts.people, counts.people - done, counts.people - counts.first_waiting, *others)


def _held_back(campaign: Campaign, counts: Counts, reader: Person) -> tuple[Block, ...]:
    """What can be told without a number of people: that the chat refuses messages, and when a pause ends."""
    language = reader.language
    rows = [Fact(t("Refused by the chat", language), ", ".join(counts.reasons))] if counts.messages.get(FAILED) else []
    rows += _pause(campaign, reader)
    return (Facts(tuple(rows)),) if rows else ()


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
    return rows + _pause(campaign, reader)


def _pause(campaign: Campaign, reader: Person) -> list[Fact]:
    """Why reminders are held, and when they go on."""
    language, rows = reader.language, []
    if campaign.state == PAUSED and campaign.held:
        rows.append(Fact(t("Held because", language), t(HELD_BECAUSE[campaign.held], language)))
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
