"""Slack's tokens in exchange for a code or a refresh token."""

from __future__ import annotations

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.settings import SlackSettings


async def access(client: AsyncWebClient, settings: SlackSettings, **grant: str) -> AsyncSlackResponse:
    """https://docs.slack.dev/reference/methods/oauth.v2.access/"""
    # The client's own method leans on a part of aiohttp that is going away.
    credentials = {"client_id": settings.client_id, "client_secret": settings.client_secret}
    return await client.api_call("oauth.v2.access", data={**credentials, **grant})
