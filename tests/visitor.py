"""A browser without a screen: opens pages over HTTP, keeps cookies, presses the buttons that are there."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from types import TracebackType
from typing import Self
from urllib.parse import urljoin

import httpx


@dataclass
class Form:
    action: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)
    """By label: the name and value that the button adds."""


class Visitor:
    """`async with Visitor() as visitor: await visitor.opens(url); await visitor.presses("Continue")`."""

    def __init__(self, language: str = "en") -> None:
        self.client = httpx.AsyncClient(follow_redirects=True, timeout=20, headers={"Accept-Language": language})
        self.status = 0
        self.address = ""
        self.text = ""
        self.forms: list[Form] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.client.aclose()

    async def opens(self, address: str) -> str:
        """Follow a link; gives the words of the page that comes."""
        return self._shown(await self.client.get(address))

    async def presses(self, label: str, **filled_in: str) -> str:
        """Press the button with this label, after filling in fields of its form."""
        return self._shown(await self.client.send(self.request(label, **filled_in), follow_redirects=True))

    def request(self, label: str, **filled_in: str) -> httpx.Request:
        """What pressing that button would send."""
        form = next((form for form in self.forms if label in form.buttons), None)
        assert form is not None, f"no button {label!r} on: {self.text}"
        name, value = form.buttons[label]
        assert filled_in.keys() <= form.fields.keys(), f"no such field in {form.fields}"
        data = {**form.fields, **filled_in, **({name: value} if name else {})}
        return self.client.build_request("POST", urljoin(self.address, form.action), data=data)

    def _shown(self, response: httpx.Response) -> str:
        parsed = _Page()
        parsed.feed(response.text)
        self.status, self.address, self.forms = response.status_code, str(response.url), parsed.forms
        self.text = re.sub(r"\s+", " ", " ".join(parsed.words)).strip()
        return self.text


class _Page(HTMLParser):
    """The words and the forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.forms: list[Form] = []
        self._button: tuple[str, str] | None = None
        self._label = ""
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        match tag:
            case "form":
                self.forms.append(Form(given.get("action", "")))
            case "input":
                self.forms[-1].fields[given["name"]] = given.get("value", "")
            case "button":
                self._button, self._label = (given.get("name", ""), given.get("value", "")), ""
            case "style" | "script" | "title" | "svg":
                self._hidden += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in ("style", "script", "title", "svg"):
            self._hidden -= 1
        if tag == "button" and self._button is not None:
            self.forms[-1].buttons[self._label.strip()] = self._button
            self._button = None

    def handle_data(self, data: str) -> None:
        if self._button is not None:
            self._label += data
        if not self._hidden:
            self.words.append(data)
