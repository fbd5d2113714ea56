"""Every fault of the wire, at each of the four systems that are only looked at: advice first, then it works again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.sandbox.faults import Fault, System
from bot.sandbox.world import World
from providers.base import ProviderError
from tests.providers.test_google_meet import google  # noqa: F401 - a fixture
from tests.providers.test_goto import drawer, goto  # noqa: F401 - fixtures
from tests.providers.test_microsoft_teams import microsoft, pauses  # noqa: F401 - fixtures
from tests.providers.test_zoom import zoom  # noqa: F401 - a fixture
from tests.test_faults import ON_THE_WIRE

pytestmark = pytest.mark.usefixtures("impatient")

BEN = "ben@aurora.example"
LOOKS: dict[System, Callable[[Any], Awaitable[Any]]] = {
    System.ZOOM: lambda client: client.user(BEN),
    System.GOTO: lambda client: client.standing(BEN),
    System.GOOGLE: lambda client: client.account(BEN),
    System.MICROSOFT: lambda client: client.account(BEN),
}
OWN_WORDS = {Fault.UNAUTHORISED, Fault.FORBIDDEN, Fault.PAYMENT_REQUIRED, Fault.INVALID_REQUEST, Fault.LOCKED}
"""Refusals for which a system may name its own admin instead of the general advice."""


@pytest.fixture
def client(request: pytest.FixtureRequest, system: System) -> Any:
    """The client of that system."""
    return request.getfixturevalue(system.value)


@pytest.mark.parametrize("fault", [fault for fault in ON_THE_WIRE if fault is not Fault.SLOW], ids=str)
@pytest.mark.parametrize("system", LOOKS, ids=str)
async def test_it_is_explained_and_ends(world: World, client: Any, system: System, fault: Fault) -> None:
    world.fault(fault, system=system)
    with pytest.raises(ProviderError) as caught:
        await LOOKS[system](client)
    advice = caught.value.advice
    assert ON_THE_WIRE[fault] in advice or (fault in OWN_WORDS and ("admin" in advice or "runs Greenroom" in advice))
    world.clear()
    assert await LOOKS[system](client)
