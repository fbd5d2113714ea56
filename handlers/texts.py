"""Texts for people: plain English in the code, French and German from gettext catalogues."""

from __future__ import annotations

import re
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

LOCALES = Path(__file__).parent / "locales"
DEFAULT_LANGUAGE = "en"

# What our small Markdown gives a meaning to; a value from outside must never become markup or a link.
_MARKUP = re.compile(r"([\\*`\[\]])")


def languages() -> tuple[str, ...]:
    """Every language that people can choose: English and each folder with catalogues."""
    return (DEFAULT_LANGUAGE, *sorted(path.name for path in LOCALES.iterdir() if path.is_dir()))


def t(message: str, language: str, **values: object) -> str:
    """The message in that language, with the values filled in; values are data, never markup."""
    return _fill(_catalogue(language).gettext(message), values)


def n(singular: str, plural: str, count: int, language: str, **values: object) -> str:
    """The right form for a count, which also fills {count}."""
    return _fill(_catalogue(language).ngettext(singular, plural, count), {"count": count, **values})


def label(message: str) -> str:
    """Mark a text that is translated later, so that the catalogues find it."""
    return message


def escape(value: object) -> str:
    """Text from outside, so that it reads as it was written and never as markup."""
    return _MARKUP.sub(r"\\\1", str(value))


def _fill(message: str, values: dict[str, object]) -> str:
    return message.format(**{name: escape(value) for name, value in values.items()}) if values else message


@cache
def _catalogue(language: str) -> NullTranslations:
    if language == DEFAULT_LANGUAGE or language not in languages():
        return NullTranslations()
    # Babel is needed for other languages only, and takes a while to import.
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    whole = Catalog(locale=language)
    for path in sorted((LOCALES / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id:
                    whole.add(message.id, message.string, flags=message.flags)
    compiled = BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return GNUTranslations(compiled)
