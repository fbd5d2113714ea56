"""Hands letters to the company's mail server."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.utils import format_datetime, parseaddr

from starlette.routing import BaseRoute

from bot.channel import Doubtful, Letter, Refused, Throttled
from bot.mail.render import draw_reply
from providers.base import NotAuthorised, ProviderError, RateLimited, Unavailable
from providers.smtp import AddressRefused, NotSure, Smtp

AGAIN_AFTER = 60.0
"""Seconds; a server that is away, or a password that is wrong, is tried again until somebody has seen to it."""


class MailChannel:
    """Implements bot.channel.Channel; an account is an e-mail address."""

    name = "mail"
    needs_reference = False
    can_be_asked = False

    def __init__(self, smtp: Smtp, *, now: Callable[[], datetime]) -> None:
        self._smtp = smtp
        self._now = now

    def routes(self) -> Sequence[BaseRoute]:
        return ()

    async def start(self) -> None:
        """Each message opens its own connection."""

    async def stop(self) -> None:
        """Nothing to close."""

    async def relink(self) -> None:
        """Addresses come from Personio itself."""

    async def send(self, letter: Letter) -> str:
        message = draw_reply(letter.reply, language=letter.language)
        # The delivery's id travels along, so that two copies could be told apart from two messages.
        id = f"<{letter.id}@{parseaddr(self._smtp.sender)[1].rpartition('@')[2]}>"
        message["From"], message["Message-ID"] = self._smtp.sender, id
        message["Date"] = format_datetime(self._now())
        # https://www.rfc-editor.org/rfc/rfc3834#section-5: nobody's out-of-office answers this
        message["Auto-Submitted"] = "auto-generated"
        try:
            # An address of its own, so that no comma in it makes a second addressee.
            message["To"] = Address(addr_spec=letter.account)
            await self._smtp.send(message)
        except (ValueError, MessageError) as error:
            raise Refused(AddressRefused.advice) from error
        except NotSure as error:
            raise Doubtful from error
        except RateLimited as error:
            raise Throttled(error.retry_after) from error
        except (Unavailable, NotAuthorised) as error:
            raise Throttled(AGAIN_AFTER) from error
        except ProviderError as error:
            raise Refused(error.advice) from error
        return id

    async def find(self, letter: Letter) -> str | None:
        raise Doubtful("A mail server cannot be asked what it took.")
