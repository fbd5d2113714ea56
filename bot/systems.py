"""Builds the clients of the outside systems out of the settings; whatever is not configured is None."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import parseaddr
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr

from bot.observer import Observer
from bot.settings import Settings, SettingsError
from storage.store import Store

if TYPE_CHECKING:
    from providers.cronofy import Cronofy
    from providers.google_meet import GoogleMeet
    from providers.google_types import ServiceAccount
    from providers.goto import GoTo
    from providers.llm import LanguageModel
    from providers.microsoft_teams import MicrosoftTeams
    from providers.personio import Personio
    from providers.smtp import Smtp
    from providers.zoom import Zoom

GOTO_TOKEN = "goto"  # noqa: S105 - the name under which it is kept


class Systems(TypedDict):
    """By the names that Services has for them."""

    cronofy: Cronofy | None
    personio: Personio | None
    zoom: Zoom | None
    microsoft: MicrosoftTeams | None
    google: GoogleMeet | None
    goto: GoTo | None
    mail: Smtp | None


def systems_of(
    settings: Settings, store: Store, now: Callable[[], datetime], *, paced: bool, observer: Observer
) -> Systems:
    """Raises SettingsError when the file of a service account cannot be used."""
    told: dict[str, Any] = {"on_call": observer.called, "on_wait": observer.waited}
    pace: dict[str, Any] = told if paced else {**told, "limits": ()}
    return Systems(
        cronofy=_cronofy(settings, now, pace),
        personio=_personio(settings, now, pace),
        zoom=_zoom(settings, now, pace),
        microsoft=_microsoft(settings, now, told),
        google=_google(settings, now, pace),
        goto=_goto(settings, store, now, pace),
        mail=_mail(settings),
    )


def language_model_of(settings: Settings, now: Callable[[], datetime]) -> LanguageModel | None:
    """The large one, which is asked only when the local one is unsure."""
    if not settings.greenroom_llm_url or not settings.greenroom_llm_model:
        return None
    from providers.llm import LanguageModel

    return LanguageModel(
        base_url=settings.greenroom_llm_url,
        model=settings.greenroom_llm_model,
        key=_text(settings.greenroom_llm_key),
        now=now,
    )


def cronofy_pages(settings: Settings) -> str:
    """The address of Cronofy's pages for people."""
    from providers.cronofy import hosts

    return settings.cronofy_app_url or hosts(settings.cronofy_data_center)[1]


def _cronofy(settings: Settings, now: Callable[[], datetime], more: Mapping[str, Any]) -> Cronofy | None:
    if not settings.cronofy_client_id or settings.cronofy_client_secret is None:
        return None
    from providers.cronofy import Cronofy

    return Cronofy.build(
        client_id=settings.cronofy_client_id,
        client_secret=settings.cronofy_client_secret.get_secret_value(),
        data_center=settings.cronofy_data_center,
        api_url=settings.cronofy_api_url,
        app_url=settings.cronofy_app_url,
        now=now,
        **more,
    )


def _personio(settings: Settings, now: Callable[[], datetime], more: Mapping[str, Any]) -> Personio | None:
    if not settings.personio_client_id or settings.personio_client_secret is None:
        return None
    from providers.personio import Personio

    return Personio.build(
        client_id=settings.personio_client_id,
        client_secret=settings.personio_client_secret.get_secret_value(),
        api_url=settings.personio_api_url,
        now=now,
        **more,
    )


def _zoom(settings: Settings, now: Callable[[], datetime], more: Mapping[str, Any]) -> Zoom | None:
    secret = settings.zoom_client_secret
    if not settings.zoom_account_id or not settings.zoom_client_id or secret is None:
        return None
    from providers.zoom import Zoom

    return Zoom.build(
        account_id=settings.zoom_account_id,
        client_id=settings.zoom_client_id,
        client_secret=secret.get_secret_value(),
        api_url=settings.zoom_api_url,
        oauth_url=settings.zoom_oauth_url,
        now=now,
        **more,
    )


def _microsoft(settings: Settings, now: Callable[[], datetime], more: Mapping[str, Any]) -> MicrosoftTeams | None:
    secret = settings.microsoft_client_secret
    if not settings.microsoft_tenant_id or not settings.microsoft_client_id or secret is None:
        return None
    from providers.microsoft_teams import MicrosoftTeams

    return MicrosoftTeams.build(
        tenant_id=settings.microsoft_tenant_id,
        client_id=settings.microsoft_client_id,
        client_secret=secret.get_secret_value(),
        graph_url=settings.microsoft_graph_url,
        login_url=settings.microsoft_login_url,
        now=now,
        **more,
    )


def _google(settings: Settings, now: Callable[[], datetime], more: Mapping[str, Any]) -> GoogleMeet | None:
    if not settings.google_service_account_file or not settings.google_admin_email:
        return None
    from providers.google_meet import GoogleMeet

    try:
        return GoogleMeet.build(
            service_account=_service_account(settings.google_service_account_file),
            admin_email=settings.google_admin_email,
            api_url=settings.google_api_url,
            oauth_url=settings.google_oauth_url,
            now=now,
            **more,
        )
    except (OSError, ValueError, KeyError, TypeError):
        wanted = "the JSON key file of a Google service account that can be read"
        raise SettingsError(f"GOOGLE_SERVICE_ACCOUNT_FILE must be {wanted}.") from None


def _service_account(path: str) -> ServiceAccount:
    from providers.google_types import ServiceAccount

    read = json.loads(Path(path).read_text(encoding="utf-8"))
    return ServiceAccount(read["client_email"], read["private_key"], str(read.get("private_key_id", "")))


def _goto(settings: Settings, store: Store, now: Callable[[], datetime], more: Mapping[str, Any]) -> GoTo | None:
    secret, token = settings.goto_client_secret, _text(settings.goto_refresh_token)
    if not settings.goto_client_id or secret is None or not token:
        return None
    from providers.goto import GoTo

    async def kept() -> str:
        return await store.rotated.get(GOTO_TOKEN, first=token)

    async def keep(renewed: str) -> None:
        await store.rotated.save(GOTO_TOKEN, renewed, first=token)

    return GoTo.build(
        client_id=settings.goto_client_id,
        client_secret=secret.get_secret_value(),
        refresh_token=token,
        kept=kept,
        on_refresh=keep,
        api_url=settings.goto_api_url,
        oauth_url=settings.goto_oauth_url,
        now=now,
        **more,
    )


def _mail(settings: Settings) -> Smtp | None:
    url = _text(settings.greenroom_smtp_url)
    if not url:
        return None
    sender = settings.greenroom_smtp_from or unquote(urlsplit(url).username or "")
    if "@" not in parseaddr(sender)[1]:
        raise SettingsError("GREENROOM_SMTP_FROM must be an e-mail address, such as Greenroom <greenroom@example.com>.")
    from providers.smtp import Smtp

    return Smtp(url=url, sender=sender)


def _text(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""
