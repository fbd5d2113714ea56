"""Runs the demo until somebody ends it, and says where it is and what to try."""

from __future__ import annotations

import asyncio
import logging
import webbrowser

from rich.console import Console

from bot.demo import DemoOptions, running_demo
from bot.logs import configure_logs

TO_TRY = (
    ("As Ben, write", "connect my Zoom", "and follow the link to the end"),
    ("As Ada, write", "who isn't synced", "and read who can fix what"),
    ("In the sandbox, disconnect Ben's Zoom; as Ada, write", "who hasn't connected Zoom", ""),
)


async def run(options: DemoOptions, *, open_browser: bool) -> None:
    """Serve until the task is cancelled."""
    configure_logs(level=logging.WARNING)
    console = Console(highlight=False)
    with console.status("Building a company …"):
        async with running_demo(options) as demo:
            await demo.program.first_look()
            address = demo.program.settings.greenroom_public_url
            console.print(f"\n[bold]Greenroom is ready:[/bold] {address}\n")
            for before, sentence, after in TO_TRY:
                console.print(f"  {before} [bold]{sentence}[/bold] {after}".rstrip())
            console.print(f"\nThe world behind it: {address}/sandbox/control")
            console.print("Press Ctrl+C to end.\n")
            if open_browser:
                webbrowser.open(address)
            demo.program.jobs.start()
            await asyncio.Event().wait()
