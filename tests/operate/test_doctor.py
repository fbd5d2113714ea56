"""`greenroom doctor`: finds each fault by itself, says what it disables, changes nothing, and tells no secret."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.clock import now
from bot.demo import Demo
from bot.doctor.examine import examine
from bot.doctor.report import as_json, as_text, is_well, without_secrets
from bot.findings import Condition, Finding, absent, well, wrong
from bot.sandbox.faults import Fault, Switch, System
from bot.sandbox.partners import Partners
from bot.settings import Settings, read_settings
from bot.web_server import serve
from storage.rotation import rotate
from storage.states import SENDING, SKIPPED
from tests.chat import Chat
from tests.conftest import DATABASES, KEY, Start

ROOT = Path(__file__).parents[2]
SECRET = 'a "quoted" secret'


@pytest.fixture(autouse=True)
def _nobody_waits_for_retries(impatient: None) -> None: ...


async def looked_at(settings: Settings, **more: Any) -> dict[str, Finding]:
    return {finding.check: finding for finding in await examine(settings, **more)}


def wrong_ones(findings: dict[str, Finding]) -> set[str]:
    return {check for check, finding in findings.items() if finding.condition is Condition.WRONG}


@pytest.mark.parametrize("database_url", DATABASES, indirect=True)
async def test_a_program_that_works_has_nothing_wrong(demo: Demo) -> None:
    found = await looked_at(demo.program.settings)
    assert wrong_ones(found) == set()
    absent_ones = {check for check, finding in found.items() if finding.condition is Condition.ABSENT}
    assert absent_ones == {"address", "slack", "teams", "google", "mail"}
    assert {
        "database",
        "migrations",
        "keys",
        "clock",
        "cronofy.application",
        "cronofy.calendar",
        "echo",
    } <= found.keys()
    rights = {check for check in found if check.split(".")[0] in {"zoom", "microsoft", "goto", "personio"}}
    assert len(rights) == 12


async def test_google_is_looked_at_where_it_is_configured(start: Start) -> None:
    demo = await start(calendar="google")

    async def of_google() -> dict[str, Condition]:
        # Google compares clocks, and this world has one of its own.
        found = await looked_at(demo.program.settings, now=demo.program.now)
        return {check: one.condition for check, one in found.items() if check.startswith("google.")}

    scopes = ("admin.directory.user.readonly", "calendar.calendarlist.readonly")
    checks = [f"google.https://www.googleapis.com/auth/{scope}" for scope in scopes]
    assert await of_google() == dict.fromkeys(checks, Condition.WELL)
    demo.world.faults.on(Switch(Fault.RIGHT_MISSING, system=System.GOOGLE))
    assert await of_google() == dict.fromkeys(checks, Condition.WRONG)
    demo.world.faults.off()
    assert await of_google() == dict.fromkeys(checks, Condition.WELL)


MISSING = [
    (System.ZOOM, "/v2/marketplace", "zoom.marketplace:read:list_apps:admin", "admins have to say it"),
    (System.MICROSOFT, "mailboxSettings", "microsoft.MailboxSettings.Read", "a shared mailbox"),
    (System.MICROSOFT, "/calendar?", "microsoft.Calendars.ReadBasic.All", "Teams meetings"),
    (System.MICROSOFT, "$select=id,mail", "microsoft.User.Read.All", "an account and a licence"),
    (System.GOTO, "/licenses", "goto.licences", "who may hold meetings"),
]


@pytest.mark.parametrize(("system", "path", "check", "disables"), MISSING, ids=[check for _, _, check, _ in MISSING])
async def test_a_right_that_is_missing_is_named_with_what_it_disables(
    demo: Demo, system: System, path: str, check: str, disables: str
) -> None:
    demo.world.faults.on(Switch(Fault.RIGHT_MISSING, system=system, path=path))
    found = await looked_at(demo.program.settings)
    assert wrong_ones(found) == {check}
    assert disables in found[check].said
    assert found[check].todo
    demo.world.faults.off()
    assert wrong_ones(await looked_at(demo.program.settings)) == set()


@pytest.mark.parametrize("right", ["personio:persons:read", "personio:recruiting:read", "personio:absences:read"])
async def test_a_right_that_personios_credentials_lack_is_named(demo: Demo, right: str) -> None:
    credential = demo.world.personio
    granted = credential.scopes
    credential.scopes = tuple(scope for scope in granted if scope != right)
    credential.tokens.clear()
    found = await looked_at(demo.program.settings)
    assert f"personio.{right}" in wrong_ones(found)
    assert right in found[f"personio.{right}"].said
    credential.scopes = granted
    credential.tokens.clear()
    assert wrong_ones(await looked_at(demo.program.settings)) == set()


async def test_people_without_addresses_are_noticed(demo: Demo) -> None:
    demo.world.faults.on(Switch(Fault.MISSING_ATTRIBUTES, system=System.PERSONIO))
    found = await looked_at(demo.program.settings)
    assert wrong_ones(found) == {"personio.email"}
    demo.world.faults.off()
    assert wrong_ones(await looked_at(demo.program.settings)) == set()


CREDENTIALS = {
    "cronofy_client_secret": "cronofy.credentials",
    "personio_client_secret": "personio.credentials",
    "zoom_client_secret": "zoom.credentials",
    "microsoft_client_secret": "microsoft.credentials",
    "goto_client_secret": "goto.credentials",
}


@pytest.mark.parametrize(("setting", "check"), CREDENTIALS.items())
async def test_credentials_that_are_refused_are_one_finding(demo: Demo, setting: str, check: str) -> None:
    settings = demo.program.settings
    found = await looked_at(settings.model_copy(update={setting: SecretStr("another-secret")}))
    assert wrong_ones(found) == {check}
    assert found[check].todo
    assert wrong_ones(await looked_at(settings)) == set()


async def test_a_system_that_is_away_hides_no_other(demo: Demo) -> None:
    demo.world.faults.on(Switch(Fault.UNAVAILABLE, system=System.ZOOM))
    found = await looked_at(demo.program.settings)
    assert wrong_ones(found) == {check for check in found if check.startswith("zoom.")}
    assert "answered 503" in found["zoom.user:read:user:admin"].said
    demo.world.faults.off()
    assert wrong_ones(await looked_at(demo.program.settings)) == set()


async def test_a_database_that_is_away_hides_nothing_else_and_its_password_stays_hidden(demo: Demo) -> None:
    away = SecretStr("postgresql://greenroom:a-very-secret-password@127.0.0.1:1/greenroom")
    found = await looked_at(demo.program.settings.model_copy(update={"greenroom_database_url": away}))
    assert wrong_ones(found) == {"database"}
    assert "secret-password" not in as_json(list(found.values()))
    assert found["zoom.user:read:user:admin"].condition is Condition.WELL
    assert found["goto"].condition is Condition.ABSENT, "its next token could not be kept"
    assert wrong_ones(await looked_at(demo.program.settings)) == set()


async def test_tables_of_another_version_are_not_touched(demo: Demo) -> None:
    database = demo.program.store.database
    for version, expected in (("0000", {"migrations"}), ("0001", set())):
        async with database.writing() as session:
            await session.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})
        assert wrong_ones(await looked_at(demo.program.settings)) == expected
        async with database.reading() as session:
            assert await session.scalar(text("SELECT version_num FROM alembic_version")) == version


async def test_keys_are_wrong_missing_or_due_for_a_change(demo: Demo) -> None:
    settings, new = demo.program.settings, Fernet.generate_key().decode()

    def with_keys(*keys: str) -> Settings:
        return settings.model_copy(update={"greenroom_secret_keys": tuple(SecretStr(key) for key in keys)})

    foreign = await looked_at(with_keys(new))
    assert "keys" in wrong_ones(foreign)
    assert "cannot be read" in foreign["keys"].said
    both = await looked_at(with_keys(new, KEY))
    assert wrong_ones(both) == set()
    assert "rotate-keys before you remove it" in both["keys"].said
    # As the command does it, with both keys in the settings.
    from bot.app import build

    program = build(with_keys(new, KEY), now=now)
    await rotate(program.store.database)
    await program.close()
    assert "with the first key. 1 more in the settings" in (await looked_at(with_keys(new, KEY)))["keys"].said
    alone = await looked_at(with_keys(new))
    assert alone["keys"].condition is Condition.WELL
    assert wrong_ones(alone) == {"address"}, "what runs there still has the other key"


async def test_a_clock_that_is_wrong_is_noticed(demo: Demo) -> None:
    found = await looked_at(demo.program.settings, now=demo.program.now)  # a Sunday morning, whatever today is
    assert "clock" in wrong_ones(found)
    assert "seconds" in found["clock"].said
    assert (await looked_at(demo.program.settings))["clock"].condition is Condition.WELL


async def test_an_address_that_leads_to_somebody_else_is_noticed(demo: Demo) -> None:
    settings = demo.program.settings
    async with serve(Starlette(routes=[Route("/healthz", lambda _: JSONResponse({"status": "ok"}))])) as other:
        found = await looked_at(settings.model_copy(update={"greenroom_public_url": other}))
    assert wrong_ones(found) == {"address"}
    assert "Somebody else answers" in found["address"].said
    assert (await looked_at(settings.model_copy(update={"greenroom_public_url": other})))["address"].condition is (
        Condition.ABSENT
    ), "nothing is there any more, and a loopback address is nobody's public one"
    assert "leads here" in (await looked_at(settings))["address"].said


async def test_the_echo_is_answered_in_the_database_and_sent_to_nobody(demo: Demo) -> None:
    before = [await Chat(demo, f"{name}@aurora.example").screen() for name in ("ada", "ben")]
    assert (await looked_at(demo.program.settings))["echo"].condition is Condition.WELL
    await demo.program.sweep()
    await demo.settled()
    assert [await Chat(demo, f"{name}@aurora.example").screen() for name in ("ada", "ben")] == before
    async with demo.program.store.database.reading() as session:
        states = (await session.execute(text("SELECT channel, state FROM deliveries"))).all()
    assert ("doctor", SKIPPED) in states
    assert SENDING not in {state for _, state in states}


async def test_a_message_that_finds_no_answer_is_a_fault(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise OSError("the model cannot be read")

    with monkeypatch.context() as without_model:
        without_model.setattr("bot.doctor.echo.interpreter", broken)
        assert wrong_ones(await looked_at(demo.program.settings)) == {"echo"}
    assert wrong_ones(await looked_at(demo.program.settings)) == set()


async def test_the_running_program_keeps_its_access_to_goto(demo: Demo) -> None:
    """Each use of GoTo's refresh token replaces it, and the doctor uses it too."""
    await examine(demo.program.settings)
    again = await looked_at(demo.program.settings)
    assert again["goto.users"].condition is Condition.WELL
    assert demo.program.services.goto is not None
    assert await demo.program.services.goto.standing("ben@aurora.example")


