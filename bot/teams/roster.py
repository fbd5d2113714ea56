"""Who belongs to the tenant: read from Graph once a day, matched again whenever the HR system was read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from bot.channel import SendError
from bot.teams.graph import Graph
from bot.teams.ports import Accounts, Profile

LOG = structlog.get_logger(__name__)
READ_AGAIN = timedelta(days=1)


class Roster:
    """People can be written to before they ever wrote, and whoever left is forgotten."""

    def __init__(self, graph: Graph, accounts: Accounts, workspace: str, now: Callable[[], datetime]) -> None:
        self._graph = graph
        self._accounts = accounts
        self._workspace = workspace
        self._now = now
        self._members: Sequence[Profile] = ()
        self._read_at: datetime | None = None

    async def relink(self) -> None:
        """Match the members to people, after asking for them if that was too long ago."""
        if self._read_at is None or self._now() - self._read_at >= READ_AGAIN:
            await self._read()
        if self._members:
            await self._accounts.link(self._workspace, self._members)

    async def _read(self) -> None:
        try:
            self._members = await self._graph.members()
        except SendError as error:
            # The app may lack User.Read.All; people are then matched when they first write.
            LOG.warning("teams_members_not_read", cause=str(error))
            return
        self._read_at = self._now()
        if self._members:
            await self._accounts.keep_only(self._workspace, [profile.account for profile in self._members])
