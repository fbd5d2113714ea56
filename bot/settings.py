"""The settings: read once, immutable after; the only reader of the environment."""

from __future__ import annotations

import os
from collections.abc import Collection
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from cryptography.fernet import Fernet
from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ENV_FILE = ".env"
PREFIXES = ("GREENROOM_", "SLACK_", "TEAMS_", "CRONOFY_", "PERSONIO_", "ZOOM_", "MICROSOFT_", "GOOGLE_", "GOTO_")
Words = Annotated[tuple[str, ...], NoDecode]
Url = Annotated[str, "an http or https address"]
NO_WEB_ADDRESSES = frozenset({"greenroom_database_url", "greenroom_smtp_url"})
DATABASES = ("sqlite", "postgresql", "postgres")


class SettingsError(Exception):
    """A setting is unknown or malformed; the text is one sentence that names it and says what it must be."""


class Settings(BaseSettings):
    """Everything that can be configured; whatever is left out is simply absent."""

    model_config = SettingsConfigDict(env_file=ENV_FILE, frozen=True, extra="ignore", hide_input_in_errors=True)

    greenroom_database_url: SecretStr = SecretStr("sqlite:///greenroom.db")
    greenroom_public_url: Url = "http://127.0.0.1:8000"
    greenroom_secret_keys: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    greenroom_owners: Words = ()
    greenroom_company: str = "My company"
    greenroom_domains: Words = ()
    greenroom_language: Literal["en", "fr", "de"] = "en"
    greenroom_timezone: str = "Europe/Berlin"
    greenroom_alias_domains: Words = ()
    greenroom_strict_links: bool = False
    greenroom_privacy: Literal["standard", "works_council"] = "standard"
    greenroom_keep_phrases: bool = False
    """Keep messages that were not understood, without names, for review."""
    greenroom_llm_url: Url = ""
    greenroom_llm_key: SecretStr | None = None
    greenroom_llm_model: str = ""
    greenroom_grace_seconds: Annotated[float, Field(ge=2)] = 45
    """After this time a message that was being sent has either arrived or never will."""
    greenroom_takeover_seconds: Annotated[float, Field(ge=2)] = 45
    """After this time what a silent process was working on is somebody else's."""

    greenroom_log_level: Literal["debug", "info", "warning"] = "info"
    greenroom_metrics_token: SecretStr | None = None
    """Whoever carries it may see /metrics and the figures of /readyz."""
    greenroom_traces_url: Url = ""
    """Where traces go, such as http://collector:4318/v1/traces."""
    greenroom_smtp_url: SecretStr | None = None
    greenroom_smtp_from: str = ""

    slack_bot_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_client_id: str = ""
    slack_team_id: str = ""
    slack_client_secret: SecretStr | None = None
    slack_api_url: Url = "https://slack.com/api/"

    teams_app_id: str = ""
    teams_app_password: SecretStr | None = None
    teams_tenant_id: str = ""
    teams_local: bool = False
    teams_catalogue_id: str = ""
    """With it, the bot may add itself for people through Graph."""

    cronofy_client_id: str = ""
    cronofy_client_secret: SecretStr | None = None
    cronofy_data_center: Literal["us", "de", "uk", "au", "ca", "sg"] = "de"
    cronofy_api_url: Url = ""
    cronofy_app_url: Url = ""

    personio_client_id: str = ""
    personio_client_secret: SecretStr | None = None
    personio_api_url: Url = "https://api.personio.de"

    zoom_account_id: str = ""
    zoom_client_id: str = ""
    zoom_client_secret: SecretStr | None = None
    zoom_webhook_secret: SecretStr | None = None
    zoom_api_url: Url = "https://api.zoom.us"
    zoom_oauth_url: Url = "https://zoom.us"

    microsoft_tenant_id: str = ""
    microsoft_client_id: str = ""
    microsoft_client_secret: SecretStr | None = None
    microsoft_graph_url: Url = "https://graph.microsoft.com"
    microsoft_login_url: Url = "https://login.microsoftonline.com"

    google_service_account_file: str = ""
    google_admin_email: str = ""
    google_api_url: Url = ""
    google_oauth_url: Url = "https://oauth2.googleapis.com"

    goto_client_id: str = ""
    goto_client_secret: SecretStr | None = None
    goto_refresh_token: SecretStr | None = None
    goto_api_url: Url = "https://api.getgo.com"
    goto_oauth_url: Url = "https://authentication.logmeininc.com"

    @field_validator(
        "greenroom_secret_keys", "greenroom_owners", "greenroom_domains", "greenroom_alias_domains", mode="before"
    )
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("greenroom_owners", "greenroom_domains", "greenroom_alias_domains")
    @classmethod
    def _lower(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(part.lower() for part in value)

    @field_validator("greenroom_owners")
    @classmethod
    def _are_addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all("@" in part for part in value):
            raise ValueError("e-mail addresses, separated by commas")
        return value

    @field_validator("greenroom_secret_keys")
    @classmethod
    def _are_keys(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        try:
            for key in value:
                Fernet(key.get_secret_value())
        except ValueError:
            raise ValueError("keys of 32 bytes in URL-safe base64, separated by commas") from None
        return value

    @field_validator("greenroom_timezone")
    @classmethod
    def _is_timezone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("the name of a time zone, such as Europe/Berlin")
        return value

    @field_validator("greenroom_database_url")
    @classmethod
    def _is_database(cls, value: SecretStr) -> SecretStr:
        scheme, separator, rest = value.get_secret_value().partition("://")
        if not separator or not rest or scheme.partition("+")[0] not in DATABASES:
            raise ValueError("an address such as sqlite:///greenroom.db or postgresql://user:password@host/name")
        return value

    @field_validator("greenroom_smtp_url")
    @classmethod
    def _is_mail_server(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _is_address(value.get_secret_value(), {"smtp", "smtps"}):
            raise ValueError("an address such as smtp://user:password@mail.example.com:587 or smtps://…:465")
        return value

    @field_validator("*")
    @classmethod
    def _is_url(cls, value: object, info: object) -> object:
        name = getattr(info, "field_name", "")
        if not name.endswith("_url") or name in NO_WEB_ADDRESSES or not value:
            return value
        if not _is_address(str(value), {"http", "https"}):
            raise ValueError("a whole http or https address")
        return str(value).rstrip("/") if name != "slack_api_url" else str(value)


def _is_address(value: str, schemes: Collection[str]) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def read_settings(**given: object) -> Settings:
    """The settings of this process; `given` values win. Raises SettingsError with one sentence."""
    _refuse_unknown()
    try:
        return Settings(**given)  # type: ignore[arg-type]  # pydantic checks them
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).upper()
        wanted = first["msg"].removeprefix("Value error, ")
        raise SettingsError(f"{name} must be {wanted}." if wanted[:1].islower() else f"{name}: {wanted}.") from None


def _refuse_unknown() -> None:
    known = {name.upper() for name in Settings.model_fields}
    # Other programs may have settings called SLACK_… in the environment; in our own file every name is ours.
    names = [name for name in os.environ if name.upper().startswith("GREENROOM_")]  # noqa: TID251 - the one reader
    names += [name for name in dotenv_values(ENV_FILE) if name.upper().startswith(PREFIXES)]
    for name in names:
        if name.upper() not in known:
            close = get_close_matches(name.upper(), known, n=1, cutoff=0.8)
            hint = f"did you mean {close[0]}?" if close else "please remove it."
            raise SettingsError(f"{name} is not a setting that Greenroom knows: {hint}")


def secret_keys(settings: Settings) -> tuple[str, ...]:
    """The keys that encrypt secrets; a small SQLite installation gets one made, in a file beside its database."""
    if settings.greenroom_secret_keys:
        return tuple(key.get_secret_value() for key in settings.greenroom_secret_keys)
    url = settings.greenroom_database_url.get_secret_value()
    if not url.startswith("sqlite"):
        raise SettingsError("GREENROOM_SECRET_KEYS must be set when the database is not SQLite.")
    path = Path(url.split(":///", 1)[-1]).with_suffix(".key")
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(Fernet.generate_key().decode())
    return (path.read_text().strip(),)
