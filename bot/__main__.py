"""`python -m bot` is the `greenroom` command."""

from bot.cli import main

main()
