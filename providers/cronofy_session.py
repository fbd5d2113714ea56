"""Calls to Cronofy in the name of one account: a person, or the company's service account."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from providers.answers import Answer, Record, part, parts, text
from providers.base import Invalid, Unavailable
from providers.cronofy_callbacks import CONFERENCING_ASSIGNED, CONFERENCING_FAILING
from providers.cronofy_reading import read_event, read_userinfo
from providers.cronofy_types import (
    CalendarEvent,
    Channel,
    EventDraft,
    PersonAccount,
    PersonRequest,
    Resource,
    ServiceAccount,
    UserInfo,
)
from providers.http import HttpClient
from providers.tokens import Fetch, Tokens, TokenSource

SaveTokens = Callable[[Tokens], Awaitable[None]]
"""Told of refreshed tokens before they are used, so that the store never lags behind."""
BULK = 50


@dataclass(frozen=True, slots=True)
class RefusedRequest:
    """One request for a person that Cronofy did not accept, with its reasons."""

    request: PersonRequest
    reasons: tuple[str, ...]


class CronofySession:
    """Made by Cronofy.session(); refreshes its tokens when needed and hands them to `on_refresh`."""

    def __init__(self, http: HttpClient, source: TokenSource, *, fetch: Fetch) -> None:
        self._http = http
        self._source = source
        self._fetch = fetch

    @property
    def tokens(self) -> Tokens | None:
        """The newest tokens of this account."""
        return self._source.tokens

    async def userinfo(self) -> UserInfo:
        """https://docs.cronofy.com/developers/api/identity/userinfo/"""
        return read_userinfo((await self._call("GET", "/v1/userinfo", action="reading the account")).record())

    async def person(self) -> PersonAccount:
        """The account of a person; Unavailable if it is something else."""
        info = await self.userinfo()
        if isinstance(info, PersonAccount):
            return info
        raise Unavailable(self._http.system, "reading the account", reasons=("not a person",))

    async def service_account(self) -> ServiceAccount:
        """The company's account; Unavailable if it is something else."""
        info = await self.userinfo()
        if isinstance(info, ServiceAccount):
            return info
        raise Unavailable(self._http.system, "reading the account", reasons=("not a service account",))

    async def authorise_people(self, requests: Sequence[PersonRequest]) -> tuple[RefusedRequest, ...]:
        """Ask for people's calendars; answers come to the callbacks. Returns what was refused at once.

        https://docs.cronofy.com/developers/api/enterprise-connect/delegated-access/
        """
        refused: list[RefusedRequest] = []
        for start in range(0, len(requests), BULK):
            refused.extend(await self._authorise(requests[start : start + BULK]))
        return tuple(refused)

    async def _authorise(self, requests: Sequence[PersonRequest]) -> Sequence[RefusedRequest]:
        """One bad address spoils its whole batch, so a refused batch is halved until the culprit is found."""
        try:
            await self._call(
                "POST",
                "/v1/service_account_authorizations",
                action="asking for people's calendars",
                body={"service_account_authorizations": [_person(request) for request in requests]},
                repeatable=True,
            )
        except Invalid as error:
            if len(requests) == 1:
                return [RefusedRequest(requests[0], error.reasons)]
        else:
            return []
        half = len(requests) // 2
        return [*await self._authorise(requests[:half]), *await self._authorise(requests[half:])]

    async def resources(self) -> tuple[Resource, ...]:
        """Rooms and equipment. https://docs.cronofy.com/developers/api/enterprise-connect/resources/"""
        answer = await self._call("GET", "/v1/resources", action="reading the meeting rooms")
        return tuple(Resource(text(item, "email"), text(item, "name")) for item in _listed(answer, "resources"))

    async def conferencing_link(self, provider_name: str, redirect_uri: str) -> str:
        """An address where this person connects her own zoom, go_to or ms_teams; she returns to `redirect_uri`.

        https://docs.cronofy.com/developers/api/conferencing-services/authorization/
        """
        answer = await self._call(
            "POST",
            "/v1/conferencing_service_authorizations",
            action="making a link to connect",
            body={"redirect_uri": redirect_uri, "provider_name": provider_name},
            repeatable=True,
        )
        url = text(part(answer.record(), "authorization_request"), "url")
        if not url:
            raise answer.useless("no url")
        return url

    async def upsert_event(self, calendar_id: str, draft: EventDraft) -> None:
        """https://docs.cronofy.com/developers/api/events/upsert-event/"""
        body = _event(draft)
        await self._call("POST", _events_of(calendar_id), action="writing an event", body=body, repeatable=True)

    async def delete_event(self, calendar_id: str, event_id: str) -> None:
        """https://docs.cronofy.com/developers/api/events/delete-event/"""
        body = {"event_id": event_id}
        await self._call("DELETE", _events_of(calendar_id), action="deleting an event", body=body)

    async def events(
        self, *, start: datetime, end: datetime, modified_since: datetime | None = None
    ) -> AsyncIterator[CalendarEvent]:
        """Events between two moments, ours included. https://docs.cronofy.com/developers/api/events/read-events/"""
        query = {"tzid": "Etc/UTC", "include_managed": "true", "from": _iso(start), "to": _iso(end)}
        if modified_since:
            query["last_modified"] = _iso(modified_since)
        answer = await self._call("GET", "/v1/events", action="reading events", query=query)
        async for page in self._pages(answer):
            for item in parts(page, "events") or ():
                yield read_event(item)

    async def _pages(self, answer: Answer) -> AsyncIterator[Record]:
        """The client refuses a next page on another host, so the token stays with Cronofy."""
        seen: set[str] = set()
        while True:
            page = answer.record()
            yield page
            following = text(part(page, "pages"), "next_page")
            if not following or following in seen:
                return
            seen.add(following)
            answer = await self._call("GET", following, action="reading events")

    async def create_channel(self, callback_url: str) -> Channel:
        """Have changes pushed; the same request again gives the same channel. Keep the address below 128 characters.

        https://docs.cronofy.com/developers/api/push-notifications/create-channel/
        """
        answer = await self._call(
            "POST", "/v1/channels", action="opening a channel", body={"callback_url": callback_url}, repeatable=True
        )
        channel = _channel(part(answer.record(), "channel"))
        if not channel.id:
            raise answer.useless("no channel")
        return channel

    async def channels(self) -> tuple[Channel, ...]:
        """https://docs.cronofy.com/developers/api/push-notifications/list-channels/"""
        answer = await self._call("GET", "/v1/channels", action="reading the channels")
        return tuple(_channel(item) for item in _listed(answer, "channels"))

    async def close_channel(self, channel_id: str) -> None:
        """https://docs.cronofy.com/developers/api/push-notifications/close-channel/"""
        await self._call("DELETE", f"/v1/channels/{quote(channel_id, safe='')}", action="closing a channel")

    async def revoke_profile(self, profile_id: str) -> None:
        """End one connection of this account.

        https://docs.cronofy.com/developers/api/authorization/revoke-profile/
        """
        path = f"/v1/profiles/{quote(profile_id, safe='')}/revoke"
        await self._call("POST", path, action="ending a connection", repeatable=True)

    async def _call(self, method: str, path: str, **details: Any) -> Answer:
        async def with_token(token: str) -> Answer:
            return await self._http.call(method, path, bearer=token, **details)

        return await self._source.run(with_token, self._fetch)


