"""The app package that an admin uploads to Teams: a manifest, two icons, and its words in three languages."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from bot.teams.icons import colour_icon, outline_icon
from bot.teams.settings import TeamsSettings
from bot.teams.unreachable import advice
from handlers.texts import DEFAULT_LANGUAGE, languages, t

SCHEMAS = "https://developer.microsoft.com/json-schemas/teams/v1.19"
MANIFEST_VERSION = "1.19"
APP_VERSION = "1.0.0"
"""Teams takes a changed package only with a higher number."""
NAME = "Greenroom"
ACCENT = "#0B6E4F"
SCOPES = ("personal", "team", "groupChat")

SHORT = advice("Gets every interview host ready for video interviews.")
FULL = advice(
    "Greenroom helps everybody who holds interviews to connect their own video account to the HR system. "
    "It says who is ready, who is not, why, and who can fix it. Write to it in your own words."
)
COMMANDS = (
    (advice("help"), advice("What I can do for you")),
    (advice("my status"), advice("Whether you are ready, and what is missing")),
    (advice("connect my account"), advice("Connect your own video account")),
    (advice("who is not ready?"), advice("Everybody who still has something to do, for admins")),
)


class ManifestError(ValueError):
    """The settings do not make a package that Teams would take; the text says what to change."""


def package(settings: TeamsSettings) -> bytes:
    """The zip file. Raises ManifestError."""
    others = [language for language in languages() if language != DEFAULT_LANGUAGE]
    files = {
        "manifest.json": _json(manifest(settings)),
        "color.png": colour_icon(),
        "outline.png": outline_icon(),
        **{f"{language}.json": _json(localization(language)) for language in others},
    }
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            # A fixed date, so that the same settings make the same package.
            archive.writestr(ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content, ZIP_DEFLATED)
    return buffer.getvalue()


def manifest(settings: TeamsSettings) -> dict[str, Any]:
    """manifest.json. Raises ManifestError."""
    app = _guid(settings.app_id)
    host = _host(settings.public_url)
    # https://learn.microsoft.com/microsoft-365/extensibility/schema/
    return {
        "$schema": f"{SCHEMAS}/MicrosoftTeams.schema.json",
        "manifestVersion": MANIFEST_VERSION,
        "version": APP_VERSION,
        "id": app,
        "developer": {
            "name": NAME,
            "websiteUrl": settings.public_url,
            "privacyUrl": settings.public_url,
            "termsOfUseUrl": settings.public_url,
        },
        "localizationInfo": {
            "defaultLanguageTag": DEFAULT_LANGUAGE,
            "additionalLanguages": [
                {"languageTag": language, "file": f"{language}.json"}
                for language in languages()
                if language != DEFAULT_LANGUAGE
            ],
        },
        "name": {"short": NAME, "full": NAME},
        "description": {"short": SHORT, "full": FULL},
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": ACCENT,
        "bots": [_bot(app)],
        "defaultInstallScope": "personal",
        "defaultGroupCapability": {"team": "bot", "groupchat": "bot"},
        "validDomains": [host],
        # Lets Graph add the app to people's Teams, where an admin permitted that.
        "webApplicationInfo": {"id": app, "resource": f"api://botid-{app}"},
    }


def localization(language: str) -> dict[str, str]:
    """The words of the manifest in one language."""
    texts = {
        "name.short": NAME,
        "name.full": NAME,
        "description.short": t(SHORT, language),
        "description.full": t(FULL, language),
    }
    for index, (title, description) in enumerate(COMMANDS):
        key = f"bots[0].commandLists[0].commands[{index}]"
        texts[f"{key}.title"], texts[f"{key}.description"] = t(title, language), t(description, language)
    return {"$schema": f"{SCHEMAS}/MicrosoftTeams.Localization.schema.json", **texts}


def _bot(app: str) -> dict[str, Any]:
    commands = [{"title": title, "description": description} for title, description in COMMANDS]
    return {
        "botId": app,
        "scopes": list(SCOPES),
        "supportsFiles": False,
        "isNotificationOnly": False,
        "commandLists": [{"scopes": list(SCOPES), "commands": commands}],
    }


def _guid(app_id: str) -> str:
    try:
        return str(UUID(app_id))
    except ValueError:
        raise ManifestError(
            "TEAMS_APP_ID must be the application (client) id of the bot's registration, such as "
            "00000000-0000-0000-0000-000000000000."
        ) from None


def _host(public_url: str) -> str:
    parts = urlsplit(public_url)
    if parts.scheme != "https" or not parts.hostname:
        raise ManifestError("GREENROOM_PUBLIC_URL must be the https address at which Teams reaches Greenroom.")
    return parts.hostname


def _json(content: dict[str, Any]) -> bytes:
    return json.dumps(content, indent=2, ensure_ascii=False).encode()
