"""What each cause means for readiness: who has to act and what they do next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from handlers.facts import CompanyFact, PersonFact
from handlers.states import Owner, Path, State, Step


@dataclass(frozen=True, slots=True)
class Finding:
    """One cause that readiness can name; somebody else's turn unless it says so."""

    owner: Owner
    step: Step
    state: State = State.WAITING


_CONNECT = Finding(Owner.EMPLOYEE, Step.CONNECT, State.ACTION_NEEDED)
_ASSIGN_LICENCE = Finding(Owner.IT_ADMIN, Step.ASSIGN_LICENCE)
_CONNECT_CALENDAR = Finding(Owner.CALENDAR_ADMIN, Step.CONNECT_CALENDAR)
_INSTALL_ZOOM_APP = Finding(Owner.IT_ADMIN, Step.INSTALL_ZOOM_APP)
_MIGRATE = Finding(Owner.IT_ADMIN, Step.MIGRATE_TO_GRAPH)

FINDINGS: Mapping[str, Finding] = {
    # The integration and the kind of calendar.
    "integration-inactive": _CONNECT_CALENDAR,
    "cronofy-subcontractor-off": Finding(Owner.PERSONIO_ADMIN, Step.ASK_ADMIN),
    "calendar-admin-lacks-right": Finding(Owner.PERSONIO_ADMIN, Step.ASK_ADMIN),
    "setup-access-denied-google-graph": _CONNECT_CALENDAR,
    "setup-access-denied-exchange": Finding(Owner.IT_ADMIN, Step.CONNECT_CALENDAR),
    "unsupported-calendar": Finding(Owner.IT_ADMIN, Step.CHOOSE_PROVIDER),
    "which-integration-type": Finding(Owner.CALENDAR_ADMIN, Step.TEST_INTERVIEW, State.UNKNOWN),
    "teams-graph-ready": Finding(Owner.NOBODY, Step.DONE_NOTHING, State.NOT_NEEDED),
    "ews-365-service-account": _MIGRATE,
    "ews-365-switch-off": _MIGRATE,
    "ews-frontline-licence": _MIGRATE,
    "meet-not-selectable": Finding(Owner.CALENDAR_ADMIN, Step.CHOOSE_PROVIDER),
    "meet-service-off": Finding(Owner.IT_ADMIN, Step.ENABLE_MEET),
    "meet-still-propagating": Finding(Owner.NOBODY, Step.WAIT),
    # The person's calendar.
    "bot-personio-no-email": Finding(Owner.PERSONIO_ADMIN, Step.CHANGE_ADDRESS),
    "sync-domain-mismatch": Finding(Owner.PERSONIO_ADMIN, Step.CHANGE_ADDRESS),
    "sync-address-alias": Finding(Owner.PERSONIO_ADMIN, Step.CHANGE_ADDRESS),
    "sync-shared-address": Finding(Owner.IT_ADMIN, Step.CHANGE_MAILBOX),
    "sync-account-missing": Finding(Owner.IT_ADMIN, Step.CREATE_ACCOUNT),
    "sync-account-disabled": Finding(Owner.IT_ADMIN, Step.REACTIVATE_ACCOUNT),
    "sync-error-other": Finding(Owner.CALENDAR_ADMIN, Step.SYNC),
    "organizer-not-selectable": Finding(Owner.CALENDAR_ADMIN, Step.SYNC),
    "warning-triangle-interviewer": Finding(Owner.CALENDAR_ADMIN, Step.SYNC),
    "google-mailbox-not-set-up": Finding(Owner.IT_ADMIN, Step.CREATE_ACCOUNT),
    "mailbox-on-premises": Finding(Owner.IT_ADMIN, Step.CHANGE_MAILBOX),
    "ews-shared-mailbox": Finding(Owner.IT_ADMIN, Step.CHANGE_MAILBOX),
    "auth-shared-mailbox": Finding(Owner.IT_ADMIN, Step.CHANGE_MAILBOX),
    "microsoft-account-inactive": Finding(Owner.IT_ADMIN, Step.REACTIVATE_ACCOUNT),
    "teams-licence-missing": _ASSIGN_LICENCE,
    # The account for video.
    "zoom-app-not-approved": _INSTALL_ZOOM_APP,
    "zoom-app-some-users": _INSTALL_ZOOM_APP,
    "zoom-app-restricted": _INSTALL_ZOOM_APP,
    "zoom-approval-withdrawn": _INSTALL_ZOOM_APP,
    "zoom-user-missing-or-inactive": Finding(Owner.IT_ADMIN, Step.CREATE_ACCOUNT),
    "zoom-not-authenticated": _CONNECT,
    "teams-ews-not-authenticated": _CONNECT,
    "goto-not-authenticated": _CONNECT,
    "goto-no-licence": _ASSIGN_LICENCE,
    "auth-mail-not-received": _CONNECT,
    "auth-wrong-account": _CONNECT,
}
"""Every cause that readiness can name; the other cases of the knowledge answer questions."""

