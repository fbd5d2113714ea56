"""Looks whether each chat still reaches us, connects one again that does not, and has the owners told once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

import structlog

from bot.channel import Channel
from handlers.deaf_chat import Silence

CONNECT_AGAIN_AFTER = timedelta(seconds=20)
CONNECT_AGAIN_EVERY = timedelta(minutes=1)
TELL_AFTER = timedelta(seconds=45)
"""A chat that comes back by itself worries nobody; with the interval of looking this is told within two minutes."""
LOG = structlog.get_logger(__name__)
Tell = Callable[[Silence], Awaitable[None]]


@runtime_checkable
class Listening(Protocol):
    """A channel that can tell whether it is deaf."""

    name: str

    async def trouble(self) -> str:
        """What keeps it from hearing, in a word for the log; empty while all is well."""

    async def connect_again(self) -> None:
        """Begin anew, if there is anything of ours to begin."""


@dataclass(slots=True)
class _Deaf:
    since: datetime
    trouble: str
    connected_again: datetime
    certain: bool = False
    """Still so when it was looked at again: a connection that is just being made is no fault."""
    told: bool = False


class Ears:
    """Those of all channels; `deaf` names the ones that hear nothing, with the reason."""

    def __init__(self, channels: Mapping[str, Channel], tell: Tell, now: Callable[[], datetime]) -> None:
        self._channels = channels
        self._tell = tell
        self._now = now
        self._deaf: dict[str, _Deaf] = {}

    @property
    def deaf(self) -> dict[str, str]:
        return {name: one.trouble for name, one in self._deaf.items() if one.certain}

    async def look(self) -> None:
        """To be called every twenty seconds."""
        for channel in list(self._channels.values()):
            if isinstance(channel, Listening):
                try:
                    await self._look_at(channel)
                except Exception:
                    LOG.exception("channel_not_looked_at", channel=channel.name)

    async def _look_at(self, channel: Listening) -> None:
        trouble, now = await channel.trouble(), self._now()
        deaf = self._deaf.get(channel.name)
        if not trouble:
            await self._recovered(channel.name)
        elif deaf is None:
            self._deaf[channel.name] = _Deaf(now, trouble, now - CONNECT_AGAIN_EVERY + CONNECT_AGAIN_AFTER)
        else:
            deaf.trouble = trouble
            await self._mend(channel, deaf, now)

    async def _mend(self, channel: Listening, deaf: _Deaf, now: datetime) -> None:
        if now - deaf.connected_again >= CONNECT_AGAIN_EVERY:
            deaf.connected_again, deaf.certain = now, True
            LOG.warning("channel_deaf", channel=channel.name, trouble=deaf.trouble, since=deaf.since.isoformat())
            await channel.connect_again()
        if not deaf.told and now - deaf.since >= TELL_AFTER:
            deaf.told = True
            await self._tell(Silence(channel.name, deaf.trouble, deaf.since))

    async def _recovered(self, channel: str) -> None:
        deaf = self._deaf.pop(channel, None)
        if deaf is None or not deaf.certain:
            return
        LOG.info("channel_hears_again", channel=channel, since=deaf.since.isoformat())
        if deaf.told:
            await self._tell(Silence(channel, deaf.trouble, deaf.since, over=True))
