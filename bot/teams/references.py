"""What Teams told us about an account, kept so that we can write first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from botbuilder.schema import Activity, ChannelAccount, ConversationAccount, ConversationReference

from bot.teams.auth import CHANNEL

PERSONAL = "personal"


@dataclass(frozen=True, slots=True)
class Reference:
    """How one account is written to; everything may be empty, because some people never wrote."""

    service_url: str = ""
    conversation: str = ""
    """The person's own chat with the bot."""
    user: str = ""
    """Teams' own id of the person for this bot."""
    bot: str = ""
    bot_name: str = ""
    locale: str = ""
    unreachable: str = ""
    """Why the person cannot be written to, in Teams' word; empty when they can."""

    def to_json(self) -> dict[str, object]:
        return {name: value for name, value in asdict(self).items() if value}

    @classmethod
    def from_json(cls, stored: Mapping[str, object]) -> Reference:
        """The stored one; what a newer version may have added is left out."""
        return cls(**{field.name: str(stored.get(field.name) or "") for field in fields(cls)})

    def to(self, *, workspace: str, conversation: str) -> ConversationReference:
        """The same for botbuilder, pointing at a conversation of this tenant."""
        return ConversationReference(
            channel_id=CHANNEL,
            service_url=self.service_url,
            bot=ChannelAccount(id=self.bot, name=self.bot_name),
            user=ChannelAccount(id=self.user),
            conversation=ConversationAccount(id=conversation, tenant_id=workspace),
        )


def reference_of(activity: Activity) -> Reference:
    """What an activity tells about the account that caused it."""
    bot = activity.recipient or ChannelAccount()
    return Reference(
        service_url=activity.service_url,
        conversation="" if is_shared(activity) else activity.conversation.id,
        user=activity.from_property.id or "",
        bot=bot.id or "",
        bot_name=bot.name or "",
        locale=activity.locale or "",
    )


def is_shared(activity: Activity) -> bool:
    """Others read along: a group chat or a channel of a team."""
    kind = activity.conversation.conversation_type
    return kind != PERSONAL if kind else bool(activity.conversation.is_group)


def tenant_of(activity: Activity) -> str:
    """The tenant that it comes from."""
    data = activity.channel_data if isinstance(activity.channel_data, dict) else {}
    tenant = data.get("tenant")
    named = tenant.get("id") if isinstance(tenant, dict) else ""
    return str(activity.conversation.tenant_id or named or "")


def account_of(activity: Activity) -> str:
    """The person's id in the directory of the tenant, which other systems know too."""
    return str(activity.from_property.aad_object_id or activity.from_property.id or "")
