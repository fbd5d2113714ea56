"""Whose account at a video provider is it? The address decides, or an admin who knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from handlers.services import Services


@dataclass(frozen=True, slots=True)
class OwnAccounts:
    """What counts as somebody's own account in one company."""

    domains: frozenset[str] = frozenset()
    """The company's own and those that the settings allow besides."""
    aliases: Mapping[int, frozenset[str]] = field(default_factory=dict)
    """Addresses that an admin confirmed, by person."""

    def belongs(self, person: int, email: str, account: str) -> bool:
        """Whether the account with this address is this person's own; names without an address tell nothing."""
        email, account = email.strip().lower(), account.strip().lower()
        if "@" not in account or "@" not in email or account == email:
            return True
        if account in self.aliases.get(person, frozenset()):
            return True
        name, _, domain = account.rpartition("@")
        return name == email.rpartition("@")[0] and domain in self.domains


async def own_accounts(services: Services, company: int) -> OwnAccounts:
    row = await services.store.companies.get(company)
    aliases = await services.store.people.aliases(company)
    return OwnAccounts(frozenset(row.domains) | frozenset(services.alias_domains), aliases)
