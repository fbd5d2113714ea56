"""Starts without looking for garbage: imports leave none, and looking for it was a sixth of the time to an answer."""

from __future__ import annotations

import gc


def hold() -> None:
    """Collect nothing until `look_again`."""
    gc.disable()


def look_again() -> None:
    """Collect as usual, but leave alone what was imported; does nothing when nothing was held."""
    if gc.isenabled():
        return
    gc.freeze()
    gc.enable()
