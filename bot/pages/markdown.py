"""The small Markdown of our texts as HTML; everything else is shown as it was written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from urllib.parse import urlsplit

from markupsafe import Markup, escape

# No class may match its own opening sign, so that a long text of opening signs takes linear time.
_INLINE = re.compile(
    r"\\(?P<sign>[\\*`\[\]])"
    r"|`(?P<code>(?:\\.|[^`\\\n])+)`"
    r"|\*\*(?P<bold>(?:\\.|[^*\\]|\*(?!\*))+)\*\*"
    r"|\[(?P<label>(?:\\.|[^\[\]\\\n])+)\]\((?P<address>[^\s()]+)\)"
)
_ESCAPED = re.compile(r"\\([\\*`\[\]])")
_BULLET = re.compile(r"- +(.*)")
_NUMBER = re.compile(r"(\d{1,4})\. +(.*)")


def plain(text: str) -> str:
    """The text of a title or a label, without the backslashes that protect values."""
    return _ESCAPED.sub(r"\1", text)


def web_address(address: str) -> str:
    """The address if a browser may open it from here, or an empty string: never javascript: and the like."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return address if parts.scheme in {"http", "https"} and parts.netloc else ""


def inline(text: str) -> Markup:
    """One line's bold words, code and links."""
    pieces: list[str] = []
    end = 0
    for match in _INLINE.finditer(text):
        pieces += [escape(text[end : match.start()]), _marked(match)]
        end = match.end()
    return Markup("").join([*pieces, escape(text[end:])])


def markdown(text: str) -> Markup:
    """Paragraphs and lists."""
    return Markup("").join(_blocks(text.strip("\n").splitlines()))


def _marked(match: re.Match[str]) -> Markup:
    match match.lastgroup:
        case "sign":
            return escape(match["sign"])
        case "code":
            return Markup("<code>{}</code>").format(plain(match["code"]))
        case "bold":
            return Markup("<strong>{}</strong>").format(inline(match["bold"]))
        case _:
            return _link(label=inline(match["label"]), address=plain(match["address"]))


def _link(*, label: Markup, address: str) -> Markup:
    if not web_address(address):
        return Markup("{} ({})").format(label, address)
    return Markup('<a href="{}" target="_blank" rel="noopener">{}</a>').format(address, label)


def _kind(line: str) -> str:
    if _BULLET.match(line):
        return "bullets"
    if _NUMBER.match(line):
        return "numbers"
    return "text" if line.strip() else "blank"


def _blocks(lines: list[str]) -> Iterator[Markup]:
    for kind, group in groupby(lines, _kind):
        match kind:
            case "bullets":
                yield Markup("<ul>{}</ul>").format(_items(_BULLET, group))
            case "numbers":
                yield _numbered(list(group))
            case "text":
                yield Markup("<p>{}</p>").format(Markup("<br>").join(inline(line) for line in group))


def _items(pattern: re.Pattern[str], lines: Iterator[str] | list[str]) -> Markup:
    found = (match for line in lines if (match := pattern.match(line)))
    return Markup("").join(Markup("<li>{}</li>").format(inline(match[match.lastindex or 1])) for match in found)


def _numbered(lines: list[str]) -> Markup:
    first = int(lines[0].split(".", 1)[0])
    start = Markup(' start="{}"').format(first) if first != 1 else Markup("")
    return Markup("<ol{}>{}</ol>").format(start, _items(_NUMBER, lines))
