"""The small Markdown of our texts as Slack's mrkdwn; data never becomes markup, a mention or a link."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import quote, urlsplit

_INLINE = re.compile(
    r"\\(?P<sign>[\\*`\[\]])"
    r"|`(?P<code>(?:\\.|[^`\\\n])+)`"
    r"|\*\*(?P<bold>(?:\\.|[^*\\]|\*(?!\*))+)\*\*"
    r"|\[(?P<label>(?:\\.|[^\[\]\\\n])+)\]\((?P<address>[^\s()]+)\)"
)
_ESCAPED = re.compile(r"\\([\\*`\[\]])")
_BULLET = re.compile(r"^- +")
# A pair of signs around words is formatting for Slack, and there is no way to quote it: similar signs stand in.
_FORMATTING = re.compile(r"(?<!\w)([*_~`])(?=\S)([^\n]*?\S)\1(?!\w)")
_SIMILAR = str.maketrans({"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ"})
_SAFE = ":/?#[]@!$&'()*+,;=%~"
_WORDS = re.compile(r"\S+\s*|\s+")


def plain(text: str) -> str:
    """The text of a title or a label, without the backslashes that protect values."""
    return _ESCAPED.sub(r"\1", text)


def literal(text: str) -> str:
    """Data that reads in mrkdwn as it was written.

    https://docs.slack.dev/messaging/formatting-message-text/#escaping
    """
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _FORMATTING.sub(lambda found: found[0].translate(_SIMILAR), escaped)


def mrkdwn(text: str) -> str:
    """The whole text."""
    return "\n".join("".join(_atoms(line)) for line in text.strip("\n").splitlines())


@lru_cache(maxsize=1_000)
def portions(text: str, limit: int) -> tuple[str, ...]:
    """The text as mrkdwn in portions of at most `limit` characters: split at lines, then words, then anywhere."""
    atoms = (atom for line in text.strip("\n").splitlines() for atom in [*_atoms(line), "\n"])
    done: list[str] = []
    rest = ""
    for atom in atoms:
        for part in _fitting(atom, limit):
            if len(rest) + len(part) > limit:
                head, rest = _at_last_line(rest)
                done.append(head)
                if len(rest) + len(part) > limit:
                    done.append(rest)
                    rest = ""
            rest += part
    return tuple(portion.strip("\n") for portion in [*done, rest] if portion.strip())


def web_address(address: str) -> str:
    """The address if a browser may open it from here, or an empty string: never javascript: and the like."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return address if parts.scheme in {"http", "https"} and parts.netloc else ""


def _at_last_line(text: str) -> tuple[str, str]:
    head, newline, tail = text.rpartition("\n")
    # Only a short remainder moves on, or long lines would be torn apart twice.
    return (head, tail) if newline and head.strip() and len(tail) < len(text) // 2 else (text, "")


def _fitting(atom: str, limit: int) -> Iterator[str]:
    while len(atom) > limit:
        # Never inside &amp; and its like.
        end = limit if ";" not in atom[limit : limit + 5] else max(atom.rfind("&", limit - 5, limit), 1)
        yield atom[:end]
        atom = atom[end:]
    yield atom


def _atoms(line: str) -> Iterator[str]:
    """Pieces of a line that must stay whole."""
    if _BULLET.match(line):
        yield "• "
        line = _BULLET.sub("", line)
    end, pending = 0, ""
    for match in _INLINE.finditer(line):
        pending += line[end : match.start()]
        end = match.end()
        if match.lastgroup == "sign":
            pending += match["sign"]
            continue
        yield from _WORDS.findall(literal(pending))
        pending = ""
        yield _marked(match)
    yield from _WORDS.findall(literal(pending + line[end:]))


def _marked(match: re.Match[str]) -> str:
    match match.lastgroup:
        case "code":
            return f"`{literal(plain(match['code'])).replace('`', 'ˋ')}`"
        case "bold":
            return f"*{_bold(match['bold'])}*"
        case _:
            return _link(label=plain(match["label"]), address=plain(match["address"]))


def _bold(text: str) -> str:
    # A link inside of bold words stays a link; bold inside of bold says nothing more.
    return "".join(_atoms(text)).replace("*", "∗")


def _link(*, label: str, address: str) -> str:
    if not web_address(address):
        return literal(f"{label} ({address})")
    return f"<{quote(address, safe=_SAFE).replace('&', '&amp;')}|{literal(label).replace('|', '∣')}>"
