"""`greenroom ask`: one sentence in, one answer out, through the same path as in any channel."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack
from uuid import uuid4

from bot.app import build
from bot.channel import Incoming
from bot.program import Program
from bot.settings import read_settings
from bot.terminal.send import CHANNEL, WORKSPACE, TerminalChannel
from handlers.messages import Reply


class NobodyKnownError(Exception):
    """The person who should be asking is not known; the text says so in one sentence."""


async def ask(sentence: str, *, email: str, demo: bool, show: Callable[[Reply], None]) -> bool:
    """Show the answer to a sentence of this person as soon as it is there; False when there was none.

    Raises NobodyKnownError.
    """
    async with AsyncExitStack() as stack:
        if demo:
            from bot.demo import DemoOptions, running_demo

            program = (await stack.enter_async_context(running_demo(DemoOptions(), chat=False))).program
        else:
            program = build(read_settings())
            stack.push_async_callback(program.stop)
            await program.open()
        reply = await _answer(program, sentence, email.lower())
        show(reply)
        return bool(reply)


async def _answer(program: Program, sentence: str, email: str) -> Reply:
    company, people = program.company, program.store.people
    known = await people.with_email(company, email)
    if not known:
        await program.first_look()
        known = await people.with_email(company, email)
    if not known:
        raise NobodyKnownError(f"Nobody in {program.settings.greenroom_company} has the address {email}.")
    program.directory.adopt(CHANNEL, program.company_id)
    await people.link_accounts(company, CHANNEL, WORKSPACE, {email: known[0].id})
    program.add(channel := TerminalChannel())
    incoming = Incoming(
        channel=CHANNEL,
        id=str(uuid4()),
        workspace=WORKSPACE,
        account=email,
        conversation=f"{CHANNEL}:{email}",
        text=sentence,
    )
    await program.inbox.receive(incoming)
    await program.settled()
    return tuple(block for reply in channel.replies for block in reply)
