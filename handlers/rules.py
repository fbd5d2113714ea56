"""The rules of the customer's article, one small function each, in the order in which they must hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from handlers.facts import CompanyFact, PersonFact, Source
from handlers.findings import (
    ADDRESS_CAUSES,
    MAILBOX_CAUSES,
    NOT_AUTHENTICATED,
    PROVIDER_ACCOUNTS,
    SYNC_CAUSES,
    ZOOM_APP_CAUSES,
)
from handlers.look import OWN_FACT, Look, Verdict
from handlers.states import Owner, Path, State, Step

# https://docs.cronofy.com/developers/office365-graph and Microsoft's announcement MC1227454
EWS_END = date(2027, 4, 1)
# https://support.google.com/a/answer/9493952
MEET_TAKES = timedelta(hours=24)


def ews_days_left(now: datetime) -> int:
    """Days until Exchange Online drops EWS for good; 0 afterwards."""
    return max(0, (EWS_END - now.astimezone(UTC).date()).days)


def needs_own_account(path: Path) -> bool:
    """Whether each host signs in with an account of their own."""
    return path in OWN_FACT


def employment(look: Look) -> Verdict | None:
    match look.value(PersonFact.EMPLOYMENT):
        case "inactive":
            return look.stops(State.NOT_NEEDED, PersonFact.EMPLOYMENT, Step.DONE_NOTHING)
        case "leave":
            return look.stops(State.PAUSED, PersonFact.EMPLOYMENT, Step.WAIT)
    return None


def hosting(look: Look) -> Verdict | None:
    if look.value(PersonFact.HOSTS) != "no":
        return None
    return look.stops(State.NOT_NEEDED, PersonFact.HOSTS, Step.CONFIRM_HOSTING)


def snoozed(look: Look) -> Verdict | None:
    return look.silenced_by(PersonFact.PAUSED)


def away(look: Look) -> Verdict | None:
    return look.silenced_by(PersonFact.AWAY)


def integration(look: Look) -> Verdict | None:
    value = look.value(CompanyFact.INTEGRATION)
    if value == "needs_attention" and look.warning:
        return look.fails("ews-365-service-account", CompanyFact.INTEGRATION, CompanyFact.CALENDAR)
    if value in ("inactive", "needs_attention"):
        return look.fails(look.named(CompanyFact.INTEGRATION) or "integration-inactive", CompanyFact.INTEGRATION)
    if look.done is not None:
        return None
    return look.needs(CompanyFact.INTEGRATION, Step.ASK_ADMIN, owner=Owner.PERSONIO_ADMIN)


def google_calendar(look: Look) -> Verdict | None:
    if look.path is not Path.GOOGLE_MEET:
        return None
    if look.value(CompanyFact.CALENDAR) not in ("google", ""):
        return look.fails("meet-not-selectable", CompanyFact.CALENDAR)
    return look.needs(CompanyFact.CALENDAR, Step.ASK_ADMIN, owner=Owner.CALENDAR_ADMIN)


def microsoft_calendar(look: Look) -> Verdict | None:
    if look.path in (Path.GOOGLE_MEET, Path.ZOOM, Path.GOTO):
        return None
    kind = look.value(CompanyFact.CALENDAR)
    if kind == "google":
        return look.fails("unsupported-calendar", CompanyFact.CALENDAR)
    if look.path is Path.TEAMS_GRAPH and kind in ("ews", "exchange"):
        return look.fails("which-integration-type", CompanyFact.CALENDAR)
    if look.path is Path.TEAMS_EWS and kind == "graph":
        return look.fails("teams-graph-ready", CompanyFact.CALENDAR)
    if look.warning and not ews_days_left(look.now):
        return look.fails("ews-365-switch-off", CompanyFact.CALENDAR)
    if look.path is not Path.TEAMS_GRAPH and look.done is not None:
        return None
    return look.needs(
        CompanyFact.CALENDAR, Step.TEST_INTERVIEW, owner=Owner.CALENDAR_ADMIN, cause="which-integration-type"
    )


def meet_enabled(look: Look) -> Verdict | None:
    if look.path is not Path.GOOGLE_MEET or look.is_done_for_sure:
        return None
    if look.value(CompanyFact.MEET) == "off":
        return look.fails("meet-service-off", CompanyFact.MEET)
    integrated = look.value(PersonFact.INTEGRATED)
    if look.done is not None or integrated == "no":
        return None
    # A calendar that could do Meet a while ago is worth looking at again before anybody is asked.
    fact = PersonFact.INTEGRATED if integrated and not look.value(CompanyFact.MEET) else CompanyFact.MEET
    return look.needs(fact, Step.ASK_ADMIN, owner=Owner.IT_ADMIN)


def synced(look: Look) -> Verdict | None:
    value = look.value(PersonFact.SYNC)
    if value == "synced":
        return None if look.done else look.needs(PersonFact.SYNC, Step.REFRESH)
    if not value:
        return None if look.done else _why_not_synced(look) or look.needs(PersonFact.SYNC, Step.REFRESH)
    if value in ("requested", "syncing"):
        return replace(look.fails(SYNC_CAUSES[value], PersonFact.SYNC), owner=Owner.NOBODY, step=Step.WAIT)
    return _why_not_synced(look) or _sync_failed(look, value)


def _why_not_synced(look: Look) -> Verdict | None:
    """What an address or a mailbox alone already explains."""
    facts = dict(look.fresh_evidence((PersonFact.ADDRESS, PersonFact.MAILBOX)))
    address, mailbox = facts.get(PersonFact.ADDRESS), facts.get(PersonFact.MAILBOX)
    explained = look.named(PersonFact.MAILBOX) if mailbox else ""
    if explained:  # the mail system itself says more than Cronofy's words
        return look.fails(explained, PersonFact.MAILBOX, PersonFact.SYNC)
    named = look.named(PersonFact.SYNC)
    if named:
        return look.fails(named, PersonFact.SYNC)
    cause = ADDRESS_CAUSES.get(address.value) if address else None
    if cause:
        return look.fails(cause, PersonFact.ADDRESS, PersonFact.SYNC)
    cause = MAILBOX_CAUSES.get(mailbox.value) if mailbox else None
    return look.fails(cause, PersonFact.MAILBOX, PersonFact.SYNC) if cause else None


def _sync_failed(look: Look, value: str) -> Verdict:
    if look.warning and value in ("failed", "disconnected"):
        return look.fails("ews-365-service-account", PersonFact.SYNC, CompanyFact.CALENDAR)
    verdict = look.fails(SYNC_CAUSES[value], PersonFact.SYNC)
    seen = look.seen(PersonFact.SYNC)
    if value == "disconnected" and seen and seen.detail.get("relink_url"):
        return replace(verdict, state=State.ACTION_NEEDED, owner=Owner.EMPLOYEE, step=Step.RELINK)
    return verdict


def standard_mailbox(look: Look) -> Verdict | None:
    mailbox = look.value(PersonFact.MAILBOX)
    if mailbox == "shared" and look.path is Path.TEAMS_EWS:
        return look.fails("ews-shared-mailbox", PersonFact.MAILBOX)
    if look.path not in OWN_FACT or look.done is not None:
        return None
    if mailbox == "shared":
        return look.fails("auth-shared-mailbox", PersonFact.MAILBOX)
    if look.value(PersonFact.ADDRESS) == "duplicate":
        return look.fails("auth-shared-mailbox", PersonFact.ADDRESS)
    return None


def active_mailbox(look: Look) -> Verdict | None:
    mailbox = look.value(PersonFact.MAILBOX)
    on_teams = look.path in (Path.TEAMS_GRAPH, Path.TEAMS_EWS, None)
    if mailbox == "disabled":
        default = "microsoft-account-inactive" if on_teams else "sync-account-disabled"
        return look.fails(look.named(PersonFact.MAILBOX) or default, PersonFact.MAILBOX)
    if mailbox == "on_premises" and look.path is Path.TEAMS_GRAPH and look.done is None:
        return look.fails("mailbox-on-premises", PersonFact.MAILBOX)
    return None


def integrated_conferencing(look: Look) -> Verdict | None:
    """The calendar brings Meet or Teams along; nobody has to sign in."""
    if look.path in OWN_FACT or look.done is not None:
        return None
    said_no = {PersonFact.INTEGRATED: "no", PersonFact.MEETINGS: "denied"}
    fact = next((fact for fact, no in said_no.items() if look.value(fact) == no), None)
    if fact is None:
        return None
    if look.path is Path.TEAMS_GRAPH:
        return look.fails(look.named(fact) or look.named(PersonFact.MEETINGS) or "teams-licence-missing", fact)
    meet = look.seen(CompanyFact.MEET)
    # Google's own word that Meet is on means that it already works for others.
    told = meet and meet.source is not Source.GOOGLE
    if meet and told and meet.value == "on" and look.now - meet.since < MEET_TAKES:
        return look.fails("meet-still-propagating", fact, CompanyFact.MEET)
    return look.fails("meet-service-off", fact)


def zoom_app(look: Look) -> Verdict | None:
    """No entry says nothing: an account that needs no approval has none."""
    value = look.value(CompanyFact.ZOOM_APP)
    cause = ZOOM_APP_CAUSES.get(value)
    if look.path is not Path.ZOOM or cause is None:
        return None
    if value in ("missing", "some_users") and look.is_done_for_sure:
        return None
    return look.fails(cause, CompanyFact.ZOOM_APP)


def provider_account(look: Look) -> Verdict | None:
    """What Zoom or GoTo says about the address; whoever is connected anyway has another account there."""
    if look.path not in PROVIDER_ACCOUNTS or look.done is not None:
        return None
    fact, good, cause = PROVIDER_ACCOUNTS[look.path]
    seen = dict(look.fresh_evidence((fact,))).get(fact)
    return look.fails(cause, fact) if seen and seen.value != good else None


def own_account(look: Look) -> Verdict | None:
    fact = OWN_FACT.get(look.path)
    if fact is None:
        return None
    value = look.value(fact)
    cause = NOT_AUTHENTICATED[look.path]
    if value in ("absent", "disconnected"):
        named = look.named(fact)
        verdict = look.fails(named or cause, fact)
        return replace(verdict, step=Step.RELINK) if value == "disconnected" and not named else verdict
    return look.needs(fact, Step.CONNECT, owner=Owner.EMPLOYEE)


RULES: tuple[Callable[[Look], Verdict | None], ...] = (
    employment,
    hosting,
    snoozed,
    away,
    integration,
    google_calendar,
    microsoft_calendar,
    meet_enabled,
    synced,
    standard_mailbox,
    active_mailbox,
    integrated_conferencing,
    zoom_app,
    provider_account,
    own_account,
)
"""The order is the article's: no step before its prerequisite."""
