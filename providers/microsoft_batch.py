"""Many questions to Microsoft Graph in one request; what is throttled inside is asked again, alone."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from providers.answers import Answer, Record, part, parts, text
from providers.base import ProviderError, RateLimited, Unavailable
from providers.limits import retry_after_seconds
from providers.refusals import error_for

LARGEST_BATCH = 20
TRIES = 4
OTHERWISE_WAIT = 1.0
"""Seconds, where Microsoft does not say how long."""

Outcome = Record | ProviderError
Send = Callable[[Record], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Batches:
    """Sends questions in batches of twenty; `patience` is what all waiting together may take."""

    send: Send
    sleep: Callable[[float], Awaitable[None]]
    now: Callable[[], datetime]
    patience: float

    async def ask(self, urls: Mapping[str, str]) -> dict[str, Outcome]:
        """The answer to each question by its name; a question that failed has its error in its place."""
        found: dict[str, Outcome] = {}
        names = iter(urls)
        while batch := list(islice(names, LARGEST_BATCH)):
            found |= await self._patiently({name: urls[name] for name in batch})
        return found

    async def _patiently(self, urls: Mapping[str, str]) -> dict[str, Outcome]:
        found: dict[str, Outcome] = {}
        left = self.patience
        for _ in range(TRIES):
            found |= await self._once({name: url for name, url in urls.items() if _again(found.get(name))})
            limited = [each for each in found.values() if isinstance(each, Unavailable)]
            wait = max((_wait(each) for each in limited), default=0.0)
            if not limited or wait > left:
                break
            left -= wait
            await self.sleep(wait)
        return found

    async def _once(self, urls: Mapping[str, str]) -> dict[str, Outcome]:
        """https://learn.microsoft.com/en-us/graph/json-batching"""
        names = list(urls)
        requests = [{"id": str(id), "method": "GET", "url": urls[name]} for id, name in enumerate(names, start=1)]
        answer = await self.send({"requests": requests})
        responses = parts(answer.record(), "responses")
        if responses is None:
            raise answer.useless("no responses")
        by_id = {text(response, "id"): response for response in responses}
        return {name: self._outcome(answer, by_id.get(str(id))) for id, name in enumerate(names, start=1)}

    def _outcome(self, answer: Answer, response: Record | None) -> Outcome:
        """One part; a part that is left out was not answered."""
        status = response.get("status") if response else None
        if response is None or not isinstance(status, int):
            return answer.useless("a part of the answer is missing")
        if 200 <= status < 300:
            return part(response, "body")
        if status == 429:
            headers = {name.lower(): str(value) for name, value in part(response, "headers").items()}
            pause = retry_after_seconds(headers.get("retry-after", ""), self.now())
            return RateLimited(answer.system, answer.action, retry_after=pause)
        content = json.dumps(response.get("body")).encode()
        return error_for(answer.system, answer.action, status=status, content=content)


def _again(outcome: Outcome | None) -> bool:
    return outcome is None or isinstance(outcome, Unavailable)


def _wait(error: Unavailable) -> float:
    return error.retry_after if isinstance(error, RateLimited) else OTHERWISE_WAIT
