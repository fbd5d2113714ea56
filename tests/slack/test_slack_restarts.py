"""What a stop or a kill does to a hundred people who wait for an answer: nothing that they notice."""

import asyncio
import json
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.fernet import Fernet

from bot.clock import now as real_now
from bot.demo import free_port
from tests.slack.stand_in import APP_TOKEN, SECRET, TOKEN, Slack

ROOT = Path(__file__).parent.parent.parent
MANY = 100


class Running:
    """Starts the program, and starts it again after its end, on the same database and port."""

    def __init__(self, slack: Slack, folder: Path, *, over_socket: bool) -> None:
        self.slack = slack
        self.over_socket = over_socket
        self.port = free_port(0)
        transport = {"app_token": APP_TOKEN} if over_socket else {"signing_secret": SECRET}
        self.given: dict[str, Any] = {
            "database": f"sqlite:///{folder / 'greenroom.db'}",
            "key": Fernet.generate_key().decode(),
            "slack": {"bot_token": TOKEN, "api_url": f"{slack.url}/api/", **transport},
            "port": self.port,
        }
        self.process: asyncio.subprocess.Process | None = None

    async def start(self, *, ahead: float = 0) -> None:
        self.slack.connected.clear()
        # Slack's signatures carry the time that the program believes in.
        self.slack.now = lambda: real_now().timestamp() + ahead
        arguments = ("-m", "tests.slack.process", json.dumps({**self.given, "ahead": ahead}))
        self.process = await asyncio.create_subprocess_exec(sys.executable, *arguments, cwd=ROOT)
        for _ in range(400):
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
            except OSError:
                await asyncio.sleep(0.05)
                continue
            writer.close()
            break
        else:
            raise AssertionError("the program did not start")
        if self.over_socket:
            await asyncio.wait_for(self.slack.connected.wait(), 20)

    async def end(self, how: signal.Signals) -> int:
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(how)
        return await asyncio.wait_for(self.process.wait(), 30)


@pytest.fixture(params=["http", "socket"])
async def running(request: pytest.FixtureRequest, slack: Slack, tmp_path: Path) -> AsyncIterator[Running]:
    running = Running(slack, tmp_path, over_socket=request.param == "socket")
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{running.port}", timeout=20) as client:
        slack.bot, slack.deadline = client, 20
        await running.start()
        yield running
        await running.end(signal.SIGKILL)


async def ask(slack: Slack, number: int) -> bool:
    """Whether Slack was told that the event arrived."""
    try:
        response = await slack.says(f"U{number:03}", "help", event_id=f"Ev{number:03}")
    except (httpx.HTTPError, OSError):
        return False
    return response.status_code == 200


def answered(slack: Slack) -> Counter[str]:
    """How many messages each person got."""
    return Counter({channel: len(messages) for channel, messages in slack.messages.items() if messages})


def busy_after(slack: Slack, count: int) -> asyncio.Event:
    """Slack keeps messages waiting after so many: every other one before it is posted, the rest afterwards."""
    release, original, posted = asyncio.Event(), slack._answer, iter(range(10 * MANY))

    async def answer(method: str, *given: Any) -> Any:
        number = next(posted) if method == "chat.postMessage" else 0
        if number >= count and number % 2:
            await release.wait()
        said = await original(method, *given)
        if number >= count:
            await release.wait()
        return said

    slack._answer = answer  # type: ignore[method-assign]
    return release


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL], ids=["stop", "kill"])
async def test_a_hundred_people_get_a_hundred_answers_and_none_twice(
    running: Running, slack: Slack, how: signal.Signals
) -> None:
    release = busy_after(slack, MANY // 10)
    asking = [asyncio.create_task(ask(slack, number)) for number in range(MANY)]
    # In the middle of it: some are answered, some are on their way, some are only stored.
    await slack.until(lambda: sum(answered(slack).values()) >= MANY // 10, within=30)
    assert sum(answered(slack).values()) < MANY
    ending = asyncio.create_task(running.end(how))
    await asyncio.sleep(0)
    release.set()
    await ending
    for task in asking:
        task.cancel()
    await asyncio.gather(*asking, return_exceptions=True)

    # Slack delivers again what it was not told about, and for good measure everything else too.
    await running.start(ahead=90)
    assert all(await asyncio.gather(*(ask(slack, number) for number in range(MANY))))
    await slack.until(lambda: len(answered(slack)) == MANY, within=60)
    assert set(answered(slack).values()) == {1}


async def test_a_message_whose_answer_of_slack_was_lost_is_looked_up_and_not_sent_again(
    running: Running, slack: Slack
) -> None:
    arrived = asyncio.Event()
    original = slack._answer

    async def hold(method: str, *given: Any) -> Any:
        answer = await original(method, *given)
        if method == "chat.postMessage" and not arrived.is_set():
            arrived.set()
            await asyncio.Event().wait()  # it is posted, and nobody will ever know
        return answer

    slack._answer = hold  # type: ignore[method-assign]
    assert await ask(slack, 1)
    await asyncio.wait_for(arrived.wait(), 20)
    await running.end(signal.SIGKILL)
    await running.start(ahead=90)
    await slack.until(lambda: slack.count("conversations.history"), within=20)
    assert await ask(slack, 2)
    await slack.until(lambda: len(answered(slack)) == 2, within=20)
    assert set(answered(slack).values()) == {1}