_NAMEABLE_SYNC = frozenset(
    {
        "sync-domain-mismatch",
        "sync-address-alias",
        "sync-shared-address",
        "sync-account-missing",
        "sync-account-disabled",
        "google-mailbox-not-set-up",
        "mailbox-on-premises",
        "ews-365-service-account",
        "ews-frontline-licence",
    }
)
_MICROSOFT_CAUSES = frozenset({"microsoft-account-inactive", "teams-licence-missing"})
_OWN_CAUSES = frozenset({"auth-mail-not-received", "auth-wrong-account", "auth-shared-mailbox"})
NAMEABLE: Mapping[str, frozenset[str]] = {
    CompanyFact.INTEGRATION: frozenset(
        {
            "cronofy-subcontractor-off",
            "calendar-admin-lacks-right",
            "setup-access-denied-google-graph",
            "setup-access-denied-exchange",
        }
    ),
    PersonFact.SYNC: _NAMEABLE_SYNC,
    PersonFact.MAILBOX: _NAMEABLE_SYNC | _MICROSOFT_CAUSES,
    PersonFact.INTEGRATED: _MICROSOFT_CAUSES,
    PersonFact.MEETINGS: _MICROSOFT_CAUSES,
    PersonFact.ZOOM: _OWN_CAUSES | {"zoom-user-missing-or-inactive", "zoom-approval-withdrawn"},
    PersonFact.TEAMS: _OWN_CAUSES | _MICROSOFT_CAUSES,
    PersonFact.GOTO: _OWN_CAUSES | {"goto-no-licence"},
}
"""The cases that an observer may name itself, as `error_key` in the detail of that fact."""

# Which value of a fact is which cause.
NOT_AUTHENTICATED: Mapping[Path | None, str] = {
    Path.ZOOM: "zoom-not-authenticated",
    Path.TEAMS_EWS: "teams-ews-not-authenticated",
    Path.GOTO: "goto-not-authenticated",
    None: "teams-ews-not-authenticated",
}
ADDRESS_CAUSES: Mapping[str, str] = {
    "missing": "bot-personio-no-email",
    "foreign_domain": "sync-domain-mismatch",
    "duplicate": "sync-shared-address",
    "alias": "sync-address-alias",
}
MAILBOX_CAUSES: Mapping[str, str] = {
    "shared": "sync-shared-address",
    "missing": "sync-account-missing",
    "disabled": "sync-account-disabled",
}
SYNC_CAUSES: Mapping[str, str] = {
    "failed": "sync-error-other",
    "disconnected": "warning-triangle-interviewer",
    "absent": "organizer-not-selectable",
    "requested": "organizer-not-selectable",
    "syncing": "organizer-not-selectable",
}
ZOOM_APP_CAUSES: Mapping[str, str] = {
    "missing": "zoom-app-not-approved",
    "some_users": "zoom-app-some-users",
    "restricted": "zoom-app-restricted",
    "withdrawn": "zoom-approval-withdrawn",
}
PROVIDER_ACCOUNTS: Mapping[Path | None, tuple[PersonFact, str, str]] = {
    Path.ZOOM: (PersonFact.ZOOM_USER, "active", "zoom-user-missing-or-inactive"),
    Path.GOTO: (PersonFact.GOTO_USER, "licensed", "goto-no-licence"),
}
"""What the provider itself says about an account: the fact, its good value, and the cause of every other one."""

# Cronofy publishes no list of its `error_key` values, so they are read by their words.
# https://docs.cronofy.com/developers/api/enterprise-connect/
_SYNC_WORDS: tuple[tuple[str, str], ...] = (
    ("domain", "sync-domain-mismatch"),
    ("alias", "sync-address-alias"),
    ("shared", "sync-shared-address"),
    ("duplicate", "sync-shared-address"),
    ("not_unique", "sync-shared-address"),
    ("disabled", "sync-account-disabled"),
    ("suspended", "sync-account-disabled"),
    ("not_found", "sync-account-missing"),
    ("missing", "sync-account-missing"),
)


def named_cause(fact: str, error_key: str) -> str:
    """The case that an observer named, by its id or, for a refused sync, in Cronofy's words; empty if none."""
    if error_key in NAMEABLE.get(fact, ()):
        return error_key
    if fact != PersonFact.SYNC:
        return ""
    return next((cause for word, cause in _SYNC_WORDS if word in error_key), "")