def test_the_report_is_readable_and_says_how_many() -> None:
    findings = [
        well("database", "SQLite can be reached."),
        absent("slack", "Slack is not configured.", "Set it up."),
        wrong("zoom.x", "A right is missing. " * 8, "Tick it. " * 20),
    ]
    told = as_text(findings)
    assert "ok      database  SQLite can be reached." in told
    assert "WRONG   zoom.x" in told
    assert told.endswith("1 ok, 1 absent, 1 wrong.")
    assert max(len(line) for line in told.splitlines()) <= 120
    assert not is_well(findings)
    assert is_well(findings[:2])
    assert json.loads(as_json(findings))["findings"][1]["condition"] == "absent"


# --- the command itself, in a process of its own


async def command(folder: Path, *options: str, **settings: str) -> tuple[int, str]:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}  # noqa: TID251 - what a process needs
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "doctor", *options),
        cwd=folder,
        env={**environment, **{name.upper(): value for name, value in settings.items()}},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    written, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, written.decode()


async def test_an_empty_folder_stays_empty_and_is_no_fault(tmp_path: Path) -> None:
    code, written = await command(tmp_path)
    assert (code, "0 wrong." in written) == (0, True)
    assert os.listdir(tmp_path) == []


async def test_bad_settings_end_with_two_and_one_sentence(tmp_path: Path) -> None:
    code, written = await command(tmp_path, greenroom_timezone="Mars")
    assert (code, written.count("\n")) == (2, 1)
    assert "GREENROOM_TIMEZONE must be" in written


