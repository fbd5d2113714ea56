"""What the chat channels ask of the store, answered by it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

import structlog

from bot.channel import Letter
from bot.directory import Directory
from bot.outbox import Outbox
from bot.slack.ports import Installation, Member
from bot.teams.ports import Profile
from storage.store import Store

SLACK, TEAMS = "slack", "teams"
LOG = structlog.get_logger(__name__)


class SlackDirectory:
    """Implements bot.slack.ports.Directory."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    async def link(self, workspace: str, members: Sequence[Member]) -> None:
        await self._directory.link(SLACK, workspace, [(member.account, member.email) for member in members])

    async def is_linked(self, workspace: str, account: str) -> bool:
        return await self._directory.person_of(SLACK, workspace, account) is not None

    async def unlink(self, workspace: str, accounts: Sequence[str]) -> None:
        await self._directory.unlink(SLACK, workspace, accounts)

    async def keep_only(self, workspace: str, accounts: Collection[str]) -> None:
        await self._directory.keep_only(SLACK, workspace, accounts)


class StoredLetters:
    """Implements bot.slack.ports.Letters."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    async def letter(self, id: str) -> Letter | None:
        return await self._outbox.letter(id)


class StoredInstallations:
    """Implements bot.slack.ports.Installations."""

    def __init__(self, store: Store, company: Callable[[], int], now: Callable[[], datetime]) -> None:
        self._store = store
        self._company = company
        self._now = now

    async def save(self, installation: Installation) -> None:
        company = await self._company_for(installation.team_id)
        await self._store.installations.save(
            company,
            installation.team_id,
            bot_token=installation.bot_token,
            refresh_token=installation.refresh_token,
            expires_at=installation.expires_at,
            bot_id=installation.bot_id,
            bot_user_id=installation.bot_user_id,
            enterprise_id=installation.enterprise_id,
            scopes=list(installation.scopes),
            installer=installation.installer,
        )
        await self._store.retention.uninstalled(company, SLACK, installation.team_id, None)

    async def find(self, team: str) -> Installation | None:
        row = await self._store.installations.find(team)
        if row is None:
            return None
        return Installation(
            team_id=row.team,
            bot_token=row.bot_token,
            bot_id=row.bot_id,
            bot_user_id=row.bot_user_id,
            enterprise_id=row.enterprise_id,
            refresh_token=row.refresh_token,
            expires_at=row.expires_at,
            scopes=tuple(row.scopes),
            installer=row.installer,
        )

    async def teams(self) -> Sequence[str]:
        return await self._store.installations.teams()

    async def delete(self, team: str) -> None:
        company = await self._store.companies.of_workspace(SLACK, team)
        await self._store.installations.forget(team)
        if company is not None:
            await self._store.retention.uninstalled(company, SLACK, team, self._now())

    async def _company_for(self, team: str) -> int:
        """A customer of its own, who sees nothing of others: whoever finds /slack/install may install the app.

        The company of the settings has the workspace of the bot token, and the one that SLACK_TEAM_ID names.
        """
        known = await self._store.companies.of_workspace(SLACK, team)
        if known is not None:
            return known
        settings = await self._store.companies.get(self._company())
        place = {"language": settings.language, "timezone": settings.timezone}
        new = await self._store.companies.ensure(f"slack-{team.lower()}", name=team, domains=(), **place)
        await self._store.companies.link_workspace(new.id, SLACK, team)
        advice = f"If it is the workspace of {settings.name}, set SLACK_TEAM_ID to {team} and start again."
        LOG.warning("slack_workspace_is_a_company_of_its_own", team=team, advice=advice)
        return new.id


class StoredStates:
    """Implements bot.slack.ports.States."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def issue(self, state: str, expires_at: datetime) -> None:
        await self._store.installations.begin(state, expires_at)

    async def consume(self, state: str, now: datetime) -> bool:
        return await self._store.installations.finish(state, now)


class TeamsAccounts:
    """Implements bot.teams.ports.Accounts."""

    def __init__(self, store: Store, directory: Directory) -> None:
        self._store = store
        self._directory = directory

    async def is_known(self, workspace: str, account: str) -> bool:
        return await self._directory.person_of(TEAMS, workspace, account) is not None

    async def link(self, workspace: str, profiles: Sequence[Profile]) -> None:
        await self._directory.link(TEAMS, workspace, [(profile.account, profile.email) for profile in profiles])

    async def keep_only(self, workspace: str, accounts: Collection[str]) -> None:
        await self._directory.keep_only(TEAMS, workspace, accounts)

    async def save_reference(self, workspace: str, account: str, reference: Mapping[str, object]) -> None:
        await self._store.people.save_reference(TEAMS, workspace, account, dict(reference))
