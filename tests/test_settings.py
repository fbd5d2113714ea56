"""Settings: read once; what is unknown or malformed is named in one sentence, without its value."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.settings import SettingsError, read_settings, secret_keys


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def refusal(**given: object) -> str:
    with pytest.raises(SettingsError) as refused:
        read_settings(**given)
    text = str(refused.value)
    assert "\n" not in text
    assert text.endswith((".", "?"))
    return text


def test_nothing_has_to_be_set() -> None:
    settings = read_settings()
    assert settings.greenroom_language == "en"
    assert settings.greenroom_database_url.get_secret_value() == "sqlite:///greenroom.db"


def test_an_unknown_setting_is_named_with_the_one_that_was_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GREENROOM_LANGUAG", "fr")
    assert refusal() == "GREENROOM_LANGUAG is not a setting that Greenroom knows: did you mean GREENROOM_LANGUAGE?"
    monkeypatch.delenv("GREENROOM_LANGUAG")
    monkeypatch.setenv("GREENROOM_XYLOPHONE", "1")
    assert refusal() == "GREENROOM_XYLOPHONE is not a setting that Greenroom knows: please remove it."
    monkeypatch.delenv("GREENROOM_XYLOPHONE")
    assert read_settings()


def test_the_settings_of_other_programs_in_the_environment_are_none_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_WEBHOOK_FOR_SOMETHING_ELSE", "1")
    assert read_settings()


def test_in_our_own_file_every_name_is_checked() -> None:
    Path(".env").write_text("SLACK_BOT_TOKN=xoxb-1\n")
    assert "did you mean SLACK_BOT_TOKEN?" in refusal()
    Path(".env").write_text("SLACK_BOT_TOKEN=xoxb-1\nOTHER=1\nGREENROOM_DOMAINS= A.example, b.example,\n")
    settings = read_settings()
    assert settings.greenroom_domains == ("a.example", "b.example")
    assert "xoxb" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("GREENROOM_PUBLIC_URL", "example.com", "a whole http or https address"),
        ("GREENROOM_PUBLIC_URL", "ftp://example.com", "a whole http or https address"),
        ("CRONOFY_API_URL", "https://", "a whole http or https address"),
        ("PERSONIO_API_URL", "http:///path", "a whole http or https address"),
        ("GREENROOM_OWNERS", "ada", "e-mail addresses, separated by commas"),
        ("GREENROOM_TIMEZONE", "Berlin", "the name of a time zone, such as Europe/Berlin"),
        ("GREENROOM_SECRET_KEYS", "hunter2", "keys of 32 bytes in URL-safe base64, separated by commas"),
    ],
)
def test_a_malformed_setting_is_named_with_what_it_must_be(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, wanted: str
) -> None:
    monkeypatch.setenv(name, value)
    assert refusal() == f"{name} must be {wanted}."
    monkeypatch.delenv(name)
    assert read_settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GREENROOM_LANGUAGE", "es"),
        ("GREENROOM_PRIVACY", "none"),
        ("CRONOFY_DATA_CENTER", "mars"),
        ("TEAMS_LOCAL", "perhaps"),
        ("GREENROOM_PUBLIC_URL", "http://[::1"),
        ("GREENROOM_PUBLIC_URL", "http://host:port"),
        ("GREENROOM_DATABASE_URL", "mysql://user:hunter2@host/name"),
        ("GREENROOM_DATABASE_URL", "nonsense"),
    ],
)
def test_every_refusal_names_the_setting_and_hides_its_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    text = refusal()
    assert name in text
    assert "hunter2" not in text


def test_addresses_lose_the_slash_at_their_end() -> None:
    assert read_settings(greenroom_public_url="https://greenroom.example/").greenroom_public_url == (
        "https://greenroom.example"
    )


def test_a_small_installation_gets_a_key_of_its_own_that_stays(tmp_path: Path) -> None:
    settings = read_settings(greenroom_database_url=f"sqlite:///{tmp_path / 'data' / 'greenroom.db'}")
    (key,) = secret_keys(settings)
    assert Fernet(key)
    assert secret_keys(settings) == (key,)
    assert (tmp_path / "data" / "greenroom.key").stat().st_mode & 0o077 == 0


def test_a_shared_database_needs_keys_that_are_set() -> None:
    settings = read_settings(greenroom_database_url="postgresql://user@host/name")
    with pytest.raises(SettingsError, match="GREENROOM_SECRET_KEYS must be set"):
        secret_keys(settings)
    keys = ",".join(Fernet.generate_key().decode() for _ in range(2))
    given = read_settings(greenroom_database_url="postgresql://user@host/name", greenroom_secret_keys=keys)
    assert secret_keys(given) == tuple(keys.split(","))
