"""One person and one provider: what is known of the two, and what that means for the person who asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from handlers.evidence import facts_about
from handlers.facts import Facts, PersonFact, Seen
from handlers.messages import Button, Person
from handlers.readiness import Path, Provider, Readiness, Step, assess, path_for
from handlers.refresh import OWN_FACT
from handlers.services import Services
from handlers.texts import t

UNSYNCED = frozenset({"requested", "failed", "disconnected"})
ASK_AGAIN_AFTER = timedelta(minutes=5)
"""What a mailbox lacked may have been put right; sooner than this an answer may still be on its way."""


@dataclass(frozen=True, slots=True)
class Situation:
    """One person, one provider, and what is known of the two."""

    services: Services
    person: Person
    provider: Provider
    path: Path | None
    facts: Facts
    verdict: Readiness
    card: str
    """The delivery that shows this."""

    @property
    def language(self) -> str:
        return self.person.language

    @property
    def is_worth_asking(self) -> bool:
        """The calendar is what is missing, and Cronofy was never asked for it, or long enough ago to ask again."""
        seen = self.facts.get(PersonFact.SYNC)
        if self.verdict.fact != PersonFact.SYNC or self.lost_calendar:
            return False
        return seen is None or (seen.value in UNSYNCED and self.services.now() - seen.observed_at >= ASK_AGAIN_AFTER)

    @property
    def lost_calendar(self) -> str:
        """Where this person reconnects their own calendar, if that is what is missing."""
        if self.verdict.step is not Step.RELINK or self.verdict.fact != PersonFact.SYNC:
            return ""
        return str(self.facts[PersonFact.SYNC].detail.get("relink_url", ""))

    @property
    def account(self) -> str:
        """The address that is connected at the provider, as far as it is known."""
        seen = self.facts.get(OWN_FACT[self.provider])
        return str(seen.detail.get("account", "")) if seen else ""

    @property
    def check_again(self) -> Button:
        label = t("I've done it", self.language)
        return Button(label, "done", {"provider": self.provider}, in_place=True)


async def situation_of(services: Services, person: Person, provider: Provider, *, card: str) -> Situation:
    """What is known, as far as it counts for somebody who asks to be connected."""
    company, known = await facts_about(services, person.company, person.id)
    facts = {fact: seen for fact, seen in known.items() if not _is_overruled(fact, seen)}
    path = path_for(provider, company)
    verdict = assess(path, company, facts, now=services.now())
    return Situation(services, person, provider, path, facts, verdict, card)


def _is_overruled(fact: str, seen: Seen) -> bool:
    # Whoever asks to be connected wants to host, whatever the lists say; a snooze or a leave is no obstacle.
    silent = {PersonFact.HOSTS, PersonFact.PAUSED, PersonFact.AWAY}
    return fact in silent or (fact == PersonFact.EMPLOYMENT and seen.value == "leave")
