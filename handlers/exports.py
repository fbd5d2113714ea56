"""What an operator takes out as a table: who is ready, what was sent, who asked; in the works-council mode nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import datetime

from handlers.discretion import SMALLEST_GROUP, hides
from handlers.evidence import Judged, judge_everybody
from handlers.readiness import Provider
from handlers.services import Services
from storage.audit import OPERATOR, NewEntry
from storage.models import Delivery

Row = Mapping[str, str | int]
FEW = f"fewer than {SMALLEST_GROUP}"
"""In the place of a number that would show a small group."""


async def status(services: Services, company: int) -> AsyncIterator[Row]:
    """Everybody's state with each provider; in the works-council mode how many share it."""
    for provider in Provider:
        judged = await judge_everybody(services, company, provider)
        if services.works_council:
            for row in _counted(services, provider, judged):
                yield row
            continue
        for one in judged:
            yield {"person": one.person.id, "name": one.person.name, "email": one.person.email, **_state(provider, one)}


async def deliveries(services: Services, company: int) -> AsyncIterator[Row]:
    """Every message out and how it ended, never what it said; in the works-council mode not to whom either."""
    async for delivery in services.store.deliveries.everything(company):
        personal = {"person": delivery.person_id or 0, "reminder": delivery.enrolment_id or 0}
        whom: Row = {} if services.works_council else personal
        yield {"id": delivery.id, **whom, **_sending(delivery)}


async def audit(services: Services, company: int) -> AsyncIterator[Row]:
    """Who asked and did what; people are numbers here, in every mode."""
    async for entry in services.store.audit.entries(company):
        yield {
            "number": entry.number,
            "at": _time(entry.at),
            "actor": entry.actor,
            "action": entry.action,
            "about": " ".join(map(str, entry.subjects)),
            "detail": " ".join(f"{name}={value}" for name, value in sorted(entry.detail.items())),
            "hash": entry.hash,
        }


SUBJECTS: Mapping[str, Callable[[Services, int], AsyncIterator[Row]]] = {
    "status": status,
    "deliveries": deliveries,
    "audit": audit,
}


def record(services: Services, company: int, subject: str) -> Awaitable[None]:
    """Put on record that a table was taken out."""
    entry = NewEntry(OPERATOR, "exported", detail={"table": subject})
    return services.store.audit.add(company, [entry], services.now())


def _counted(services: Services, provider: Provider, judged: list[Judged]) -> list[Row]:
    counts = Counter(tuple(_state(provider, one, personal=False).items()) for one in judged)
    return [
        {**dict(state), "people": FEW if hides(services, count) else count} for state, count in sorted(counts.items())
    ]


def _state(provider: Provider, one: Judged, *, personal: bool = True) -> dict[str, str]:
    readiness = one.readiness
    since = {"since": _time(readiness.since)} if personal else {}
    proven = {"proven": "yes" if readiness.proven else "no"} if personal else {}
    words = {"provider": provider.value, "state": readiness.state.value, "cause": readiness.cause}
    return {**words, "who_can_fix_it": readiness.owner.value, **proven, **since}


def _sending(delivery: Delivery) -> Row:
    return {
        "channel": delivery.channel,
        "state": delivery.state,
        "cause": delivery.cause,
        "tries": delivery.tries,
        "created_at": _time(delivery.created_at),
        "claimed_at": _time(delivery.claimed_at),
    }


def _time(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""
