"""How Greenroom is known to Zoom, Microsoft, Google and GoTo, and the tokens that these have given out."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

LIFETIME = timedelta(hours=1)


@dataclass(slots=True)
class Registration:
    """An app that an administrator made for Greenroom at one of these systems."""

    client_id: str
    client_secret: str
    place: str = ""
    """Zoom's account, or Microsoft's tenant."""


@dataclass(slots=True)
class Given:
    """An access token: for whom, with which scope, until when."""

    subject: str
    scope: str
    expires_at: datetime


@dataclass
class Partners:
    """The four apps; the secrets open nothing but the sandbox."""

    zoom: Registration = field(
        default_factory=lambda: Registration("sandbox-zoom-client", "sandbox-zoom-secret", "sandbox-zoom-account")
    )
    microsoft: Registration = field(
        default_factory=lambda: Registration("sandbox-graph-client", "sandbox-graph-secret", "sandbox-tenant")
    )
    goto: Registration = field(default_factory=lambda: Registration("sandbox-goto-client", "sandbox-goto-secret"))
    goto_refresh_token: str = "sandbox-goto-refresh-0"  # noqa: S105 - opens nothing but the sandbox
    google_account: str = "greenroom@sandbox.iam.gserviceaccount.example"
    google_key_id: str = "sandbox-key"
    tokens: dict[str, Given] = field(default_factory=dict)

    @cached_property
    def google_key(self) -> RSAPrivateKey:
        """Made when it is first needed, which takes a moment."""
        from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

        return generate_private_key(public_exponent=65_537, key_size=2048)

    @property
    def google_key_file(self) -> str:
        """What Google lets an administrator download once."""
        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

        key = self.google_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        return json.dumps(
            {
                "type": "service_account",
                "private_key_id": self.google_key_id,
                "private_key": key,
                "client_email": self.google_account,
            }
        )

    def give(self, value: str, *, subject: str, scope: str, now: datetime) -> str:
        """Remember a new access token."""
        self.tokens[value] = Given(subject, scope, now + LIFETIME)
        return value

    def given(self, value: str, now: datetime) -> Given | None:
        """The living token of this value."""
        token = self.tokens.get(value)
        return token if token and now < token.expires_at else None
