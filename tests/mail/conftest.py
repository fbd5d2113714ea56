"""A mail server in the running loop, strict or faulty as a test wants it."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "greenroom@aurora.example", "p@ss word"


@dataclass
class MailServer:
    """Keeps what it took; what it answers can be changed between messages."""

    port: int = 0
    taken: list[tuple[list[str], EmailMessage]] = field(default_factory=list)
    password: str = PASSWORD
    unknown: set[str] = field(default_factory=set)
    """Addressees that it refuses."""
    answers: list[str] = field(default_factory=list)
    """What it says to the next messages instead of taking them."""
    hangs_up: bool = False
    sender_refused: bool = False
    encrypted: list[bool] = field(default_factory=list)

    def url(self, *, user: str = "", password: str = "", scheme: str = "smtp") -> str:
        return f"{scheme}://{user}{':' if user else ''}{password}{'@' if user else ''}127.0.0.1:{self.port}"

    def to(self, email: str) -> EmailMessage:
        (found,) = [message for people, message in self.taken if people == [email]]
        return found

    # What aiosmtpd calls.

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.sender_refused:
            return "553 5.7.1 not your address"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.unknown:
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.hangs_up:
            assert server.transport is not None
            server.transport.abort()
            return "250 OK"
        if self.answers:
            return self.answers.pop(0)
        content = envelope.content
        assert isinstance(content, bytes)
        self.encrypted.append(session.ssl is not None)
        self.taken.append((list(envelope.rcpt_tos), message_from_bytes(content, policy=policy.default)))
        return "250 OK"

    def sign_in(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        right = data.login == USER.encode() and data.password == self.password.encode()
        return AuthResult(success=right, handled=False)


@dataclass
class Post:
    """Starts mail servers, and stops them."""

    running: list[asyncio.Server] = field(default_factory=list)

    async def open(self, server: MailServer, **options: Any) -> MailServer:
        loop = asyncio.get_running_loop()
        sign_in = {"authenticator": server.sign_in, "auth_required": True} if options.pop("signs_in", False) else {}
        made = await loop.create_server(
            lambda: SMTP(server, **sign_in, **options), "127.0.0.1", server.port, reuse_address=True
        )
        self.running.append(made)
        server.port = made.sockets[0].getsockname()[1]
        return server

    async def close(self) -> None:
        for each in self.running:
            each.close()
        self.running.clear()


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    post = Post()
    yield post
    await post.close()


@pytest.fixture
async def server(post: Post) -> MailServer:
    """Takes everything, on this machine, without a password."""
    return await post.open(MailServer())


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """What a server shows; this machine trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=3650))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    public, private = tmp_path / "mail.pem", tmp_path / "mail.key"
    public.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(public))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return context