def _listed(answer: Answer, name: str) -> tuple[Record, ...]:
    """A list that the answer is all about; without it nothing is known."""
    found = parts(answer.record(), name)
    if found is None:
        raise answer.useless(f"no {name}")
    return found


def _channel(record: Record) -> Channel:
    return Channel(id=text(record, "channel_id"), callback_url=text(record, "callback_url"))


def _person(request: PersonRequest) -> dict[str, str]:
    entry = {"email": request.email, "callback_url": request.callback_url, "scope": request.scope}
    return {**entry, "state": request.state} if request.state else entry


def _events_of(calendar_id: str) -> str:
    return f"/v1/calendars/{quote(calendar_id, safe='')}/events"


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _event(draft: EventDraft) -> dict[str, Any]:
    event: dict[str, Any] = {
        "event_id": draft.event_id,
        "summary": draft.summary[:1024],
        "description": draft.description[:4096],
        "start": _iso(draft.start),
        "end": _iso(draft.end),
        "conferencing": {"profile_id": draft.conferencing},
    }
    if draft.private:
        event["event_private"] = True
    if draft.notify_url:
        interactions = [{"type": kind} for kind in (CONFERENCING_ASSIGNED, CONFERENCING_FAILING)]
        event["subscriptions"] = [{"type": "webhook", "uri": draft.notify_url, "interactions": interactions}]
    return event
