"""Which function answers which intent, and for whom."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from handlers.messages import ADMINS, Event, Reply, Role
from handlers.services import Services

Handler = Callable[[Event, Services], Awaitable[Reply]]
EVERYBODY = frozenset(Role)


@dataclass(frozen=True, slots=True)
class Route:
    """A handler and the roles that may call it."""

    handler: Handler
    roles: frozenset[Role]


class Router:
    """One conversation's intents; a second handler for one intent is refused."""

    def __init__(self) -> None:
        self.routes: dict[str, Route] = {}

    def on(self, *intents: str, roles: frozenset[Role] = EVERYBODY) -> Callable[[Handler], Handler]:
        """Register the function below for these intents."""

        def register(handler: Handler) -> Handler:
            self._add({intent: Route(handler, roles) for intent in intents})
            return handler

        return register

    def on_admin(self, *intents: str) -> Callable[[Handler], Handler]:
        """Register the function below for these intents, for admins only."""
        return self.on(*intents, roles=ADMINS)

    def include(self, other: Router) -> None:
        self._add(other.routes)

    def _add(self, routes: dict[str, Route]) -> None:
        for intent in routes:
            if intent in self.routes:
                raise ValueError(f"Two handlers answer {intent!r}.")
        self.routes.update(routes)
