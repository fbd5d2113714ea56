"""Microsoft Graph with the bot's own registration: adds the app for people, and reads who belongs to the tenant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

import aiohttp

from bot.channel import Refused, Throttled
from bot.teams.ports import Profile
from bot.teams.settings import TeamsSettings
from bot.teams.tokens import AccessTokens

PAUSE = 30.0
LONGEST_PAUSE = 3600.0
MOST_PAGES = 500
CONFLICT, FORBIDDEN, NOT_FOUND, UNAUTHORISED = 409, 403, 404, 401
FIELDS = "id,mail,displayName,accountEnabled,userType"
NO_CONSENT, NO_SUCH_USER, NOT_IN_CATALOGUE = "InstallNotPermitted", "UserNotFound", "AppNotInCatalog"
OTHERWISE = "InstallRefused"
READ_USERS, ADD_ITSELF = "User.Read.All", "TeamsAppInstallation.ReadWriteSelfForUser.All"
"""The permissions of the registration."""


class Graph:
    """Implements bot.teams.ports.Installer; a request that nobody answered may be repeated without harm."""

    def __init__(
        self, settings: TeamsSettings, session: Callable[[], aiohttp.ClientSession], tokens: AccessTokens
    ) -> None:
        self._settings = settings
        self._session = session
        self._tokens = tokens

    async def install(self, workspace: str, account: str) -> None:
        """Add the app for this person. Raises Refused with the reason, or Throttled."""
        # https://learn.microsoft.com/graph/api/userteamwork-post-installedapps
        address = f"{self._settings.graph_url}/v1.0/users/{quote(account, safe='')}/teamwork/installedApps"
        app = f"https://graph.microsoft.com/v1.0/appCatalogs/teamsApps/{self._settings.catalogue_id}"
        status, said = await self._ask("POST", address, {"teamsApp@odata.bind": app})
        if status < 300 or status == CONFLICT:  # it is there already
            return
        raise Refused(_cause(status, said))

    async def members(self) -> list[Profile]:
        """Everybody who works here: neither guests nor accounts that are switched off. Raises SendError."""
        # https://learn.microsoft.com/graph/api/user-list
        address = f"{self._settings.graph_url}/v1.0/users?$select={FIELDS}&$top=999"
        found: list[Profile] = []
        for _ in range(MOST_PAGES):
            status, said = await self._ask("GET", address)
            if status != 200:
                raise Refused(f"HTTP {status}")
            found += [_profile(user) for user in said.get("value") or () if _is_colleague(user)]
            address = str(said.get("@odata.nextLink") or "")
            if not address.startswith(f"{self._settings.graph_url}/"):  # our token goes nowhere else
                return found
        return found

    async def refused_rights(self) -> list[str]:
        """Which of the two permissions Graph refuses, by asking for one person and for their apps. Raises SendError."""
        # https://learn.microsoft.com/graph/api/userteamwork-list-installedapps
        users = f"{self._settings.graph_url}/v1.0/users"
        status, said = await self._ask("GET", f"{users}?$select=id&$top=1")
        if status == FORBIDDEN:
            return [READ_USERS]
        first = next(iter(said.get("value") or ()), None)
        if not isinstance(first, dict):
            return []
        status, _ = await self._ask(
            "GET", f"{users}/{quote(str(first.get('id')), safe='')}/teamwork/installedApps?$top=1"
        )
        return [ADD_ITSELF] if status == FORBIDDEN else []

    async def _ask(
        self, method: str, address: str, body: Mapping[str, str] | None = None
    ) -> tuple[int, Mapping[str, Any]]:
        token = await self._tokens.token()
        headers = {"Authorization": f"Bearer {token}"}
        try:
            async with self._session().request(
                method, address, json=body, headers=headers, allow_redirects=False
            ) as response:
                if response.status == UNAUTHORISED:
                    self._tokens.forget(token)
                    raise Throttled(PAUSE)
                if response.status == 429 or response.status >= 500:
                    raise Throttled(_seconds(response.headers.get("Retry-After", "")))
                return response.status, await _content(response)
        except (aiohttp.ClientError, TimeoutError):
            raise Throttled(PAUSE) from None


def _cause(status: int, said: Mapping[str, Any]) -> str:
    """Graph says 404 both for a person and for an app that it does not know."""
    error = said.get("error")
    words = str(error.get("message", "")) if isinstance(error, dict) else ""
    if status == FORBIDDEN:
        return NO_CONSENT
    if status == NOT_FOUND:
        return NOT_IN_CATALOGUE if "app" in words.lower() else NO_SUCH_USER
    return OTHERWISE


async def _content(response: aiohttp.ClientResponse) -> Mapping[str, Any]:
    try:
        said = await response.json(content_type=None)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _is_colleague(user: Mapping[str, Any]) -> bool:
    return bool(user.get("accountEnabled")) and user.get("userType") == "Member"


def _profile(user: Mapping[str, Any]) -> Profile:
    """The sign-in name is left out: it may be somebody else's mail."""
    return Profile(str(user["id"]), email=str(user.get("mail") or ""), name=str(user.get("displayName") or ""))


def _seconds(retry_after: str) -> float:
    return min(float(retry_after), LONGEST_PAUSE) if retry_after.isdecimal() else PAUSE
