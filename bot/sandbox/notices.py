"""What Cronofy and Personio tell on their own: signed callbacks, channel notifications, webhooks."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bot.sandbox.callbacks import Callbacks, Delivery
from bot.sandbox.faults import Fault, Faults, System
from bot.sandbox.records import Account, Channel, Person, Webhook

if TYPE_CHECKING:
    from bot.sandbox.world import CronofyApplication, PersonioCredential

SIGNATURE_HEADER = "Cronofy-HMAC-SHA256"
OTHER_SECRET = "CRN_another-secret"  # noqa: S105 - what a wrong signature is made with


def signature(secret: str, body: bytes) -> str:
    """Cronofy's HMAC of a raw body."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


class Notices:
    """Builds, signs and sends; the faults that concern callbacks act here."""

    def __init__(
        self,
        *,
        application: CronofyApplication,
        personio: PersonioCredential,
        callbacks: Callbacks,
        faults: Faults,
        now: Callable[[], datetime],
    ) -> None:
        self._application = application
        self._personio = personio
        self._callbacks = callbacks
        self._faults = faults
        self._now = now

    def later(self, job: Callable[[], None]) -> None:
        """Do something soon after the answer went out; `drain` waits for it."""
        self._callbacks.later(job)

    def call_back(
        self, url: str, message: Mapping[str, Any], *, undeliverable: Callable[[], None] | None = None
    ) -> None:
        """Post one of Cronofy's messages, signed."""
        body = json.dumps(message).encode()
        self._send(
            Delivery(
                url,
                body=body,
                headers={SIGNATURE_HEADER: self._signatures(body, url=url)},
                system=System.CRONOFY,
                undeliverable=undeliverable,
            )
        )

    def notify(self, account: Account, kind: str, **details: str) -> None:
        """Tell every channel of the account; `verification` goes to a new one by `verify`."""
        for channel in tuple(account.channels.values()):
            self._notify_channel(account, channel, kind=kind, details=details)

    def verify(self, account: Account, channel: Channel) -> None:
        self._notify_channel(account, channel, kind="verification", details={})

    def changed(self, account: Account) -> None:
        """Somebody else changed events in the calendar."""
        self.notify(account, "change", changes_since=self._now().strftime("%Y-%m-%dT%H:%M:%SZ"))

    def tell_webhooks(self, webhooks: Iterable[Webhook], *, event: str, person: Person | None = None) -> None:
        """Personio's dataless notification: ids only."""
        for webhook in webhooks:
            if webhook.status == "ENABLED" and (event == "ping" or event in webhook.events):
                self.tell_webhook(webhook, event=event, person=person)

    def tell_webhook(self, webhook: Webhook, *, event: str, person: Person | None = None) -> None:
        message = {
            "event_name": event,
            "occurred_at": self._now().isoformat(),
            "webhook_id": webhook.id,
            "data": {} if person is None else {"person": {"id": person.id}},
        }
        headers = {self._personio.webhook_header: f"{self._personio.webhook_scheme}{webhook.token}"}
        self._send(Delivery(webhook.url, body=json.dumps(message).encode(), headers=headers, system=System.PERSONIO))

    def _notify_channel(self, account: Account, channel: Channel, *, kind: str, details: Mapping[str, str]) -> None:
        path = urlsplit(channel.callback_url).path
        if self._faults.take(Fault.UNKNOWN_NOTIFICATION, system=System.CRONOFY, path=path):
            kind = "something_new"
        message = {
            "notification": {"type": kind, **details},
            "channel": {
                "channel_id": channel.channel_id,
                "callback_url": channel.callback_url,
                "filters": channel.filters,
                "scheduling_conversations": {},
            },
        }
        self.call_back(
            channel.callback_url,
            message,
            undeliverable=lambda: _close(account, channel),
        )

    def _send(self, delivery: Delivery) -> None:
        system, path = System(delivery.system), urlsplit(delivery.url).path
        if self._faults.take(Fault.CALLBACK_LOST, system=system, path=path):
            return
        self._callbacks.send(delivery)
        if self._faults.take(Fault.CALLBACK_DUPLICATED, system=system, path=path):
            self._callbacks.send(delivery)

    def _signatures(self, body: bytes, *, url: str) -> str:
        right, wrong = signature(self._application.client_secret, body), signature(OTHER_SECRET, body)
        path = urlsplit(url).path
        if self._faults.take(Fault.WRONG_SIGNATURE, system=System.CRONOFY, path=path):
            return wrong
        if self._faults.take(Fault.TWO_SIGNATURES, system=System.CRONOFY, path=path):
            return f"{wrong},{right}"
        return right


def _close(account: Account, channel: Channel) -> None:
    account.channels.pop(channel.channel_id, None)
