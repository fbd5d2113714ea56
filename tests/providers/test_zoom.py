from __future__ import annotations

from typing import Any

import pytest
from starlette.responses import JSONResponse, Response
from structlog.testing import capture_logs

from bot.sandbox.faults import Fault, System
from bot.sandbox.records import ZoomApproval, ZoomUser
from bot.sandbox.world import World
from providers.base import NotAuthorised, NotFound, NotPermitted, RateLimited, Unavailable
from providers.zoom import Approval, AppSwitchedOff, CronofyApp, MissingScopes, User, Zoom
from tests.providers.stand_ins import Scripted

BEN = "ben@aurora.example"
TOKEN = {"access_token": "zoom-token", "token_type": "bearer", "expires_in": 3600}


@pytest.fixture
async def zoom(world: World) -> Any:
    registration = world.partners.zoom
    zoom = Zoom.build(
        account_id=registration.place,
        client_id=registration.client_id,
        client_secret=registration.client_secret,
        now=world.clock,
        api_url=f"{world.base_url}/zoom",
        oauth_url=f"{world.base_url}/zoom",
        limits=(),
    )
    yield zoom
    await zoom.aclose()


async def scripted(serve: Any, clock: Any, *answers: Response) -> Zoom:
    address = await serve(Scripted(JSONResponse(TOKEN), *answers))
    return Zoom.build(
        account_id="a", client_id="c", client_secret="very-secret", now=clock, api_url=address, oauth_url=address
    )


@pytest.mark.parametrize(
    ("kind", "user"),
    [
        (ZoomUser.ACTIVE, User(BEN, "active")),
        (ZoomUser.BASIC, User(BEN, "active", is_basic=True)),
        (ZoomUser.PENDING, User(BEN, "pending")),
        (ZoomUser.INACTIVE, User(BEN, "inactive")),
        (ZoomUser.MISSING, User(BEN, "missing")),
    ],
)
async def test_a_user_is_looked_up_by_address(world: World, zoom: Zoom, kind: ZoomUser, user: User) -> None:
    world.change(BEN, zoom=kind)
    assert await zoom.user(BEN) == user


async def test_everybody_is_read_page_by_page_whatever_their_status(world: World, zoom: Zoom) -> None:
    world.change(BEN, zoom=ZoomUser.INACTIVE)
    users = {user.email: user.status async for page in zoom.users() for user in page}
    assert len(users) == 38, "39 addresses, and Matteo has no user"
    assert (users[BEN], users["oliver@aurora.example"], users["ada@aurora.example"]) == (
        "inactive",
        "pending",
        "active",
    )


@pytest.mark.parametrize(
    ("state", "approval"),
    [
        (ZoomApproval.ALL_USERS, Approval.ALL_USERS),
        (ZoomApproval.SOME_USERS, Approval.SOME_USERS),
        (ZoomApproval.RESTRICTED, Approval.RESTRICTED),
        (ZoomApproval.WITHDRAWN, Approval.WITHDRAWN),
        (ZoomApproval.NONE, Approval.NOT_LISTED),
    ],
)
async def test_the_approval_of_the_cronofy_app_is_found(
    world: World, zoom: Zoom, state: ZoomApproval, approval: Approval
) -> None:
    world.zoom_app = state
    assert (await zoom.cronofy_app()).approval is approval


async def test_people_who_wait_for_the_app_are_counted(world: World, zoom: Zoom) -> None:
    world.zoom_app = ZoomApproval.NONE
    world.zoom_requests.extend(["ben@aurora.example", "clara@aurora.example"])
    assert await zoom.cronofy_app() == CronofyApp(Approval.PENDING, 2, "sandbox-cronofy-app")


async def test_the_app_is_found_on_a_later_page_and_not_taken_for_a_namesake(serve: Any, clock: Any) -> None:
    info = {"approved_type": "forAllUser"}
    pages = [
        {"apps": [], "next_page_token": ""},
        {"apps": [{"app_name": "Cronofy Scheduler", "approval_info": {}}], "next_page_token": "2"},
        {"apps": [{"app_name": "Cronofy", "app_id": "x", "approval_info": info}], "next_page_token": ""},
    ]
    zoom = await scripted(serve, clock, *(JSONResponse(page) for page in pages))
    assert await zoom.cronofy_app() == CronofyApp(Approval.ALL_USERS, 0, "x")
    await zoom.aclose()


