"""Draws the sandbox's pages: Jinja2, escaped, one style sheet, no scripts."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.sandbox.world import World

if TYPE_CHECKING:
    import jinja2

TEMPLATES = Path(__file__).parent / "templates"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'self'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
}


class Drawing:
    """Templates by name; every page knows the world and where its style sheet is."""

    def __init__(self, world: World) -> None:
        self._world = world

    @cached_property
    def _environment(self) -> jinja2.Environment:
        # imported here: the first page may never be asked for
        import jinja2

        loader = jinja2.FileSystemLoader(TEMPLATES)
        return jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)

    def page(self, request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
        # the same path as the page, so that it works below any prefix and any host name
        style = f"{request.scope.get('root_path', '')}/sandbox.css"
        drawn = self._environment.get_template(template).render(world=self._world, style=style, **values)
        return HTMLResponse(drawn, status_code=status, headers=HEADERS)

    async def style(self, request: Request) -> Response:
        css = (TEMPLATES / "sandbox.css").read_text(encoding="utf-8")
        return Response(css, media_type="text/css", headers={"Cache-Control": "max-age=300"})
