"""Secrets at rest: never in plain text, readable with every key that is listed, never with another."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import text

from storage.database import Database
from storage.secrets import Cipher, SecretsError
from storage.store import Store
from tests.conftest import KEY
from tests.storage.conftest import NOW

ROW = {"sub": "acc_1", "access_token": "very secret", "refresh_token": "even more", "expires_at": NOW + timedelta(1)}


async def save(store: Store, company: int, **changed: object) -> None:
    await store.grants.save_all(company, [{"person_id": 7, **ROW, **changed}])


async def raw(database: Database) -> str:
    async with database.engine.connect() as connection:
        return str((await connection.execute(text("SELECT access_token, refresh_token FROM grants"))).one())


async def test_the_table_holds_ciphertext_only(database: Database, store: Store, company: int) -> None:
    await save(store, company)
    assert "secret" not in await raw(database)
    assert "even more" not in await raw(database)
    grant = await store.grants.get(company, 7)
    assert grant is not None
    assert (grant.access_token, grant.refresh_token) == ("very secret", "even more")


async def test_the_same_secret_twice_gives_two_ciphertexts(database: Database, store: Store, company: int) -> None:
    await save(store, company)
    first = await raw(database)
    await save(store, company)
    assert await raw(database) != first


async def test_a_new_key_in_front_encrypts_and_the_old_one_still_reads(
    database_url: str, store: Store, company: int
) -> None:
    await save(store, company)
    fresh = Fernet.generate_key().decode()
    rotated = Database(database_url, Cipher([fresh, KEY]))
    grants = Store(rotated).grants
    old = await grants.get(company, 7)
    assert old is not None
    assert old.access_token == "very secret"
    await save(Store(rotated), company, access_token="new secret")
    await rotated.close()
    only_new = Database(database_url, Cipher([fresh]))
    new = await Store(only_new).grants.get(company, 7)
    assert new is not None
    assert new.access_token == "new secret"
    await only_new.close()


async def test_another_key_reads_nothing_and_says_which_setting_to_check(
    database_url: str, store: Store, company: int
) -> None:
    await save(store, company)
    foreign = Database(database_url, Cipher([Fernet.generate_key().decode()]))
    with pytest.raises(SecretsError) as refused:
        await Store(foreign).grants.get(company, 7)
    await foreign.close()
    assert "GREENROOM_SECRET_KEYS" in refused.value.advice
    assert "secret" not in str(refused.value).replace("stored secret", "")
    assert await store.grants.get(company, 7)


def test_a_key_of_the_wrong_form_is_refused_without_being_shown() -> None:
    with pytest.raises(SecretsError) as refused:
        Cipher(["hunter2"])
    assert "hunter2" not in str(refused.value)
    assert Cipher([KEY]).decrypt(Cipher([KEY]).encrypt("ü")) == "ü"
