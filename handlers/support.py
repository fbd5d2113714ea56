"""What is said when the cause is not known: so, and a text for Personio's support that is ready to send."""

from __future__ import annotations

from handlers.messages import Reply, Text
from handlers.readiness import Provider
from handlers.texts import t


def support(provider: Provider, language: str, *, evidence: str, words: str = "") -> Reply:
    """Says that the cause is unknown; `words` are the person's own."""
    name = provider.display_name
    unknown = t("I don't know the cause of this. Everything that I can look at is in order.", language)
    ask = t("This text is ready for Personio's support:", language)
    body = t(
        "We use {provider} for video interviews through Personio's calendar integration (Cronofy). It does not work "
        "for one of our hosts, although the calendar is synchronised and the account is connected.",
        language,
        provider=name,
    )
    seen = t("What we saw: {evidence}.", language, evidence=words or evidence)
    return (Text(unknown), Text(f"{ask}\n\n{body} {seen}"))
