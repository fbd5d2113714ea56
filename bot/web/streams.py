"""Live updates: each open page is told when something changed, and reads it from the transcript."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.web.ports import Transcript, TranscriptEntry

# Rows become visible in another order than their times say, so a little is read again; the browser keeps one of each.
OVERLAP = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Update:
    """One message to draw or to draw again."""

    account: str
    entry: TranscriptEntry


class Streams:
    """The pages that are open in this process."""

    def __init__(self) -> None:
        self._bells: dict[str, set[asyncio.Event]] = {}
        self.closed = False

    def notify(self, account: str) -> None:
        for bell in self._bells.get(account, ()):
            bell.set()

    def close(self) -> None:
        """Let every open page go."""
        self.closed = True
        for account in self._bells:
            self.notify(account)

    @contextmanager
    def bell(self, accounts: Sequence[str]) -> Iterator[asyncio.Event]:
        """Rings when one of the accounts has something new."""
        bell = asyncio.Event()
        for account in accounts:
            self._bells.setdefault(account, set()).add(bell)
        try:
            yield bell
        finally:
            for account in accounts:
                self._bells[account].discard(bell)


@dataclass(frozen=True, slots=True)
class Follower:
    """Follows some conversations from a moment on."""

    transcript: Transcript
    streams: Streams
    recheck: float
    """Seconds after which to look without being told: another process may have sent something."""

    async def updates(self, accounts: Sequence[str], after: datetime | None) -> AsyncIterator[Update]:
        seen = _Seen(after)
        with self.streams.bell(accounts) as bell:
            while not self.streams.closed:
                bell.clear()
                for account in accounts:
                    for entry in await self.transcript.transcript(account, seen.since):
                        if seen.is_new(account, entry):
                            yield Update(account, entry)
                seen.forget()
                with suppress(TimeoutError):
                    async with asyncio.timeout(self.recheck):
                        await bell.wait()


class _Seen:
    """What this page already got, as far back as is read again."""

    def __init__(self, after: datetime | None) -> None:
        self._newest = after
        self._versions: dict[tuple[str, str], datetime] = {}

    @property
    def since(self) -> datetime | None:
        return self._newest - OVERLAP if self._newest else None

    def is_new(self, account: str, entry: TranscriptEntry) -> bool:
        if self._versions.get((account, entry.id)) == entry.changed:
            return False
        self._versions[account, entry.id] = entry.changed
        self._newest = max(self._newest or entry.changed, entry.changed)
        return True

    def forget(self) -> None:
        if since := self.since:
            self._versions = {key: changed for key, changed in self._versions.items() if changed >= since}


def cursor(text: str) -> datetime | None:
    """The moment in a Last-Event-ID; None, which means from the start, when it is not one of ours."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
