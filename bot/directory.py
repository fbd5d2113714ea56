"""Who somebody on a chat platform is, and how a person is reached."""

from __future__ import annotations

from handlers.messages import Person
from handlers.people import as_person
from storage.models import Account
from storage.store import Store


class Directory:
    """Accounts of the chats on one side, people of the companies on the other."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def company_of(self, channel: str, workspace: str) -> int | None:
        return await self._store.companies.of_workspace(channel, workspace)

    async def person_of(self, channel: str, workspace: str, account: str) -> Person | None:
        found = await self._store.people.of_account(channel, workspace, account)
        return as_person(found) if found else None

    async def address_of(self, person: Person) -> Account | None:
        """The account where this person is best reached: the one used last."""
        accounts = await self._store.people.accounts(person.company, person.id)
        return accounts[0] if accounts else None
