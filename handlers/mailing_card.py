"""Draws the e-mails for hosts: who would get them, how far they are, and what stands in the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from handlers.addressees import REASONS, Addressees
from handlers.discretion import hides, sees_names
from handlers.messages import (
    Block,
    Button,
    Buttons,
    Event,
    Fact,
    Facts,
    Heading,
    Note,
    Progress,
    Reply,
    Status,
    Table,
    Text,
    Tone,
)
from handlers.services import Services
from handlers.texts import escape, n, t
from providers.base import ProviderError
from storage.deliveries import FAILED, QUEUED, SENDING, SENT, SKIPPED, UNKNOWN
from storage.mailings import Sent

MOST_NAMES = 12
MOST_ROWS = 30


def not_configured(event: Event) -> Reply:
    language = event.person.language
    text = t(
        "I have no mail server, so please copy the text or download it. The person who runs Greenroom can set "
        "`GREENROOM_SMTP_URL`; then I send it from here.",
        language,
    )
    return (Text(text), Buttons((Button(t("Back to the e-mail", language), "email_template", _kept(event)),)))


def nobody(found: Addressees, event: Event, services: Services) -> Reply:
    language = event.person.language
    left_out = _left_out(found, services, language)
    blocks: list[Block] = [Status(Tone.GOOD, t("Nobody needs this e-mail now.", language)), *left_out]
    return tuple(blocks)


def confirm(found: Addressees, event: Event, services: Services) -> Reply:
    language, count = event.person.language, len(found.people)
    title = n("This e-mail would go to {count} host", "This e-mail would go to {count} hosts", count, language)
    blocks: list[Block] = [Heading(title)]
    if sees_names(services, event.person):
        names = ", ".join(one.person.name for one in found.people[:MOST_NAMES])
        blocks.append(Text(escape(names) + (" …" if count > MOST_NAMES else "")))
    blocks += _left_out(found, services, language)
    send = n("Send to {count} host", "Send to {count} hosts", count, language)
    values = _kept(event)
    blocks.append(
        Buttons(
            (
                Button(send, "email_send_now", values, primary=True, in_place=True),
                Button(t("Send it to me first", language), "email_test", values),
                Button(t("Back to the e-mail", language), "email_template", values, in_place=True),
            )
        )
    )
    note = t(
        "Everybody reads it in their own language, with the providers that they still have to connect. Nobody gets it "
        "twice on one day. The sender is {sender}.",
        language,
        sender=services.mail.sender if services.mail else "",
    )
    return (*blocks, Note(note))


def refused(error: ProviderError, event: Event, *, again: str = "email_send_now") -> Reply:
    """Nothing was begun, and nothing has to be entered again."""
    language = event.person.language
    intent = event.intent if event.intent != "email_progress" else again
    retry = Button(t("Try again", language), intent, _kept(event), primary=True, in_place=True)
    return (
        Status(Tone.WARNING, t("The mail server cannot be used. Nothing was sent.", language)),
        Text(t(error.advice, language)),
        Buttons((retry, Button(t("Back to the e-mail", language), "email_template", _kept(event)))),
    )


def progress(
    sent: Sequence[Sent], names: Mapping[int, str], event: Event, services: Services, *, problem: ProviderError | None
) -> Reply:
    """How far today's e-mails are."""
    language = event.person.language
    if not sent:
        return (Text(t("That is no longer there. Please ask again.", language)),)
    count = Counter(each.state for each in sent)
    open_ = count[QUEUED] + count[SENDING]
    blocks: list[Block] = [
        Heading(t("E-mail for the hosts", language)),
        Progress(t("E-mails of today", language), len(sent) - open_, len(sent)),
    ]
    if not open_ and count[SENT] == len(sent):
        blocks.append(Status(Tone.GOOD, n("{count} e-mail sent", "{count} e-mails sent", len(sent), language)))
    if problem is not None and open_:
        waiting = t("The mail server cannot be used. I go on by myself as soon as it can.", language)
        blocks += [Status(Tone.WARNING, waiting), Text(t(problem.advice, language))]
    lost = [each for each in sent if each.state in (FAILED, UNKNOWN, SKIPPED)]
    if lost:
        blocks += _lost(lost, names, event, services)
    return (*blocks, *_buttons(open_, lost, event))


def _lost(lost: Sequence[Sent], names: Mapping[int, str], event: Event, services: Services) -> list[Block]:
    language = event.person.language
    title = n("{count} e-mail did not go out", "{count} e-mails did not go out", len(lost), language)
    if not sees_names(services, event.person):
        return [Status(Tone.WARNING, title)]
    rows = tuple((names.get(each.person or 0, ""), _why(each, language)) for each in lost[:MOST_ROWS])
    columns = (t("Name", language), t("Why", language))
    return [Status(Tone.WARNING, title), Table(title, columns, rows, total=len(lost))]


def _why(each: Sent, language: str) -> str:
    match each.state:
        case "skipped":
            return t("stopped", language)
        case "unknown":
            return t("the mail server did not answer; it may have arrived", language)
    return t(each.cause, language)


def _buttons(open_: int, lost: Sequence[Sent], event: Event) -> list[Block]:
    language = event.person.language
    items: list[Button] = []
    if open_:
        items.append(Button(t("Check now", language), "email_progress", in_place=True, refreshes=True))
        items.append(Button(t("Stop", language), "email_stop", danger=True, in_place=True))
    elif any(each.state in (FAILED, SKIPPED) for each in lost):
        items.append(Button(t("Send again to these", language), "email_again", primary=True, in_place=True))
    return [Buttons(tuple(items))] if items else []


def _left_out(found: Addressees, services: Services, language: str) -> list[Block]:
    if not found.left_out or hides(services, *found.left_out.values()):
        return []
    rows = [Fact(t(REASONS[reason], language), str(count)) for reason, count in sorted(found.left_out.items())]
    return [Text(t("Left out:", language)), Facts(tuple(rows))]


def _kept(event: Event) -> dict[str, str]:
    return {key: event.values[key] for key in ("provider",) if key in event.values}
