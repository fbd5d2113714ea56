"""The buttons of the guide: what can be done about a step, and the way to the other steps."""

from __future__ import annotations

from handlers.guide_rules import reachable
from handlers.guide_state import Survey
from handlers.guide_steps import GuideStep, Stand, Standing
from handlers.messages import Block, Button, Buttons
from handlers.texts import t

_S = GuideStep
SEEN_IN_A_TEST = frozenset({_S.PROOF, _S.WHICH_TEAMS})


def buttons(found: Survey, one: Standing, language: str) -> Buttons:
    """What can be done about this step, the likeliest first."""
    values = {"provider": found.provider.value, "step": one.step.value}
    version = str(one.mark.version if one.mark else 0)
    items = _first(found, one, language)
    items.append(Button(t("Check now", language), "guide_check", values, primary=not items, in_place=True))
    if one.stand is Stand.SKIPPED:
        take_up = {**values, "version": version}
        return Buttons((*items, Button(t("Take it up again", language), "guide_resume", take_up, in_place=True)))
    if one.stand is Stand.GOOD:
        return Buttons(tuple(items))
    if one.step not in SEEN_IN_A_TEST:
        said = {**values, "version": version}
        items.append(Button(t("Done, check it", language), "guide_done", said, in_place=True))
    give = t("Give to somebody else", language) if one.given else t("Give to someone", language)
    items.append(Button(give, "handover", {"topic": f"step:{found.path_name}:{one.step}"}))
    if one.given:
        remind = t("Remind {person}", language, person=one.given.first_name)
        items.append(Button(remind, "task_remind", {"task": str(one.given.task)}))
    items.append(Button(t("Skip, with a reason", language), "guide_skip", {**values, "version": version}))
    return Buttons(tuple(items))


def kinds(found: Survey, one: Standing, language: str) -> list[Block]:
    """The question that only people can answer: which calendar it is."""
    answers: tuple[tuple[str, str], ...] = ()
    if one.step is _S.WHICH_TEAMS:
        answers = (
            (t("Teams appeared", language), "graph"),
            (t("It did not: Microsoft 365", language), "ews"),
            (t("It did not: our own Exchange", language), "exchange"),
        )
    elif one.step is _S.CALENDAR and one.stand is not Stand.GOOD and not found.direct:
        answers = (
            ("Google", "google"),
            (t("Office 365 (Graph)", language), "graph"),
            (t("Office 365 (EWS)", language), "ews"),
            (t("Our own Exchange", language), "exchange"),
        )
    provider = found.provider.value
    items = tuple(
        Button(name, "guide_calendar", {"provider": provider, "kind": kind}, in_place=True) for name, kind in answers
    )
    return [Buttons(items)] if items else []


def other_steps(found: Survey, opened: Standing | None, language: str) -> list[Block]:
    """The way to the steps that are not open now and could be worked on."""
    items = tuple(
        Button(
            t("Step {number}", language, number=number),
            "setup_provider",
            {"provider": found.provider.value, "step": one.step.value},
            in_place=True,
        )
        for number, one in enumerate(found.steps, start=1)
        if one is not opened and reachable(found.steps, one.step)
    )
    return [Buttons(items)] if items else []


def _first(found: Survey, one: Standing, language: str) -> list[Button]:
    """The button that does the step, where there is one."""
    provider = {"provider": found.provider.value}
    match one.step:
        case _S.INTEGRATION if found.direct and one.stand is not Stand.GOOD:
            return [Button(t("Connect the calendar", language), "check_calendar", primary=True)]
        case _S.SYNCED if not found.direct:
            return [Button(t("Paste the list", language), "import_sync_list", provider, primary=True)]
        case _S.SYNCED if one.missing:
            return [Button(t("Who isn't synced?", language), "list_not_synced")]
        case _S.SIGNED_IN if one.missing:
            return [
                Button(t("E-mail for the hosts", language), "email_template", provider),
                Button(t("Who hasn't connected?", language), "list_not_connected", provider),
            ]
        case _S.PROOF | _S.WHICH_TEAMS if found.direct:
            again = one.stand in (Stand.GOOD, Stand.BAD)
            label = t("Test again", language) if again else t("Make a test interview", language)
            return [Button(label, "test_interview", provider, primary=not again or one.stand is Stand.BAD)]
        case _S.PROOF:
            seen = Button(t("The link was there", language), "proof_seen", {**provider, "seen": "yes"}, primary=True)
            return [seen, Button(t("There was no link", language), "proof_seen", {**provider, "seen": "no"})]
    return []
