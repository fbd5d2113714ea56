"""What the Teams channel is told when it is built, and which hosts it may speak to."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from bot.loopback import is_loopback, parts_of

# Where Teams and its government clouds serve bots; a name that starts with a dot stands for every host below it.
# https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages
MICROSOFT_HOSTS = (
    "smba.trafficmanager.net",
    ".botframework.com",
    ".botframework.azure.us",
    ".teams.microsoft.com",
    ".teams.microsoft.us",
)


@dataclass(frozen=True, slots=True)
class TeamsSettings:
    """Immutable; the addresses are Microsoft's unless a stand-in takes their place."""

    app_id: str = ""
    app_password: str = field(default="", repr=False)
    tenant_id: str = ""
    local: bool = False
    """No authentication, and nothing but loopback: for a test client on this very machine."""
    public_url: str = ""
    service_url: str = "https://smba.trafficmanager.net/teams/"
    """Where people are written to who never wrote."""
    metadata_url: str = "https://login.botframework.com/v1/.well-known/openidconfiguration"
    issuer: str = "https://api.botframework.com"
    login_url: str = "https://login.microsoftonline.com"
    graph_url: str = "https://graph.microsoft.com"
    catalogue_id: str = ""
    """The app's id in the organisation's catalogue; with it the app may be added for people."""
    stand_in: str = ""
    """A loopback service address that is trusted besides Microsoft's, for tests with authentication."""

    def __post_init__(self) -> None:
        if self.stand_in and not is_loopback(self.stand_in):
            raise ValueError("A stand-in for Teams must be a loopback address.")
        if not self.local and not (self.app_id and self.app_password and self.tenant_id):
            raise ValueError("Teams needs TEAMS_APP_ID, TEAMS_APP_PASSWORD and TEAMS_TENANT_ID, or TEAMS_LOCAL=1.")

    def trusts(self, service_url: str) -> bool:
        """Whether our messages, and our token with them, may go to this address."""
        if self.local:
            return is_loopback(service_url)
        if self.stand_in and service_url.rstrip("/") == self.stand_in.rstrip("/"):
            return True
        return is_microsoft(service_url)

    def workspace(self, tenant: str) -> str:
        """The tenant; a local test client makes one up, so there it is always the same one."""
        return self.tenant_id or "local" if self.local else tenant


@lru_cache(maxsize=1024)
def is_microsoft(address: str) -> bool:
    """Whether a web address is one of Microsoft's for bots."""
    parts = parts_of(address)
    if parts is None or parts.scheme != "https" or parts.port not in {None, 443}:
        return False
    return any(_matches(parts.hostname or "", allowed) for allowed in MICROSOFT_HOSTS)


def _matches(host: str, allowed: str) -> bool:
    return host.endswith(allowed) if allowed.startswith(".") else host == allowed
