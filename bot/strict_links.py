"""Builds the sign-ins that strict links need, out of the settings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.settings import Settings, SettingsError
from handlers.services import Services

# Most questions need no page: whatever pages need is imported when they are built.
if TYPE_CHECKING:
    from bot.pages.sign_in import SignIns
    from providers.sign_in import SignIn


def check_strict_links(settings: Settings) -> None:
    """Raises SettingsError when links are strict and there is nothing to sign in with."""
    if settings.greenroom_strict_links and not (_has_slack(settings) or _has_microsoft(settings)):
        raise SettingsError(
            "GREENROOM_STRICT_LINKS needs SLACK_CLIENT_ID with SLACK_CLIENT_SECRET, or MICROSOFT_TENANT_ID with "
            "MICROSOFT_CLIENT_ID and MICROSOFT_CLIENT_SECRET."
        )


def sign_ins_of(settings: Settings, services: Services, keys: Sequence[str]) -> SignIns:
    """None of them unless links are strict."""
    from itsdangerous import URLSafeSerializer

    from bot.pages.sign_in import SignIns

    vendors = _vendors(settings, services) if settings.greenroom_strict_links else []
    # This library wants the newest key last.
    return SignIns(services, vendors, URLSafeSerializer(list(reversed(keys)), salt="links"))


def _has_slack(settings: Settings) -> bool:
    return bool(settings.slack_client_id and settings.slack_client_secret)


def _has_microsoft(settings: Settings) -> bool:
    return bool(settings.microsoft_tenant_id and settings.microsoft_client_id and settings.microsoft_client_secret)


def _vendors(settings: Settings, services: Services) -> list[SignIn]:
    from providers.sign_in import SignIn

    found = []
    if settings.slack_client_id and settings.slack_client_secret:
        slack = SignIn.slack(
            client_id=settings.slack_client_id,
            client_secret=settings.slack_client_secret.get_secret_value(),
            api_url=settings.slack_api_url,
            now=services.now,
        )
        found.append(slack)
    if settings.microsoft_tenant_id and settings.microsoft_client_id and settings.microsoft_client_secret:
        microsoft = SignIn.microsoft(
            tenant=settings.microsoft_tenant_id,
            client_id=settings.microsoft_client_id,
            client_secret=settings.microsoft_client_secret.get_secret_value(),
            login_url=settings.microsoft_login_url,
            now=services.now,
        )
        found.append(microsoft)
    return found
