"""Shorter than in real life, so that a test takes seconds; the same order of sizes."""

import os

# The whole form keeps a small machine so busy that whole seconds pass between two steps of a process.
GRACE = TAKEOVER = 12.0 if os.environ.get("CHAOS") else 5.0  # noqa: TID251 - how `make chaos` asks for it
