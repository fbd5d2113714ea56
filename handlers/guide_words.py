"""What the guide says about each step: its name, the rule it rests on, and what there is to do."""

from __future__ import annotations

from collections.abc import Mapping

from handlers import causes
from handlers.findings import NOT_AUTHENTICATED
from handlers.guide_state import Survey
from handlers.guide_steps import GuideStep, Stand, Standing
from handlers.readiness import Path, Provider
from handlers.texts import label, t
from handlers.wording import numbered

_S = GuideStep

TITLES: Mapping[GuideStep, str] = {
    _S.INTEGRATION: label("Calendar integration"),
    _S.CALENDAR: label("Company calendar"),
    _S.MEET: label("Google Meet switched on"),
    _S.SYNCED: label("Synchronised hosts"),
    _S.WHICH_TEAMS: label("Which Teams you have"),
    _S.ZOOM_APP: label("Cronofy app for all Zoom users"),
    _S.MAILBOX: label("A mailbox for each host"),
    _S.SIGNED_IN: label("Hosts signed in"),
    _S.PROOF: label("Test interview"),
}
_CALENDAR_TITLES: Mapping[Path | None, str] = {
    Path.GOOGLE_MEET: label("Google calendar"),
    Path.TEAMS_GRAPH: label("Calendar on Office 365 through Graph"),
    Path.TEAMS_EWS: label("Calendar on Exchange, or Office 365 through EWS"),
}
RULES: Mapping[GuideStep, str] = {
    _S.INTEGRATION: label("Without an active calendar integration there are no video interviews."),
    _S.CALENDAR: label("The video provider has to fit the company calendar."),
    _S.MEET: label("Meet has to be switched on in your company's Google Admin console."),
    _S.SYNCED: label("Everybody who is to host interviews has to be synchronised with the calendar."),
    _S.WHICH_TEAMS: label(
        "Whoever does not know which one they have follows the steps for Graph and makes a test interview. If Teams "
        "appears as its method, it is Graph. If not, it is Exchange or EWS."
    ),
    _S.ZOOM_APP: label(
        "IT installs the Cronofy app from the Zoom App Marketplace and allows it for all users of the account. "
        "Without that nobody can sign in."
    ),
    _S.MAILBOX: label("A shared mailbox counts as one single calendar and cannot hold video interviews."),
    _S.SIGNED_IN: label("Everybody who hosts video interviews signs in once with an account of their own."),
    _S.PROOF: label("A test interview shows whether the video provider really appears."),
}
_CALENDAR_RULES: Mapping[Path | None, str] = {
    Path.GOOGLE_MEET: label("With a Google calendar, everybody who is synchronised can use Meet at once."),
    Path.TEAMS_GRAPH: label("With Office 365 through Graph, everybody who is synchronised can use Teams at once."),
    Path.TEAMS_EWS: label("With Exchange or EWS each host signs in, and shared mailboxes do not work."),
}
_PATH_TITLES: Mapping[Path | None, str] = {
    Path.TEAMS_GRAPH: label("Set up Microsoft Teams (Office 365 through Graph)"),
    Path.TEAMS_EWS: label("Set up Microsoft Teams (Exchange or EWS)"),
}
_CASES: Mapping[GuideStep, str] = {
    _S.INTEGRATION: "integration-inactive",
    _S.MEET: "meet-service-off",
    _S.ZOOM_APP: "zoom-app-not-approved",
    _S.MAILBOX: "ews-shared-mailbox",
}
FOR_IT = frozenset({_S.MEET, _S.ZOOM_APP, _S.MAILBOX})
"""Steps that an IT admin does as a rule."""


def heading(provider: Provider, path: Path | None, language: str) -> str:
    special = _PATH_TITLES.get(path, "")
    return t(special, language) if special else t("Set up {provider}", language, provider=provider.display_name)


def title(step: GuideStep, path: Path | None, language: str) -> str:
    special = _CALENDAR_TITLES.get(path, "") if step is _S.CALENDAR else ""
    return t(special or TITLES[step], language)


def rule(step: GuideStep, path: Path | None, language: str) -> str:
    special = _CALENDAR_RULES.get(path, "") if step is _S.CALENDAR else ""
    return t(special or RULES[step], language)


def to_do(found: Survey, standing: Standing, language: str) -> str:
    """The steps that lead there, numbered; menus in the reader's language."""
    if standing.cause and standing.stand is Stand.BAD:
        return numbered(causes.fix(standing.cause, language))
    match standing.step:
        case _S.INTEGRATION if found.direct:
            return t("An administrator of your calendar can connect it here. It takes about a minute.", language)
        case _S.SYNCED:
            return _synchronise(found, standing, language)
        case _S.CALENDAR:
            return t("Open {page} in Personio and look which calendar is connected.", language, page=_page(language))
        case _S.SIGNED_IN:
            return numbered(causes.fix(NOT_AUTHENTICATED[found.path], language))
        case _S.WHICH_TEAMS | _S.PROOF:
            return _test(found, language)
    return numbered(causes.fix(_CASES[standing.step], language))


def in_personio(provider: Provider, language: str) -> str:
    """How somebody makes a test interview in Personio itself."""
    place = causes.menu("schedule_interview", language)
    return numbered(
        (
            t("Take an application of a test candidate, or make one with your own address.", language),
            t("Open {place} and choose a host who is synchronised.", language, place=place),
            t("Look whether {provider} can be chosen as the method.", language, provider=provider.display_name),
            t("Save, open the event in the calendar, and look for the link. Then delete the interview.", language),
        )
    )


def _synchronise(found: Survey, standing: Standing, language: str) -> str:
    if standing.cause:
        return causes.cause(standing.cause, language) + "\n\n" + numbered(causes.fix(standing.cause, language))
    if found.direct:
        return t("“Check now” asks Cronofy for the calendar of every host. Each answer appears here.", language)
    return numbered(
        (
            t(
                "Open {page} in Personio and synchronise everybody who hosts interviews.",
                language,
                page=_page(language),
            ),
            t("Copy the list that you see there, and paste it here: any columns, any language.", language),
        )
    )


def _test(found: Survey, language: str) -> str:
    if found.direct:
        return t(
            "I make an interview of 15 minutes in a host's calendar: private, without guests, outside their working "
            "hours. I wait for the link, look whether it is the right one, and delete the interview again.",
            language,
        )
    return in_personio(found.provider, language)


def _page(language: str) -> str:
    return causes.menu("calendar_page", language)
