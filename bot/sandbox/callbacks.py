"""What the outside systems send on their own: callbacks and notifications, a few at a time, all of them awaitable."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import aiohttp

AT_ONCE = 16
PATIENCE_SECONDS = 5.0
GIVE_UP_AFTER = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One request that goes out; `undeliverable` is called when a day of tries was not enough."""

    url: str
    body: bytes
    headers: Mapping[str, str]
    system: str
    first_tried_at: datetime | None = None
    undeliverable: Callable[[], None] | None = None


class Callbacks:
    """Sends deliveries in the background of the running loop; without a loop they wait for `drain`."""

    def __init__(self, *, now: Callable[[], datetime], log: Callable[[Delivery, int], None]) -> None:
        self._now = now
        self._log = log
        self._queue: deque[Delivery] = deque()
        self._failed: list[Delivery] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._workers = 0
        self._session: aiohttp.ClientSession | None = None

    @property
    def failed(self) -> tuple[Delivery, ...]:
        """What got no 2xx and will be tried again."""
        return tuple(self._failed)

    def send(self, delivery: Delivery) -> None:
        self._queue.append(delivery)
        self._start()

    def later(self, job: Callable[[], None]) -> None:
        """Do something asynchronous of the outside system's own soon after the answer went out."""

        async def run() -> None:
            await asyncio.sleep(0)
            job()

        self._keep(asyncio.get_running_loop().create_task(run()))

    def redeliver(self) -> None:
        """Try again what failed; gives up after a day by the sandbox's clock."""
        failed, self._failed = self._failed, []
        self._queue.extend(failed)
        self._start()

    async def drain(self) -> None:
        """Wait until nothing is on its way."""
        while self._queue or self._tasks:
            self._start()
            await asyncio.wait(set(self._tasks))

    async def close(self) -> None:
        """Stop sending and let go of the connections."""
        self._queue.clear()
        for task in set(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _start(self) -> None:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        for _ in range(min(len(self._queue), AT_ONCE - self._workers)):
            self._workers += 1
            self._keep(loop.create_task(self._work()))

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _work(self) -> None:
        try:
            while self._queue:
                await self._deliver(self._queue.popleft())
        finally:
            self._workers -= 1

    async def _deliver(self, delivery: Delivery) -> None:
        status = await self._post(delivery)
        self._log(delivery, status)
        if 200 <= status < 300:
            return
        first_tried_at = delivery.first_tried_at or self._now()
        if self._now() - first_tried_at < GIVE_UP_AFTER:
            self._failed.append(replace(delivery, first_tried_at=first_tried_at))
        elif delivery.undeliverable is not None:
            delivery.undeliverable()

    async def _post(self, delivery: Delivery) -> int:
        import aiohttp

        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE_SECONDS))
        headers = {"Content-Type": "application/json; charset=utf-8", **delivery.headers}
        try:
            async with self._session.post(delivery.url, data=delivery.body, headers=headers) as answer:
                return answer.status
        except (aiohttp.ClientError, TimeoutError, ValueError):
            return 0
