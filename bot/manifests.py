"""The manifests of the chat apps, made from the settings."""

from __future__ import annotations

import json

from bot.channels import slack_settings, teams_settings
from bot.settings import SettingsError, read_settings


def slack_manifest() -> str:
    """What to paste at https://api.slack.com/apps?new_app=1, as JSON."""
    from bot.slack.manifest import manifest

    return json.dumps(manifest(slack_settings(read_settings())), indent=2)


def teams_package() -> bytes:
    """The zip file to upload in the Teams admin center; raises SettingsError when a setting is missing."""
    from bot.teams.manifest import ManifestError, package

    try:
        return package(teams_settings(read_settings()))
    except ManifestError as error:
        raise SettingsError(str(error)) from error
