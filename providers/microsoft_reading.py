"""Reads Microsoft Graph's answers about users, mailboxes and calendars."""

from __future__ import annotations

from collections.abc import Iterable

from providers.answers import Record, flag, part, parts, text
from providers.base import NotFound, ProviderError
from providers.microsoft_types import Mailbox, MicrosoftAccount

TEAMS_PLANS = frozenset({"57ff2da0-773e-42df-b2af-ffb7a2317929"})
TEAMS_SERVICE = "teamspaceapi"
EXCHANGE_SERVICE = "exchange"
IN_USE = frozenset({"enabled", "warning"})
NOT_IN_THE_CLOUD = frozenset({"MailboxNotEnabledForRESTAPI", "MailboxNotSupportedForRESTAPI"})
PURPOSES = {
    "user": Mailbox.USER,
    "linked": Mailbox.USER,
    "shared": Mailbox.SHARED,
    "room": Mailbox.ROOM,
    "equipment": Mailbox.ROOM,
}


def read_account(
    email: str, user: Record, purpose: Record | ProviderError, calendar: Record | ProviderError
) -> MicrosoftAccount:
    """One person out of the three answers about them; only the first is indispensable.

    https://learn.microsoft.com/en-us/graph/api/resources/user
    """
    plans = parts(user, "assignedPlans")
    problems = tuple(each for each in (purpose, calendar) if isinstance(each, ProviderError) and not _is_gone(each))
    return MicrosoftAccount(
        email=email,
        primary=_primary(user),
        enabled=flag(user, "accountEnabled"),
        mailbox=_mailbox(purpose, has_exchange=_has(plans, service=EXCHANGE_SERVICE)),
        teams_plan=_has(plans, service=TEAMS_SERVICE, ids=TEAMS_PLANS),
        meetings=None if isinstance(calendar, ProviderError) else _meetings(calendar),
        problems=problems,
    )


def _primary(user: Record) -> str:
    """The main address stands in capitals among the others; `mail` normally says the same."""
    addresses = user.get("proxyAddresses")
    known = [str(each) for each in addresses] if isinstance(addresses, list) else []
    main = next((each[5:] for each in known if each.startswith("SMTP:")), "")
    return (text(user, "mail") or main).lower()


def _mailbox(purpose: Record | ProviderError, *, has_exchange: bool | None) -> Mailbox:
    """https://learn.microsoft.com/en-us/graph/api/user-get-mailboxsettings"""
    if not isinstance(purpose, ProviderError):
        # The page shows an object in one place and a word in the other.
        word = text(purpose, "value", "userPurpose") or text(part(purpose, "userPurpose"), "value")
        return PURPOSES.get(word, Mailbox.UNKNOWN)
    if not _is_gone(purpose) or has_exchange is None:
        return Mailbox.UNKNOWN
    return Mailbox.ELSEWHERE if has_exchange else Mailbox.MISSING


def _is_gone(error: ProviderError) -> bool:
    """Graph cannot reach the mailbox, which it says with a code of its own."""
    return isinstance(error, NotFound) and not NOT_IN_THE_CLOUD.isdisjoint(error.reasons)


def _meetings(calendar: Record) -> tuple[str, ...] | None:
    """https://learn.microsoft.com/en-us/graph/api/resources/calendar"""
    allowed = calendar.get("allowedOnlineMeetingProviders")
    return tuple(each for each in allowed if isinstance(each, str)) if isinstance(allowed, list) else None


def _has(plans: Iterable[Record] | None, *, service: str, ids: frozenset[str] = frozenset()) -> bool | None:
    """https://learn.microsoft.com/en-us/graph/api/resources/assignedplan"""
    if plans is None:
        return None
    return any(
        text(plan, "capabilityStatus").lower() in IN_USE
        and (text(plan, "service").lower() == service or text(plan, "servicePlanId").lower() in ids)
        for plan in plans
    )
