"""The `greenroom` command."""

from __future__ import annotations

import asyncio
import logging
import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot import garbage
from bot.backup_commands import backup, restore
from bot.export_command import export
from bot.trust_commands import audit_commands, privacy_commands, rotate_keys

# Whatever a command needs is imported where it is used: `greenroom --help` should not wait for a web server.
app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

app.add_typer(audit_commands, name="audit")
app.add_typer(privacy_commands, name="privacy")
app.command(name="rotate-keys")(rotate_keys)
app.command()(backup)
app.command()(restore)
app.command()(export)

BAD_SETTINGS = 2


class Calendar(StrEnum):
    """The kinds of calendar that the demo's company can have."""

    GOOGLE = "google"
    GRAPH = "graph"
    EWS = "ews"
    EXCHANGE = "exchange"


class Language(StrEnum):
    """The languages that Greenroom speaks."""

    ENGLISH = "en"
    FRENCH = "fr"
    GERMAN = "de"


class Reminded(StrEnum):
    """What people connect with accounts of their own."""

    ZOOM = "zoom"
    TEAMS = "teams"
    GOTO = "goto"


class Platform(StrEnum):
    """The chats that Greenroom is an app of."""

    SLACK = "slack"
    TEAMS = "teams"


def main() -> None:
    """Run a command; a wrong setting ends in one sentence and exit code 2."""
    garbage.hold()
    from bot.settings import SettingsError

    try:
        app()
    except SettingsError as error:
        print(error, file=sys.stderr)
        sys.exit(BAD_SETTINGS)


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="Where to serve; 0 takes any free port.")] = 8000,
    people: Annotated[int, typer.Option(help="Size of the company; 0 is Aurora GmbH with its forty.")] = 0,
    seed: Annotated[int, typer.Option(help="Makes another company of the same size.")] = 1,
    language: Annotated[Language, typer.Option(help="The company's own language.")] = Language.ENGLISH,
    calendar: Annotated[Calendar, typer.Option(help="The kind of calendar that the company has.")] = Calendar.GRAPH,
    browser: Annotated[bool, typer.Option(help="Open the browser when everything is ready.")] = True,
) -> None:
    """Try Greenroom with a fictional company: nothing to set up, nothing leaves this machine."""
    from bot.demo import DemoOptions
    from bot.demo_command import run

    options = DemoOptions(port=port, people=people, seed=seed, language=language, calendar=calendar)
    try:
        asyncio.run(run(options, open_browser=browser))
    except KeyboardInterrupt:
        print("\nThe demo has ended.")
    except OSError as error:
        print(f"Port {port} cannot be used ({error.strerror}). Try --port 0 for a free one.", file=sys.stderr)
        sys.exit(1)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.")] = 8000,
) -> None:
    """Run Greenroom for your company, with the settings of the environment or of the file .env."""
    from bot.serve import run

    run(host=host, port=port)


@app.command()
def ask(
    sentence: Annotated[str, typer.Argument(help="What you would write in the chat.")],
    email: Annotated[str, typer.Option("--as", help="The e-mail address of whoever asks.")] = "ada@aurora.example",
    as_json: Annotated[bool, typer.Option("--json", help="Print the neutral reply as JSON.")] = False,
    demo: Annotated[bool, typer.Option("--demo", help="Ask in the demo's company.")] = False,
) -> None:
    """Answer one message on the terminal, through the same path as in any chat."""
    import json

    from bot.ask import NobodyKnownError
    from bot.ask import ask as ask_program
    from bot.logs import configure_logs
    from bot.terminal.render import text
    from handlers.messages import Reply
    from handlers.serialize import to_json

    configure_logs(level=logging.ERROR)

    def show(reply: Reply) -> None:
        print(json.dumps(to_json(reply), ensure_ascii=False, indent=2) if as_json else text(reply), flush=True)

    try:
        answered = asyncio.run(ask_program(sentence, email=email, demo=demo, show=show))
    except NobodyKnownError as error:
        print(error, file=sys.stderr)
        sys.exit(1)
    sys.exit(0 if answered else 1)


