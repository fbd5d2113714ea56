import time
from collections import Counter

from bot.sandbox.company import aurora
from bot.sandbox.crowd import generate
from bot.sandbox.records import Calendar, Employment
from bot.sandbox.world import World


def test_aurora_has_forty_people_of_whom_twenty_eight_host() -> None:
    world = World()
    assert len(world.people) == 40
    assert len(world.hosts()) == 28
    assert Counter(person.language for person in world.people) == {"en": 16, "de": 13, "fr": 11}


def test_the_four_who_keep_their_names_are_as_the_design_says() -> None:
    world = World()
    hosts = {person.email for person in world.hosts()}
    assert [person.email for person in world.people[:4]] == [
        "ada@aurora.example",
        "ben@aurora.example",
        "ines@aurora.example",
        "dieter@aurora.example",
    ]
    assert [person.language for person in world.people[:4]] == ["en", "en", "fr", "de"]
    assert {"ada@aurora.example", "ben@aurora.example", "dieter@aurora.example"} <= hosts
    assert "ines@aurora.example" not in hosts
    assert world.refusal("ben@aurora.example") is None
    assert world.account("ben@aurora.example").conference("zoom") is None


def test_hosts_who_cannot_be_synchronised_have_different_causes() -> None:
    world = World()
    causes = {person.email: world.refusal(person.email) for person in world.hosts()}
    assert {email: cause[0] for email, cause in causes.items() if cause} == {
        "rita@hiringhelp.example": "errors.foreign_domain",
        "theo@aurora.example": "errors.mailbox_not_found",
        "interviews@aurora.example": "errors.shared_mailbox",
        "stefan@aurora.example": "errors.mailbox_disabled",
    }
    assert [person.name for person in world.people_at("lyon.team@aurora.example")] == ["Paul Girard", "Manon Faure"]
    assert not world.account("hugo@aurora.example").connected


def test_ten_hosts_have_zoom_and_one_lost_it() -> None:
    world = World()
    zoom = {person.email: world.account(person.email).conference("zoom") for person in world.hosts()}
    connected = [email for email, profile in zoom.items() if profile is not None and profile.connected]
    lost = [email for email, profile in zoom.items() if profile is not None and not profile.connected]
    assert len(connected) == 11  # ten whose calendar works, and Hugo
    assert lost == ["nora@aurora.example"]


def test_one_is_on_leave_one_has_left_one_has_not_started() -> None:
    people = {person.email: person.status for person in aurora().people}
    assert {email: status for email, status in people.items() if status != Employment.ACTIVE} == {
        "lena@aurora.example": Employment.LEAVE,
        "george@aurora.example": Employment.INACTIVE,
        "theo@aurora.example": Employment.ONBOARDING,
    }


def test_every_calendar_can_be_chosen() -> None:
    integrated = {
        calendar: World(aurora(calendar)).integrated_conferencing("ben@aurora.example") for calendar in Calendar
    }
    assert integrated == {Calendar.GOOGLE: True, Calendar.GRAPH: True, Calendar.EWS: False, Calendar.EXCHANGE: False}


def test_the_same_seed_makes_the_same_company_and_another_seed_another() -> None:
    assert generate(500, 7) == generate(500, 7)
    assert generate(500, 7).people != generate(500, 8).people
    first, second = World(generate(500, 7), seed=7), World(generate(500, 7), seed=7)
    assert first.account("ada@aurora.example") == second.account("ada@aurora.example")


def test_a_generated_company_begins_with_the_cast_and_has_the_size_asked_for() -> None:
    for size in (1, 39, 40, 41, 1000):
        company = generate(size, 3)
        assert len(company.people) == size
        assert company.people[:40] == aurora().people[:size]
        assert len({person.id for person in company.people}) == size


def test_ten_thousand_people_are_quickly_made() -> None:
    before = time.process_time()
    world = World(generate(10_000, 1))
    assert len(world.people) == 10_000
    assert 6000 < len(world.hosts()) < 8000
    assert time.process_time() - before < 5  # a second alone on a machine
