"""A message that only one person sees can be replaced through the address that came with its pressed button."""

from __future__ import annotations

from collections import OrderedDict

from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.channel import Letter
from bot.slack.addresses import Sent
from bot.slack.api import WebApi
from bot.slack.render import Piece

MOST = 1_000
"""Addresses die after half an hour; only the newest are kept."""


class Responses:
    """https://docs.slack.dev/interactivity/handling-user-interaction/#message_responses"""

    def __init__(self, api: WebApi) -> None:
        self._api = api
        self._addresses: OrderedDict[tuple[str, str, str], str] = OrderedDict()

    def remember(self, team: str, account: str, stamp: str, address: str) -> None:
        self._addresses[team, account, stamp] = address
        while len(self._addresses) > MOST:
            self._addresses.popitem(last=False)

    async def replace(self, letter: Letter, old: Sent, piece: Piece) -> bool:
        """False when there is no way, or no longer: the answer is then shown below."""
        address = self._addresses.get((letter.workspace, letter.account, old.stamps[0]))
        if address is None:
            return False
        try:
            said = await AsyncWebhookClient(address, session=self._api.session, retry_handlers=[]).send(
                text=piece.text, blocks=list(piece.blocks), replace_original=True
            )
        except Exception:
            return False  # showing it twice harms less than not at all
        return said.status_code == 200
