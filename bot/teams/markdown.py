"""Our small Markdown as the smaller one of Adaptive Cards; text from outside never becomes markup there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from urllib.parse import quote, urlsplit

# No class may match its own opening sign, so that a long text of opening signs takes linear time.
_INLINE = re.compile(
    r"\\(?P<sign>[\\*`\[\]])"
    r"|`(?P<code>(?:\\.|[^`\\\n])+)`"
    r"|\*\*(?P<bold>(?:\\.|[^*\\\n]|\*(?!\*))+)\*\*"
    r"|\[(?P<label>(?:\\.|[^\[\]\\\n])+)\]\((?P<address>[^\s()]+)\)"
)
_ESCAPED = re.compile(r"\\([\\*`\[\]])")
_LINE_START = re.compile(r"^(\s*)(?=(?:[-+#>]|\d{1,9}[.)])(?:\s|$)|#{1,6}(?:\s|$)|>)", re.MULTILINE)
_LIST = re.compile(r"^(- |\d{1,4}\. )(.*)$")
_RULE = re.compile(r"^(?=\s*(?:-\s*){2,}$|\s*=+\s*$)", re.MULTILINE)
_LONE_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")

_ADDRESS_SIGNS = ":/?#@!$&',;=%-._~"

# Shown as nothing. Backslashes would not do: the clients on phones print them.
BREAK = "\u200b"


def plain(text: str) -> str:
    """The text of a title or a label, without the backslashes that protect values."""
    return _ESCAPED.sub(r"\1", text)


def literal(text: str) -> str:
    """Text that a card shows as it is, whatever stands in it."""
    text = text.replace("*", "\u2217").replace("](", f"]{BREAK}(").replace("{{", f"{{{BREAK}{{")
    text = text.replace("~~", f"~{BREAK}~").replace("`", "\u02cb")
    text = re.sub(r"&(?=#?\w+;)", f"&{BREAK}", text)
    text = re.sub(r"\\(?=[^\w\s])", f"\\\\{BREAK}", text)
    text = re.sub(r"<(?=[\w/!?])", f"<{BREAK}", text)
    text = _LONE_UNDERSCORE.sub(f"{BREAK}_{BREAK}", text)
    return _RULE.sub(BREAK, _LINE_START.sub(rf"\1{BREAK}", text))


def markdown(text: str) -> str:
    """Paragraphs, lists, bold words and links; code is drawn bold, because cards know no code."""
    # A single line break is a space to the clients, except between the items of a list.
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    groups = ["\n".join(group) if is_list else "\n\n".join(group) for is_list, group in _grouped(lines)]
    return "\n\n".join(groups)


def words(text: str) -> str:
    """The same without any markup, to be spoken or shown where nothing else works."""
    return _INLINE.sub(_spoken, text).strip()


def web_address(address: str) -> str:
    """The address if a button may open it, or an empty string: never javascript: and the like."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return address if parts.scheme in {"http", "https"} and parts.netloc else ""


def _grouped(lines: list[str]) -> Iterator[tuple[bool, list[str]]]:
    for is_list, group in groupby(lines, lambda line: _LIST.match(line) is not None):
        yield is_list, [_line(line) for line in group]


def _line(line: str) -> str:
    item = _LIST.match(line)
    return item[1] + _inline(item[2]) if item else _inline(line)


def _inline(text: str) -> str:
    pieces: list[str] = []
    pending, end = "", 0
    for match in _INLINE.finditer(text):
        pending += text[end : match.start()]
        end = match.end()
        # An escaped sign belongs to the words around it: only together do they show what needs a break.
        if match.lastgroup == "sign":
            pending += match["sign"]
            continue
        pieces += [literal(pending), _marked(match)]
        pending = ""
    return "".join([*pieces, literal(pending + text[end:])])


def _marked(match: re.Match[str]) -> str:
    match match.lastgroup:
        case "code":
            return f"**{literal(plain(match['code']))}**"
        case "bold":
            return f"**{literal(words(match['bold']))}**"
        case _:
            return _link(label=literal(words(match["label"])), address=plain(match["address"]))


def _link(*, label: str, address: str) -> str:
    if not web_address(address):
        return f"{label} ({literal(address)})"
    return f"[{label}]({quote(address, safe=_ADDRESS_SIGNS)})"


def _spoken(match: re.Match[str]) -> str:
    group = match.lastgroup or ""
    inner = match["label"] if group == "address" else match[group]
    return inner if group == "sign" else words(inner)
