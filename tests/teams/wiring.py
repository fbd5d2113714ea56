"""The Teams channel in the whole program, with settings that lead it to the stand-in."""

from bot.program import Program
from bot.stored_ports import TEAMS, TeamsAccounts
from bot.teams import TeamsChannel, TeamsSettings
from bot.teams.limits import Limits


def add_teams(program: Program, settings: TeamsSettings, *, limits: Limits | None = None) -> TeamsChannel:
    """As bot.channels does; the channel still has to be started."""
    program.directory.adopt(TEAMS, program.company_id)
    accounts = TeamsAccounts(program.store, program.directory)
    channel = TeamsChannel(settings, inbox=program.inbox, accounts=accounts, now=program.now, limits=limits)
    program.add(channel)
    return channel
