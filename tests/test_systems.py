"""The outside systems out of the settings: each absent politely, each mistake one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.clock import now
from bot.observer import Observer
from bot.sandbox.partners import Partners
from bot.settings import Settings, SettingsError, read_settings
from bot.systems import Systems, systems_of
from storage.database import Database
from storage.secrets import Cipher
from storage.store import Store
from tests.conftest import KEY


@pytest.fixture(autouse=True)
def _no_env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def built(settings: Settings) -> Systems:
    return systems_of(settings, Store(Database("sqlite://", Cipher((KEY,)))), now, paced=True, observer=Observer())


def test_nothing_configured_is_nothing_there() -> None:
    assert set(built(read_settings())) == {"cronofy", "personio", "zoom", "microsoft", "google", "goto", "mail"}
    assert set(built(read_settings()).values()) == {None}


def test_half_a_configuration_is_nothing_there() -> None:
    given = {"zoom_account_id": "a", "microsoft_client_id": "c", "google_admin_email": "a@b.example"}
    assert set(built(read_settings(**given, goto_client_id="g")).values()) == {None}


@pytest.mark.parametrize("content", [None, "not JSON", "[]", "{}", '{"client_email": "a", "private_key": "b"}'])
def test_a_key_file_that_cannot_be_used_is_said_in_one_sentence(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "google.json"
    if content is not None:
        path.write_text(content)
    settings = read_settings(google_service_account_file=str(path), google_admin_email="ada@aurora.example")
    with pytest.raises(SettingsError, match=r"^GOOGLE_SERVICE_ACCOUNT_FILE must be the JSON key file [^.]+\.$"):
        built(settings)
    path.write_text(Partners().google_key_file)
    assert built(settings)["google"] is not None


def test_the_key_file_has_googles_shape() -> None:
    assert {"type", "private_key_id", "private_key", "client_email"} <= set(json.loads(Partners().google_key_file))
