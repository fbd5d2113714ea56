"""Wires everything: the one place that builds things, and starts and stops them in order."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from itsdangerous import Signer
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from bot import garbage
from bot.answers import Answers
from bot.channel import Channel
from bot.channels import channels_of, why_unreachable
from bot.clock import now as real_now
from bot.directory import Directory
from bot.ears import Ears
from bot.first_look import FirstLook
from bot.inbox import Inbox
from bot.jobs import Jobs
from bot.listening import Listening
from bot.observer import Observer
from bot.outbox import Outbox
from bot.settings import Settings, secret_keys
from bot.silences import Silences
from bot.strict_links import check_strict_links, sign_ins_of
from bot.systems import cronofy_pages, language_model_of, systems_of
from bot.webhooks import Webhooks
from handlers import mailing, proof
from handlers.campaign_hold import hold_in_vain
from handlers.campaign_updates import update_cards
from handlers.changes import send_digests
from handlers.connection_watch import watch_connections
from handlers.deaf_chat import tell_owners
from handlers.detective import watch_for_approvals
from handlers.escalation import tell_in_vain
from handlers.guide_check import watch
from handlers.handover_reminders import remind_of_tasks
from handlers.link_flow import look_again
from handlers.reminding import remind
from handlers.services import Services, System
from handlers.sync import sync_company
from handlers.tidying import erase_due, tidy
from providers.base import ProviderError
from storage.database import Database
from storage.migrate import migrate
from storage.pacing import Rates
from storage.secrets import Cipher
from storage.store import Store

if TYPE_CHECKING:
    from bot.language import Interpreter
    from bot.pages.health import HealthPages
    from bot.pages.sign_in import SignIns

LOG = structlog.get_logger(__name__)
SYNC_EVERY = timedelta(minutes=15)
TIDY_EVERY = timedelta(hours=6)
SWEEP_EVERY = timedelta(seconds=15)
REMIND_EVERY = timedelta(seconds=2)
UPDATE_EVERY = timedelta(seconds=3)
WATCH_EVERY = timedelta(minutes=1)
LISTEN_EVERY = timedelta(seconds=20)
# https://docs.slack.dev/apis/web-api/rate-limits and
# https://learn.microsoft.com/en-us/microsoftteams/platform/bots/how-to/rate-limit: half of it is left for answers.
RATES = Rates({"slack": 1.0, "teams": 2.0, "web": 20.0})
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
        alone = timedelta() if self.store.database.is_sqlite else self._takeover
        await self.inbox.sweep(alone)
        await self.outbox.sweep(self._grace)

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

    async def sync(self) -> None:
        for company in await self.store.companies.all():
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
        for company in await self.store.companies.all():
            await watch(self.services, company.id)
            await watch_for_approvals(self.services, company.id)
            await send_digests(self.services, company.id)
        if problem is not None:
            raise problem

    async def sync_if_due(self) -> None:
        """Not when another process has just done it."""
        before = self.now() - SYNC_EVERY / 2
        companies = await self.store.companies.all()
        if any(company.synced_at is None or company.synced_at < before for company in companies):
            await self.sync_and_watch()

    async def sync_if_never(self) -> None:
        if any(company.synced_at is None for company in await self.store.companies.all()):
            await self.sync()

    async def sweep(self) -> None:
        await self.inbox.sweep(self._takeover)
        await self.outbox.sweep(self._grace)
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
        for company in await self.store.campaigns.companies_running():
            await hold_in_vain(self.services, company)
        for each in await self.store.companies.all():
            await tell_in_vain(self.services, each.id)

    async def remind_of_tasks(self) -> None:
        await remind_of_tasks(self.services)

    @property
    def _grace(self) -> timedelta:
        return timedelta(seconds=self.settings.greenroom_grace_seconds)

    @property
    def _takeover(self) -> timedelta:
        return timedelta(seconds=self.settings.greenroom_takeover_seconds)

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


def build(
    settings: Settings,
    *,
    now: Callable[[], datetime] = real_now,
    paced: bool = True,
    observer: Observer | None = None,
) -> Program:
    """Everything, with the channels that the settings name; nothing is opened yet.

    Without `paced` the outside systems are asked as fast as they answer: for a world of one's own only.
    """
    check_strict_links(settings)
    observer = observer or Observer()
    keys = secret_keys(settings)
    store = Store(Database(settings.greenroom_database_url.get_secret_value(), Cipher(keys)))
    directory = Directory(store)
    channels: dict[str, Channel] = {}
    grace = timedelta(seconds=settings.greenroom_grace_seconds)
    outbox = Outbox(store, directory, channels, now=now, grace=grace, observer=observer)
    # The first key signs and all keys are accepted, as with stored secrets; this library wants the newest last.
    signer, exports = (Signer(list(reversed(keys)), salt=salt) for salt in ("webhooks", "exports"))
    first_look = FirstLook(_nothing)
    services = Services(
        store=store,
        outbox=outbox,
        now=now,
        public_url=settings.greenroom_public_url,
        sign=lambda text: signer.sign(text).decode(),
        sign_export=lambda text: exports.sign(text).decode(),
        first_look=first_look,
        chats=lambda: tuple(name for name in channels if name != mailing.MAIL),
        why_unreachable=why_unreachable,
        rates=RATES,
        silences=Silences(channels),
        **systems_of(settings, store, now, paced=paced, observer=observer),
        privacy=settings.greenroom_privacy,
        alias_domains=settings.greenroom_alias_domains,
    )
    language_model = language_model_of(settings, now)
    listening = Listening(services, interpreter, chooser=language_model, keeps_phrases=settings.greenroom_keep_phrases)
    answers = Answers(services, listening, observer=observer)
    inbox = Inbox(
        store,
        directory,
        answers,
        post=outbox.post_answer,
        now=now,
        audit=services.trail.take,
        observer=observer,
    )
    program = Program(
        settings=settings,
        services=services,
        directory=directory,
        inbox=inbox,
        outbox=outbox,
        webhooks=Webhooks(services, signer, zoom_secret=settings.zoom_webhook_secret),
        exports=exports,
        jobs=Jobs(),
        first_look=first_look,
        ears=Ears(channels, lambda silence: tell_owners(services, program.company, silence), now),
        observer=observer,
        now=now,
        channels=channels,
        language_model=language_model,
    )
    first_look.look = program.sync_if_never
    for channel in channels_of(program):
        program.add(channel)
    _schedule(program)
    return program


def _schedule(program: Program) -> None:
    """What runs at intervals once the program has started."""
    every = program.jobs.every
    every(min(SWEEP_EVERY.total_seconds(), program.settings.greenroom_takeover_seconds / 2), program.sweep)
    every(TIDY_EVERY.total_seconds(), program.tidy)
    every(REMIND_EVERY.total_seconds(), program.remind)
    every(UPDATE_EVERY.total_seconds(), program.update_cards)
    every(WATCH_EVERY.total_seconds(), program.watch_connections)
    every(WATCH_EVERY.total_seconds(), program.remind_of_tasks)
    every(SYNC_EVERY.total_seconds(), program.sync_if_due)
    every(LISTEN_EVERY.total_seconds(), program.ears.look)


def create_app(settings: Settings, *, extra: Sequence[BaseRoute] = ()) -> Starlette:
    """The web application of `greenroom serve`."""
    from bot.observing import observer_of

    return application(build(settings, observer=observer_of(settings)), extra=extra)


def application(program: Program, *, extra: Sequence[BaseRoute] = ()) -> Starlette:
    """A built program as a web application that starts and stops it."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        await program.start()
        try:
            yield
        finally:
            await program.stop()

    return Starlette(routes=[*program.routes(), *extra], middleware=[program.guard()], lifespan=lifespan)


async def _nothing() -> None:
    return


def interpreter() -> Interpreter:
    from bot.language import Interpreter

    return Interpreter.load()
