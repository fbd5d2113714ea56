"""The company's mail server: one connection a message, encrypted, and every refusal with advice for people."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

import aiosmtplib

from providers.base import Invalid, NotAuthorised, ProviderError, RateLimited, Refused, Unavailable, advice

SYSTEM = "SMTP"
AT_ONCE = 4
"""Connections; many servers allow no more from one client."""
PATIENCE = 20.0
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
GREYLISTED = 300.0
"""Seconds; a server that says "not now" usually means minutes."""

# ProviderError
#   Unavailable      the server cannot be reached, or did not answer: nothing was sent
#     NotSure        the connection broke when the message was already handed over
#   RateLimited      4xx: not now
#   NotAuthorised
#     WrongPassword  user name and password are not accepted
#     NotEncrypted   the server offers no encryption, so nothing was sent
#   SenderRefused    it does not let us write in this name
#   AddressRefused   it does not know the addressee
#   Refused          it does not take this message


class NotSure(Unavailable):
    """The message may have arrived or not, and nobody can be asked."""


class NotEncrypted(NotAuthorised):
    """Passwords and addresses do not travel in the clear."""

    advice = advice("It offers no encryption, so I sent nothing. The person who runs Greenroom can see to it.")


class WrongPassword(NotAuthorised):
    """535 and its like."""

    advice = advice("It does not accept the user name or the password. The person who runs Greenroom can correct them.")


class SenderRefused(Refused):
    """The address in GREENROOM_SMTP_FROM is not ours to use there."""

    advice = advice(
        "It does not let me write in this sender's name. The person who runs Greenroom can set another one."
    )


class AddressRefused(Invalid):
    """No such mailbox, or an address that this server cannot write."""

    advice = advice("It does not take messages for this address. Please look whether the address is right.")


class Smtp:
    """Sends what it is given; `sender` is who the messages are from."""

    def __init__(self, *, url: str, sender: str, patience: float = PATIENCE) -> None:
        parts = urlsplit(url)
        self.sender = sender
        self._host = parts.hostname or ""
        self._tls = parts.scheme == "smtps"
        self._port = parts.port or (465 if self._tls else 587)
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._patience = patience
        self._room = asyncio.Semaphore(AT_ONCE)

    async def check(self) -> None:
        """Connect, encrypt and sign in, and send nothing; raises ProviderError when that does not work."""
        async with self._connected("looking whether it can be used"):
            return

    async def send(self, message: EmailMessage) -> None:
        """Hand one message over; raises ProviderError, of which NotSure alone leaves open whether it arrived."""
        action = "sending an e-mail"
        async with self._connected(action) as server:
            try:
                # https://www.rfc-editor.org/rfc/rfc5321#section-4.2.5: an answer to the data settles who has it
                await server.send_message(message, sender=self.sender, timeout=self._patience)
            except aiosmtplib.SMTPRecipientsRefused as error:
                raise _answered(error.recipients[0], action) from error
            except aiosmtplib.SMTPResponseException as error:
                raise _answered(error, action) from error
            except (aiosmtplib.SMTPNotSupported, ValueError) as error:
                raise AddressRefused(SYSTEM, action) from error
            except (aiosmtplib.SMTPException, OSError) as error:
                raise NotSure(SYSTEM, action) from error

    async def aclose(self) -> None:
        """Every message has a connection of its own, which is closed already."""

    @asynccontextmanager
    async def _connected(self, action: str) -> AsyncIterator[aiosmtplib.SMTP]:
        async with self._room:
            server = aiosmtplib.SMTP(
                hostname=self._host, port=self._port, use_tls=self._tls, start_tls=False, timeout=self._patience
            )
            await self._open(server, action)
            try:
                yield server
            finally:
                with suppress(aiosmtplib.SMTPException, OSError):
                    await server.quit(timeout=2)
                server.close()

    async def _open(self, server: aiosmtplib.SMTP, action: str) -> None:
        try:
            await server.connect()
            await self._encrypt(server, action)
            if self._user:
                await server.login(self._user, self._password)
        except aiosmtplib.SMTPAuthenticationError as error:
            server.close()
            raise WrongPassword(SYSTEM, action, status=error.code) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            server.close()
            raise Unavailable(SYSTEM, action) from error
        except ProviderError:
            server.close()
            raise

    async def _encrypt(self, server: aiosmtplib.SMTP, action: str) -> None:
        """STARTTLS, without which nothing is sent, except to a server on this very machine."""
        if self._tls:
            return
        await server.ehlo()
        if server.supports_extension("starttls"):
            await server.starttls()
        elif self._host not in LOCAL:
            raise NotEncrypted(SYSTEM, action)


def _answered(error: aiosmtplib.SMTPResponseException, action: str) -> ProviderError:
    """What a clear answer of the server means."""
    if 400 <= error.code < 500:
        return RateLimited(SYSTEM, action, retry_after=GREYLISTED)
    if isinstance(error, aiosmtplib.SMTPSenderRefused):
        return SenderRefused(SYSTEM, action, status=error.code)
    kind = AddressRefused if isinstance(error, aiosmtplib.SMTPRecipientRefused) else Refused
    return kind(SYSTEM, action, status=error.code)
