"""The pages outside the chat, and whether every colour can be read."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from bot.pages.render import STATIC, Submit, Way, page
from bot.tones import tone_word
from handlers.messages import Tone

TEXT = 4.5
CONTROL = 3.0
PAIRS = [
    *((ink, ground, TEXT) for ink in ("ink", "muted", "accent") for ground in ("ground", "surface", "sunken")),
    *((tone, ground, TEXT) for tone in ("good", "warning", "bad", "neutral") for ground in ("surface", f"{tone}-soft")),
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-strong", TEXT),
    ("ink", "accent-soft", TEXT),
    ("accent", "accent-soft", TEXT),
    ("muted", "accent-soft", TEXT),
    ("control", "surface", CONTROL),
    ("control", "ground", CONTROL),
]


def colours(scheme: str) -> dict[str, str]:
    css = (STATIC / "look.css").read_text()
    light, dark = (
        dict(re.findall(r"--([\w-]+): (#\w+);", block)) for block in re.findall(r":root \{(.*?)\}", css, re.S)
    )
    return light if scheme == "light" else light | dark


def channels(colour: str, under: str) -> Iterator[float]:
    """Red, green and blue from 0 to 1, over what is behind."""
    share = int(colour[7:9] or "ff", 16) / 255
    for start in (1, 3, 5):
        yield (int(colour[start : start + 2], 16) * share + int(under[start : start + 2], 16) * (1 - share)) / 255


def luminance(colour: str, under: str) -> float:
    parts = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels(colour, under))
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_colour_can_be_read(scheme: str) -> None:
    known = colours(scheme)
    for ink, ground, least in PAIRS:
        one, other = (luminance(known[name], known["surface"]) + 0.05 for name in (ink, ground))
        assert max(one, other) / min(one, other) >= least, (scheme, ink, ground)


@pytest.mark.parametrize("tone", Tone)
@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_a_page_says_its_tone_in_words(tone: Tone, language: str) -> None:
    answer = page(tone, language, headline="Zoom is connected").body.decode()
    assert f'<html lang="{language}">' in answer
    assert f'aria-label="{tone_word(tone, language)}"' in answer


def test_a_page_has_one_button_that_posts_and_one_way_out() -> None:
    answer = page(
        Tone.NEUTRAL,
        "en",
        headline="Connect <Zoom>",
        text="Hello **Ben**",
        primary=Submit("Continue", "/link/abc", {"state": '"x"'}),
        secondary=Way("Not me", "/"),
        origins=("https://app.cronofy.com",),
        status=410,
    )
    html = answer.body.decode()
    assert answer.status_code == 410
    assert "Connect &lt;Zoom&gt;" in html
    assert "<strong>Ben</strong>" in html
    assert '<form method="post" action="/link/abc">' in html
    assert 'name="state" value="&#34;x&#34;"' in html
    assert '<a class="quiet" href="/">Not me</a>' in html


def test_a_page_keeps_itself_to_itself() -> None:
    headers = page(Tone.GOOD, "en", headline="Done", origins=("https://app.cronofy.com",)).headers
    assert headers["Content-Security-Policy"].split("; ") == [
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self' data:",
        "form-action 'self' https://app.cronofy.com",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
