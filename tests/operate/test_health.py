"""/healthz, /readyz and /metrics: what a supervisor is told, and what a stranger is not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.app import application, build
from bot.demo import Demo
from bot.guard import MOST_REFUSALS
from bot.mark import is_ours
from bot.worker import pages
from storage.inbox import NewItem
from tests.chat import Chat
from tests.conftest import DATABASES, Start

TOKEN = "a-token-for-prometheus"
HERE, STRANGER = ("127.0.0.1", 1), ("198.51.100.1", 1)


def visitor(demo: Demo, client: tuple[str, int] = HERE) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(application(demo.program), client=client)
    return httpx.AsyncClient(transport=transport, base_url="http://greenroom.example")


@pytest.fixture
async def here(demo: Demo) -> AsyncIterator[httpx.AsyncClient]:
    async with visitor(demo) as client:
        yield client


@pytest.mark.parametrize("database_url", DATABASES, indirect=True)
async def test_a_program_that_works_is_alive_and_ready(demo: Demo, here: httpx.AsyncClient) -> None:
    await Chat(demo, "ben@aurora.example").says("help")
    alive = (await here.get("/healthz")).json()
    assert alive["status"] == "ok"
    assert is_ours(alive["mark"], demo.program.settings)
    assert not is_ours("greenroom.made-up", demo.program.settings)
    ready = await here.get("/readyz")
    assert (ready.status_code, ready.json()["status"]) == (200, "ready")
    assert ready.json()["queues"]["inbox"] == {"items": 0, "lag_seconds": 0}
    assert ready.json()["last_heard"]["web"].startswith("2026-11-22T10:")


async def test_what_nobody_answers_makes_it_not_ready_until_it_is_answered(demo: Demo, here: httpx.AsyncClient) -> None:
    program, ben = demo.program, Chat(demo, "ben@aurora.example")
    incoming = ben.event(text="help")
    payload = {name: getattr(incoming, name) for name in incoming.__slots__}
    item = NewItem("left", program.company, "web", incoming.id, payload)
    await program.store.inbox.add([item], program.now())
    demo.world.clock.advance(timedelta(minutes=3))
    late = await here.get("/readyz")
    assert (late.status_code, late.json()["reasons"]) == (503, ["inbox_late"])
    assert late.json()["queues"]["inbox"]["lag_seconds"] >= 180
    await program.sweep()
    await ben.settled()
    demo.world.clock.advance(timedelta(seconds=3))
    assert (await here.get("/readyz")).json()["status"] == "ready"


async def test_a_database_of_another_version_makes_it_not_ready(demo: Demo, here: httpx.AsyncClient) -> None:
    for version, status, reasons in (("0000", 503, ["migrations"]), ("0001", 200, None)):
        async with demo.program.store.database.writing() as session:
            await session.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})
        demo.world.clock.advance(timedelta(seconds=3))
        told = await here.get("/readyz")
        assert (told.status_code, told.json().get("reasons")) == (status, reasons)


async def test_a_database_that_is_away_makes_it_not_ready_and_names_no_address(
    demo: Demo, here: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("postgresql://user:password@host")

    with monkeypatch.context() as away:
        away.setattr(AsyncEngine, "connect", refuse)
        told = await here.get("/readyz")
        assert (told.status_code, told.json()["reasons"]) == (503, ["database"])
        assert "password" not in told.text
        metrics = await here.get("/metrics")
        assert "greenroom_ready 0.0" in metrics.text
        assert (await here.get("/healthz")).status_code == 200, "a sick database restarts nobody"
    demo.world.clock.advance(timedelta(seconds=3))
    assert (await here.get("/readyz")).status_code == 200


async def test_many_who_ask_at_once_ask_the_database_once(demo: Demo, here: httpx.AsyncClient) -> None:
    await here.get("/readyz")
    statements: list[str] = []
    event.listen(
        demo.program.store.database.engine.sync_engine,
        "before_cursor_execute",
        lambda *given: statements.append(given[2]),
    )
    for _ in range(20):
        await here.get("/readyz")
    assert statements == []


@pytest.mark.parametrize(
    ("public_url", "client", "headers"),
    [
        ("https://greenroom.example", HERE, {}),
        ("http://127.0.0.1:8000", STRANGER, {}),
        ("http://127.0.0.1:8000", HERE, {"X-Forwarded-For": "198.51.100.1"}),
    ],
    ids=["behind a proxy that hides itself", "from another machine", "through a proxy"],
)
async def test_a_stranger_learns_whether_it_is_ready_and_nothing_else(
    start: Start, public_url: str, client: tuple[str, int], headers: dict[str, str]
) -> None:
    demo = await start(look=False, greenroom_public_url=public_url)
    async with visitor(demo, client) as stranger:
        assert (await stranger.get("/readyz", headers=headers)).json() == {"status": "ready"}
        refused = await stranger.get("/metrics", headers=headers)
        assert (refused.status_code, "GREENROOM_METRICS_TOKEN" in refused.text) == (403, True)


async def test_the_token_opens_the_figures_from_everywhere_and_is_asked_for_here_too(start: Start) -> None:
    demo = await start(look=False, greenroom_metrics_token=TOKEN)
    async with visitor(demo, STRANGER) as prometheus, visitor(demo) as here:
        right = {"Authorization": f"Bearer {TOKEN}"}
        assert "greenroom_info" in (await prometheus.get("/metrics", headers=right)).text
        assert "queues" in (await prometheus.get("/readyz", headers=right)).json()
        for wrong in ({}, {"Authorization": TOKEN}, {"Authorization": "Bearer é"}, {"Authorization": "Bearer x"}):
            refused = await here.get("/metrics", headers={name: value.encode() for name, value in wrong.items()})
            assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
            assert TOKEN not in refused.text
            assert (await here.get("/readyz")).json() == {"status": "ready"}


async def test_when_a_chat_was_last_heard_is_known_after_a_restart(demo: Demo) -> None:
    await Chat(demo, "ben@aurora.example").says("help")
    heard = demo.program.inbox.heard["web"]
    again = build(demo.program.settings, now=demo.program.now, paced=False)
    assert again.inbox.heard == {}
    await again.take_over()
    assert again.inbox.heard == {"web": heard}
    await again.stop()


async def test_a_worker_answers_its_supervisor_and_nobody_else(demo: Demo, unused_tcp_port: int) -> None:
    async with (
        pages(demo.program, "127.0.0.1", unused_tcp_port),
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{unused_tcp_port}") as supervisor,
    ):
        for path in ("/healthz", "/readyz", "/metrics"):
            assert (await supervisor.get(path)).status_code == 200
        for path in ("/", "/link/x", "/api/messages"):
            assert (await supervisor.get(path)).status_code == 404
    async with pages(demo.program, "127.0.0.1", 0):
        pass


async def test_who_guesses_the_token_has_to_pause(start: Start) -> None:
    demo = await start(look=False, greenroom_metrics_token=TOKEN)
    async with visitor(demo, STRANGER) as stranger:
        answers = [
            (await stranger.get("/metrics", headers={"Authorization": f"Bearer {number}"})).status_code
            for number in range(MOST_REFUSALS + 1)
        ]
        assert (set(answers[:-1]), answers[-1]) == ({401}, 429)
        assert (await stranger.get("/readyz")).status_code == 200
    demo.world.clock.advance(timedelta(minutes=2))
    async with visitor(demo, STRANGER) as prometheus:
        assert (await prometheus.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})).status_code == 200
