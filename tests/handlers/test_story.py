"""The whole story, in each language and on both databases: somebody connects, an admin asks, a connection breaks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from bot.demo import Demo
from handlers.texts import t
from tests.chat import Chat, names_in, row_of
from tests.conftest import DATABASES

Person = Callable[[str], Chat]


@dataclass(frozen=True)
class Cast:
    language: str
    employee: str
    name: str
    admin: str
    connect: str
    not_synced: str
    not_connected: str

    def __str__(self) -> str:
        return self.language


CASTS = [
    Cast("en", "ben", "Ben Okafor", "ada", "connect my Zoom", "who isn't synced", "who hasn't connected Zoom"),
    Cast(
        "fr",
        "camille",
        "Camille Rousseau",
        "ines",
        "connecter mon Zoom",
        "qui n'est pas synchronisé ?",
        "qui n'a pas connecté Zoom ?",
    ),
    Cast(
        "de",
        "dieter",
        "Dieter Vogel",
        "yusuf",
        "mein Zoom verbinden",
        "wer ist nicht synchronisiert?",
        "wer hat Zoom nicht verbunden?",
    ),
]


def not_synced(demo: Demo) -> list[str]:
    """The truth, as the sandbox knows it."""
    world = demo.world
    return sorted(
        host.name
        for host in world.hosts()
        if world.refusal(host.email) or len(world.people_at(host.email)) > 1 or not world.account(host.email).connected
    )


def not_connected(demo: Demo) -> set[str]:
    """Hosts who are synced and have no living Zoom account in the sandbox."""
    profiles = {host.name: demo.world.account(host.email).conference("zoom") for host in demo.world.hosts()}
    return {name for name, zoom in profiles.items() if zoom is None or not zoom.connected} - set(not_synced(demo))


async def make_admin(demo: Demo, name: str) -> None:
    company, people = demo.program.company, demo.program.store.people
    row = (await people.with_email(company, f"{name}@aurora.example"))[0]
    await people.change(company, row.id, role="hr_admin")


@pytest.mark.parametrize("cast", CASTS, ids=str)
@pytest.mark.parametrize("database_url", DATABASES, indirect=True)
async def test_the_whole_story(demo: Demo, person: Person, cast: Cast) -> None:
    await make_admin(demo, cast.admin)
    employee, admin, language = person(cast.employee), person(cast.admin), cast.language

    # The employee asks, follows the link through Cronofy's and Zoom's pages, and the same card says that it worked.
    answer = await employee.says(cast.connect)
    assert t("One step left for {provider}", language, provider="Zoom") in answer
    page = await employee.follows(
        t("Connect {provider}", language, provider="Zoom"), onwards=t("Continue to Cronofy", language)
    )
    assert t("{provider} is connected", language, provider="Zoom") in page
    card = t(
        "{provider} is connected as {account}", language, provider="Zoom", account=f"{cast.employee}@aurora.example"
    )
    (shown,) = await employee.screen()
    assert shown.startswith(card)

    # The admin sees exactly those who are not synced, each with the cause.
    await admin.says(cast.not_synced)
    assert names_in(admin.reply) == not_synced(demo)
    assert row_of(admin.reply, "Stefan Maier")[1:] == (
        t("The calendar account is switched off", language),
        t("IT", language),
    )
    assert row_of(admin.reply, "Hugo Petit")[1] == t("The calendar connection has been lost", language)

    await admin.says(cast.not_connected)
    assert cast.name not in await all_names(admin, language)

    # The connection breaks at Zoom; Cronofy tells, and the next question shows it.
    demo.world.disconnect(f"{cast.employee}@aurora.example", "zoom")
    await employee.settled()
    await admin.says(cast.not_connected)
    missing = await all_names(admin, language)
    assert cast.name in missing
    assert missing >= not_connected(demo)


async def all_names(admin: Chat, language: str) -> set[str]:
    """The names on every page of the newest table."""
    found = set(names_in(admin.reply))
    while any(getattr(block, "following", None) for block in admin.reply):
        await admin.presses(t("Next", language))
        found |= set(names_in(admin.reply))
    return found
