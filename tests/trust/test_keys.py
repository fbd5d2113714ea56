"""Keys are changed on a live database, and secrets stay out of logs, errors and answers."""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout

import pytest
import structlog
from cryptography.fernet import Fernet
from sqlalchemy import select, text
from typer.testing import CliRunner

from bot.cli import app
from bot.demo import Demo
from bot.logs import configure_logs
from bot.sandbox.faults import Fault, Switch, System
from storage.deliveries import NewDelivery
from storage.models import Delivery
from storage.rotation import rotate
from storage.secrets import SecretsError
from tests.chat import Chat
from tests.conftest import DATABASES, SUNDAY, Start
from tests.trust.people import opened

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
Person = Callable[[str], Chat]


@pytest.mark.parametrize("database_url", DATABASES, indirect=True)
async def test_keys_are_changed_while_the_program_runs(database_url: str) -> None:
    tokens = {"sub": "s", "access_token": "marker-access", "refresh_token": "marker-refresh", "expires_at": SUNDAY}
    async with opened(database_url, OLD) as store:
        company = (await store.companies.ensure("one", name="One", domains=(), language="en", timezone="UTC")).id
        await store.grants.save_all(company, [{**tokens, "person_id": number} for number in range(450)])
        await store.installations.save(
            company,
            "T1",
            bot_token="marker-bot",
            refresh_token="",
            expires_at=None,
            bot_id="",
            bot_user_id="",
            enterprise_id="",
            scopes=[],
            installer="",
        )
    async with opened(database_url, NEW, OLD) as live, opened(database_url, NEW, OLD) as command:
        reads = [live.grants.get(company, number) for number in range(0, 450, 50)]
        writes = [live.grants.save_all(company, [{**tokens, "person_id": 7, "access_token": "newer"}])]
        rotated, *found = await asyncio.gather(rotate(command.database), *reads, *writes)
        assert rotated == 451
        assert all(grant.access_token == "marker-access" for grant in found if grant is not None)
    async with opened(database_url, NEW) as store:
        assert len(await store.grants.of_people(company)) == 449
        changed = await store.grants.get(company, 7)
        assert changed is not None
        assert changed.access_token == "newer"
        installation = await store.installations.find("T1")
        assert installation is not None
        assert installation.bot_token == "marker-bot"
        async with store.database.reading() as session:
            raw = str((await session.execute(text("SELECT * FROM grants"))).all())
        assert "marker" not in raw
    async with opened(database_url, OLD) as store:
        with pytest.raises(SecretsError):
            await store.grants.get(company, 1)


async def test_keys_are_changed_while_messages_come_in(start: Start, database_url: str) -> None:
    demo = await start(greenroom_secret_keys=f"{NEW},{OLD}")
    company, people = demo.program.company, ("ada", "ben")
    async with opened(database_url, OLD) as before:
        (ben,) = await before.people.with_email(company, "ben@aurora.example")
        await before.deliveries.add([_letter(company, ben.id, number) for number in range(300)], SUNDAY)
    chats = [Chat(demo, f"{name}@aurora.example") for name in people]
    async with opened(database_url, NEW, OLD) as command:
        rotated, *answers = await asyncio.gather(rotate(command.database), *(_talks(chat) for chat in chats))
    assert rotated >= 300
    assert all("What I can do" in answer for said in answers for answer in said), "nobody noticed"
    async with opened(database_url, NEW) as after:
        for number in range(300):
            found = await after.deliveries.get(f"old-{number}")
            assert found is not None
            assert found.reply == [{"block": "Text", "text": "old"}]
        async with after.database.reading() as session:
            for row in (await session.scalars(select(Delivery))).all():
                assert row.reply, "what was written meanwhile needs the new key alone, too"


async def _talks(chat: Chat) -> list[str]:
    return [await chat.says("help") for _ in range(5)]


def _letter(company: int, person: int, number: int) -> NewDelivery:
    return NewDelivery(
        id=f"old-{number}",
        company_id=company,
        person_id=person,
        channel="nowhere",
        workspace="",
        account="",
        conversation="",
        reply=[{"block": "Text", "text": "old"}],
        key=f"old-{number}",
    )


def test_the_command_names_the_next_step(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.chdir(str(tmp_path))
    monkeypatch.setenv("GREENROOM_SECRET_KEYS", f"{NEW},{OLD}")
    result = CliRunner().invoke(app, ["rotate-keys"])
    assert (result.exit_code, "0 rows" in result.output) == (0, True)
    sheet = CliRunner().invoke(app, ["privacy", "datasheet", "--language", "de"])
    assert "Datenblatt" in sheet.output
    assert CliRunner().invoke(app, ["audit", "verify"]).exit_code == 0
    assert CliRunner().invoke(app, ["audit", "verify", "--head", "0" * 64]).exit_code == 1
    assert CliRunner().invoke(app, ["audit", "export"]).exit_code == 0
    unknown = CliRunner().invoke(app, ["privacy", "export", "nobody@example.com"])
    assert (unknown.exit_code, "Nobody has the address" in unknown.output) == (1, True)


async def test_no_secret_is_in_any_log_of_the_whole_story(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    """The story with faults in it, at the loudest level; every secret that exists is looked for afterwards."""
    caplog.set_level(logging.DEBUG)
    out, err = io.StringIO(), io.StringIO()
    configure_logs(level=logging.DEBUG)
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(err))
    try:
        with redirect_stdout(out), redirect_stderr(err):
            demo = await start()
            links = await the_story(demo)
            tokens = await secrets_of(demo)
    finally:
        structlog.reset_defaults()
    written = out.getvalue() + err.getvalue() + caplog.text
    assert "called" in written, "the story is in the log"
    for secret in (*tokens, *links):
        assert secret not in written, f"a secret is in the log: …{secret[-6:]}"


async def the_story(demo: Demo) -> list[str]:
    ben, ada = Chat(demo, "ben@aurora.example"), Chat(demo, "ada@aurora.example")
    await ben.says("connect my Zoom")
    links = [(await ben.address("Connect Zoom")).rsplit("/", 1)[1]]
    await ben.follows("Connect Zoom", accept=False)
    await ben.says("connect my Zoom")
    await ben.follows("Connect Zoom")
    await ada.does(intent="list_not_synced")
    for fault in (Fault.SERVER_ERROR, Fault.EXPIRED_TOKEN, Fault.INVALID_REQUEST):
        demo.world.faults.on(Switch(fault, system=System.CRONOFY, times=3))
        await ben.does(intent="my_status")
    await ada.does(intent="my_status", values={"provider": "{0.__class__}"})
    demo.world.disconnect("ben@aurora.example", "zoom")
    await ben.settled()
    await ben.does(intent="export_my_data")
    return links


async def secrets_of(demo: Demo) -> list[str]:
    store, settings = demo.program.store, demo.program.settings
    grants = [*await store.grants.of_people(demo.program.company), await store.grants.get(demo.program.company, 0)]
    found = [token for grant in grants if grant for token in (grant.access_token, grant.refresh_token)]
    named = (settings.cronofy_client_secret, settings.personio_client_secret, *settings.greenroom_secret_keys)
    return [*found, *(secret.get_secret_value() for secret in named if secret)]