@pytest.mark.parametrize(
    ("fault", "error"),
    [(Fault.APP_REFUSED, AppSwitchedOff), (Fault.RIGHT_MISSING, MissingScopes), (Fault.FORBIDDEN, NotPermitted)],
)
async def test_a_refusal_names_who_can_help_and_ends(
    world: World, zoom: Zoom, fault: Fault, error: type[Exception]
) -> None:
    world.fault(fault, system=System.ZOOM, path="/v2/" if fault == Fault.FORBIDDEN else "")
    with pytest.raises(error) as caught:
        await zoom.user(BEN)
    assert "admin" in caught.value.advice  # type: ignore[attr-defined]
    world.clear()
    assert (await zoom.user(BEN)).status == "active"


async def test_an_expired_token_is_renewed_once_and_a_dead_one_is_said(world: World, zoom: Zoom) -> None:
    await zoom.user(BEN)
    world.fault(Fault.EXPIRED_TOKEN, system=System.ZOOM, times=1)
    assert (await zoom.user(BEN)).status == "active"
    world.fault(Fault.EXPIRED_TOKEN, system=System.ZOOM)
    with pytest.raises(NotAuthorised):
        await zoom.user(BEN)
    world.clear()
    assert (await zoom.user(BEN)).status == "active"


async def test_the_daily_limit_says_when_it_ends(world: World, zoom: Zoom) -> None:
    world.fault(Fault.DAILY_LIMIT, system=System.ZOOM)
    with pytest.raises(RateLimited) as caught:
        await zoom.patiently().user(BEN)
    assert (caught.value.stated, caught.value.retry_after) == (True, 15 * 3600.0), "midnight, and it is nine"
    world.clear()
    assert (await zoom.user(BEN)).status == "active"


@pytest.mark.parametrize("fault", [Fault.SERVER_ERROR, Fault.GARBAGE, Fault.CONNECTION_CLOSED, Fault.UNAVAILABLE])
async def test_no_usable_answer_is_evidence_of_nothing(world: World, zoom: Zoom, fault: Fault) -> None:
    world.fault(fault, system=System.ZOOM)
    with pytest.raises(Unavailable):
        await zoom.user(BEN)
    with pytest.raises(Unavailable):
        await zoom.cronofy_app()
    world.clear()
    assert (await zoom.user(BEN)).status == "active"


async def test_only_zooms_own_words_mean_that_there_is_no_user(serve: Any, clock: Any) -> None:
    no_user = JSONResponse({"code": 1001, "message": f"User does not exist: {BEN}."}, 404)
    zoom = await scripted(serve, clock, Response("not here", 404), JSONResponse({"email": BEN}), no_user)
    with pytest.raises(NotFound):
        await zoom.user(BEN)
    with pytest.raises(Unavailable):
        await zoom.user(BEN)
    assert (await zoom.user(BEN)).status == "missing"
    await zoom.aclose()


async def test_secrets_stand_in_no_error(serve: Any, clock: Any) -> None:
    echo = JSONResponse({"reason": "no: very-secret", "error": "invalid_client"}, 400)
    server = Scripted(echo, JSONResponse(TOKEN), JSONResponse({"email": BEN, "status": "active"}))
    address = await serve(server)
    zoom = Zoom.build(
        account_id="a", client_id="c", client_secret="very-secret", now=clock, api_url=address, oauth_url=address
    )
    with pytest.raises(AppSwitchedOff) as caught:
        await zoom.user(BEN)
    assert "very-secret" not in repr((caught.value, caught.value.reasons, caught.value.__cause__))
    assert server.seen[0].headers["authorization"] == "Basic Yzp2ZXJ5LXNlY3JldA=="
    with capture_logs() as logged:
        assert (await zoom.user(BEN)).status == "active"
    assert BEN not in str(logged)
    await zoom.aclose()
