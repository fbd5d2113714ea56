"""How each step of a set-up stands: a pure function of facts and of what people said."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from handlers.evidence import Judged
from handlers.facts import CompanyFact, PersonFact, Seen
from handlers.findings import ZOOM_APP_CAUSES
from handlers.guide_steps import FITTING_CALENDARS, PASSED, STEPS, GuideStep, Known, Stand, Standing
from handlers.look import OWN_FACT
from handlers.readiness import Path, State
from handlers.rules import MEET_TAKES

_S = GuideStep


def hosts_among(judged: Sequence[Judged]) -> list[Judged]:
    """Those who count: whoever left, does not host, or is on leave needs nothing."""
    return [one for one in judged if one.readiness.state is not State.NOT_NEEDED and not _is_away(one)]


def standings(known: Known) -> tuple[Standing, ...]:
    """Every step of the path, in order."""
    return tuple(_with_words(_RULES[step](known), known) for step in STEPS[known.path])


def reachable(steps: Sequence[Standing], step: GuideStep) -> bool:
    """Whether all steps before this one are passed: no step is offered before its prerequisites."""
    before = [one.stand for one in steps[: [one.step for one in steps].index(step)]]
    return all(stand in PASSED for stand in before)


def current(steps: Sequence[Standing]) -> Standing | None:
    """The step to work on: the first that is not passed, then the first that holds for some people only."""
    unfinished = next((one for one in steps if one.stand not in PASSED), None)
    return unfinished or next((one for one in steps if one.stand is Stand.PARTLY), None)


def _with_words(standing: Standing, known: Known) -> Standing:
    """The facts come first; people's words fill the gaps that they leave."""
    mark, given = known.marks.get(standing.step), known.given.get(standing.step)
    standing = replace(standing, mark=mark, given=given if standing.stand is not Stand.GOOD else None)
    if mark is None or standing.stand is Stand.GOOD:
        return standing
    match mark.status:
        case "skipped":
            return replace(standing, stand=Stand.SKIPPED)
        case "done" if standing.stand is Stand.OPEN:
            return replace(standing, stand=Stand.GOOD)
        case "good" | "done" if standing.stand in (Stand.BAD, Stand.PARTLY):
            return replace(standing, reopened=True)
        case "reopened":
            return replace(standing, reopened=True)
    return standing


def _integration(known: Known) -> Standing:
    seen = known.fresh(CompanyFact.INTEGRATION)
    if seen is None:
        return Standing(_S.INTEGRATION, Stand.OPEN)
    if seen.value == "active":
        return Standing(_S.INTEGRATION, Stand.GOOD, (seen,))
    return Standing(_S.INTEGRATION, Stand.BAD, (seen,), cause="integration-inactive")


def _calendar(known: Known) -> Standing:
    seen = known.fresh(CompanyFact.CALENDAR)
    if seen is None:
        return Standing(_S.CALENDAR, Stand.OPEN)
    if seen.value in FITTING_CALENDARS[known.path]:
        return Standing(_S.CALENDAR, Stand.GOOD, (seen,))
    cause = "meet-not-selectable" if known.path is Path.GOOGLE_MEET else "unsupported-calendar"
    return Standing(_S.CALENDAR, Stand.BAD, (seen,), cause=cause)


def _meet(known: Known) -> Standing:
    seen = known.fresh(CompanyFact.MEET)
    said = [each for _, each in known.of_hosts(PersonFact.INTEGRATED) if each]
    able = tuple(each for each in said if each.value == "yes")
    if able:
        return Standing(_S.MEET, Stand.GOOD, able[:1], inferred=True)
    if (seen and seen.value == "off") or said:
        recent = seen is not None and seen.value == "on" and known.now - seen.since < MEET_TAKES
        cause = "meet-still-propagating" if recent else "meet-service-off"
        return Standing(_S.MEET, Stand.BAD, (seen,) if seen else tuple(said[:1]), cause=cause)
    return Standing(_S.MEET, Stand.GOOD if seen else Stand.OPEN, (seen,) if seen else ())


