"""Draws the pages outside the chat: one card with what happened and the one thing to do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from bot.pages.markdown import markdown, plain, web_address
from bot.tones import tone_word
from handlers.messages import Tone

CSRF_FIELD = "csrf"
STATIC = Path(__file__).parent / "static"


@dataclass(frozen=True, slots=True)
class Submit:
    """The page's one primary button: posts a form."""

    label: str
    action: str
    values: Mapping[str, str] = field(default_factory=dict)
    """Hidden fields."""


@dataclass(frozen=True, slots=True)
class Way:
    """A link to another page."""

    label: str
    url: str


def page(
    tone: Tone,
    language: str,
    *,
    headline: str,
    text: str = "",
    primary: Submit | Way | None = None,
    secondary: Way | None = None,
    origins: Sequence[str] = (),
    status: int = 200,
) -> HTMLResponse:
    """One card; `text` is in the small Markdown.

    `origins`: where the form may lead. Chromium applies form-action to the redirect after a POST too, so the
    origin of the page that follows must be named, such as "https://app.cronofy.com".
    """
    content = (
        _templates()
        .get_template("page.html")
        .render(
            tone=tone.value,
            word=tone_word(tone, language),
            language=language,
            headline=plain(headline),
            text=markdown(text),
            primary=primary,
            secondary=secondary,
        )
    )
    return HTMLResponse(content, status_code=status, headers=security_headers(origins=origins))


def security_headers(*, origins: Sequence[str] = (), images: str = "", scripts: bool = False) -> dict[str, str]:
    """For every page: nothing inline, never in a frame, and from elsewhere at most images."""
    policy = [
        "default-src 'none'",
        "style-src 'self'",
        f"img-src 'self' data: {images}".rstrip(),
        " ".join(("form-action 'self'", *origins)),
        "base-uri 'none'",
        "frame-ancestors 'none'",
        *(("script-src 'self'", "connect-src 'self'") if scripts else ()),
    ]
    return {
        "Content-Security-Policy": "; ".join(policy),
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }


def static_route() -> Mount:
    """The pages' stylesheets."""
    return Mount("/pages/static", StaticFiles(directory=STATIC), name="pages-static")


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("bot.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["web_address"] = web_address
    return environment
