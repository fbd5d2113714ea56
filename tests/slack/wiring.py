"""The Slack channel in the whole program, with settings that lead it to the stand-in."""

from bot.program import Program
from bot.slack import SlackChannel, SlackSettings
from bot.slack.pace import Limits
from bot.slack.ports import Ports
from bot.stored_ports import SLACK, SlackDirectory, StoredInstallations, StoredLetters, StoredStates

FAST = Limits(channel_per_second=1000, channel_burst=1000, workspace_per_second=1000, workspace_burst=1000, reserve=1)


def add_slack(program: Program, settings: SlackSettings, *, limits: Limits = FAST) -> SlackChannel:
    """As bot.channels does; the channel still has to be started."""
    program.directory.adopt(SLACK, program.company_id)
    ports = Ports(
        inbox=program.inbox,
        letters=StoredLetters(program.outbox),
        directory=SlackDirectory(program.directory),
        installations=StoredInstallations(program.store, program.company_id, program.now),
        states=StoredStates(program.store),
    )
    channel = SlackChannel(settings, ports, now=program.now, limits=limits)
    program.add(channel)
    return channel
