"""Who needs what: everybody who is not ready, with the cause and who can fix it, as a filter chooses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from handlers.evidence import Judged
from handlers.messages import Event
from handlers.readiness import Provider, Readiness, State
from handlers.verdicts import who, why_briefly

Judgements = Mapping[Provider, Sequence[Judged]]
NOT_COUNTED = frozenset({State.NOT_NEEDED, State.READY})


@dataclass(frozen=True, slots=True)
class Filter:
    """What an admin wants to see; None stands for all."""

    provider: Provider | None = None
    state: State | None = None

    @classmethod
    def of(cls, event: Event) -> Filter:
        """What a button said."""
        return cls.read(event.values.get("provider", ""), event.values.get("state", ""))

    @classmethod
    def read(cls, provider: str, state: str) -> Filter:
        """Anything that is none of ours counts as all."""
        return cls(
            Provider(provider) if provider in set(Provider) else None,
            State(state) if state in set(State) - NOT_COUNTED else None,
        )

    def to_values(self) -> dict[str, str]:
        chosen = {"provider": self.provider, "state": self.state}
        return {name: value.value for name, value in chosen.items() if value is not None}

    def with_provider(self, provider: Provider | None) -> Filter:
        return replace(self, provider=provider)

    def with_state(self, state: State | None) -> Filter:
        return replace(self, state=state)


@dataclass(frozen=True, slots=True)
class Need:
    """One person and one cause, with every provider that it keeps them from."""

    person: int
    name: str
    email: str
    providers: tuple[Provider, ...]
    verdict: Readiness

    def row(self, language: str) -> tuple[str, str, str, str]:
        """Name, providers, cause, who can fix it."""
        providers = ", ".join(provider.display_name for provider in self.providers)
        return self.name or self.email, providers, why_briefly(self.verdict, language), who(self.verdict, language)


def in_use(judgements: Judgements) -> tuple[Provider, ...]:
    """The providers that somebody is ready for or could connect now."""
    alive = {State.READY, State.ACTION_NEEDED}
    return tuple(
        provider for provider, judged in judgements.items() if any(one.readiness.state in alive for one in judged)
    )


def needs_of(judgements: Judgements, chosen: Filter) -> list[Need]:
    """Whoever can act first; those with the same cause together, then by name."""
    providers = (chosen.provider,) if chosen.provider else in_use(judgements)
    open_ones = [
        (one, provider)
        for provider in providers
        for one in judgements[provider]
        if one.readiness.state not in NOT_COUNTED and chosen.state in (None, one.readiness.state)
    ]
    found = [_need(list(same)) for _, same in groupby(sorted(open_ones, key=_same), key=_same)]
    return sorted(found, key=_urgency)


def hosts_in(judgements: Judgements) -> frozenset[int]:
    """Everybody who may need a provider at all."""
    judged = (one for of_one in judgements.values() for one in of_one)
    return frozenset(one.person.id for one in judged if one.readiness.state is not State.NOT_NEEDED)


def states_in(judgements: Judgements, providers: Iterable[Provider]) -> list[State]:
    """The states that can be asked for, in their own order."""
    seen = {one.readiness.state for provider in providers for one in judgements[provider]}
    return [state for state in State if state in seen - NOT_COUNTED]


def _urgency(need: Need) -> tuple[int, str, str, int]:
    return list(State).index(need.verdict.state), need.verdict.cause, need.name, need.person


def _same(pair: tuple[Judged, Provider]) -> tuple[int, str, str]:
    one, _ = pair
    return one.person.id, one.readiness.cause, one.readiness.state


def _need(same: Sequence[tuple[Judged, Provider]]) -> Need:
    first, _ = same[0]
    providers = tuple(provider for _, provider in same)
    return Need(first.person.id, first.person.name, first.person.email, providers, first.readiness)
