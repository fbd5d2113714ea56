"""Trains the language model before the wheel is packed, so that it carries the weights."""

from __future__ import annotations

import sys
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class LanguageModelHook(BuildHookInterface[Any]):
    """For an editable install the weights are made in place; unchanged phrases are not trained again."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel":
            return
        sys.path.insert(0, self.root)
        try:
            from bot.language import train

            train.ensure()
        finally:
            sys.path.remove(self.root)
        build_data["artifacts"].append("bot/language/model/*")
