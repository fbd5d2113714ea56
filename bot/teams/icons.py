"""The two icons of the app package, drawn here: a speech bubble with a tick."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from math import hypot

Pixel = tuple[int, int, int, int]
GREEN = (11, 110, 79)
WHITE = (255, 255, 255)
COLOUR_SIZE, OUTLINE_SIZE = 192, 32


def colour_icon() -> bytes:
    """192 by 192, a white bubble with a green tick on green."""
    edge = 1.5 / COLOUR_SIZE

    def paint(x: float, y: float) -> Pixel:
        bubble, tick = _coverage(_bubble(x, y), edge), _coverage(_tick(x, y), edge)
        ground = _mix(GREEN, WHITE, bubble)
        return (*_mix(ground, GREEN, tick), 255)

    return _png(COLOUR_SIZE, paint)


def outline_icon() -> bytes:
    """32 by 32, white lines on nothing."""
    edge = 1.0 / OUTLINE_SIZE

    def paint(x: float, y: float) -> Pixel:
        line = _coverage(abs(_bubble(x, y)) - 0.03, edge)
        return (*WHITE, round(255 * max(line, _coverage(_tick(x, y), edge))))

    return _png(OUTLINE_SIZE, paint)


def _bubble(x: float, y: float) -> float:
    """How far a point lies outside of the bubble: a rounded box and its tail."""
    across, down, radius = abs(x - 0.5) - 0.18, abs(y - 0.44) - 0.10, 0.14
    box = hypot(max(across, 0), max(down, 0)) + min(max(across, down), 0) - radius
    tail = max(y - 0.86, 0.30 - x, (x - 0.30) + (y - 0.62) * 0.9 - 0.22)
    return min(box, max(tail, 0.6 - y))


def _tick(x: float, y: float) -> float:
    """How far a point lies outside of the two strokes."""
    return min(_stroke(x, y, (0.38, 0.45), (0.46, 0.53)), _stroke(x, y, (0.46, 0.53), (0.63, 0.36))) - 0.035


def _stroke(x: float, y: float, start: tuple[float, float], end: tuple[float, float]) -> float:
    across, down = end[0] - start[0], end[1] - start[1]
    along = ((x - start[0]) * across + (y - start[1]) * down) / (across**2 + down**2)
    along = min(1.0, max(0.0, along))
    return hypot(x - start[0] - along * across, y - start[1] - along * down)


def _coverage(distance: float, edge: float) -> float:
    """1 inside, 0 outside, and a soft edge between."""
    return min(1.0, max(0.0, 0.5 - distance / edge))


def _mix(below: tuple[int, int, int], above: tuple[int, int, int], share: float) -> tuple[int, int, int]:
    red, green, blue = (round(old + (new - old) * share) for old, new in zip(below, above, strict=True))
    return red, green, blue


def _png(size: int, paint: Callable[[float, float], Pixel]) -> bytes:
    """A picture of 8-bit RGBA: https://www.w3.org/TR/png/"""
    rows = bytearray()
    for row in range(size):
        rows.append(0)  # no filter
        for column in range(size):
            rows += bytes(paint((column + 0.5) / size, (row + 0.5) / size))
    header = struct.pack(">2I5B", size, size, 8, 6, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
