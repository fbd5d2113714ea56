"""Draws what a campaign would do: who gets it, when, in which words, and who is left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from handlers.audience import REASONS, Audience, Member
from handlers.campaign_cards import listed_days, title_of
from handlers.discretion import hides, not_broken_down
from handlers.messages import (
    Block,
    Button,
    Buttons,
    Fact,
    Facts,
    Heading,
    Means,
    Note,
    Person,
    Reply,
    Status,
    Table,
    Text,
    Tone,
)
from handlers.moments import moment_text
from handlers.nudge_card import Nudge, nudge_text
from handlers.texts import n, t
from storage.models import Campaign

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a draft would do."""

    campaign: Campaign
    audience: Audience
    example: Nudge
    a_second: float
    works_council: bool = False


def rehearsal_card(rehearsal: Rehearsal, reader: Person) -> Reply:
    """Everything that would happen; nothing has been sent."""
    language, members = reader.language, rehearsal.audience.members
    title = Heading(title_of(rehearsal.campaign, language))
    if not members:
        nobody = t("Nobody would get a message.", language)
        return (title, Status(Tone.NEUTRAL, nobody), *_left_out(rehearsal, language))
    count = n("{count} person would get a message.", "{count} people would get a message.", len(members), language)
    return (
        title,
        Status(Tone.NEUTRAL, count),
        Note(t("Nothing has been sent yet.", language)),
        _what(rehearsal, reader),
        _zones(rehearsal, language),
        *_left_out(rehearsal, language),
        *_previews(rehearsal, language),
        _draft_buttons(rehearsal, language),
    )


def audience_card(campaign: int, members: Sequence[Member], first: int, reader: Person) -> Reply:
    """Everybody by name, a page at a time."""
    language = reader.language
    shown = members[first : first + SHOWN]
    table = Table(
        caption=t("Who gets it", language),
        columns=(t("Name", language), t("Department", language), t("First message", language)),
        rows=tuple(
            (one.person.name, one.person.department, moment_text(one.first_at, one.person.timezone, language))
            for one in shown
        ),
        total=len(members),
        previous=_turn(campaign, first - SHOWN, t("Previous", language)) if first > 0 else None,
        following=_turn(campaign, first + SHOWN, t("Next", language)) if first + SHOWN < len(members) else None,
    )
    return (table,)


def _draft_buttons(rehearsal: Rehearsal, language: str) -> Buttons:
    values = {"campaign": str(rehearsal.campaign.id)}
    count = len(rehearsal.audience.members)
    send = n("Send to {count} person", "Send to {count} people", count, language)
    return Buttons(
        (
            Button(send, "campaign_send", values, primary=True, in_place=True, means=Means.YES),
            Button(t("Test: send it to me", language), "campaign_test", values),
            Button(t("Who gets it?", language), "campaign_audience", {**values, "first": "0"}),
            Button(t("Don't send it", language), "campaign_discard", values, in_place=True, means=Means.NO),
        )
    )


def _what(rehearsal: Rehearsal, reader: Person) -> Facts:
    language, campaign = reader.language, rehearsal.campaign
    members = rehearsal.audience.members
    ends = max(one.first_at for one in members)
    sending = timedelta(seconds=len(members) / rehearsal.a_second)
    days = listed_days(campaign.days, language)
    rows = [
        Fact(t("First message", language), moment_text(members[0].first_at, reader.timezone, language)),
        Fact(t("Everybody has one by", language), moment_text(ends + sending, reader.timezone, language)),
        Fact(t("Messages a minute", language), t("at most {count}", language, count=round(rehearsal.a_second * 60))),
        Fact(t("Plan", language), t("on days {days}, until connected", language, days=days)),
    ]
    if campaign.grows:
        joined = t("get it as well, while it runs", language)
        rows.append(Fact(t("Hosts who join later", language), joined))
    if campaign.group:
        rows.insert(0, Fact(t("Group", language), campaign.group))
    return Facts(tuple(rows))


def _zones(rehearsal: Rehearsal, language: str) -> Block:
    """When each time zone's people get theirs, in their own time."""
    zones: dict[str, list[datetime]] = {}
    for one in rehearsal.audience.members:
        zones.setdefault(one.person.timezone, []).append(one.first_at)
    if hides(rehearsal, *map(len, zones.values())):
        return not_broken_down(language)
    rows = [
        (zone, str(len(moments)), moment_text(min(moments), zone, language), moment_text(max(moments), zone, language))
        for zone, moments in sorted(zones.items())
    ]
    columns = (t("Time zone", language), t("People", language), t("From", language), t("To", language))
    return Table(caption=t("When, in their own time", language), columns=columns, rows=tuple(rows), total=len(rows))


def _left_out(rehearsal: Rehearsal, language: str) -> tuple[Block, ...]:
    """Nothing about it where one reason would show a small group."""
    left_out = rehearsal.audience.left_out
    if not left_out or hides(rehearsal, *left_out.values()):
        return ()
    rows = sorted(left_out.items(), key=lambda row: (-row[1], row[0]))
    facts = tuple(Fact(t(REASONS[reason], language), str(count)) for reason, count in rows)
    return (Text(t("**Left out, and why**", language)), Facts(facts))


def _previews(rehearsal: Rehearsal, language: str) -> list[Block]:
    """The message in each language that somebody will read it in, the admin's own first."""
    # Babel takes a while to import.
    from babel import Locale

    spoken = Counter(one.person.language for one in rehearsal.audience.members)
    blocks: list[Block] = []
    for code, count in sorted(spoken.items(), key=lambda row: (row[0] != language, -row[1])):
        name = Locale.parse(code).get_language_name(language) or code
        readers = n(
            "{count} person reads it in {name}:", "{count} people read it in {name}:", count, language, name=name
        )
        if hides(rehearsal, *spoken.values()):
            readers = t("In {name}:", language, name=name)
        blocks += [Note(readers), Text(nudge_text(replace(rehearsal.example, language=code)))]
    return blocks


def _turn(campaign: int, first: int, label_text: str) -> Button:
    values = {"campaign": str(campaign), "first": str(max(0, first))}
    return Button(label_text, "campaign_audience", values, in_place=True)
