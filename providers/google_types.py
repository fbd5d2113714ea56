"""What Google says about one address, typed; and the key with which it is asked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """What of a service account's key file is needed."""

    email: str
    private_key: str = field(repr=False)
    key_id: str = ""


@dataclass(frozen=True, slots=True)
class GoogleAccount:
    """One address in the directory; None is unknown, never no."""

    email: str
    found: bool = True
    primary: str = ""
    aliases: tuple[str, ...] = ()
    suspended: bool | None = None
    archived: bool | None = None
    mailbox_ready: bool | None = None

    def under(self, email: str) -> GoogleAccount:
        """The same account, found by one of its addresses."""
        return replace(self, email=email)

    @property
    def is_alias(self) -> bool:
        return self.found and self.primary not in ("", self.email)
