"""What people do all hour: they write, press what they were shown, open the home tab, follow links, make mistakes."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random

import httpx

from tests.slack.stand_in import buttons
from tests.soak.town import Host, Town
from tests.teams.stand_in import Writer

ANSWER_WITHIN = 30.0
SENTENCES = {
    "en": ("connect my Zoom", "am I ready?", "what can you do?", "who can see my status?", "remind me tomorrow"),
    "fr": ("connecte mon Zoom", "suis-je prête ?", "que sais-tu faire ?", "qui voit mon statut ?"),
    "de": ("verbinde mein Zoom", "bin ich bereit?", "was kannst du?", "wer sieht meinen Status?"),
}
OF_ADMINS = (
    "who isn't synced",
    "who hasn't connected Zoom",
    "how far are we",
    "is the calendar integration active",
    "set up Zoom",
)
ODD = ("qwpx 4711", "¯\\_(ツ)_/¯", "please " * 800, "<@U99999> *bold* `code`", "1")
STRANGER = {"x-slack-signature": "v0=00", "x-slack-request-timestamp": "1", "content-type": "application/json"}


@dataclass(slots=True)
class Tally:
    """What was seen since it was last emptied, and what went wrong since the beginning."""

    seconds: deque[float] = field(default_factory=deque)
    done: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)

    def emptied(self) -> list[float]:
        seen = list(self.seconds)
        self.seconds.clear()
        return seen


class Crowd:
    """People who do something every so often, each on their own."""

    def __init__(self, town: Town, tally: Tally, *, per_second: float, seed: int = 1) -> None:
        self._town = town
        self._tally = tally
        self._per_second = per_second
        self._random = Random(seed)
        self._busy: set[str] = set()

    async def go_on(self, until: float) -> None:
        """Begin something at a steady pace, whatever the program does."""
        running: set[asyncio.Task[None]] = set()
        begun, count = time.perf_counter(), 0
        while time.perf_counter() < until:
            count += 1
            await asyncio.sleep(max(0.0, begun + count / self._per_second - time.perf_counter()))
            task = asyncio.create_task(self._one())
            running.add(task)
            task.add_done_callback(running.discard)
        await asyncio.gather(*running)

    async def _one(self) -> None:
        place = self._random.randrange(len(self._town.hosts))
        host, writer = self._town.hosts[place], self._town.writers[place]
        if host.account in self._busy:
            return
        self._busy.add(host.account)
        kinds = (self._writes, self._writes_in_teams, self._presses, self._looks_home, self._follows, self._intrudes)
        kind = self._random.choices(kinds, weights=(45, 20, 15, 10, 5, 5))[0]
        begun = time.perf_counter()
        try:
            if await kind(host, writer):
                self._tally.seconds.append(time.perf_counter() - begun)
            self._tally.done[kind.__name__.strip("_")] += 1
        except (TimeoutError, httpx.HTTPError, AssertionError) as error:
            self._tally.faults[f"{kind.__name__.strip('_')}: {type(error).__name__} {error}"[:120]] += 1
        finally:
            self._busy.discard(host.account)

    def _sentence(self, host: Host) -> str:
        if self._random.random() < 0.1:
            return self._random.choice(ODD)
        mine = SENTENCES[host.language]
        return self._random.choice(OF_ADMINS + mine if host.is_admin else mine)

    async def _writes(self, host: Host, _: Writer) -> bool:
        slack = self._town.slack
        await self._answered(host, lambda: slack.says(host.account, self._sentence(host)))
        return True

    async def _writes_in_teams(self, host: Host, writer: Writer) -> bool:
        teams = self._town.teams
        before = teams.answers[writer.chat]
        response = await self._town.client.post("/api/messages", json=writer.says(self._sentence(host)))
        assert response.status_code == 202, response.status_code
        await teams.wait_for(lambda: teams.answers[writer.chat] > before, seconds=ANSWER_WITHIN)
        return True

    async def _presses(self, host: Host, writer: Writer) -> bool:
        """One of the buttons of the last message; nothing that would take people out of the company."""
        shown = self._town.slack.messages[self._town.slack.direct(host.account)][-1:]
        harmless = [each for each in _buttons(shown) if "url" not in each and each.get("style") != "danger"]
        if not harmless:
            return await self._writes(host, writer)
        label = self._random.choice(harmless)["text"]["text"]
        response = await self._town.slack.presses(host.account, label, shown[0])
        assert response.status_code == 200, response.status_code
        return False

    async def _looks_home(self, host: Host, _: Writer) -> bool:
        await self._answered(host, lambda: self._town.slack.opens_home(host.account))
        return True

    async def _follows(self, host: Host, _: Writer) -> bool:
        """A link of the last message, as far as our own page."""
        shown = self._town.slack.messages[self._town.slack.direct(host.account)][-1:]
        address = str(self._town.client.base_url)
        for link in (each["url"] for each in _buttons(shown) if str(each.get("url", "")).startswith(address)):
            assert (await self._town.client.get(link)).status_code in {200, 303, 410}
        return False

    async def _intrudes(self, host: Host, _: Writer) -> bool:
        """Somebody who is not Slack, and whoever asks whether we are well."""
        refused = await self._town.client.post("/slack/events", content=b"{}", headers=STRANGER)
        assert refused.status_code == 401, refused.status_code
        assert (await self._town.client.get("/healthz")).status_code == 200
        return False

    async def _answered(self, host: Host, act: Callable[[], Awaitable[httpx.Response]]) -> None:
        slack = self._town.slack
        place = slack.direct(host.account)
        before = slack.answers[place]
        response = await act()
        assert response.status_code == 200, response.status_code
        await slack.until(lambda: slack.answers[place] > before, within=ANSWER_WITHIN)


def _buttons(shown: list[dict[str, object]]) -> list[dict[str, object]]:
    return list(buttons(shown[0]["blocks"])) if shown and shown[0].get("blocks") else []
