from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from providers.cronofy import Cronofy
from providers.cronofy_callbacks import (
    AuthorisationResult,
    Notification,
    read_authorisation,
    read_notification,
)

BODY = b'{"example":"well-known"}'


VECTORS = [
    ("pDY0Oi7TJSP2hfNmZNkm5", "6r2/HjBkqymGegX0wOfifieeUXbbHwtV/LohHS+jv6c="),
    ("CRN_NggYusqPGLxwjw5FHOJYOqSrTPNXy8WQf14OID", "5DxentQi5YSXODEzTVv06sRwJ3pULIz1KrYv20qxEK0="),
    ("CRN_nGlYDFXwfSXgB9rvGNBJyfE454GGPtWIbNuPwr", "BmQmWVuZ70ILWjr1CAt5oC7YOolgnku4WZtlrKfx/6k="),
]


def signed_by(secret: str, *former: str) -> Cronofy:
    return Cronofy.build(
        client_id="c", client_secret=secret, former_secrets=former, now=lambda: datetime(2026, 11, 22, tzinfo=UTC)
    )


@pytest.mark.parametrize(("secret", "signature"), VECTORS)
def test_a_signature_of_cronofy_is_recognised_alone_and_among_others(secret: str, signature: str) -> None:
    cronofy = signed_by(secret)
    assert cronofy.verify_hmac(signature, BODY)
    assert cronofy.verify_hmac(f"AAAA, {signature} ,BBBB", BODY)
    assert signed_by("new", secret).verify_hmac(signature, BODY)


@pytest.mark.parametrize("header", ["", ",", "AAAA", VECTORS[1][1], "é", VECTORS[0][1][:-1], VECTORS[0][1].lower()])
def test_any_other_signature_is_refused(header: str) -> None:
    assert not signed_by(VECTORS[0][0]).verify_hmac(header, BODY)
    assert not signed_by(VECTORS[0][0]).verify_hmac(VECTORS[0][1], BODY + b" ")
    assert not signed_by("").verify_hmac("thNnmggU2ex3L5XXeMNfxf8Wl8STcVZTxscSFEKSxa0=", b"")


@pytest.mark.parametrize(
    ("body", "result"),
    [
        ({"authorization": {"code": "abc", "state": "7"}}, AuthorisationResult(code="abc", state="7")),
        ({"authorization": {"code": "abc"}, "state": "7"}, AuthorisationResult(code="abc", state="7")),
        ({"code": "abc", "state": "7", "more": {}}, AuthorisationResult(code="abc", state="7")),
        (
            {"authorization": {"error": "e", "error_key": "k", "error_description": "d", "state": "7"}},
            AuthorisationResult(state="7", error="e", error_key="k", error_description="d"),
        ),
        ({"authorization": {"error_key": "k"}}, AuthorisationResult(error_key="k")),
        ({"authorization": {}}, None),
        ({"notification": {"type": "change"}}, None),
        ([], None),
        (None, None),
    ],
)
def test_the_answer_for_a_person_is_understood_wherever_its_parts_stand(body: Any, result: Any) -> None:
    assert read_authorisation(body) == result
    assert "abc" not in repr(read_authorisation(body))


@pytest.mark.parametrize(
    ("body", "result"),
    [
        (
            {
                "notification": {"type": "change", "changes_since": "2025-01-17T09:24:16Z"},
                "channel": {"channel_id": "chn_1", "filters": {}, "scheduling_conversations": {}},
            },
            Notification("change", "chn_1", datetime(2025, 1, 17, 9, 24, 16, tzinfo=UTC)),
        ),
        ({"notification": {"type": "something_new"}}, Notification("something_new")),
        (
            {
                "notification": {"type": "event_subscription", "interactions": [{"type": "conferencing_assigned"}]},
                "event": {"event_id": "proof-1"},
            },
            Notification("event_subscription", interactions=("conferencing_assigned",), event_id="proof-1"),
        ),
        (
            {"notification": {"interaction": {"kind": "conferencing_failing"}}},
            Notification("", interactions=("conferencing_failing",)),
        ),
        ({"notification": {"type": "change", "changes_since": "yesterday"}}, Notification("change")),
        ({"notification": "change"}, None),
        ({"authorization": {"code": "abc"}}, None),
        ("change", None),
    ],
)
def test_notifications_are_read_whatever_else_they_carry(body: Any, result: Any) -> None:
    assert read_notification(body) == result
