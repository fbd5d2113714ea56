from datetime import timedelta

import pytest

from bot.sandbox.world import World
from tests.sandbox.product import Product, bearing


async def test_a_code_is_good_once_and_only_for_its_own_address(product: Product) -> None:
    code = (await product.ask_for("ben@aurora.example", token=await product.service_token()))[0]["code"]
    assert len(code) == 32
    address = product.received[-1].address
    wrong = await product.token(grant_type="authorization_code", code=code, redirect_uri=address + "2")
    assert (wrong.status_code, wrong.json()["error"]) == (400, "invalid_grant")

    code = (await product.ask_for("ben@aurora.example", token=await product.service_token()))[0]["code"]
    address = product.received[-1].address
    right = await product.token(grant_type="authorization_code", code=code, redirect_uri=address)
    assert right.status_code == 200
    assert right.headers["cache-control"] == "no-store"
    again = await product.token(grant_type="authorization_code", code=code, redirect_uri=address)
    assert again.status_code == 400


async def test_a_person_s_tokens_name_the_account_and_live_an_hour(product: Product, world: World) -> None:
    tokens = await product.tokens_of("ben@aurora.example")
    account = world.account("ben@aurora.example")
    assert tokens["sub"] == tokens["account_id"] == account.sub
    assert tokens["linking_profile"]["profile_name"] == "ben@aurora.example"
    assert tokens["expires_in"] == 3600
    world.advance(timedelta(seconds=3600))
    late = await product.userinfo(bearing(tokens["access_token"]))
    assert (late.status_code, late.content) == (401, b"")
    assert late.headers["www-authenticate"].startswith("Bearer")
    fresh = await product.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert "sub" not in fresh.json()
    assert (await product.userinfo(bearing(fresh.json()["access_token"]))).status_code == 200


async def test_the_service_account_s_token_lives_half_an_hour(product: Product, world: World) -> None:
    refresh = world.grant_service_account().refresh.value
    answer = (await product.token(grant_type="refresh_token", refresh_token=refresh)).json()
    assert answer["expires_in"] == 1800
    assert (await product.userinfo(bearing(answer["access_token"]))).json()["cronofy.type"] == "service_account"
    world.advance(timedelta(seconds=1800))
    assert (await product.userinfo(bearing(answer["access_token"]))).status_code == 401


@pytest.mark.parametrize("by", ["token", "sub"])
async def test_a_revoked_authorisation_is_gone_until_it_is_asked_for_again(
    product: Product, world: World, by: str
) -> None:
    tokens = await product.tokens_of("ben@aurora.example")
    application = {"client_id": world.cronofy.client_id, "client_secret": world.cronofy.client_secret}
    given = {"token": tokens["refresh_token"]} if by == "token" else {"sub": tokens["sub"]}
    answer = await product.client.post("/cronofy/oauth/token/revoke", data=application | given)
    assert (answer.status_code, answer.content) == (200, b"")
    assert (await product.userinfo(bearing(tokens["access_token"]))).status_code == 401
    refused = await product.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert refused.json() == {"error": "invalid_grant"}
    assert (await product.userinfo(await product.acting_as("ben@aurora.example"))).status_code == 200


async def test_wrong_clients_are_not_served(product: Product) -> None:
    for path in ("/cronofy/oauth/token", "/cronofy/oauth/token/revoke"):
        answer = await product.client.post(path, json={"client_id": "x", "client_secret": "y", "sub": "acc_1"})
        assert (answer.status_code, answer.json()) == (400, {"error": "invalid_client"})
    assert (await product.token(grant_type="password")).json() == {"error": "unsupported_grant_type"}
    assert (await product.token()).json() == {"error": "invalid_request"}
    assert (await product.userinfo(bearing("made up"))).status_code == 401
