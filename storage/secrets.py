"""Secrets at rest: an encrypted column type; the first key encrypts, all keys decrypt."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator


class SecretsError(Exception):
    """A stored secret cannot be read or written with the keys at hand."""

    advice = "Check GREENROOM_SECRET_KEYS: the key that encrypted this value must be in the list."


class Cipher:
    """Encrypts and decrypts column values.

    `keys` are Fernet keys, 32 bytes in URL-safe base64; raises SecretsError when one is not.
    https://cryptography.io/en/latest/fernet/#cryptography.fernet.MultiFernet
    """

    def __init__(self, keys: Sequence[str]) -> None:
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
        except ValueError as error:
            raise SecretsError("A secret key is not 32 bytes in URL-safe base64.") from error

    def encrypt(self, value: str) -> str:
        return self._fernet.encrypt(value.encode()).decode()

    def decrypt(self, value: str) -> str:
        try:
            return self._fernet.decrypt(value.encode()).decode()
        except InvalidToken as error:
            raise SecretsError("A stored secret was encrypted with a key that is not configured.") from error


# A column type knows only its dialect, and each engine has a dialect of its own.
_ciphers: WeakKeyDictionary[Dialect, Cipher] = WeakKeyDictionary()


def use_cipher(dialect: Dialect, cipher: Cipher) -> None:
    """Encrypt the secrets of the engine that owns this dialect with this cipher."""
    _ciphers[dialect] = cipher


class Encrypted(TypeDecorator[str]):
    """Text that is encrypted in the database and plain in Python."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else _ciphers[dialect].encrypt(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else _ciphers[dialect].decrypt(value)


class EncryptedJson(TypeDecorator[Any]):
    """A value of JSON that is encrypted in the database: what is sent can hold a link that only one may follow."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else _ciphers[dialect].encrypt(json.dumps(value, ensure_ascii=False))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(_ciphers[dialect].decrypt(value))
