"""Wires everything: the one place that builds things."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from itsdangerous import Signer
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from bot.answers import Answers
from bot.channel import Channel
from bot.channels import channels_of, why_unreachable
from bot.chores import Chores
from bot.clock import now as real_now
from bot.directory import Directory
from bot.ears import Ears
from bot.first_look import FirstLook
from bot.inbox import Inbox
from bot.jobs import Jobs
from bot.listening import Listening
from bot.observer import Observer
from bot.outbox import Outbox
from bot.program import Program
from bot.settings import Settings, secret_keys
from bot.silences import Silences
from bot.strict_links import check_strict_links
from bot.systems import language_model_of, systems_of
from bot.webhooks import Webhooks
from handlers import mailing
from handlers.deaf_chat import tell_owners
from handlers.services import Services
from storage.database import Database
from storage.pacing import Rates
from storage.secrets import Cipher
from storage.store import Store

if TYPE_CHECKING:
    from bot.language import Interpreter

LISTEN_EVERY = timedelta(seconds=20)
# https://docs.slack.dev/apis/web-api/rate-limits and
# https://learn.microsoft.com/en-us/microsoftteams/platform/bots/how-to/rate-limit: half of it is left for answers.
RATES = Rates({"slack": 1.0, "teams": 2.0, "web": 20.0})


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
    chores = Chores(
        services=services,
        inbox=inbox,
        outbox=outbox,
        channels=channels,
        grace=grace,
        takeover=timedelta(seconds=settings.greenroom_takeover_seconds),
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
        chores=chores,
        first_look=first_look,
        ears=Ears(channels, lambda silence: tell_owners(services, program.company, silence), now),
        observer=observer,
        now=now,
        channels=channels,
        language_model=language_model,
    )
    first_look.look = chores.sync_if_never
    for channel in channels_of(program):
        program.add(channel)
    chores.schedule(program.jobs)
    program.jobs.every(LISTEN_EVERY.total_seconds(), program.ears.look)
    return program


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
