"""Whoever installs the Slack app first does not become the company of the settings."""

from __future__ import annotations

import pytest

from bot.app import Program, build
from bot.directory import Directory
from bot.sandbox.clock import Clock
from bot.settings import read_settings
from bot.slack.ports import Installation
from bot.stored_ports import SLACK, StoredInstallations
from tests.conftest import DATABASES, KEY

pytestmark = pytest.mark.parametrize("database_url", DATABASES, indirect=True)
OWNER = "ada@aurora.example"


async def opened(url: str, clock: Clock, **given: str) -> Program:
    settings = read_settings(
        greenroom_database_url=url,
        greenroom_secret_keys=KEY,
        greenroom_company="Aurora",
        greenroom_owners=(OWNER,),
        **given,
    )
    program = build(settings, now=clock, paced=False)
    await program.prepare()
    return program


def installations(program: Program) -> StoredInstallations:
    return StoredInstallations(program.store, lambda: program.company, program.now)


async def people_of(program: Program, team: str) -> int | None:
    """The company in which somebody of this workspace with the owner's address is known."""
    await program.directory.link(SLACK, team, [("U1", OWNER)])
    found = await program.directory.person_of(SLACK, team, "U1")
    return found.company if found else None


async def test_a_stranger_who_installs_first_gets_a_company_of_their_own(database_url: str, clock: Clock) -> None:
    program = await opened(database_url, clock)
    await installations(program).save(Installation("T0STRANGER", "xoxb-1", installer="U1"))
    theirs = await program.store.companies.of_workspace(SLACK, "T0STRANGER")
    assert theirs not in (None, program.company)
    assert await people_of(program, "T0STRANGER") is None, "not even with an owner's address"
    await program.close()


async def test_the_workspace_of_the_settings_is_their_company_whoever_came_first(
    database_url: str, clock: Clock
) -> None:
    program = await opened(database_url, clock, slack_team_id="T0AURORA")
    for team in ("T0STRANGER", "T0AURORA"):
        await installations(program).save(Installation(team, "xoxb-1", installer="U1"))
    assert await people_of(program, "T0AURORA") == program.company
    assert await people_of(program, "T0STRANGER") is None
    await program.close()


async def test_a_workspace_that_the_settings_name_later_moves_over(database_url: str, clock: Clock) -> None:
    program = await opened(database_url, clock)
    await installations(program).save(Installation("T0AURORA", "xoxb-1", installer="U1"))
    assert await people_of(program, "T0AURORA") is None
    await program.close()
    program = await opened(database_url, clock, slack_team_id="T0AURORA")
    assert await people_of(program, "T0AURORA") == program.company
    found = await installations(program).find("T0AURORA")
    assert found is not None
    assert found.bot_token == "xoxb-1"
    assert await Directory(program.store).company_of(SLACK, "T0AURORA") == program.company
    await program.close()
