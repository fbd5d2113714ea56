"""Draws the guide: every step at a glance, and the one to work on with all that helps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from handlers import causes, guide_words
from handlers.discretion import hides
from handlers.guide_buttons import buttons, kinds, other_steps
from handlers.guide_rules import current, reachable
from handlers.guide_state import Survey
from handlers.guide_steps import GuideStep, Stand, Standing
from handlers.messages import Block, Heading, Note, Progress, Reply, Status, Text, Tone
from handlers.texts import n, t
from handlers.wording import ago, evidence_note

TONES = {
    Stand.GOOD: Tone.GOOD,
    Stand.PARTLY: Tone.WARNING,
    Stand.BAD: Tone.BAD,
    Stand.OPEN: Tone.NEUTRAL,
    Stand.SKIPPED: Tone.NEUTRAL,
}
MOST_NAMES = 10


def draw(found: Survey, language: str, now: datetime, *, chosen: str = "") -> Reply:
    """The whole card; `chosen` opens another step than the one to work on, if its prerequisites are met."""
    done = sum(1 for one in found.steps if one.stand in (Stand.GOOD, Stand.SKIPPED))
    blocks: list[Block] = [
        Heading(guide_words.heading(found.provider, found.path, language)),
        Progress(t("Steps done", language), done, len(found.steps)),
        *_overview(found, language, now),
    ]
    opened = found.standing(chosen) if found.offers(chosen) else current(found.steps)
    if found.is_proven and not found.offers(chosen) and (opened is None or opened.stand is Stand.PARTLY):
        opened = None
        blocks += _proven(found, language, now)
    elif opened is not None:
        blocks += _opened(found, opened, language, now)
    elif found.steps:
        name = found.provider.display_name
        unproven = t("{provider} is set up, but not proven: the test interview was skipped.", language, provider=name)
        blocks.append(Status(Tone.NEUTRAL, unproven))
    blocks += other_steps(found, opened, language)
    return tuple(blocks)


def numbered_title(found: Survey, step: GuideStep, language: str) -> str:
    number = [one.step for one in found.steps].index(step) + 1
    return f"{number}. {guide_words.title(step, found.path, language)}"


def _overview(found: Survey, language: str, now: datetime) -> Iterator[Status]:
    for one in found.steps:
        line = f"{numbered_title(found, one.step, language)}: {_state(found, one, language, now)}"
        yield Status(TONES[one.stand], line)


def _state(found: Survey, one: Standing, language: str, now: datetime) -> str:
    """A few words on how a step stands."""
    mark, given = one.mark, one.given
    if one.stand is Stand.SKIPPED and mark:
        return t("skipped by {person} ({reason})", language, person=mark.who, reason=mark.note)
    if one.stand is Stand.GOOD:
        return _good(found, one, language, now)
    if one.reopened:
        return t("open again", language)
    if given is None:
        return _unfinished(found, one, language)
    asked = t("{person} was asked {age}", language, person=given.who, age=ago(given.since, now, language))
    return f"{_unfinished(found, one, language)}; {asked}" if one.total and one.evidence else asked


def _unfinished(found: Survey, one: Standing, language: str) -> str:
    if one.total and one.evidence and not _is_small(found, one):
        return t("{done} of {total}", language, done=one.done, total=one.total)
    if one.stand is Stand.PARTLY:
        return t("works for some people", language)
    if not reachable(found.steps, one.step):
        return t("comes later", language)
    if one.stand is Stand.BAD:
        return causes.title(one.cause, language) if one.cause else t("did not work", language)
    return t("running", language) if one.waiting else t("not known yet", language)


def _good(found: Survey, one: Standing, language: str, now: datetime) -> str:
    if one.step is GuideStep.PROOF and found.tried and found.tried.state == "proven":
        return t("proven {age}", language, age=ago(found.tried.at, now, language))
    if one.mark and one.mark.status == "done" and not one.evidence:
        return t("as {person} said {age}", language, person=one.mark.who, age=ago(one.mark.at, now, language))
    if one.total and not _is_small(found, one):
        return t("{done} of {total}", language, done=one.done, total=one.total)
    age = ago(min((seen.observed_at for seen in one.evidence), default=now), now, language)
    return t("reported {age}", language, age=age) if one.reported else t("checked {age}", language, age=age)


def _opened(found: Survey, one: Standing, language: str, now: datetime) -> list[Block]:
    blocks: list[Block] = [Heading(numbered_title(found, one.step, language))]
    blocks += _why_again(one, language, now)
    if one.cause and one.stand is not Stand.GOOD and one.step is not GuideStep.WHICH_TEAMS:
        blocks.append(Text(causes.cause(one.cause, language)))
    blocks += _people(found, one, language)
    blocks += _special(found, one, language)
    if one.stand is not Stand.GOOD:
        blocks.append(Text(guide_words.to_do(found, one, language)))
    blocks.append(buttons(found, one, language))
    blocks += kinds(found, one, language)
    blocks.append(Note(guide_words.rule(one.step, found.path, language)))
    if one.evidence or one.step is not GuideStep.PROOF:
        blocks.append(evidence_note(one.evidence, now, language))
    return blocks


def _why_again(one: Standing, language: str, now: datetime) -> list[Block]:
    if not one.reopened or one.mark is None:
        return []
    cause = causes.title(one.cause, language) if one.cause else t("it no longer holds for everybody", language)
    age = ago(one.mark.at, now, language)
    text = t("This was in order before. What changed ({age}): {cause}.", language, age=age, cause=cause)
    return [Status(Tone.WARNING, text)]


def _is_small(found: Survey, one: Standing) -> bool:
    """Whether a number of people would show a small group."""
    return hides(found, one.done, one.total - one.done, one.total)


def _people(found: Survey, one: Standing, language: str) -> list[Block]:
    """How many answered, and who has not: each of those has to be helped."""
    blocks: list[Block] = []
    if one.waiting and one.total and not hides(found, one.waiting, one.total - one.waiting):
        blocks.append(Progress(t("Calendars that answered", language), one.total - one.waiting, one.total))
    if one.missing and one.done:
        names = ", ".join(one.missing[:MOST_NAMES])
        more = len(one.missing) - MOST_NAMES
        text = t("Not yet: {names}", language, names=names)
        blocks.append(
            Text(text + (" " + n("and {count} more", "and {count} more", more, language) if more > 0 else ""))
        )
    return blocks


def _special(found: Survey, one: Standing, language: str) -> list[Block]:
    """What only some steps say."""
    tried = found.tried
    if one.step is GuideStep.ZOOM_APP and one.inferred and hides(found, one.done):
        text = t(
            "Hosts have signed in to Zoom, so the app lets people in. Whether it is allowed for everybody only your "
            "Zoom admin can see.",
            language,
        )
        return [Text(text)]
    if one.step is GuideStep.ZOOM_APP and one.inferred:
        text = n(
            "{count} host has signed in to Zoom, so the app lets people in. Whether it is allowed for everybody only "
            "your Zoom admin can see.",
            "{count} hosts have signed in to Zoom, so the app lets people in. Whether it is allowed for everybody only "
            "your Zoom admin can see.",
            one.done,
            language,
        )
        return [Text(text)]
    if one.step is GuideStep.PROOF and tried and tried.state == "failed":
        return [Status(Tone.BAD, t("The test interview with {host} did not work.", language, host=tried.host))]
    return []


def _proven(found: Survey, language: str, now: datetime) -> list[Block]:
    tried, last = found.tried, found.steps[-1]
    name = found.provider.display_name
    if tried and tried.state == "proven" and found.works_council:
        text = t(
            "A test interview got its link ({address}), {age}.",
            language,
            address=tried.link_host,
            age=ago(tried.at, now, language),
        )
        return [Status(Tone.GOOD, t("{provider} is set up and proven", language, provider=name)), Text(text)]
    if tried and tried.state == "proven":
        return [
            Status(Tone.GOOD, t("{provider} is set up and proven", language, provider=name)),
            Text(
                t(
                    "A test interview with {host} got its link ({address}) within {seconds} s, {age}. The interview is "
                    "deleted again.",
                    language,
                    host=tried.host,
                    address=tried.link_host,
                    seconds=max(1, tried.seconds),
                    age=ago(tried.at, now, language),
                )
            ),
        ]
    who = last.mark.who if last.mark else ""
    return [
        Status(Tone.GOOD, t("{provider} is set up", language, provider=name)),
        Text(
            t(
                "What was proven: {person} made a test interview in Personio and saw the link. "
                "I did not see it myself.",
                language,
                person=who,
            )
        ),
    ]
