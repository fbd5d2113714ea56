"""What Zoom, Microsoft, Google and GoTo say, as observations; what they do not say becomes none."""

from __future__ import annotations

from collections.abc import Iterable

from handlers.facts import CompanyFact, PersonFact, Source
from providers.google_types import GoogleAccount
from providers.goto_types import Standing
from providers.microsoft_types import Mailbox, MicrosoftAccount
from providers.zoom_types import Approval, CronofyApp, User
from storage.observations import COMPANY, NewObservation

ZOOM_APP = {
    Approval.ALL_USERS: "all_users",
    Approval.SOME_USERS: "some_users",
    Approval.RESTRICTED: "restricted",
    Approval.WITHDRAWN: "withdrawn",
    Approval.PENDING: "missing",
}
LISTED_BEFORE = frozenset({"all_users", "some_users", "withdrawn"})
MAILBOXES = {
    Mailbox.USER: "user",
    Mailbox.SHARED: "shared",
    Mailbox.ROOM: "shared",
    Mailbox.MISSING: "missing",
    Mailbox.ELSEWHERE: "on_premises",
}
SWITCHED_OFF = frozenset({Mailbox.USER, Mailbox.ELSEWHERE, Mailbox.UNKNOWN})
"""A shared mailbox or a room has no sign-in of its own, so that one that is blocked says nothing."""
ALIAS = "sync-address-alias"


def of_zoom_app(app: CronofyApp, *, before: str) -> list[NewObservation]:
    """An account that asks for no approval lists nothing, unless an approval that was there has gone."""
    value = ZOOM_APP.get(app.approval, "")
    if app.approval is Approval.NOT_LISTED and before in LISTED_BEFORE:
        value = "withdrawn"
    if not value:
        return []
    detail = {"pending": str(app.pending_requests)} if app.pending_requests else {}
    return [NewObservation(COMPANY, CompanyFact.ZOOM_APP, Source.ZOOM, value, detail)]


def of_zoom_user(person: int, user: User) -> list[NewObservation]:
    detail = {"plan": "basic"} if user.is_basic else {}
    return [NewObservation(person, PersonFact.ZOOM_USER, Source.ZOOM, user.status, detail)]


def of_goto(person: int, standing: Standing) -> list[NewObservation]:
    return [NewObservation(person, PersonFact.GOTO_USER, Source.GOTO, standing.value)]


def of_microsoft(person: int, account: MicrosoftAccount) -> list[NewObservation]:
    """The mailbox, and whether meetings of its owner can carry Teams."""
    found = _microsoft_mailbox(person, account)
    possible = account.teams_possible
    if possible is None or account.mailbox is not Mailbox.USER:
        return found
    cause = "microsoft-account-inactive" if account.enabled is False else "teams-licence-missing"
    return [*found, _meetings(person, Source.MICROSOFT, possible=possible, cause=cause)]


def _microsoft_mailbox(person: int, account: MicrosoftAccount) -> list[NewObservation]:
    value = MAILBOXES.get(account.mailbox, "")
    detail = {"account": account.primary} if account.is_alias else {}
    if account.enabled is False and account.mailbox in SWITCHED_OFF:
        value = "disabled"
    elif value == "on_premises":
        detail["error_key"] = "mailbox-on-premises"
    elif account.is_alias:
        detail["error_key"] = ALIAS
    return [NewObservation(person, PersonFact.MAILBOX, Source.MICROSOFT, value, detail)] if value else []


def of_google(person: int, account: GoogleAccount) -> list[NewObservation]:
    """The account behind the mailbox."""
    value, cause = _google_mailbox(account)
    detail = {"account": account.primary} if account.is_alias else {}
    if cause:
        detail["error_key"] = cause
    return [NewObservation(person, PersonFact.MAILBOX, Source.GOOGLE, value, detail)]


def _google_mailbox(account: GoogleAccount) -> tuple[str, str]:
    if not account.found:
        return "missing", ""
    if account.suspended or account.archived:
        return "disabled", ""
    if account.mailbox_ready is False:
        return "missing", "google-mailbox-not-set-up"
    return "user", ALIAS if account.is_alias else ""


def of_meet(person: int, possible: bool | None) -> list[NewObservation]:
    """Whether this person's calendar makes Meet links; one that does proves that Meet is on."""
    if possible is None:
        return []
    found = [_meetings(person, Source.GOOGLE, possible=possible)]
    return [*found, NewObservation(COMPANY, CompanyFact.MEET, Source.GOOGLE, "on")] if possible else found


def of_meet_everywhere(answers: Iterable[bool]) -> list[NewObservation]:
    """Meet is off for the company when it is off for everybody who was asked about."""
    answers = list(answers)
    if not answers:
        return []
    return [NewObservation(COMPANY, CompanyFact.MEET, Source.GOOGLE, "on" if any(answers) else "off")]


def _meetings(person: int, source: Source, *, possible: bool, cause: str = "") -> NewObservation:
    detail = {"error_key": cause} if cause and not possible else {}
    return NewObservation(person, PersonFact.MEETINGS, source, "allowed" if possible else "denied", detail)
