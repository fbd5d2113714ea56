"""The Teams channel in the whole program: its ports over the store, as the program wires them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.app import Program
from bot.teams import TeamsChannel, TeamsSettings
from bot.teams.limits import Limits
from bot.teams.ports import Profile


class StoredAccounts:
    """Implements bot.teams.ports.Accounts."""

    def __init__(self, program: Program) -> None:
        self._store = program.store
        self._directory = program.directory
        self._now = program.now

    async def is_known(self, workspace: str, account: str) -> bool:
        return await self._store.people.of_account("teams", workspace, account) is not None

    async def link(self, workspace: str, profiles: Sequence[Profile]) -> None:
        company = await self._directory.company_of("teams", workspace)
        if company is None:
            return
        matched: dict[str, int] = {}
        for profile in profiles:
            people = await self._store.people.with_email(company, profile.email) if profile.email else ()
            if len(people) == 1:
                matched[profile.account] = people[0].id
        await self._store.people.link_accounts(company, "teams", workspace, matched, self._used())

    async def save_reference(self, workspace: str, account: str, reference: Mapping[str, object]) -> None:
        await self._store.people.save_reference("teams", workspace, account, dict(reference))

    def _used(self) -> datetime:
        return self._now()


async def add_teams(program: Program, settings: TeamsSettings, *, limits: Limits | None = None) -> TeamsChannel:
    """A started channel of a running program, for the company that its settings name."""
    channel = TeamsChannel(
        settings, inbox=program.inbox, accounts=StoredAccounts(program), now=program.now, limits=limits
    )
    await program.store.companies.link_workspace(program.company, channel.name, settings.workspace(settings.tenant_id))
    program.add(channel)
    await channel.start()
    return channel
