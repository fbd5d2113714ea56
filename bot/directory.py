"""Who somebody on a chat platform is, and how a person is reached."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog

from bot.channel import Incoming
from handlers.messages import Person
from handlers.people import as_person
from storage.live import Work
from storage.models import Account
from storage.store import Store

LOG = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who wrote, as stored at this moment."""

    person: Person
    question: dict[str, Any] | None = None
    """What they were asked last in this conversation."""
    reference: Mapping[str, object] = field(default_factory=dict)
    """What the platform needs to write to them."""
    noting: tuple[Work[None], ...] = ()
    """Has to be stored with the answer: that they use this account."""


class Directory:
    """Accounts of the chats on one side, people of the companies on the other."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._owners: dict[str, Callable[[], int]] = {}
        self._companies: dict[tuple[str, str], int] = {}

    def adopt(self, channel: str, company: Callable[[], int]) -> None:
        """Every workspace that this channel lets in belongs to this company: it has a key of one customer only."""
        self._owners[channel] = company

    async def company_of(self, channel: str, workspace: str) -> int | None:
        """None for a workspace that nobody connected; the answer never changes, so it is kept."""
        known = self._companies.get((channel, workspace))
        if known is None:
            known = await self._find(channel, workspace)
        if known is not None:
            self._companies[channel, workspace] = known
        return known

    async def person_of(self, channel: str, workspace: str, account: str) -> Person | None:
        found = await self._store.people.of_account(channel, workspace, account)
        return as_person(found) if found else None

    async def visitor(self, incoming: Incoming, now: datetime) -> Visitor | None:
        """The person behind an event; None for a stranger."""
        visitors = self._store.visitors
        found = await visitors.find(
            incoming.channel, incoming.workspace, incoming.account, conversation=incoming.conversation, now=now
        )
        if found is None:
            return None
        return Visitor(as_person(found), found.question, found.reference, tuple(visitors.touching(found, now)))

    async def address_of(self, person: Person) -> Account | None:
        """The account where this person is best reached: the one used last."""
        accounts = await self._store.people.accounts(person.company, person.id)
        return accounts[0] if accounts else None

    async def link(self, channel: str, workspace: str, addresses: Iterable[tuple[str, str]]) -> None:
        """Match accounts to people by e-mail; an address that two people share is nobody's."""
        company = await self.company_of(channel, workspace)
        if company is None:
            return
        wanted = {account: email.lower() for account, email in addresses if email}
        known = await self._store.people.with_emails(company, set(wanted.values()))
        matched = {account: known[email][0] for account, email in wanted.items() if len(known.get(email, ())) == 1}
        nobody = {account: email for account, email in wanted.items() if account not in matched}
        LOG.info("accounts_linked", channel=channel, matched=len(matched), unmatched=len(nobody))
        await self._store.people.link_accounts(company, channel, workspace, matched)
        await self._store.reach.note(company, channel, workspace, nobody=nobody, settled=matched)

    async def unlink(self, channel: str, workspace: str, accounts: Collection[str]) -> None:
        company = await self.company_of(channel, workspace)
        for account in accounts:
            await self._store.people.unlink_account(channel, workspace, account)
        if company is not None:
            await self._store.reach.note(company, channel, workspace, nobody={}, settled=accounts)

    async def keep_only(self, channel: str, workspace: str, accounts: Collection[str]) -> None:
        """These are all accounts of the workspace: whoever else is stored has left it."""
        gone = await self._store.reach.known(channel, workspace) - set(accounts)
        await self.unlink(channel, workspace, gone)

    async def _find(self, channel: str, workspace: str) -> int | None:
        found = await self._store.companies.of_workspace(channel, workspace)
        if found is None and channel in self._owners:
            found = self._owners[channel]()
            await self._store.companies.link_workspace(found, channel, workspace)
        return found
