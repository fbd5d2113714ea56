"""Whatever is sent to a public address or into a parser: no 500, no leak, no hang. `make fuzz` runs the long form."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.app import Program, application, build
from bot.clock import now
from bot.pages.markdown import markdown, plain
from bot.settings import read_settings
from handlers.conversations import ROUTER, answer
from handlers.links import CONNECT, make_link
from handlers.messages import Event
from handlers.own_accounts import OwnAccounts
from handlers.people import as_person
from handlers.serialize import to_json
from handlers.texts import t
from handlers.trail import Trail
from providers.cronofy_callbacks import read_authorisation, read_notification
from providers.cronofy_reading import read_userinfo
from storage.people import PersonRecord
from tests.conftest import KEY

LONG = settings.default is not None and settings.get_current_profile_name() == "fuzz"
SECRET = "marker-client-secret"
LEAKS = (SECRET, KEY, "marker-", "Traceback", "sqlalchemy", 'File "')
WORDS = st.text(max_size=60) | st.sampled_from(
    ("zoom", "yes", "1", "-1", "0", "9" * 30, "ben@a.example", "{0.x}", "\x00")
)
KEYS = st.sampled_from(
    (
        "authorization", "code", "state", "error", "error_key", "notification", "type", "changes_since", "channel",
        "channel_id", "cronofy.data", "profiles", "conferencing_profiles", "profile_connected", "sub", "email",
    )
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | WORDS, inner, max_size=5),
    max_leaves=12,
)


def inputs(count: int) -> Callable[[Any], Any]:
    """So many inputs in the long form, a five-hundredth of them in the suite."""
    return settings(
        max_examples=count if LONG else max(20, count // 500),
        deadline=timedelta(seconds=10),
        suppress_health_check=list(HealthCheck),
        database=None,
    )


def test_the_long_form_is_long_enough() -> None:
    lines = Path(__file__).read_text().splitlines()
    counts = [
        int(line[8:-1].replace("_", "")) for line in (each.strip() for each in lines) if line.startswith("@inputs(")
    ]
    assert sum(counts) >= 100_000


@inputs(40_000)
@given(JSON)
def test_what_cronofy_sends_is_read_or_not_but_never_breaks(body: Any) -> None:
    read_authorisation(body)
    read_notification(body)
    if isinstance(body, dict):
        read_userinfo(body)


@inputs(30_000)
@given(st.text(max_size=300) | st.text(alphabet="*`[]()\\-1. \n<>\"'&", max_size=300))
def test_texts_become_pages_without_markup_of_their_own(text: str) -> None:
    drawn = str(markdown(text))
    assert "<script" not in drawn
    assert "javascript:" not in drawn.split('href="')[-1].split('"')[0] if 'href="' in drawn else True
    plain(text)
    assert t("Hello {name}! I get you ready for video interviews.", "en", name=text)


@inputs(15_000)
@given(WORDS, WORDS)
def test_no_odd_address_counts_as_ones_own(email: str, account: str) -> None:
    own = OwnAccounts(frozenset({"a.example"})).belongs(1, email, account)
    if own and "@" in account and "@" in email and account.strip().lower() != email.strip().lower():
        assert account.strip().lower().rpartition("@")[2] == "a.example"


@contextmanager
def running(folder: Path) -> Iterator[tuple[asyncio.Runner, Program]]:
    """The program without its jobs, on a loop that the inputs share."""
    given = read_settings(
        greenroom_database_url=f"sqlite:///{folder / 'fuzz.db'}",
        greenroom_secret_keys=KEY,
        greenroom_public_url="http://greenroom.example",
        greenroom_owners=("ada@a.example",),
        cronofy_client_id="client",
        cronofy_client_secret=SECRET,
        cronofy_api_url="http://127.0.0.1:9",
        cronofy_app_url="http://127.0.0.1:9",
        slack_bot_token="xoxb-marker",
        slack_signing_secret="marker-signing",
        slack_client_id="1.2",
        slack_client_secret="marker-slack-client",
        zoom_webhook_secret="marker-zoom",
        teams_local=True,
    )
    with asyncio.Runner() as runner:
        program = build(given, now=now, paced=False)
        runner.run(program.prepare())
        record = PersonRecord("1", "ben@a.example", "Ben", "en", "UTC")
        runner.run(program.store.people.save(program.company, [record]))
        yield runner, program
        runner.run(program.close())


PLACES = (
    "/link/{}",
    "/connected/{}",
    "/webhooks/cronofy/{}",
    "/webhooks/personio/{}",
    "/webhooks/zoom?{}",
    "/exports/{}",
    "/letter/{}",
    "/slack/oauth_redirect?state={}",
    "/oauth/cronofy/callback?state={}",
    "/signed-in?state={}",
    "/slack/events?{}",
    "/api/messages?{}",
    "/healthz?{}",
    "/pages/static/{}",
    "/{}",
)
METHODS = st.sampled_from(("GET", "POST", "POST", "PUT", "HEAD", "DELETE"))
BODIES = st.binary(max_size=300) | JSON.map(lambda body: json.dumps(body).encode()) | st.just(b"[" * 50_000)
TYPES = st.sampled_from(
    (
        "application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "multipart/form-data; boundary=x",
        "",
    )
)
HEADERS = st.dictionaries(
    st.sampled_from(
        (
            "Cronofy-HMAC-SHA256",
            "X-Slack-Signature",
            "X-Slack-Request-Timestamp",
            "x-zm-signature",
            "x-zm-request-timestamp",
            "Authorization",
            "Cookie",
            "Accept-Language",
        )
    ),
    st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), max_size=60),
    max_size=4,
)


def test_no_public_address_breaks_leaks_or_hangs(tmp_path: Path) -> None:
    with running(tmp_path) as (runner, program):
        token = runner.run(_link(program))
        signed = program.services.sign(f"{program.company}-1")
        export = program.services.sign_export(f"{program.company}-1-1-9999999999")
        secrets = st.sampled_from((token, signed, export)) | st.text(max_size=40).map(_quoted)
        app = application(program)
        app.user_middleware.clear()  # the pauses of the guard have tests of their own
        transport = httpx.ASGITransport(app, raise_app_exceptions=True)

        @inputs(15_000)
        @given(METHODS, st.sampled_from(PLACES), secrets, HEADERS, TYPES, BODIES)
        def sent(method: str, place: str, secret: str, headers: dict[str, str], kind: str, body: bytes) -> None:
            address = "http://greenroom.example" + place.format(secret)
            request = httpx.Request(method, address, headers={**headers, "Content-Type": kind}, content=body)
            reply = runner.run(_send(transport, request))
            assert reply.status_code < 500, (method, place)
            assert not any(leak in reply.text for leak in LEAKS)

        sent()


def _quoted(text: str) -> str:
    return str(httpx.QueryParams({"x": text}))[2:].replace("+", "%20")


async def _link(program: Program) -> str:
    (row,) = await program.store.people.with_email(program.company, "ben@a.example")
    address = await make_link(program.services, as_person(row), purpose=CONNECT, provider="zoom", card="")
    return address.rsplit("/", 1)[1]


async def _send(transport: httpx.ASGITransport, request: httpx.Request) -> httpx.Response:
    response = await transport.handle_async_request(request)
    await response.aread()
    return response


VALUES = st.dictionaries(
    st.sampled_from(
        ("person", "provider", "role", "sure", "email", "account", "language", "first", "person_candidates")
    )
    | WORDS,
    WORDS | st.sampled_from(("1", "2", "1,2", "owner", "zoom", "ada@a.example")),
    max_size=5,
)


@pytest.mark.parametrize("email", ["ada@a.example", "ben@a.example"])
def test_no_press_and_no_form_breaks_a_conversation(tmp_path: Path, email: str) -> None:
    with running(tmp_path) as (runner, program):

        @inputs(5_000)
        @given(st.sampled_from(sorted(ROUTER.routes)) | WORDS, VALUES)
        def acted(intent: str, values: dict[str, str]) -> None:
            reply = runner.run(_answered(program, email, intent, values))
            assert reply
            assert not any(leak in json.dumps(to_json(reply)) for leak in LEAKS)

        acted()


def _answered(program: Program, email: str, intent: str, values: dict[str, str]) -> Awaitable[Any]:
    async def answered() -> Any:
        (row, *_) = await program.store.people.with_email(program.company, email)
        event = Event(as_person(row), intent, values, channel="web", conversation="web:x", answer="d")
        reply = await answer(event, program.services)
        await program.store.audit.add(program.company, program.services.trail.take("d"), program.now())
        return reply

    return answered()  # type: ignore[return-value]


@inputs(5_000)
@given(VALUES)
def test_only_words_of_our_own_go_on_record(values: dict[str, str]) -> None:
    trail = Trail()
    person = as_person_of(values)
    trail.note(person)
    (entry,) = trail.take("")
    assert all(word.isidentifier() and len(word) <= 40 for word in entry.detail.values())


def as_person_of(values: dict[str, str]) -> Event:
    from handlers.messages import Person, Role

    return Event(Person(1, 1, "a@a.example", "A", "en", "UTC", Role.OWNER), "check_person", values)
