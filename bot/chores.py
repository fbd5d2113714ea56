"""What is done again and again while the program runs: looking, reminding, sweeping, tidying."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.channel import Channel
from bot.inbox import Inbox
from bot.jobs import Jobs
from bot.outbox import Outbox
from handlers import mailing, proof
from handlers.campaign_hold import hold_in_vain
from handlers.campaign_updates import update_cards
from handlers.changes import send_digests
from handlers.connection_watch import watch_connections
from handlers.detective import watch_for_approvals
from handlers.escalation import tell_in_vain
from handlers.guide_check import watch
from handlers.handover_reminders import remind_of_tasks
from handlers.link_flow import look_again
from handlers.reminding import remind
from handlers.services import Services
from handlers.sync import sync_company
from handlers.tidying import erase_due, tidy
from providers.base import ProviderError

if TYPE_CHECKING:
    pass

SYNC_EVERY = timedelta(minutes=15)
TIDY_EVERY = timedelta(hours=6)
SWEEP_EVERY = timedelta(seconds=15)
REMIND_EVERY = timedelta(seconds=2)
UPDATE_EVERY = timedelta(seconds=3)
WATCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Chores:
    """Each can be done at any time and by several processes."""

    services: Services
    inbox: Inbox
    outbox: Outbox
    channels: Mapping[str, Channel]
    grace: timedelta
    """After this time a message that was being sent has either arrived or never will."""
    takeover: timedelta
    """After this time what a silent process was working on is somebody else's."""

    def schedule(self, jobs: Jobs) -> None:
        """To be done at intervals, once the jobs have started."""
        jobs.every(min(SWEEP_EVERY, self.takeover / 2).total_seconds(), self.sweep)
        jobs.every(TIDY_EVERY.total_seconds(), self.tidy)
        jobs.every(REMIND_EVERY.total_seconds(), self.remind)
        jobs.every(UPDATE_EVERY.total_seconds(), self.update_cards)
        jobs.every(WATCH_EVERY.total_seconds(), self.watch_connections)
        jobs.every(WATCH_EVERY.total_seconds(), self.remind_of_tasks)
        jobs.every(SYNC_EVERY.total_seconds(), self.sync_if_due)

    async def sync(self) -> None:
        for company in await self.services.store.companies.all():
            await sync_company(self.services, company.id)
        for channel in self.channels.values():
            await channel.relink()

    async def sync_and_watch(self) -> None:
        """Look at everything, and tell admins what turned bad: steps, missing approvals, once a day all changes."""
        problem: ProviderError | None = None
        try:
            await self.sync()
        except ProviderError as error:
            problem = error  # what is known is told all the same
        for company in await self.services.store.companies.all():
            await watch(self.services, company.id)
            await watch_for_approvals(self.services, company.id)
            await send_digests(self.services, company.id)
        if problem is not None:
            raise problem

    async def sync_if_due(self) -> None:
        """Not when another process has just done it."""
        before = self.services.now() - SYNC_EVERY / 2
        companies = await self.services.store.companies.all()
        if any(company.synced_at is None or company.synced_at < before for company in companies):
            await self.sync_and_watch()

    async def sync_if_never(self) -> None:
        if any(company.synced_at is None for company in await self.services.store.companies.all()):
            await self.sync()

    async def sweep(self) -> None:
        await self.inbox.sweep(self.takeover)
        await self.outbox.sweep(self.grace)
        await look_again(self.services)
        await erase_due(self.services)
        await proof.poll(self.services)

    async def tidy(self) -> None:
        await tidy(self.services)

    async def remind(self) -> None:
        """Write the reminders that are due and begin to send them."""
        self.outbox.post(await remind(self.services))

    async def update_cards(self) -> None:
        await mailing.follow(self.services)
        await update_cards(self.services)

    async def watch_connections(self) -> None:
        await watch_connections(self.services)
        for company in await self.services.store.campaigns.companies_running():
            await hold_in_vain(self.services, company)
        for each in await self.services.store.companies.all():
            await tell_in_vain(self.services, each.id)

    async def remind_of_tasks(self) -> None:
        await remind_of_tasks(self.services)
