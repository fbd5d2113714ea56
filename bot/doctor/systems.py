"""The credentials of each outside system, right by right."""

from __future__ import annotations

from functools import partial

from bot.app import Program
from bot.doctor.rights import Right, first_page, not_tried, try_rights
from bot.doctor.store import is_at_head
from bot.findings import Finding, absent, well, wrong
from handlers.access import service_session
from providers.base import NotAuthorised, NotPermitted, ProviderError, Unavailable
from providers.cronofy import Cronofy, Tokens
from providers.google_meet import CALENDAR_SCOPE, DIRECTORY_SCOPE
from providers.microsoft_types import Mailbox, MicrosoftAccount
from providers.personio import ABSENCES, PERSONS, RECRUITING, SYSTEM, MissingRight, Personio

MADE_UP = "greenroom-doctor"
"""A refresh token that nobody ever got: how it is refused tells whether the application itself is known."""


async def look_at_cronofy(program: Program) -> list[Finding]:
    services = program.services
    if services.cronofy is None:
        said = "Cronofy is not configured: the mode is guided, and nothing about calendars is proven."
        return [absent("cronofy", said)]
    known = await _application(services.cronofy, program)
    return [known, *(await _calendar(program) if known.check.endswith("application") else [])]


async def _application(cronofy: Cronofy, program: Program) -> Finding:
    try:
        await cronofy.refresh(Tokens("", program.now(), refresh_token=MADE_UP))
    except NotAuthorised:
        return well("cronofy.application", "Cronofy knows the application and its secret.")
    except ProviderError as error:
        how = f"answered {error.status}" if error.status else "did not answer"
        todo = (
            "Check CRONOFY_CLIENT_ID, CRONOFY_CLIENT_SECRET and CRONOFY_DATA_CENTER in Cronofy's developer dashboard."
        )
        return wrong("cronofy.credentials", f"Cronofy {how} to the application's id and secret.", todo)
    return wrong("cronofy.credentials", "Cronofy took a token that nobody made.", "Is CRONOFY_API_URL right?")


async def _calendar(program: Program) -> list[Finding]:
    """The company's own authorisation, if there is one yet."""
    companies = await program.store.companies.all() if await is_at_head(program) else []
    session = await service_session(program.services, companies[0].id) if companies else None
    if session is None:
        return [
            absent(
                "cronofy.calendar", "The company's calendar is not connected.", "An admin writes “set up” in the chat."
            )
        ]
    rights = [
        Right("calendar", "nobody's calendar can be read", session.service_account),
        Right("service_account/resources/manage", "a meeting room is taken for a person", session.resources),
    ]
    return await try_rights("Cronofy", "the company's authorisation", rights)


async def look_at_personio(program: Program) -> list[Finding]:
    personio = program.services.personio
    if personio is None:
        return [absent("personio", "Personio is not configured: people are known from imports alone.")]

    rights = [
        Right(PERSONS, "nobody who works here is known", partial(_granted, personio, PERSONS)),
        Right(RECRUITING, "who hosts interviews is not known", partial(_granted, personio, RECRUITING)),
        Right(ABSENCES, "people are reminded while they are away", partial(_granted, personio, ABSENCES)),
        Right("email", "nobody can be matched to an account in a chat", lambda: first_page(personio.persons())),
    ]
    return await try_rights("Personio", "PERSONIO_CLIENT_ID and PERSONIO_CLIENT_SECRET", rights)


async def _granted(personio: Personio, scope: str) -> None:
    """Personio refuses a token for a right that the credentials lack."""
    if not await personio.granted_scopes([scope]):
        raise MissingRight(SYSTEM, "signing in", reasons=(scope,))


async def look_at_zoom(program: Program) -> list[Finding]:
    zoom = program.services.zoom
    if zoom is None:
        return [
            absent("zoom", "Zoom is not configured: who has a user there, and the app's approval, is not looked up.")
        ]
    email = _somebody(program)
    rights = [
        Right("user:read:user:admin", "nobody's Zoom user is looked up while they ask", lambda: zoom.user(email)),
        Right("user:read:list_users:admin", "who has a Zoom user is not known", lambda: first_page(zoom.users())),
        Right(
            "marketplace:read:list_apps:admin",
            "whether the Cronofy app is approved for everybody is not known, so admins have to say it",
            zoom.cronofy_app,
        ),
    ]
    return await try_rights("Zoom", "ZOOM_ACCOUNT_ID, ZOOM_CLIENT_ID and ZOOM_CLIENT_SECRET", rights)


