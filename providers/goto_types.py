"""What GoTo says about users and licences, typed; keys are text, because numbers cannot hold them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    """How far one address is from holding meetings."""

    LICENSED = "licensed"
    INVITED = "invited"
    """A licence waits for the person to accept the invitation."""
    UNLICENSED = "unlicensed"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Licences:
    """The keys of those who have a licence for meetings, and of those who were invited to one."""

    holders: frozenset[str] = frozenset()
    invited: frozenset[str] = frozenset()

    def standing_of(self, user_key: str) -> Standing:
        if user_key in self.holders:
            return Standing.LICENSED
        return Standing.INVITED if user_key in self.invited else Standing.UNLICENSED


@dataclass(frozen=True, slots=True)
class User:
    """One user of the account."""

    key: str
    email: str
