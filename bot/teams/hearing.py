"""Whether the way on which Teams calls us is open; nothing of what goes out comes back on it, so we ask ourselves."""

from __future__ import annotations

import aiohttp

from bot.teams.settings import TeamsSettings

TIMEOUT = aiohttp.ClientTimeout(total=8)
MALFORMED = 400
"""What our endpoint says to an activity without anything in it, before it asks who sends it."""


async def reaches_itself(settings: TeamsSettings, session: aiohttp.ClientSession) -> bool:
    """Whether a request to our public address arrives at our endpoint."""
    ask = session.post(
        f"{settings.public_url}/api/messages",
        data=b"{}",
        headers={"Content-Type": "application/json"},
        allow_redirects=False,
        timeout=TIMEOUT,
    )
    try:
        async with ask as answer:
            return answer.status == MALFORMED
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return False
