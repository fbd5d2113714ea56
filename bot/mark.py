"""By what `greenroom doctor` knows that an address leads to this very installation: a word signed with its keys."""

from __future__ import annotations

from itsdangerous import BadSignature, Signer

from bot.settings import Settings, secret_keys

WORD = "greenroom"


def mark_of(settings: Settings) -> str:
    return _signer(settings).sign(WORD).decode()


def is_ours(mark: str, settings: Settings) -> bool:
    """Whether this was signed with one of our keys."""
    try:
        return _signer(settings).unsign(mark).decode() == WORD
    except BadSignature:
        return False


def _signer(settings: Settings) -> Signer:
    # The first key signs and all keys are accepted; this library wants the newest last.
    return Signer(list(reversed(secret_keys(settings))), salt="mark")