@pytest.fixture
async def parrot() -> AsyncIterator[str]:
    """A server that refuses everything and says back all that it was told, as careless ones do."""

    async def repeat(request: Request) -> Response:
        body = (await request.body()).decode()
        said = {"error": "no", "message": body, "headers": dict(request.headers), "url": str(request.url)}
        return JSONResponse(said, 418)

    methods = ["GET", "POST", "HEAD", "PUT"]
    async with serve(Starlette(routes=[Route("/{path:path}", repeat, methods=methods)])) as address:
        yield address


@pytest.mark.parametrize("options", [(), ("--json",)], ids=["text", "json"])
async def test_no_secret_is_ever_told(tmp_path: Path, parrot: str, options: tuple[str, ...]) -> None:
    fields = {name: field for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)}
    canaries = {name: f"canary-{name.replace('_', '-')}-/+é" for name in fields}
    key, password = Fernet.generate_key().decode(), "canary-of-the-database"
    canaries |= {"greenroom_secret_keys": key}
    canaries |= {"greenroom_database_url": f"postgresql://greenroom:{password}@127.0.0.1:1/greenroom"}
    if "greenroom_smtp_url" in fields:
        canaries |= {"greenroom_smtp_url": "smtp://someone:canary-of-the-mail@127.0.0.1:1"}
    (tmp_path / "google.json").write_text(Partners().google_key_file)
    urls = {name: parrot for name in Settings.model_fields if name.endswith("_url") and name not in fields}
    urls |= {"slack_api_url": f"{parrot}/api/", "greenroom_traces_url": ""}
    others = {
        "greenroom_owners": "ada@aurora.example",
        "google_service_account_file": "google.json",
        "google_admin_email": "ada@aurora.example",
        "greenroom_smtp_from": "greenroom@aurora.example",
        **{name: name for name in Settings.model_fields if name.endswith(("client_id", "account_id", "tenant_id"))},
    }
    others["teams_app_id"] = "a-teams-app"
    code, written = await command(tmp_path, *options, **others, **urls, **canaries)
    assert code == 1, written
    assert "slack.token" in written
    private_key = json.loads((tmp_path / "google.json").read_text())["private_key"].splitlines()[3]
    for secret in (*canaries.values(), password, "canary", private_key):
        assert secret not in written, f"told: {secret}"


def test_whatever_slipped_into_a_report_is_struck_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    url = "postgresql://greenroom:pass%2Fword@host/name"
    settings = read_settings(greenroom_database_url=url, zoom_client_secret=SECRET)
    told = f"{url} and pass%2Fword and {SECRET} and {json.dumps(SECRET)}"
    assert without_secrets(told, settings) == '*** and *** and *** and "***"'