def _synced(known: Known) -> Standing:
    rows = known.of_hosts(PersonFact.SYNC)
    if not rows:
        return Standing(_S.SYNCED, Stand.OPEN, cause="bot-no-hosts")
    standing = _counted(_S.SYNCED, rows, good="synced", bad=frozenset({"failed", "disconnected", "absent"}))
    waiting = sum(1 for _, seen in rows if seen and seen.value in ("requested", "syncing"))
    return replace(standing, waiting=waiting)


def _which_teams(known: Known) -> Standing:
    return Standing(_S.WHICH_TEAMS, Stand.OPEN, cause="which-integration-type")


def _zoom_app(known: Known) -> Standing:
    seen = known.fresh(CompanyFact.ZOOM_APP)
    if seen and seen.value == "all_users":
        return Standing(_S.ZOOM_APP, Stand.GOOD, (seen,))
    if seen:
        return Standing(_S.ZOOM_APP, Stand.BAD, (seen,), cause=ZOOM_APP_CAUSES.get(seen.value, "zoom-app-not-approved"))
    inside = [each for _, each in known.of_hosts(PersonFact.ZOOM) if each and each.value == "connected"]
    if not inside:
        return Standing(_S.ZOOM_APP, Stand.OPEN)
    newest = max(inside, key=lambda each: each.observed_at)
    return Standing(_S.ZOOM_APP, Stand.PARTLY, (newest,), done=len(inside), inferred=True)


def _mailbox(known: Known) -> Standing:
    unfit = [
        (name, seen)
        for fact, values in ((PersonFact.MAILBOX, ("shared",)), (PersonFact.ADDRESS, ("duplicate",)))
        for name, seen in known.of_hosts(fact)
        if seen and seen.value in values
    ]
    asked = [seen for _, seen in known.of_hosts(PersonFact.MAILBOX) if seen]
    total = len(known.hosts)
    if unfit:
        names = tuple(dict.fromkeys(name for name, _ in unfit))
        evidence = tuple(seen for _, seen in unfit)
        # Those with a mailbox of their own can go on.
        stand = Stand.PARTLY if len(names) < total else Stand.BAD
        done = total - len(names)
        return Standing(_S.MAILBOX, stand, evidence, done, total, cause="ews-shared-mailbox", missing=names)
    if total and len(asked) == total:
        return Standing(_S.MAILBOX, Stand.GOOD, tuple(asked), total, total)
    return Standing(_S.MAILBOX, Stand.OPEN)


def _signed_in(known: Known) -> Standing:
    rows = known.of_hosts(OWN_FACT[known.path])
    return _counted(_S.SIGNED_IN, rows, good="connected", bad=frozenset({"disconnected"}))


def _proof(known: Known) -> Standing:
    tried = known.tried
    match tried.state if tried else "":
        case "proven":
            return Standing(_S.PROOF, Stand.GOOD)
        case "failed":
            return Standing(_S.PROOF, Stand.BAD, cause=tried.cause if tried else "")
        case "queued" | "waiting":
            return Standing(_S.PROOF, Stand.OPEN, waiting=1)
    return Standing(_S.PROOF, Stand.OPEN)


def _counted(step: GuideStep, rows: Sequence[tuple[str, Seen | None]], *, good: str, bad: frozenset[str]) -> Standing:
    """A step about people: all, some or none of them."""
    evidence = tuple(seen for _, seen in rows if seen)
    done = sum(1 for seen in evidence if seen.value == good)
    missing = tuple(name for name, seen in rows if not seen or seen.value != good)
    if rows and done == len(rows):
        stand = Stand.GOOD
    elif done:
        stand = Stand.PARTLY
    else:
        stand = Stand.BAD if any(seen.value in bad for seen in evidence) else Stand.OPEN
    return Standing(step, stand, evidence, done, len(rows), missing=missing)


def _is_away(one: Judged) -> bool:
    seen = one.person.facts.get(PersonFact.EMPLOYMENT)
    return seen is not None and seen.value == "leave"


_RULES: Mapping[GuideStep, Callable[[Known], Standing]] = {
    _S.INTEGRATION: _integration,
    _S.CALENDAR: _calendar,
    _S.MEET: _meet,
    _S.SYNCED: _synced,
    _S.WHICH_TEAMS: _which_teams,
    _S.ZOOM_APP: _zoom_app,
    _S.MAILBOX: _mailbox,
    _S.SIGNED_IN: _signed_in,
    _S.PROOF: _proof,
}
