"""The simulated world: one company in its outside systems, and the verbs that change it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from bot.sandbox.callbacks import Callbacks, Delivery
from bot.sandbox.clock import Clock
from bot.sandbox.company import Company, aurora
from bot.sandbox.credentials import Credentials, Pair
from bot.sandbox.faults import Fault, Faults, Switch, System
from bot.sandbox.inhabitants import Inhabitants
from bot.sandbox.limits import Bucket, Limits, Windows
from bot.sandbox.notices import Notices
from bot.sandbox.partners import Partners
from bot.sandbox.records import (
    Absence,
    Calendar,
    Employment,
    Entry,
    GoToSeat,
    LinkRequest,
    Mailbox,
    Person,
    ServiceAccount,
    Webhook,
    ZoomApproval,
    ZoomUser,
    plain,
)

PERSONIO_SCOPES = (
    "personio:persons:read",
    "personio:recruiting:read",
    "personio:webhooks:read",
    "personio:webhooks:write",
    "personio:absences:read",
)
PERSONIO_ATTRIBUTES = ("email", "first_name", "last_name", "preferred_name", "custom_attributes")
LOG_LENGTH = 10_000


@dataclass(slots=True)
class CronofyApplication:
    """The application registered with Cronofy; the first secret is the newest."""

    client_id: str = "sandbox-cronofy-client"
    client_secret: str = "CRN_sandbox-cronofy-secret"  # noqa: S105 - opens nothing but the sandbox


@dataclass(slots=True)
class PersonioCredential:
    """The credential made in Personio: its scopes, the attributes it may read, how its webhooks identify themselves."""

    client_id: str = "sandbox-personio-client"
    client_secret: str = "sandbox-personio-secret"  # noqa: S105 - opens nothing but the sandbox
    scopes: tuple[str, ...] = PERSONIO_SCOPES
    attributes: tuple[str, ...] = PERSONIO_ATTRIBUTES
    webhook_header: str = "Authorization"
    webhook_scheme: str = "Bearer "
    tokens: dict[str, tuple[datetime, tuple[str, ...]]] = field(default_factory=dict)


class World(Inhabitants):
    """All state of the sandbox; its HTTP servers read and change it, tests and the demo use the verbs."""

    def __init__(
        self,
        company: Company | None = None,
        *,
        seed: int = 1,
        clock: Clock | None = None,
        limits: Limits | None = None,
        base_url: str = "",
    ) -> None:
        super().__init__(company or aurora(), seed=seed)
        self.base_url = base_url.rstrip("/")
        self.clock = clock or Clock()
        self.faults = Faults()
        self.log: deque[Entry] = deque(maxlen=LOG_LENGTH)
        self.cronofy = CronofyApplication()
        self.personio = PersonioCredential()
        self.zoom_app = ZoomApproval.ALL_USERS
        self.zoom_requests: list[str] = []
        """Who asked for the app and waits for an administrator."""
        self.partners = Partners()
        self.page_size = 100
        self.webhooks: dict[str, Webhook] = {}
        self.absences: list[Absence] = []
        self.link_requests: dict[str, LinkRequest] = {}
        self.set_limits(limits or Limits())
        self.callbacks = Callbacks(now=self.clock, log=self._log_delivery)
        self.credentials = Credentials(now=self.clock, random=Random(seed))
        self.service_account = ServiceAccount(
            sub=f"ser_{self.digest('service account')[:24]}",
            email=f"calendar-admin@{self.company.domain}",
            domain=self.company.domain,
        )
        self.notices = Notices(
            application=self.cronofy,
            personio=self.personio,
            callbacks=self.callbacks,
            faults=self.faults,
            now=self.clock,
        )

    @property
    def zoom_app_approved(self) -> bool:
        """Whether anybody can connect Zoom."""
        return self.zoom_app == ZoomApproval.ALL_USERS

    @zoom_app_approved.setter
    def zoom_app_approved(self, approved: bool) -> None:
        self.zoom_app = ZoomApproval.ALL_USERS if approved else ZoomApproval.NONE
        if approved:
            self.zoom_requests.clear()

    # what happens to people

    def disconnect(self, email: str, what: str, *, notify: bool = True) -> None:
        """Break a connection: `calendar`, or all profiles of a conferencing provider."""
        account = self.account(email)
        if what == "calendar":
            account.connected = False
        for profile in account.conferencing:
            if profile.provider == what:
                profile.connected = False
        if notify:
            kind = "profile_disconnected" if what == "calendar" else "conferencing_profile_disconnected"
            self.notices.notify(account, kind)

    def reconnect(self, email: str, what: str) -> None:
        """Mend a connection, as the relink page does."""
        if what == "calendar":
            self.account(email).connected = True
            return
        self.connect(email, what)

    def finish_sync(self, email: str) -> None:
        """The first synchronisation is over."""
        account = self.account(email)
        account.syncing = False
        self.notices.notify(account, "profile_initial_sync_completed")

    def revoke(self, email: str) -> None:
        """Withdraw one person's authorisation."""
        self.credentials.withdraw(self.account(email).sub)

    def authorised(self, email: str) -> bool:
        """Whether the application holds a living authorisation of this person."""
        return self.credentials.granted(self.account(email).sub)

    def change(
        self,
        email: str,
        *,
        status: Employment | None = None,
        mailbox: Mailbox | None = None,
        zoom: ZoomUser | None = None,
        goto: GoToSeat | None = None,
        teams_licence: bool | None = None,
        event: str | None = None,
    ) -> None:
        """Change everybody at this address; `event` is the Personio event that tells, such as employment.terminated."""
        for person in self.people_at(email):
            person.status = status or person.status
            person.mailbox = mailbox or person.mailbox
            person.zoom = zoom or person.zoom
            person.goto = goto or person.goto
            person.teams_licence = person.teams_licence if teams_licence is None else teams_licence
            if event is not None:
                self.notices.tell_webhooks(self.webhooks.values(), event=event, person=person)

    def take_leave(self, email: str, *, days: int, status: str = "APPROVED", begins_in: int = 0) -> None:
        """Somebody is away for so many days from today; 0 days: nobody knows until when."""
        begin = self.clock().date() + timedelta(days=begins_in)
        end = begin + timedelta(days=days - 1) if days else None
        self.absences.append(Absence(self.person(email).id, begin, end, status))

    def hire(self, first_name: str, last_name: str, *, department: str, language: str = "en") -> Person:
        """Somebody starts, interviews for the jobs of that department, and Personio tells so."""
        number = max(int(person.id) for person in self.people) + 1
        email = f"{plain(first_name)}.{plain(last_name)}@{self.company.domain}"
        newcomer = Person(
            id=str(number),
            first_name=first_name,
            last_name=last_name,
            email=email,
            office="Berlin",
            department=department,
            language=language,
            timezone="Europe/Berlin",
        )
        self.settle(newcomer, hires_for=department)
        for event in ("person.created", "employment.started"):
            self.notices.tell_webhooks(self.webhooks.values(), event=event, person=newcomer)
        return newcomer

    # what happens to the company

    def grant_service_account(self) -> Pair:
        """The tokens an admin's consent would have given."""
        return self.credentials.issue(self.service_account.sub, scope=self.service_account.scope)

    def move_to_graph(self) -> None:
        """The administrator migrates the calendar connection away from EWS."""
        self.calendar = Calendar.GRAPH

    def revoke_service_account(self) -> None:
        self.credentials.withdraw(self.service_account.sub)

    def set_limits(self, limits: Limits) -> None:
        self.limits = limits
        self.windows = Windows(limits, self.clock)
        self.bucket = Bucket(limits, self.clock)
        self.goto_window = Windows(Limits(per_second=limits.goto_per_second, per_minute=None), self.clock)

    # faults and time

    def fault(
        self,
        fault: Fault,
        *,
        system: System | None = None,
        path: str = "",
        times: int | None = None,
        seconds: float = 30.0,
    ) -> Switch:
        """Switch a fault on: for all calls, or the next `times`; for one system, or paths that contain `path`."""
        switch = Switch(fault, system=system, path=path, times=times, seconds=seconds)
        self.faults.on(switch)
        return switch

    def clear(self, fault: Fault | None = None) -> None:
        """Switch one fault off, or all."""
        self.faults.off(fault)

    def advance(self, by: timedelta) -> None:
        """Move the clock ahead; what could not be delivered is tried again."""
        self.clock.advance(by)
        self.callbacks.redeliver()

    async def drain(self) -> None:
        """Wait for every callback that is on its way."""
        await self.callbacks.drain()

    async def close(self) -> None:
        await self.callbacks.close()

    def note(self, system: str, *, method: str, path: str, status: int) -> None:
        self.log.append(Entry(self.clock(), system=system, method=method, path=path, status=status))

    def requests(self, path: str = "", *, system: System | None = None) -> list[Entry]:
        """Logged requests that came in, whose path contains `path`."""
        return [
            entry
            for entry in self.log
            if entry.method != "CALLBACK" and path in entry.path and system in (None, entry.system)
        ]

    def _log_delivery(self, delivery: Delivery, status: int) -> None:
        self.note(delivery.system, method="CALLBACK", path=delivery.url, status=status)
