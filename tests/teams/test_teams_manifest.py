import json
import struct
import zlib
from io import BytesIO
from uuid import UUID
from zipfile import ZipFile

import pytest

from bot.teams import TeamsSettings
from bot.teams.manifest import COMMANDS, ManifestError, localization, manifest, package
from handlers.texts import languages

APP = "11111111-2222-3333-4444-555555555555"
REQUIRED = {"manifestVersion", "version", "id", "developer", "name", "description", "icons", "accentColor"}
KNOWN = REQUIRED | {
    "$schema",
    "localizationInfo",
    "bots",
    "defaultInstallScope",
    "defaultGroupCapability",
    "validDomains",
    "webApplicationInfo",
}


@pytest.fixture
def settings() -> TeamsSettings:
    return TeamsSettings(app_id=APP, app_password="x", tenant_id="t", public_url="https://bot.aurora.example")


@pytest.fixture
def archive(settings: TeamsSettings) -> ZipFile:
    return ZipFile(BytesIO(package(settings)))


def pixels(png: bytes) -> tuple[int, int, bytes]:
    """Width, height and RGBA of a picture without filters."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    at, content, size = 8, b"", (0, 0)
    while at < len(png):
        (length,), name = struct.unpack(">I", png[at : at + 4]), png[at + 4 : at + 8]
        chunk = png[at + 8 : at + 8 + length]
        assert zlib.crc32(name + chunk) == struct.unpack(">I", png[at + 8 + length : at + 12 + length])[0]
        size = struct.unpack(">2I", chunk[:8]) if name == b"IHDR" else size
        content += chunk if name == b"IDAT" else b""
        at += 12 + length
    rows, line = zlib.decompress(content), size[0] * 4 + 1
    return *size, b"".join(rows[row * line + 1 : (row + 1) * line] for row in range(size[1]))


def test_the_package_holds_what_its_manifest_names(archive):
    described = json.loads(archive.read("manifest.json"))
    named = {"manifest.json", *described["icons"].values()}
    named |= {one["file"] for one in described["localizationInfo"]["additionalLanguages"]}
    assert set(archive.namelist()) == named
    assert {one["languageTag"] for one in described["localizationInfo"]["additionalLanguages"]} == {"fr", "de"}


def test_the_manifest_keeps_microsofts_rules(settings):
    """https://developer.microsoft.com/json-schemas/teams/v1.19/MicrosoftTeams.schema.json"""
    described = manifest(settings)
    assert set(described) == KNOWN
    assert described["manifestVersion"] in described["$schema"]
    assert len(described["name"]["short"]) <= 30
    assert len(described["developer"]["name"]) <= 32
    assert all(
        described["developer"][name].startswith("https://") for name in ("websiteUrl", "privacyUrl", "termsOfUseUrl")
    )
    [bot] = described["bots"]
    assert UUID(described["id"]) == UUID(bot["botId"]) == UUID(described["webApplicationInfo"]["id"])
    assert set(bot["scopes"]) == {"personal", "team", "groupChat"}
    assert len(bot["commandLists"]) <= 3
    assert len(COMMANDS) <= 12
    assert described["validDomains"] == ["bot.aurora.example"]


@pytest.mark.parametrize("language", languages())
def test_every_language_keeps_the_lengths(language):
    words = localization(language)
    assert len(words["description.short"]) <= 80
    assert len(words["description.full"]) <= 4000
    titles = [text for name, text in words.items() if name.endswith(".title")]
    assert len(set(titles)) == len(COMMANDS)
    assert all(0 < len(title) <= 128 for title in titles)


def test_the_languages_differ():
    short = {localization(language)["description.short"] for language in languages()}
    assert len(short) == len(languages())


def test_the_colour_icon_is_large_and_opaque(archive):
    width, height, rgba = pixels(archive.read("color.png"))
    assert (width, height) == (192, 192)
    assert set(rgba[3::4]) == {255}


def test_the_outline_icon_is_white_on_nothing(archive):
    width, height, rgba = pixels(archive.read("outline.png"))
    assert (width, height) == (32, 32)
    assert set(rgba[0::4]) == set(rgba[1::4]) == set(rgba[2::4]) == {255}
    assert {0, 255} <= set(rgba[3::4])


def test_the_same_settings_make_the_same_package(settings):
    assert package(settings) == package(settings)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"app_id": "not-a-guid"}, "TEAMS_APP_ID"),
        ({"public_url": "http://127.0.0.1:8000"}, "GREENROOM_PUBLIC_URL"),
        ({"public_url": ""}, "GREENROOM_PUBLIC_URL"),
    ],
)
def test_settings_that_teams_would_refuse_are_named(wrong, named):
    right = {"app_id": APP, "app_password": "x", "tenant_id": "t", "public_url": "https://bot.aurora.example"}
    with pytest.raises(ManifestError, match=named):
        package(TeamsSettings(**right | wrong))
    assert package(TeamsSettings(**right))
