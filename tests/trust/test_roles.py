"""Roles: given and taken in conversation by owners only, and no way up for anybody else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.app import build
from bot.channel import Incoming
from bot.demo import Demo
from bot.language.intents import ADMIN_INTENTS, EMPLOYEE_INTENTS
from bot.sandbox.clock import Clock
from bot.settings import read_settings
from handlers.conversations import ROUTER
from handlers.messages import ADMINS, Form, Role
from storage.people import PersonRecord
from storage.roles import RoleChange
from tests.chat import Chat, plain
from tests.conftest import DATABASES, KEY
from tests.trust.people import id_of

Person = Callable[[str], Chat]
CHANNELS = ("web", "slack", "teams", "terminal")
REFUSAL = "Sorry, only your company's admins can ask that."
GROUPS = {
    "everybody": frozenset(Role),
    "admins": ADMINS,
    "who act": frozenset({Role.HR_ADMIN, Role.IT_ADMIN, Role.OWNER}),
    "owners": frozenset({Role.OWNER}),
}


async def role_of(demo: Demo, name: str) -> str:
    row = await demo.program.store.people.get(demo.program.company, await id_of(demo, name))
    assert row
    return row.role


def wanted_roles() -> dict[str, frozenset[Role]]:
    """Who may ask what, as it is written down twice: for the language, and beside this test."""
    lines = (Path(__file__).parent / "roles.txt").read_text().splitlines()
    pairs = (line.split(": ") for line in lines if line and not line.startswith("#"))
    written = {intent: GROUPS[group] for intent, group in pairs}
    spoken = {intent: ADMINS for intent in ADMIN_INTENTS} | {intent: GROUPS["everybody"] for intent in EMPLOYEE_INTENTS}
    return {**spoken, **written}


def test_every_intent_says_who_may_ask_it() -> None:
    wanted = wanted_roles()
    unknown = ROUTER.routes.keys() - wanted.keys()
    assert not unknown, f"write into tests/trust/roles.txt who may ask: {sorted(unknown)}"
    assert {intent: route.roles for intent, route in ROUTER.routes.items()} == {
        intent: wanted[intent] for intent in ROUTER.routes
    }


@pytest.mark.parametrize("role", list(Role))
async def test_each_role_may_do_on_each_channel_what_it_may_and_no_more(
    database_url: str, clock: Clock, role: Role
) -> None:
    """Every intent that there is, as it comes in from each channel; no outside system is asked."""
    program = build(read_settings(greenroom_database_url=database_url, greenroom_secret_keys=KEY), now=clock)
    await program.prepare()
    store, company = program.store, program.company
    await store.people.save(company, [PersonRecord("1", "ben@aurora.example", "Ben Okafor", "en", "UTC")])
    (ben,) = await store.people.with_email(company, "ben@aurora.example")
    await store.people.change(company, ben.id, role=role.value)
    for channel in CHANNELS:
        home = f"{channel}-home"
        await store.companies.link_workspace(company, channel, home)
        await store.people.link_accounts(company, channel, home, {"ben": ben.id})
        for intent, route in ROUTER.routes.items():
            event = Incoming(channel, f"{channel}-{intent}", home, "ben", "here", intent=intent)
            visitor = await program.directory.visitor(event, program.now())
            answer = await program.inbox._answerer.answer(event, visitor, delivery=event.id)
            assert (REFUSAL in plain(answer.reply)) is (role not in route.roles), f"{role}, {intent}, {channel}"
            await store.people.change(company, ben.id, language="en")
    await program.close()


async def test_an_owner_gives_and_takes_a_role(demo: Demo, person: Person) -> None:
    ada, ben = person("ada"), person("ben")
    await ada.says("help")
    await ada.presses("Roles")
    assert "Ines Moreau" in plain(ada.reply)
    assert "IT admin" in plain(ada.reply)
    await ada.presses("Give a role")
    assert "I don't know anybody" in await ada.fills_in(email="nobody@aurora.example", role="it_admin")
    assert "Give Ben Okafor (ben@aurora.example) the role: IT admin?" in await ada.fills_in(
        email="ben@aurora.example", role="it_admin"
    )
    assert await role_of(demo, "ben") == "employee"
    assert "Ben Okafor now has the role: IT admin." in await ada.presses("Yes, change the role")
    assert await role_of(demo, "ben") == "it_admin"
    assert "Ada Lindqvist changed your role to: IT admin." in "\n".join(await ben.screen())

    await ada.does(intent="list_roles")
    await ada.presses("Take a role away")
    await ada.fills_in(person=str(await id_of(demo, "ben")))
    assert "Ben Okafor now has the role: Employee." in await ada.presses("Yes, change the role")
    assert await role_of(demo, "ben") == "employee"
    actions = [entry.action async for entry in demo.program.store.audit.entries(demo.program.company)]
    assert actions.count("role_changed") >= 2


async def test_roles_are_given_and_taken_in_a_sentence_after_a_question(demo: Demo, person: Person) -> None:
    """What a sentence names comes as numbers of people, or as a name that nobody has."""
    ada, ben, ines = person("ada"), await id_of(demo, "ben"), await id_of(demo, "ines")
    assert "Which role shall Ben Okafor have?" in await ada.does(intent="grant_role", values={"person": str(ben)})
    assert "Give Ben Okafor (ben@aurora.example) the role: HR admin?" in await ada.presses("HR admin")
    assert await role_of(demo, "ben") == "employee"
    assert "now has the role: HR admin" in await ada.presses("Yes, change the role")
    several = {"person_candidates": f"{ben},{ines}", "role": "it_admin"}
    assert "Who do you mean?" in await ada.does(intent="revoke_role", values=several)
    assert "Ben Okafor does not have that role. Theirs is: HR admin." in await ada.presses(
        "Ben Okafor (ben@aurora.example)"
    )
    assert await role_of(demo, "ben") == "hr_admin"
    await ada.presses("Take a role away")
    assert "now has the role: Employee" in await ada.presses("Yes, change the role")
    unknown = {"person_unknown": "Zaphod", "role": "owner"}
    for intent in ("grant_role", "revoke_role"):
        assert "I don't know anybody called “Zaphod”" in await ada.does(intent=intent, values=unknown)
    by_address = {"person": "ben@aurora.example", "role": "recruiter"}
    assert "Give Ben Okafor" in await ada.does(intent="grant_role", values=by_address)


async def test_the_last_owner_stays(demo: Demo, person: Person) -> None:
    ada = person("ada")
    forged = {"person": str(await id_of(demo, "ada")), "sure": "yes"}
    assert "is the only owner" in await ada.does(intent="revoke_role", values=forged)
    assert await role_of(demo, "ada") == "owner"
    # With a second owner the first one can go, and the second one then stays.
    await ada.does(
        intent="grant_role", values={"person": str(await id_of(demo, "ben")), "role": "owner", "sure": "yes"}
    )
    assert "now has the role: Employee" in await ada.does(intent="revoke_role", values=forged)
    assert (await role_of(demo, "ada"), await role_of(demo, "ben")) == ("employee", "owner")


@pytest.mark.parametrize("name", ["ben", "ines"])
async def test_forged_presses_give_nobody_a_role(demo: Demo, person: Person, name: str) -> None:
    chat, own = person(name), await id_of(demo, name)
    before = await role_of(demo, name)
    for values in (
        {"person": str(own), "role": "owner", "sure": "yes"},
        {"email": f"{name}@aurora.example", "role": "owner", "sure": "yes"},
        {"person": str(own), "role": "owner", "sure": "yes", "actor": str(await id_of(demo, "ada"))},
        {"person": f"<@{name}>", "role": "owner", "sure": "yes"},
        {"person": "Ada Lindqvist", "role": "owner", "sure": "yes"},
    ):
        for intent in ("grant_role", "revoke_role", "list_roles"):
            answer = await chat.does(intent=intent, values=values)
            assert chat.reply
            assert "role" not in answer.lower() or "Désolé" in answer or "Sorry" in answer
    assert await role_of(demo, name) == before
    refused = [e async for e in demo.program.store.audit.entries(demo.program.company) if e.action == "refused"]
    assert {entry.actor for entry in refused} == {own}


async def test_garbage_in_a_form_ends_in_a_form_or_a_sentence(demo: Demo, person: Person) -> None:
    ada = person("ada")
    for values in (
        {"email": "", "role": "owner"},
        {"email": "@", "role": "owner"},
        {"person": "9" * 40, "role": "owner"},
        {"person": "٣", "role": "owner"},
        {"person": "-1", "role": "owner"},
        {"email": "ben@aurora.example", "role": "king"},
    ):
        await ada.does(intent="grant_role", values={**values, "sure": "yes"})
        assert isinstance(ada.reply[0], Form) or "Which role" in plain(ada.reply), values
    assert await role_of(demo, "ben") == "employee"
    await ada.does(intent="grant_role", values={"email": "ben@aurora.example", "role": "recruiter", "sure": "yes"})
    assert await role_of(demo, "ben") == "recruiter"


@pytest.mark.parametrize("database_url", DATABASES, indirect=True)
async def test_an_owner_who_lost_the_role_meanwhile_changes_nothing(demo: Demo) -> None:
    roles, company = demo.program.store.roles, demo.program.company
    ada, ben = await id_of(demo, "ada"), await id_of(demo, "ben")
    now = demo.program.now()
    assert await roles.change(company, actor=ada, person=ben, role="owner", now=now) is RoleChange.CHANGED
    assert await roles.change(company, actor=ben, person=ada, role="employee", now=now) is RoleChange.CHANGED
    assert await roles.change(company, actor=ada, person=ben, role="employee", now=now) is RoleChange.NOT_ALLOWED
    assert await roles.change(company, actor=ben, person=ben, role="employee", now=now) is RoleChange.LAST_OWNER


async def test_the_settings_make_an_owner_once(demo: Demo) -> None:
    roles, company = demo.program.store.roles, demo.program.company
    ada, ben = await id_of(demo, "ada"), await id_of(demo, "ben")
    now, place = demo.program.now(), {"language": "en", "timezone": "Europe/Berlin"}
    await roles.change(company, actor=ada, person=ben, role="owner", now=now)
    await roles.change(company, actor=ben, person=ada, role="employee", now=now)
    await roles.begin(company, ("ada@aurora.example",), now=now, **place)
    assert await role_of(demo, "ada") == "employee"
    # Without any owner left, whoever runs Greenroom gets back in by the settings.
    await demo.program.store.people.change(company, ben, role="employee")
    await roles.begin(company, ("ada@aurora.example",), now=now, **place)
    assert await role_of(demo, "ada") == "owner"