@app.command()
def worker(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Where to serve /healthz, /readyz and /metrics; 0 is nowhere.")] = 0,
) -> None:
    """Send and look after what is due, without the bot's pages: any number of them beside `serve` on one PostgreSQL."""
    from bot.worker import run

    run(host=host, port=port)


@app.command()
def rehearse(
    provider: Annotated[Reminded, typer.Option(help="What people should connect.")] = Reminded.ZOOM,
    group: Annotated[str, typer.Option(help="A department or an office; empty for everybody.")] = "",
    start: Annotated[datetime | None, typer.Option(help="The first day; now if it is left out.")] = None,
    days: Annotated[int, typer.Option(min=1, max=90, help="For how many days.")] = 21,
    plot: Annotated[Path | None, typer.Option(help="Where to draw it, as a PNG.")] = None,
    demo: Annotated[bool, typer.Option("--demo", help="In the demo's company.")] = False,
) -> None:
    """Show with a fast clock what a campaign would send on which day; nothing is sent."""
    from bot.logs import configure_logs
    from bot.rehearse import NoPlotError, Request
    from bot.rehearse import rehearse as rehearse_program
    from handlers.readiness import Provider

    configure_logs(level=logging.ERROR)
    request = Request(Provider(provider), group, start, days, plot, demo)
    try:
        asyncio.run(rehearse_program(request))
    except NoPlotError as error:
        print(error, file=sys.stderr)
        sys.exit(1)


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Look at everything that Greenroom needs; changes nothing, sends nothing. Exits with 1 when something is wrong."""
    from bot.doctor.examine import examine
    from bot.doctor.report import as_json as in_json
    from bot.doctor.report import as_text, is_well, without_secrets
    from bot.logs import configure_logs
    from bot.settings import read_settings

    settings = read_settings()
    configure_logs(level=logging.CRITICAL)
    findings = asyncio.run(examine(settings))
    print(without_secrets(in_json(findings) if as_json else as_text(findings), settings))
    sys.exit(0 if is_well(findings) else 1)


@app.command()
def manifest(
    platform: Annotated[Platform, typer.Argument(help="Which chat the app is for.")],
    output: Annotated[Path | None, typer.Option(help="The file to write; Teams needs one.")] = None,
) -> None:
    """Make the app's manifest from the settings: JSON for Slack, a package (zip) for Teams."""
    from bot.manifests import slack_manifest, teams_package

    if platform is Platform.SLACK:
        text = slack_manifest()
        if output is None:
            print(text)
        else:
            output.write_text(text + "\n", encoding="utf-8")
        return
    written = output or Path("greenroom-teams.zip")
    written.write_bytes(teams_package())
    print(f"The app package is in {written}. Upload it in the Teams admin center under Teams apps > Manage apps.")


@app.command()
def evaluate(
    files: Annotated[list[Path] | None, typer.Argument(help="Evaluation sets, read as one.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
    min_accuracy: Annotated[float | None, typer.Option(help="Exit with 1 below this share.")] = None,
    picture: Annotated[Path | None, typer.Option(help="Draw the confusions into this PNG file.")] = None,
    from_log: Annotated[bool, typer.Option(help="Print what people wrote and was not understood, as a set.")] = False,
) -> None:
    """Measure how well sentences are understood, with tables of figures and the worst confusions."""
    from bot.language.evaluate import evaluate as judged
    from bot.language.evaluate import evaluate_log

    if not from_log:
        outcome = judged(files or [], as_json=as_json, min_accuracy=min_accuracy, picture=picture)
    else:
        from bot.phrase_log import heard

        outcome = evaluate_log(asyncio.run(heard()), as_json=as_json)
    print(outcome.text)
    sys.exit(outcome.code)


@app.command()
def migrate() -> None:
    """Bring the database to the version of this program."""
    from bot.serve import migrate_now

    asyncio.run(migrate_now())
    print("The database is up to date.")
