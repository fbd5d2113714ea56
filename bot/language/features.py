"""Turns words into the numbers that the model weighs: hashed words, word pairs and pieces of words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

BUCKETS = 1 << 17
MOST_WORDS = 48
"""Longer messages are read at their beginning and their end."""


def _bucket(feature: str) -> int:
    return crc32(feature.encode()) % BUCKETS


@lru_cache(maxsize=20_000)
def _pieces(word: str) -> tuple[int, ...]:
    padded = f"^{word}$"
    return tuple(
        _bucket("c" + padded[start : start + length])
        for length in (3, 4, 5)
        for start in range(len(padded) - length + 1)
    )


def _shorten(words: Sequence[str]) -> list[str]:
    if len(words) <= MOST_WORDS:
        return list(words)
    half = MOST_WORDS // 2
    return [*words[:half], *words[-half:]]


def buckets(words: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The hashed features of the words, and those of the letters, each without repetition."""
    words = _shorten(words)
    marked = ["^", *words, "$"]
    whole = {_bucket("w" + word) for word in words}
    whole |= {_bucket(f"p{first} {second}") for first, second in pairwise(marked)}
    whole |= {_bucket(f"s{first} {third}") for first, third in zip(marked, marked[2:], strict=False)}
    whole.add(_bucket(f"n{min(len(words), 7)}"))
    letters = {piece for word in words for piece in _pieces(word)}
    return np.fromiter(whole, np.int64, len(whole)), np.fromiter(letters, np.int64, len(letters))
