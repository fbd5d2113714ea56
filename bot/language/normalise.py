"""Turns what a chat platform delivers into plain words: markup, emoji, quotes, accents."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache

LONGEST = 400
"""Characters that are read; what people want stands in the first sentences."""

_MARKUP = (
    (re.compile(r"<mailto:([^|>\s]+)(?:\|[^>]*)?>"), r"\1"),
    (re.compile(r"<https?://[^|>\s]+\|([^>]*)>"), r"\1"),
    (re.compile(r"<?https?://[^\s>]+>?"), " "),
    (re.compile(r"<!subteam\^[A-Z0-9]+\|@?([^>]*)>"), r" \1 "),
    (re.compile(r"<!subteam\^([A-Z0-9]+)>"), r" \1 "),
    (re.compile(r"<!(here|channel|everyone)(?:\|[^>]*)?>"), r" everyone "),
    (re.compile(r"<#[A-Z0-9]+\|([^>]*)>"), r" #\1 "),
    (re.compile(r"<at(?:\s[^>]*)?>(.*?)</at>"), r" <@\1> "),
    (re.compile(r"</?(?:p|div|br|b|i|em|strong|span|a|code|pre|ul|ol|li)\b[^>]*>", re.IGNORECASE), " "),
)
_QUOTES = str.maketrans({"’": "'", "‘": "'", "´": "'", "`": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"'})
_EMOJI = (
    (re.compile(r"👍|👌|✅|✔️?|🆗|:\+1:|:thumbsup:|:white_check_mark:|:heavy_check_mark:|:ok_hand:"), " thumbsup "),
    (re.compile(r"👎|❌|🚫|✖️?|:-1:|:thumbsdown:|:x:|:no_entry:"), " thumbsdown "),
    (re.compile(r"🙏|:pray:|❤️?|💙|:heart:"), " thanksemoji "),
    (re.compile(r"👋|:wave:"), " waveemoji "),
)
_SHORTCODE = re.compile(r":[a-z0-9_+-]{2,30}:")
_LONG_RUN = re.compile(r"(.)\1{3,}")
_SPACE = re.compile(r"\s+")
_FOLDED = str.maketrans({"ß": "ss", "œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"})


def plain(text: str) -> str:
    """The text as a person would read it aloud; mentions stay as <@…>."""
    text = html.unescape(text[: LONGEST * 4]).translate(_QUOTES)
    for pattern, replacement in _MARKUP:
        text = pattern.sub(replacement, text)
    for pattern, word in _EMOJI:
        text = pattern.sub(word, text)
    text = unicodedata.normalize("NFKC", _SHORTCODE.sub(" ", text))
    text = "".join(letter if letter.isprintable() else " " for letter in text)
    text = _LONG_RUN.sub(r"\1\1", text)
    return _SPACE.sub(" ", text).strip()[:LONGEST]


def fold(text: str) -> str:
    """Lower case, without accents; "Größe" and "grosse" are the same."""
    folded = text.lower().translate(_FOLDED)
    if folded.isascii():
        return folded
    decomposed = unicodedata.normalize("NFD", folded)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


@lru_cache(maxsize=4096)
def _base(letter: str) -> str:
    """The letter without case and accent, always one letter, so that positions stay."""
    return unicodedata.normalize("NFD", letter.translate(_FOLDED).lower())[:1] or letter


def fold_in_place(text: str) -> str:
    """Like fold, but each position still means the same letter."""
    lowered = text.lower()
    if lowered.isascii():
        return lowered
    return "".join(map(_base, text))


_CONTRACTION = re.compile(r"(?<=[a-z])'(?=(?:m|re|ve|ll|d|s|t)\b)")
_TOKEN = re.compile(r"[a-z0-9]+|[?]")


def tokens(text: str) -> list[str]:
    """The folded words; "don't" is one word, "j'ai" are two, a question mark is a word."""
    return _TOKEN.findall(_CONTRACTION.sub("", fold(text)))
