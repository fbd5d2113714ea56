from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.responses import JSONResponse, Response

from providers.base import Unavailable
from providers.cronofy import Cronofy
from providers.cronofy_types import (
    Channel,
    EventDraft,
)
from tests.providers.stand_in_cronofy import CronofyServer


async def test_an_event_is_written_read_back_over_pages_and_deleted(
    session: Any, server: CronofyServer, cronofy: Cronofy
) -> None:
    start = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
    draft = EventDraft(
        "proof-1", "Test interview", start, start + timedelta(minutes=30), notify_url="https://b.example/n"
    )
    path = "/v1/calendars/cal_1/2/events"
    server.answers["POST", path] = server.answers["DELETE", path] = Response(status_code=202)
    following = f"{cronofy._http.base_url}/v1/events/pages/2"
    first = {"pages": {"next_page": following}, "events": [{"event_id": "other", "start": "2026-11-23"}]}
    second = {
        "pages": {"current": 2, "next_page": following},
        "events": [
            {
                "event_id": "proof-1",
                "start": {"time": "2026-11-23T11:00:00+01:00", "tzid": "Europe/Berlin"},
                "conferencing": {"provider_name": "zoom", "join_url": "https://zoom.us/j/1"},
            }
        ],
    }
    server.answers["GET", "/v1/events"] = JSONResponse(first)
    server.answers["GET", "/v1/events/pages/2"] = JSONResponse(second)
    await session.upsert_event("cal_1/2", draft)
    found = [event async for event in session.events(start=start, end=start + timedelta(days=1))]
    await session.delete_event("cal_1/2", "proof-1")
    assert server.seen[0].json["conferencing"] == {"profile_id": "default"}
    assert server.seen[0].json["start"] == "2026-11-23T10:00:00Z"
    assert server.seen[0].json["subscriptions"][0]["uri"] == "https://b.example/n"
    assert server.seen[1].query["include_managed"] == "true"
    assert [event.event_id for event in found] == ["other", "proof-1"]
    assert (found[1].start, found[1].join_url) == (start, "https://zoom.us/j/1")
    assert (server.seen[-1].method, server.seen[-1].json) == ("DELETE", {"event_id": "proof-1"})


async def test_a_next_page_on_another_host_never_sees_the_token(
    session: Any, server: CronofyServer, clock: Any
) -> None:
    evil = JSONResponse({"pages": {"next_page": "https://evil.example/v1/events/pages/2"}, "events": []})
    server.answers["GET", "/v1/events"] = [evil, JSONResponse({"events": []})]
    with pytest.raises(Unavailable) as caught:
        _ = [event async for event in session.events(start=clock(), end=clock())]
    assert caught.value.reasons == ("an address on another host",)
    assert [event async for event in session.events(start=clock(), end=clock())] == []


async def test_channels_are_opened_listed_and_closed(session: Any, server: CronofyServer) -> None:
    channel = {"channel_id": "chn_1", "callback_url": "https://b.example/secret-path", "filters": {}, "new": {}}
    server.answers["POST", "/v1/channels"] = JSONResponse({"channel": channel})
    server.answers["GET", "/v1/channels"] = JSONResponse({"channels": [channel]})
    server.answers["DELETE", "/v1/channels/chn_1"] = Response(status_code=202)
    opened = await session.create_channel("https://b.example/secret-path")
    assert await session.channels() == (opened,) == (Channel("chn_1", "https://b.example/secret-path"),)
    assert "secret-path" not in repr(opened)
    await session.close_channel("chn_1")
