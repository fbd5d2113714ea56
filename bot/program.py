"""The running bot: what was built, and how it starts and stops in order."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from itsdangerous import Signer
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from bot import garbage
from bot.channel import Channel
from bot.chores import Chores
from bot.directory import Directory
from bot.ears import Ears
from bot.first_look import FirstLook
from bot.inbox import Inbox
from bot.jobs import Jobs
from bot.observer import Observer
from bot.outbox import Outbox
from bot.settings import Settings, secret_keys
from bot.strict_links import sign_ins_of
from bot.systems import cronofy_pages
from bot.webhooks import Webhooks
from handlers.services import Services, System
from storage.migrate import migrate
from storage.store import Store

if TYPE_CHECKING:
    from bot.pages.health import HealthPages
    from bot.pages.sign_in import SignIns

STOP_WITHIN = 8.0
"""Seconds that running work gets at a stop; the rest is swept up after the next start."""


@dataclass(slots=True)
class Program:
    """The running bot: what was built, and how to start and stop it."""

    settings: Settings
    services: Services
    directory: Directory
    inbox: Inbox
    outbox: Outbox
    webhooks: Webhooks
    exports: Signer
    """Signs the addresses of files."""
    jobs: Jobs
    chores: Chores
    first_look: FirstLook
    ears: Ears
    observer: Observer
    now: Callable[[], datetime]
    channels: dict[str, Channel] = field(default_factory=dict)
    language_model: System | None = None
    """The optional large one."""
    sign_ins: SignIns | None = None
    """Built together with the pages of links."""
    company: int = 0
    """The company that the settings name; 0 before the start."""

    @property
    def store(self) -> Store:
        return self.services.store

    def company_id(self) -> int:
        return self.company

    def add(self, channel: Channel) -> None:
        self.channels[channel.name] = channel

    def routes(self) -> list[BaseRoute]:
        from bot.pages.export import ExportPages
        from bot.pages.letter import letter_route
        from bot.pages.link import LinkPages
        from bot.pages.render import static_route

        outside = cronofy_pages(self.settings)
        self.sign_ins = sign_ins_of(self.settings, self.services, secret_keys(self.settings))
        return [
            *self.health_pages().routes(),
            *LinkPages(self.services, self.sign_ins, outside=outside).routes(),
            *ExportPages(self.services, self.exports).routes(),
            *self.webhooks.routes(),
            letter_route(self.webhooks.signer),
            static_route(),
            *(route for channel in self.channels.values() for route in channel.routes()),
        ]

    def health_pages(self) -> HealthPages:
        from bot.pages.health import pages_of

        return pages_of(self)

    async def start(self) -> None:
        await self.open()
        await self.take_over()
        self.jobs.start()

    async def open(self) -> None:
        """The tables and the channels: enough to answer, beside a program that runs on the same database."""
        await self.prepare()
        for channel in self.channels.values():
            await channel.start()
        self.webhooks.start()

    async def take_over(self) -> None:
        """Answer the events and send the messages that a dead process left."""
        self.inbox.heard |= await self.store.queues.last_heard()
        # Alone on SQLite they can only be an earlier run's.
        alone = timedelta() if self.store.database.is_sqlite else self.chores.takeover
        await self.inbox.sweep(alone)
        await self.outbox.sweep(self.chores.grace)

    def guard(self) -> Middleware:
        """What stands before every route."""
        from bot.guard import Guard

        return Middleware(Guard, now=self.now, secure=self.settings.greenroom_public_url.startswith("https:"))

    async def prepare(self) -> None:
        """The tables and the company of the settings: enough for a command that only needs the store."""
        garbage.look_again()
        await migrate(self.store.database)
        await self._ensure_company()

    async def stop(self) -> None:
        await self.jobs.stop()
        await self.inbox.stop(STOP_WITHIN)
        await self.outbox.stop(STOP_WITHIN)
        await self.webhooks.stop()
        for channel in self.channels.values():
            await channel.stop()
        await self.close()

    async def close(self) -> None:
        """Let go of the outside systems and of the database."""
        for system in (*self.services.systems, self.language_model):
            if system is not None:
                await system.aclose()
        if self.sign_ins is not None:
            await self.sign_ins.close()
        await self.store.database.close()

    async def settled(self) -> None:
        """Wait until every event is answered and every answer is sent."""
        await self.inbox.settled()
        await self.webhooks.settled()
        await self.outbox.settled()

    async def _ensure_company(self) -> None:
        settings, store = self.settings, self.store
        place = {"language": settings.greenroom_language, "timezone": settings.greenroom_timezone}
        slug = re.sub(r"[^a-z0-9]+", "-", settings.greenroom_company.lower()).strip("-") or "company"
        company = await store.companies.ensure(
            slug, name=settings.greenroom_company, domains=settings.greenroom_domains, **place
        )
        self.company = company.id
        if settings.slack_team_id:
            await store.companies.claim_workspace(company.id, "slack", settings.slack_team_id)
        await store.roles.begin(company.id, settings.greenroom_owners, now=self.now(), **place)
