"""Whether an address is this very machine."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit


@lru_cache(maxsize=1024)
def is_loopback(address: str) -> bool:
    """Whether a web address leads to this very machine."""
    parts = parts_of(address)
    return parts is not None and parts.scheme in {"http", "https"} and is_loopback_host(parts.hostname or "")


def is_loopback_host(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def parts_of(address: str) -> SplitResult | None:
    """The parts of a web address, or None for one that is malformed or dressed up."""
    try:
        parts = urlsplit(address)
        # Reading the port raises when it is malformed; a user name before the host dresses up a foreign one.
        return parts if parts.port != 0 and parts.hostname and "@" not in parts.netloc else None
    except ValueError:
        return None
