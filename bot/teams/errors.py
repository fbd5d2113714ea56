"""What an error of Teams means for a message: refused, to be sent again after a pause, or doubtful."""

from __future__ import annotations

import random
from collections import OrderedDict
from collections.abc import Awaitable
from typing import TypeVar

import aiohttp

from bot.channel import Doubtful, Refused, SendError, Throttled
from bot.teams.connector import ConnectorError

Result = TypeVar("Result")

# https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/conversation-messages#status-codes-retry-guidance
TOO_MANY, NOT_YET = 429, 412
NO_ANSWER = frozenset({502, 503, 504})
LONGEST_PAUSE = 60.0
MOST_REMEMBERED = 5000


class Attempts:
    """Makes a request once; pauses grow with each refusal of the same conversation."""

    def __init__(self, spread: random.Random | None = None) -> None:
        self._refusals: OrderedDict[str, int] = OrderedDict()
        self._spread = spread or random.Random()  # noqa: S311 - to spread retries, not to guard anything

    async def make(self, request: Awaitable[Result], conversation: str, *, repeatable: bool = False) -> Result:
        """The answer. Raises SendError, or ConnectorError for a plain no; `repeatable`: twice is the same as once."""
        try:
            result = await request
        except ConnectorError as error:
            raise self._of_status(error, conversation, repeatable=repeatable) from None
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            # Nobody was reached, so nothing was delivered.
            raise Throttled(self._pause(conversation)) from None
        except (aiohttp.ClientError, TimeoutError):
            raise self._in_doubt(conversation, repeatable=repeatable) from None
        self._refusals.pop(conversation, None)
        return result

    def _of_status(self, error: ConnectorError, conversation: str, *, repeatable: bool) -> Exception:
        if error.status in {TOO_MANY, NOT_YET}:
            return Throttled(_seconds(error.retry_after) or self._pause(conversation))
        if error.status in NO_ANSWER:
            return self._in_doubt(conversation, repeatable=repeatable)
        return error

    def _in_doubt(self, conversation: str, *, repeatable: bool) -> SendError:
        return Throttled(self._pause(conversation)) if repeatable else Doubtful("no answer from Teams")

    def _pause(self, conversation: str) -> float:
        count = self._refusals.pop(conversation, 0) + 1
        self._refusals[conversation] = count
        while len(self._refusals) > MOST_REMEMBERED:
            self._refusals.popitem(last=False)
        return min(LONGEST_PAUSE, 2.0 ** min(count, 10)) * self._spread.uniform(0.5, 1.0)


def refused(error: ConnectorError) -> Refused:
    """A plain no, in Teams' word for it."""
    return Refused(error.code or f"HTTP {error.status}")


def _seconds(retry_after: str) -> float:
    """The pause that Teams asks for; a date is not worth a clock, so it counts as none."""
    try:
        return max(0.0, min(float(retry_after), 3600.0))
    except ValueError:
        return 0.0
