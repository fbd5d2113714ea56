"""Each request of a chat platform's HTTP session, in the log under the id of the message that caused it."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import SimpleNamespace

import structlog
from aiohttp import (
    ClientSession,
    TraceConfig,
    TraceRequestEndParams,
    TraceRequestExceptionParams,
    TraceRequestStartParams,
)
from yarl import URL

from bot.channel import OnCall

LOG = structlog.get_logger(__name__)
OURSELVES = "ourselves"
"""The `trace_request_ctx` of a request that does not go to the platform."""


def watching(system: str, on_call: OnCall | None, action_of: Callable[[URL], str]) -> TraceConfig:
    """For `ClientSession(trace_configs=[…])`; `action_of` must leave out whatever names a person."""

    async def begun(_session: ClientSession, context: SimpleNamespace, _params: TraceRequestStartParams) -> None:
        context.begun = time.monotonic()

    async def ended(_session: ClientSession, context: SimpleNamespace, params: TraceRequestEndParams) -> None:
        report(context, params.url, params.response.status)

    async def failed(_session: ClientSession, context: SimpleNamespace, params: TraceRequestExceptionParams) -> None:
        report(context, params.url, 0)

    def report(context: SimpleNamespace, url: URL, status: int) -> None:
        if context.trace_request_ctx == OURSELVES:
            return
        seconds = time.monotonic() - context.begun
        action = action_of(url)
        if on_call is not None:
            on_call(system, action, status, seconds)
        LOG.debug("called", system=system, action=action, status=status, milliseconds=round(seconds * 1000))

    config = TraceConfig()
    config.on_request_start.append(begun)
    config.on_request_end.append(ended)
    config.on_request_exception.append(failed)
    return config
