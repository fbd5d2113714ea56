"""What the Slack channel is configured with; which of it exists decides how it works."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """Of two pairs one each: signing secret or app token, bot token or client id and secret; both are fine too."""

    public_url: str
    """Without a slash at the end."""
    bot_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    api_url: str = "https://slack.com/api/"

    @property
    def speaks_http(self) -> bool:
        return bool(self.signing_secret)

    @property
    def speaks_socket(self) -> bool:
        return bool(self.app_token)

    @property
    def installs(self) -> bool:
        """Workspaces can install the app themselves."""
        return bool(self.client_id and self.client_secret)

    @property
    def is_complete(self) -> bool:
        """Events can arrive and answers can leave."""
        return (self.speaks_http or self.speaks_socket) and bool(self.bot_token or self.installs)
