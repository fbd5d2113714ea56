"""What a workspace turned out not to know: newer surfaces are tried once, then drawn in the older way."""

from __future__ import annotations

from enum import StrEnum


class Capability(StrEnum):
    """Surfaces that not every workspace has."""

    TABLES = "tables"
    PROMPTS = "prompts"
    QUIET = "quiet"


# Slack's words for "not here", as opposed to "not now".
UNKNOWN = frozenset(
    {
        "feature_not_enabled",
        "invalid_blocks",
        "invalid_blocks_format",
        "method_deprecated",
        "method_not_supported_for_channel_type",
        "missing_scope",
        "not_allowed_token_type",
        "team_not_eligible",
        "unknown_method",
        "unsupported_block_type",
    }
)


class Capabilities:
    """Remembered while the process lives, so that a workspace that learns is noticed after a restart."""

    def __init__(self) -> None:
        self._missing: set[tuple[str, Capability]] = set()

    def has(self, team: str, capability: Capability) -> bool:
        return (team, capability) not in self._missing

    def lacks(self, team: str, capability: Capability) -> None:
        self._missing.add((team, capability))
