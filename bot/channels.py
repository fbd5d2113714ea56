"""Builds the chat channels that the settings name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.channel import Channel
from bot.settings import SettingsError

# The platforms' libraries take a while to import: each only when its settings are there.
if TYPE_CHECKING:
    from pydantic import SecretStr

    from bot.app import Program
    from bot.settings import Settings
    from bot.slack.settings import SlackSettings
    from bot.teams import TeamsSettings
    from providers.smtp import Smtp


def channels_of(program: Program) -> list[Channel]:
    """Slack, Teams and e-mail, each if its settings are there; raises SettingsError when they are half there."""
    settings = program.settings
    found: list[Channel] = []
    if settings.slack_bot_token or settings.slack_client_id:
        found.append(_slack(program))
    if settings.teams_app_id or settings.teams_local:
        found.append(_teams(program))
    if program.services.mail is not None:
        found.append(_mail(program, program.services.mail))
    return found


def slack_settings(settings: Settings) -> SlackSettings:
    """What of the settings concerns Slack."""
    from bot.slack.settings import SlackSettings

    return SlackSettings(
        public_url=settings.greenroom_public_url,
        bot_token=_plain(settings.slack_bot_token),
        signing_secret=_plain(settings.slack_signing_secret),
        app_token=_plain(settings.slack_app_token),
        client_id=settings.slack_client_id,
        client_secret=_plain(settings.slack_client_secret),
        api_url=settings.slack_api_url,
    )


def teams_settings(settings: Settings) -> TeamsSettings:
    """What of the settings concerns Teams; raises SettingsError when they are half there."""
    from bot.teams import TeamsSettings

    try:
        return TeamsSettings(
            app_id=settings.teams_app_id,
            app_password=_plain(settings.teams_app_password),
            tenant_id=settings.teams_tenant_id,
            local=settings.teams_local,
            public_url=settings.greenroom_public_url,
            graph_url=settings.microsoft_graph_url,
            catalogue_id=settings.teams_catalogue_id,
        )
    except ValueError as error:
        raise SettingsError(str(error)) from error


def why_unreachable(chat: str, cause: str, language: str) -> str:
    """Why somebody cannot be written to in that chat, and who can change it."""
    if chat != "teams":
        return cause  # no other chat remembers a cause
    from bot.teams.unreachable import reason

    return reason(cause, language)


def _slack(program: Program) -> Channel:
    from bot.slack.channel import SlackChannel
    from bot.slack.ports import Ports
    from bot.stored_ports import SLACK, SlackDirectory, StoredInstallations, StoredLetters, StoredStates

    slack = slack_settings(program.settings)
    if not slack.is_complete:
        raise SettingsError(
            "Slack needs SLACK_SIGNING_SECRET or SLACK_APP_TOKEN, and SLACK_BOT_TOKEN or "
            "SLACK_CLIENT_ID with SLACK_CLIENT_SECRET."
        )
    if slack.bot_token:
        program.directory.adopt(SLACK, program.company_id)
    ports = Ports(
        inbox=program.inbox,
        letters=StoredLetters(program.outbox),
        directory=SlackDirectory(program.directory),
        installations=StoredInstallations(program.store, program.company_id, program.now),
        states=StoredStates(program.store),
    )
    return SlackChannel(slack, ports, now=program.now, on_call=program.observer.called)


def _teams(program: Program) -> Channel:
    from bot.stored_ports import TEAMS, TeamsAccounts
    from bot.teams import TeamsChannel

    teams = teams_settings(program.settings)
    # One registration of the app serves one tenant.
    program.directory.adopt(TEAMS, program.company_id)
    accounts = TeamsAccounts(program.store, program.directory)
    return TeamsChannel(teams, inbox=program.inbox, accounts=accounts, now=program.now, on_call=program.observer.called)


def _mail(program: Program, smtp: Smtp) -> Channel:
    from bot.mail.send import MailChannel

    return MailChannel(smtp, now=program.now)


def _plain(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""
