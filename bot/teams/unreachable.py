"""Why somebody cannot be written to in Teams: Teams' words, and ours."""

from __future__ import annotations

from handlers.texts import t


def advice(text: str) -> str:
    """Mark a sentence for people, so that the catalogues find it; translated where it is shown."""
    return text


NOT_INSTALLED = advice("Greenroom is not added in this person's Teams yet. An admin can add it for everybody.")
REMOVED = advice("This person removed Greenroom from their Teams. They can add it again at any time.")
BLOCKED = advice("This person blocked Greenroom in Teams. Only they can change that.")
DISABLED = advice("An admin switched Greenroom off in Teams. The Teams admin centre is the place to allow it.")
READ_ONLY = advice("Teams does not let anybody write to this chat at the moment.")
NOBODY = advice("Teams does not know this person. The account may have been deleted.")
NO_CONSENT = advice(
    "Greenroom may not add itself in this person's Teams. A Microsoft 365 admin can grant its registration the "
    "permission TeamsAppInstallation.ReadWriteSelfForUser.All."
)
NOT_IN_CATALOGUE = advice(
    "Greenroom is not in your organisation's app catalogue. The Teams admin centre is the place to upload and allow it."
)
OTHERWISE = advice("Teams refused the message. The person who runs Greenroom can see the details in its log.")

# https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/conversation-messages#status-codes-from-bot-conversational-apis
REASONS = {
    "BotNotInConversationRoster": NOT_INSTALLED,
    "ForbiddenOperationException": NOT_INSTALLED,
    "AppRemoved": REMOVED,
    "ConversationBlockedByUser": BLOCKED,
    "BotDisabledByAdmin": DISABLED,
    "InvalidBotApiHost": DISABLED,
    "MessageWritesBlocked": READ_ONLY,
    "UserNotFound": NOBODY,
    # What Graph says when the app is to be added.
    "InstallNotPermitted": NO_CONSENT,
    "AppNotInCatalog": NOT_IN_CATALOGUE,
}
NOT_ADDED = frozenset(
    {"BotNotInConversationRoster", "ForbiddenOperationException", "InstallNotPermitted", "AppNotInCatalog"}
)
"""What an installation through Graph may repair."""


def reason(cause: str, language: str) -> str:
    """One sentence: why, and who can change it."""
    return t(REASONS.get(cause, OTHERWISE), language)
