"""The long form of the fuzzing: `make fuzz` asks for it by this profile's name."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("fuzz", max_examples=100_000)
