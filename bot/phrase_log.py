"""The messages of every company that were not understood, out of the store."""

from __future__ import annotations

from bot.app import build
from bot.language.review import Heard
from bot.settings import read_settings


async def heard() -> list[Heard]:
    """Without names, and without saying whose they are."""
    program = build(read_settings())
    try:
        await program.prepare()
        companies = await program.store.companies.all()
        rows = [row for company in companies for row in await program.store.phrases.of(company.id)]
    finally:
        await program.close()
    return [Heard(row.text, row.language, row.intent, row.confidence) for row in rows]
