"""What a person sees when the account that was connected is not their own."""

from __future__ import annotations

from handlers.messages import Button, Buttons, Reply, Status, Text, Tone
from handlers.readiness import Provider
from handlers.texts import t


def foreign_account(provider: Provider, account: str, language: str) -> Reply:
    """What the person sees instead of "connected"."""
    name, values = provider.display_name, {"provider": provider.value}
    text = t(
        "This is not your own address, so I don't count it: interviews would be held with somebody else's account. "
        "Disconnect it and connect your own, or have it confirmed if it is yours after all.",
        language,
    )
    buttons = (
        Button(t("Disconnect it", language), "disconnect", values, primary=True),
        Button(t("It is mine", language), "claim_account", values),
    )
    status = t("{provider} is connected as {account}", language, provider=name, account=account)
    return (Status(Tone.WARNING, status), Text(text), Buttons(buttons))