async def look_at_microsoft(program: Program) -> list[Finding]:
    microsoft = program.services.microsoft
    if microsoft is None:
        return [absent("microsoft", "Microsoft is not configured: accounts, mailboxes and licences are not looked up.")]
    email, seen = _somebody(program), list[MicrosoftAccount]()

    async def account() -> None:
        seen.append(await microsoft.account(email))

    credentials = "MICROSOFT_TENANT_ID, MICROSOFT_CLIENT_ID and MICROSOFT_CLIENT_SECRET"
    right = Right("User.Read.All", "whether somebody has an account and a licence is not known", account)
    findings = await try_rights("Microsoft", credentials, [right])
    return findings + [each for one in seen for each in _parts(one)]


def _parts(account: MicrosoftAccount) -> list[Finding]:
    """What about a mailbox was answered: each part of it needs a right of its own."""
    if not account.found:
        said = f"Rights about mailboxes were not tried: nobody in the tenant has the address {account.email}."
        return [absent("microsoft.mailbox", said, "Put the address of somebody in the tenant into GREENROOM_OWNERS.")]
    shared, calendar = "MailboxSettings.Read", "Calendars.ReadBasic.All"
    refused = [problem for problem in account.problems if isinstance(problem, NotPermitted)]
    missing = {
        shared: (account.mailbox is Mailbox.UNKNOWN, "a shared mailbox is not told from a person's own"),
        calendar: (account.meetings is None, "whether a calendar can make Teams meetings is not known"),
    }
    findings = [
        wrong(f"microsoft.{name}", f"The right {name} is missing: {disables}.", refused[0].advice)
        if refused and unknown
        else well(f"microsoft.{name}", f"Microsoft grants {name}.")
        for name, (unknown, disables) in missing.items()
    ]
    away = [problem for problem in account.problems if isinstance(problem, Unavailable)]
    return [not_tried("Microsoft", "microsoft.mailbox", away[0])] if away else findings


async def look_at_google(program: Program) -> list[Finding]:
    google, admin = program.services.google, program.settings.google_admin_email
    if google is None:
        return [absent("google", "Google is not configured: accounts and Meet in calendars are not looked up.")]
    rights = [
        Right(
            DIRECTORY_SCOPE, "whether somebody's account is alive is not known", lambda: first_page(google.accounts())
        ),
        Right(
            CALENDAR_SCOPE, "whether calendars can make Meet links is not known", lambda: google.meet_possible(admin)
        ),
    ]
    return await try_rights("Google", "the service account, or GOOGLE_ADMIN_EMAIL", rights)


async def look_at_goto(program: Program) -> list[Finding]:
    goto = program.services.goto
    if goto is None:
        return [absent("goto", "GoTo is not configured: who has a user and a licence there is not looked up.")]
    if not await is_at_head(program):
        # Each use replaces the token: without a place to keep the new one, looking would break the access.
        return [absent("goto", "GoTo was not looked at: its newest token is in the database, which cannot be read.")]
    rights = [
        Right("users", "who has a GoTo user is not known", lambda: first_page(goto.users())),
        Right("licences", "who may hold meetings in GoTo is not known", goto.licences),
    ]
    return await try_rights("GoTo", "GOTO_CLIENT_ID, GOTO_CLIENT_SECRET and GOTO_REFRESH_TOKEN", rights)


async def look_at_mail(program: Program) -> list[Finding]:
    mail = program.services.mail
    if mail is None:
        return [absent("mail", "No mail server is configured: people who are in no chat are not reached.")]
    try:
        await mail.check()
    except ProviderError as error:
        return [wrong("mail", "The mail server cannot be used: nobody gets e-mails.", error.advice)]
    return [well("mail", "The mail server can be used; nothing was sent.")]


def _somebody(program: Program) -> str:
    """Whose address is looked up: it must be somebody, and owners are named for such things."""
    return next(iter(program.settings.greenroom_owners), f"nobody@{MADE_UP}.example")
