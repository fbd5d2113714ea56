"""Draws test interviews: how far they are, what each host's showed, and what a failure means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from handlers import causes
from handlers.discretion import Discreet, hides, not_broken_down
from handlers.guide_state import path_name
from handlers.messages import Block, Button, Buttons, Heading, Progress, Reply, Status, Table, Text, Tone
from handlers.readiness import Provider
from handlers.support import support
from handlers.texts import n, t
from handlers.wording import numbered
from storage.models import Proof
from storage.proofs import FAILED, PROVEN, QUEUED, STOPPED, WAITING

MOST_ROWS = 30


def draw_run(proofs: Sequence[Proof], names: Mapping[int, str], language: str, *, where: Discreet) -> Reply:
    """The card of one run; in the works-council mode it names only those whose test failed."""
    provider = Provider(proofs[0].provider)
    running = [one for one in proofs if one.state in (QUEUED, WAITING)]
    blocks: list[Block] = [Heading(t("Test interview: {provider}", language, provider=provider.display_name))]
    if len(proofs) == 1:
        blocks += _single(proofs[0], names.get(proofs[0].person_id, ""), language, where)
    else:
        blocks += _several(proofs, names, language, where)
    return (*blocks, Buttons(tuple(_buttons(proofs, running, language))))


def _single(proof: Proof, host: str, language: str, where: Discreet) -> list[Block]:
    match proof.state:
        case "proven":
            line = t("It works: {host} got a link ({address}).", language, host=host, address=proof.detail["host"])
            over = t("It took {seconds} s. The interview is deleted again.", language, seconds=_seconds(proof))
            if where.works_council:
                over = t("The interview is deleted again.", language)
            return [Status(Tone.GOOD, line), Text(over)]
        case "failed":
            return [Status(Tone.BAD, t("No good link for {host}.", language, host=host)), *_why(proof, language)]
        case "stopped":
            return [Status(Tone.NEUTRAL, t("Stopped.", language))]
    text = t("I have made an interview in {host}'s calendar and wait for its link.", language, host=host)
    return [Status(Tone.NEUTRAL, text)]


def _several(proofs: Sequence[Proof], names: Mapping[int, str], language: str, where: Discreet) -> list[Block]:
    over = [one for one in proofs if one.state not in (QUEUED, WAITING)]
    good = sum(1 for one in proofs if one.state == PROVEN)
    shown = sorted(over, key=lambda one: (one.state == PROVEN, names.get(one.person_id, "")))
    if where.works_council:
        shown = [one for one in shown if one.state == FAILED]
    blocks: list[Block] = [Progress(t("Test interviews", language), len(over), len(proofs))]
    if hides(where, len(over), len(proofs) - len(over), good, len(over) - good):
        blocks = [not_broken_down(language)]
    elif over:
        text = n("{count} host is proven", "{count} hosts are proven", good, language)
        blocks.append(Status(Tone.GOOD if good == len(over) else Tone.WARNING, text))
    if shown:
        rows = tuple((names.get(one.person_id, ""), _briefly(one, language)) for one in shown[:MOST_ROWS])
        columns = (t("Name", language), t("Result", language))
        blocks.append(Table(t("Test interviews", language), columns, rows, total=len(shown)))
    return blocks


def _briefly(proof: Proof, language: str) -> str:
    if proof.state == PROVEN:
        return t("works, {seconds} s", language, seconds=_seconds(proof))
    if proof.state == STOPPED:
        return t("stopped", language)
    cause = str(proof.detail.get("cause", ""))
    return causes.title(cause, language) if cause else t("no link, and I don't know why", language)


def _why(proof: Proof, language: str) -> list[Block]:
    cause, reason = str(proof.detail.get("cause", "")), str(proof.detail.get("reason", ""))
    name = Provider(proof.provider).display_name
    if proof.path == path_name(None) and cause == "which-integration-type":
        text = t(
            "Teams does not come with this calendar, so it is connected through Exchange or EWS. Are your mailboxes in "
            "Microsoft 365 or on your own Exchange servers?",
            language,
        )
        kinds = ((t("Microsoft 365", language), "ews"), (t("Our own Exchange", language), "exchange"))
        values = {"provider": Provider.TEAMS.value}
        choices = tuple(Button(name, "guide_calendar", {**values, "kind": kind}) for name, kind in kinds)
        return [Text(text), Buttons(choices)]
    if cause:
        title, explained = causes.title(cause, language), causes.cause(cause, language)
        return [Text(f"**{title}.** {explained}"), Text(numbered(causes.fix(cause, language)))]
    if wrong := str(proof.detail.get("wrong_host", "")):
        text = t("There was a link, but it leads to another provider: {address}.", language, address=wrong)
        return [Text(text), Text(t("I expected {provider}.", language, provider=name))]
    if reason:
        return [Text(t(reason, language))]
    return list(support(Provider(proof.provider), language, evidence=t("a test interview got no link", language)))


def _buttons(proofs: Sequence[Proof], running: Sequence[Proof], language: str) -> list[Button]:
    first, provider = proofs[0], {"provider": proofs[0].provider}
    items: list[Button] = []
    if any(one.state == QUEUED for one in running):
        items.append(Button(t("Stop", language), "test_stop", {"run": first.run}, danger=True, in_place=True))
    if running:
        items.append(Button(t("Check now", language), "test_look", {"run": first.run}, in_place=True, refreshes=True))
    elif any(one.state == FAILED for one in proofs):
        again = {**provider, "person": str(first.person_id)} if len(proofs) == 1 else provider
        items.append(Button(t("Test again", language), "test_interview", again))
    items.append(Button(t("Open the set-up", language), "setup_provider", provider, primary=not running))
    return items


def _seconds(proof: Proof) -> int:
    if proof.finished_at is None or proof.begun_at is None:
        return 1
    return max(1, int((proof.finished_at - proof.begun_at).total_seconds()))
