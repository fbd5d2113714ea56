"""Slack and Teams: each looks after itself in its own folder."""

from __future__ import annotations

from collections.abc import Sequence

from bot.app import Program
from bot.channels import slack_settings, teams_settings
from bot.doctor.store import is_at_head
from bot.findings import Finding, absent
from bot.stored_ports import SLACK, TEAMS


async def look_at_slack(program: Program) -> Sequence[Finding]:
    if SLACK not in program.channels:
        return [absent("slack", "Slack is not configured: nobody is reached there.")]
    from bot.slack.doctor import examine

    tokens: dict[str, str] = {}
    if await is_at_head(program):
        for team in await program.store.installations.teams():
            installed = await program.store.installations.find(team)
            tokens |= {team: installed.bot_token} if installed else {}
    return await examine(slack_settings(program.settings), tokens, now=program.now())


async def look_at_teams(program: Program) -> Sequence[Finding]:
    if TEAMS not in program.channels:
        return [absent("teams", "Microsoft Teams is not configured: nobody is reached there.")]
    from bot.teams.doctor import examine

    return await examine(teams_settings(program.settings), now=program.now)
