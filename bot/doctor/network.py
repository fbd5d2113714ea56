"""The clock, and whether the public address leads back to this very installation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from bot.app import Program
from bot.findings import Finding, absent, well, wrong
from bot.loopback import is_loopback
from bot.mark import is_ours
from bot.settings import Settings
from providers.answers import text
from providers.base import ProviderError
from providers.cronofy import hosts
from providers.http import HttpClient

TOLERANCE = timedelta(minutes=1)
CLOCK, ADDRESS = "clock", "address"
ASKING = "looking whether it can be used"


async def look_at_clock(program: Program) -> Sequence[Finding]:
    """Slack and Microsoft refuse, and are refused, when the clocks are minutes apart; reminders go by this clock."""
    for url in _outside(program.settings):
        client = HttpClient(system="Greenroom", base_url=url, now=program.now)
        theirs = await client.its_time()
        await client.aclose()
        if theirs is None:
            continue
        apart = program.now() - theirs
        if abs(apart) <= TOLERANCE:
            return [well(CLOCK, "This machine's clock agrees with the outside world.")]
        direction = "ahead" if apart > timedelta() else "behind"
        said = f"This machine's clock is {abs(round(apart.total_seconds()))} seconds {direction}."
        return [wrong(CLOCK, said, "Switch time synchronisation on (timedatectl set-ntp true).")]
    return [absent(CLOCK, "No outside system told the time, so the clock could not be compared.")]


def _outside(settings: Settings) -> Iterator[str]:
    """Addresses of others, as far as they are configured."""
    if settings.slack_bot_token or settings.slack_client_id:
        yield settings.slack_api_url
    if settings.teams_app_id or settings.microsoft_client_id:
        yield settings.microsoft_login_url
    if settings.cronofy_client_id:
        yield settings.cronofy_api_url or hosts(settings.cronofy_data_center)[0]
    if settings.personio_client_id:
        yield settings.personio_api_url
    if settings.zoom_client_id:
        yield settings.zoom_api_url
    if not is_loopback(settings.greenroom_public_url):
        yield settings.greenroom_public_url


async def look_at_address(program: Program) -> Sequence[Finding]:
    """Ask /healthz at the public address whether it is us."""
    address = program.settings.greenroom_public_url
    client = HttpClient(system="Greenroom", base_url=address, now=program.now)
    try:
        mark = text((await client.call("GET", "/healthz", action=ASKING)).record(), "mark")
    except ProviderError as error:
        return [_unreachable(address, error)]
    finally:
        await client.aclose()
    if not is_ours(mark, program.settings):
        todo = "Point GREENROOM_PUBLIC_URL, the name server and the proxy to this installation; are the keys the same?"
        return [wrong(ADDRESS, f"Somebody else answers at {address}.", todo)]
    if is_loopback(address):
        said = f"{address} leads here, but only from this machine: links and webhooks work for nobody else."
        return [absent(ADDRESS, said, "For others set GREENROOM_PUBLIC_URL to an https address that leads here.")]
    return [well(ADDRESS, f"{address} leads here.")]


def _unreachable(address: str, error: ProviderError) -> Finding:
    if is_loopback(address):
        return absent(ADDRESS, f"Nothing answers at {address}.", "Start greenroom serve, then look again.")
    answered = f"answers {error.status}" if error.status else "does not answer"
    todo = "Is greenroom serve running, does the proxy lead to it, and may this machine reach its own public address?"
    return wrong(ADDRESS, f"{address} {answered}: links, and what chats send over HTTP, do not arrive.", todo)
