"""Who lives in the world: people as Personio and the mail system know them, accounts as Cronofy knows them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from bot.sandbox.company import Company
from bot.sandbox.records import Account, Calendar, Conferencing, Employment, Mailbox, Member, Person


class Inhabitants:
    """Finds people and accounts; addresses are compared in lower case."""

    def __init__(self, company: Company, *, seed: int) -> None:
        self.company = company
        self.seed = seed
        self.calendar = company.calendar
        self.meet_enabled = True
        self.people = list(company.people)
        self.jobs = list(company.jobs)
        self._people_by_email: dict[str, list[Person]] = {}
        for person in self.people:
            self._people_by_email.setdefault(person.email.lower(), []).append(person)
        self._people_by_id = {person.id: person for person in self.people}
        self._accounts = {email: self._new_account(people[0]) for email, people in self._people_by_email.items()}
        self._accounts_by_sub = {account.sub: account for account in self._accounts.values()}

    def person(self, email: str) -> Person:
        return self._people_by_email[email.lower()][0]

    def people_at(self, email: str) -> tuple[Person, ...]:
        """Several where an address is shared."""
        return tuple(self._people_by_email.get(email.lower(), ()))

    def person_with_id(self, person_id: str) -> Person | None:
        return self._people_by_id.get(person_id)

    def account(self, email: str) -> Account:
        return self._accounts[email.lower()]

    def account_with_sub(self, sub: str) -> Account | None:
        return self._accounts_by_sub.get(sub)

    def accounts(self) -> Iterable[Account]:
        return self._accounts.values()

    def settle(self, person: Person, *, hires_for: str = "") -> None:
        """Somebody new: known to Personio and the mail system, and in the hiring team of that department's jobs."""
        self.people.append(person)
        self._people_by_id[person.id] = person
        self._people_by_email.setdefault(person.email.lower(), []).append(person)
        if person.email.lower() not in self._accounts:
            account = self._new_account(person)
            self._accounts[person.email.lower()] = account
            self._accounts_by_sub[account.sub] = account
        for job in self.jobs:
            if job.department == hires_for:
                job.team = (*job.team, Member(person.id, "interviewer"))

    def hosts(self) -> tuple[Person, ...]:
        """Everybody in a hiring team who has not left."""
        members = {member.person_id for job in self.jobs for member in job.team}
        return tuple(person for person in self.people if person.id in members and person.status != Employment.INACTIVE)

    def refusal(self, email: str) -> tuple[str, str] | None:
        """Why Cronofy cannot reach this mailbox: key and description; None when it can."""
        if not email.lower().endswith(f"@{self.company.domain}"):
            return "errors.foreign_domain", f"{email} does not belong to {self.company.domain}."
        people = self.people_at(email)
        match people[0].mailbox if people else Mailbox.MISSING:
            case Mailbox.STANDARD:
                return None
            case Mailbox.SHARED:
                return "errors.shared_mailbox", f"{email} is a shared mailbox."
            case Mailbox.DISABLED:
                return "errors.mailbox_disabled", f"The mailbox of {email} is disabled."
            case _:
                return "errors.mailbox_not_found", f"No mailbox was found for {email}."

    def integrated_conferencing(self, email: str) -> bool:
        """Whether this person's calendar brings its own conferencing: Meet, or Teams through Graph."""
        if self.calendar == Calendar.GRAPH:
            return self.person(email).teams_licence
        return self.calendar == Calendar.GOOGLE and self.meet_enabled

    def connect(self, email: str, provider: str, *, name: str | None = None) -> Conferencing:
        """Link (or link again) somebody's own account at zoom, go_to or ms_teams."""
        account = self.account(email)
        known = [profile for profile in account.conferencing if profile.provider == provider]
        for profile in known:
            if profile.name == (name or account.email):
                profile.connected = True
                return profile
        profile_id = f"pro_{self.digest(f'{account.sub}:{provider}:{len(known)}')[:16]}"
        profile = Conferencing(provider, profile_id=profile_id, name=name or account.email)
        account.conferencing.append(profile)
        return profile

    def digest(self, text: str) -> str:
        return hashlib.sha256(f"{self.seed}:{text}".encode()).hexdigest()

    def _new_account(self, person: Person) -> Account:
        digest = self.digest(person.email.lower())
        account = Account(
            sub=f"acc_{digest[:24]}",
            email=person.email,
            name=person.name,
            timezone=person.timezone,
            profile_id=f"pro_{digest[24:40]}",
            calendar_id=f"cal_{digest[24:40]}_{digest[40:56]}",
            connected=person.email not in self.company.lost_calendars,
        )
        for provider, connected in self.company.conferencing.get(person.email, ()):
            profile_id = f"pro_{self.digest(f'{account.sub}:{provider}:0')[:16]}"
            account.conferencing.append(
                Conferencing(provider, profile_id=profile_id, name=person.email, connected=connected)
            )
        return account
