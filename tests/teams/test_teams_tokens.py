import base64
import json
from collections.abc import Callable
from typing import Any

import jwt
import pytest

from bot.loopback import is_loopback
from bot.teams import TeamsSettings
from bot.teams.settings import is_microsoft
from tests.teams.stand_in import APP, ISSUER, Fault, StandIn

Token = Callable[[StandIn], str]


def seconds(stand_in: StandIn, offset: int) -> int:
    return int(stand_in.now().timestamp()) + offset


def encoded(part: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def tampered(stand_in: StandIn) -> str:
    head, _, signature = stand_in.token().split(".")
    claims = {"iss": ISSUER, "aud": APP, "exp": seconds(stand_in, 3600), "serviceurl": stand_in.service_url, "x": 1}
    return f"{head}.{encoded(claims)}.{signature}"


def unsigned(stand_in: StandIn) -> str:
    _, claims, _ = stand_in.token().split(".")
    return f"{encoded({'alg': 'none', 'kid': 'first'})}.{claims}."


def symmetric(stand_in: StandIn) -> str:
    """The public key used as a shared secret: the classic confusion of algorithms."""
    claims = jwt.decode(stand_in.token(), options={"verify_signature": False})
    return jwt.encode(claims, "a-secret-that-is-long-enough-for-hs256", algorithm="HS256", headers={"kid": "first"})


def foreign_key(stand_in: StandIn) -> str:
    other = StandIn(stand_in.now)
    other.url = stand_in.url
    other.publish("first")
    return other.token()


def endorsed_for_another_channel(stand_in: StandIn) -> str:
    stand_in.publish("other", "webchat")
    return stand_in.token("other")


def unknown_key(stand_in: StandIn) -> str:
    token = stand_in.token()
    claims = jwt.decode(token, options={"verify_signature": False})
    return jwt.encode(claims, stand_in.published["first"][0], algorithm="RS256", headers={"kid": "nobody"})


def without_key_id(stand_in: StandIn) -> str:
    claims = jwt.decode(stand_in.token(), options={"verify_signature": False})
    return jwt.encode(claims, stand_in.published["first"][0], algorithm="RS256")


REFUSED: dict[str, Token] = {
    "no token": lambda _: "",
    "garbage": lambda _: "garbage",
    "three parts of garbage": lambda _: "a.b.c",
    "an endless one": lambda _: "a" * 20_000,
    "expired": lambda s: s.token(exp=seconds(s, -301)),
    "without an end": lambda s: s.token(exp=None),
    "an end that is no time": lambda s: s.token(exp="tomorrow"),
    "not valid yet": lambda s: s.token(nbf=seconds(s, 301)),
    "wrong audience": lambda s: s.token(aud="someone-else"),
    "without an audience": lambda s: s.token(aud=None),
    "wrong issuer": lambda s: s.token(iss="https://sts.windows.net/someone/"),
    "without an issuer": lambda s: s.token(iss=None),
    "another service URL": lambda s: s.token(serviceurl="https://smba.trafficmanager.net/emea/"),
    "without a service URL": lambda s: s.token(serviceurl=None),
    "tampered with": tampered,
    "unsigned": unsigned,
    "signed with a shared secret": symmetric,
    "signed with another key": foreign_key,
    "signed with an unknown key": unknown_key,
    "without a key's name": without_key_id,
    "endorsed for another channel": endorsed_for_another_channel,
}


@pytest.mark.parametrize("token", REFUSED.values(), ids=REFUSED.keys())
async def test_what_is_not_proven_is_refused_without_a_word(token, ada, post, teams, desk):
    response = await post(ada.says("hello"), token=token(teams))

    assert (response.status_code, response.content) == (401, b"")
    assert not desk.received
    assert teams.posts() == []
    assert (await post(ada.says("hello again"))).status_code == 202
    assert desk.last.text == "hello again"


ACCEPTED: dict[str, Token] = {
    "valid": lambda s: s.token(),
    "expired within the leeway": lambda s: s.token(exp=seconds(s, -299)),
    "valid within the leeway": lambda s: s.token(nbf=seconds(s, 299)),
    "the claim spelt in the other way": lambda s: s.token(serviceurl=None, serviceUrl=s.service_url),
}


@pytest.mark.parametrize("token", ACCEPTED.values(), ids=ACCEPTED.keys())
async def test_what_microsoft_signed_is_accepted(token, ada, post, teams, desk):
    assert (await post(ada.says("hello"), token=token(teams))).status_code == 202
    assert desk.last.text == "hello"


CHANGED: dict[str, dict[str, Any]] = {
    "no service URL": {"serviceUrl": None},
    "a foreign host": {"serviceUrl": "https://evil.example/"},
    "a foreign host dressed up": {"serviceUrl": "https://smba.trafficmanager.net@evil.example/"},
    "a host below a shared one": {"serviceUrl": "https://evil.trafficmanager.net/"},
    "plain http": {"serviceUrl": "http://smba.trafficmanager.net/emea/"},
    "another tenant": {"conversation": {"id": "a:aad-ada", "tenantId": "another"}},
    "two tenants": {"channelData": {"tenant": {"id": "another"}}},
    "no tenant": {"conversation": {"id": "a:aad-ada"}, "channelData": None},
}


@pytest.mark.parametrize("change", CHANGED.values(), ids=CHANGED.keys())
async def test_a_signed_activity_from_elsewhere_is_refused(change, ada, post, teams, desk):
    activity = ada.says("hello") | change
    claims = {"serviceurl": activity["serviceUrl"]} if isinstance(activity.get("serviceUrl"), str) else {}
    response = await post(activity, token=teams.token(**claims))

    assert (response.status_code, response.content) == (401, b"")
    assert not desk.received
    assert (await post(ada.says("hello"))).status_code == 202


@pytest.mark.parametrize("scheme", ["Basic", "", "bearer"])
async def test_the_scheme_of_the_header_matters_but_not_its_case(scheme, ada, client, teams):
    headers = {"Authorization": f"{scheme} {teams.token()}".strip()}
    response = await client.post("/api/messages", json=ada.says("hello"), headers=headers)
    assert response.status_code == (202 if scheme == "bearer" else 401)


async def test_a_new_signing_key_is_accepted_at_once(ada, post, teams, clock):
    await post(ada.says("one"))
    clock.pass_time(hours=2)
    teams.publish("second")

    assert (await post(ada.says("two"), token=teams.token("second"))).status_code == 202
    assert teams.key_fetches == 2


async def test_unknown_keys_do_not_make_us_flood_microsoft(ada, post, teams, clock):
    await post(ada.says("one"))
    for _ in range(5):
        assert (await post(ada.says("two"), token=unknown_key(teams))).status_code == 401
    assert teams.key_fetches == 1

    clock.pass_time(minutes=6)
    teams.publish("second")
    assert (await post(ada.says("three"), token=teams.token("second"))).status_code == 202
    assert teams.key_fetches == 2


async def test_the_last_good_keys_stay_while_microsoft_is_down(ada, post, teams, clock):
    await post(ada.says("one"))
    teams.keys_fault = Fault.page(503)
    clock.pass_time(hours=25)
    assert (await post(ada.says("two"))).status_code == 202

    teams.keys_fault = None
    teams.published["first"] = teams.published.pop("first")
    clock.pass_time(minutes=6)
    assert (await post(ada.says("three"))).status_code == 202
    assert teams.key_fetches == 2


async def test_without_any_keys_nobody_is_believed(ada, post, teams, clock):
    teams.keys_fault = Fault.page(503)
    assert (await post(ada.says("one"))).status_code == 401

    teams.keys_fault = None
    clock.pass_time(seconds=11)
    assert (await post(ada.says("one"))).status_code == 202


def test_without_credentials_the_channel_is_not_built():
    with pytest.raises(ValueError, match="TEAMS_LOCAL"):
        TeamsSettings(app_id=APP)
    assert TeamsSettings(local=True).local


def test_the_password_is_never_printed():
    assert "made-up" not in repr(TeamsSettings(app_id=APP, app_password="made-up", tenant_id="t"))


@pytest.mark.parametrize(
    "address",
    [
        "https://smba.trafficmanager.net/emea/",
        "https://smba.trafficmanager.net:443/teams",
        "https://europe.webchat.botframework.com/",
        "https://smba.infra.gcc.teams.microsoft.com/gcc",
    ],
)
def test_microsofts_addresses_are_trusted(address):
    assert is_microsoft(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "https://",
        "ftp://localhost/",
        "https://[::1",
        "https://botframework.com.evil.example/",
        "http://10.0.0.1:99/",
    ],
)
def test_other_addresses_are_neither_microsofts_nor_ours(address):
    assert not is_microsoft(address)
    assert not is_loopback(address)


def test_a_stand_in_must_be_on_this_machine():
    with pytest.raises(ValueError, match="loopback"):
        TeamsSettings(local=True, stand_in="https://elsewhere.example/")
