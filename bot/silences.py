"""Asks the chats who does not want to be disturbed just now."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from bot.channel import Channel, Quiet
from storage.models import Account


class Silences:
    """Of every chat that can tell; the others have none."""

    def __init__(self, channels: Mapping[str, Channel]) -> None:
        self._channels = channels

    async def __call__(self, accounts: Collection[Account]) -> Mapping[int, datetime]:
        """When the silence of those people ends who want it now."""
        ends: dict[int, datetime] = {}
        for name, workspace in {(each.channel, each.workspace) for each in accounts}:
            channel = self._channels.get(name)
            if isinstance(channel, Quiet):
                people = {
                    each.external_id: each.person_id
                    for each in accounts
                    if (each.channel, each.workspace) == (name, workspace)
                }
                found = await channel.quiet(workspace, list(people))
                ends |= {people[account]: end for account, end in found.items() if account in people}
        return ends
