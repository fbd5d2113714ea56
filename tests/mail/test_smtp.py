"""The mail server's client: encrypted, with advice for every refusal."""

from __future__ import annotations

import pytest

from bot.mail.render import draw
from bot.settings import SettingsError, read_settings
from bot.systems import _mail
from providers.base import NotAuthorised, ProviderError, RateLimited, Unavailable
from providers.smtp import NotEncrypted, Smtp, WrongPassword
from tests.mail.conftest import PASSWORD, USER, MailServer, Post


async def test_a_server_elsewhere_without_encryption_gets_nothing(
    server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Smtp(url=server.url(user="a", password="b"), sender="a@b.example")
    monkeypatch.setattr("providers.smtp.LOCAL", frozenset())
    with pytest.raises(NotEncrypted):
        await client.check()
    monkeypatch.undo()
    await Smtp(url=server.url(), sender="a@b.example").check()


async def test_a_certificate_that_nobody_vouches_for_is_refused(
    post: Post, certificate: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = await post.open(MailServer(), tls_context=certificate)
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(Unavailable):
        await Smtp(url=server.url(), sender="a@b.example").check()


async def test_a_password_is_asked_for_and_looked_at(post: Post, certificate: object) -> None:
    server = await post.open(MailServer(), tls_context=certificate, signs_in=True)
    with pytest.raises(WrongPassword) as refused:
        await Smtp(url=server.url(user=USER.replace("@", "%40"), password="wrong"), sender=USER).check()
    assert isinstance(refused.value, NotAuthorised)
    right = Smtp(url=server.url(user=USER.replace("@", "%40"), password=PASSWORD.replace("@", "%40")), sender=USER)
    await right.check()


@pytest.mark.parametrize(
    ("answer", "error"), [("451 4.7.1 later", RateLimited), ("554 5.7.1 spam", ProviderError)], ids=["later", "never"]
)
async def test_what_the_server_says_to_a_message_is_understood(
    server: MailServer, answer: str, error: type[ProviderError]
) -> None:
    client, message = Smtp(url=server.url(), sender="a@b.example"), draw("Hello", "Text")
    message["From"], message["To"] = "a@b.example", "c@d.example"
    server.answers = [answer]
    with pytest.raises(error):
        await client.send(message)
    await client.send(message)
    assert len(server.taken) == 1


def test_the_sender_is_the_setting_or_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.chdir(str(tmp_path))
    assert _mail(read_settings()) is None
    client = _mail(read_settings(greenroom_smtp_url="smtps://me%40x.example:a@mail.x.example"))
    assert client is not None
    assert client.sender == "me@x.example"
    with pytest.raises(SettingsError, match=r"^GREENROOM_SMTP_FROM must be an e-mail address"):
        _mail(read_settings(greenroom_smtp_url="smtp://mail.x.example"))


@pytest.mark.parametrize("url", ["mail.x.example", "https://mail.x.example", "smtp://", "smtp://x:99999"])
def test_an_address_that_is_none_is_said_in_one_sentence(
    url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.chdir(str(tmp_path))
    with pytest.raises(SettingsError, match=r"^GREENROOM_SMTP_URL must be an address such as smtp://"):
        read_settings(greenroom_smtp_url=url)
