"""The findings as a text for people and as JSON for programs; whatever slipped in, no secret comes out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from textwrap import wrap
from urllib.parse import quote, urlsplit

from pydantic import SecretStr

from bot.findings import Condition, Finding
from bot.settings import Settings

MARKS = {Condition.WELL: "ok", Condition.ABSENT: "absent", Condition.WRONG: "WRONG"}
WIDTH = 96
SHORTEST = 4
"""Shorter texts are no secrets, and striking them out would make a report unreadable."""


def is_well(findings: Iterable[Finding]) -> bool:
    """Whether nothing is wrong; what is absent is somebody's choice."""
    return all(finding.condition is not Condition.WRONG for finding in findings)


def as_text(findings: Sequence[Finding]) -> str:
    """One line for each finding, with what to do below it, and the sum at the end."""
    longest = max(len(finding.check) for finding in findings)
    lines: list[str] = []
    for finding in findings:
        indent = " " * (10 + longest)
        said = wrap(finding.said, WIDTH) or [""]
        lines.append(f"{MARKS[finding.condition]:<7} {finding.check:<{longest}}  {said[0]}")
        lines += [indent + line for line in said[1:]]
        lines += [
            f"{indent}{'-> ' if number == 0 else '   '}{line}" for number, line in enumerate(wrap(finding.todo, WIDTH))
        ]
    counts = {each: sum(finding.condition is each for finding in findings) for each in Condition}
    found = f"{counts[Condition.WELL]} ok, {counts[Condition.ABSENT]} absent, {counts[Condition.WRONG]} wrong."
    return "\n".join([*lines, "", found])


def as_json(findings: Sequence[Finding]) -> str:
    told = {"well": is_well(findings), "findings": [asdict(finding) for finding in findings]}
    return json.dumps(told, ensure_ascii=False, indent=2)


def without_secrets(text: str, settings: Settings) -> str:
    """The text with every secret of the settings struck out."""
    for secret in sorted(_secrets(settings), key=len, reverse=True):
        for form in {secret, quote(secret), json.dumps(secret)[1:-1]}:
            text = text.replace(form, "***")
    return text


def _secrets(settings: Settings) -> set[str]:
    values = [getattr(settings, name) for name in type(settings).model_fields]
    several = [each for value in values for each in (value if isinstance(value, tuple) else (value,))]
    plain = {each.get_secret_value() for each in several if isinstance(each, SecretStr)}
    # An address with a password in it: the password alone is a secret too.
    passwords = {urlsplit(each).password or "" for each in plain if "://" in each}
    return {each for each in plain | passwords if len(each) >= SHORTEST}
