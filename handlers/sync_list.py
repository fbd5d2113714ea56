"""Reads a pasted list of synchronised people: any columns, any order, English, French or German, CSV or not."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import StringIO

SYNCED, NOT_SYNCED, PENDING = "synced", "failed", "syncing"
"""The values of the fact that a line can say."""
_ADDRESS = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_DELIMITERS = ("\t", ";", "|", ",")
_HEADERS = {
    "email": ("mail", "adresse", "address", "courriel"),
    "status": ("status", "statut", "etat", "zustand", "state", "sync"),
    "error": ("error", "erreur", "fehler", "message", "meldung", "grund", "reason", "raison", "detail"),
    "name": ("name", "nom", "prenom", "vorname", "nachname", "employe", "mitarbeit", "collabor", "first", "last"),
}
_FILLERS = frozenset({"e", "de", "du", "des", "of", "the", "der", "die", "work", "full", "personal"})
_SIGN = re.compile(r"[✓✔✅✗✘❌×]")
_NOT = ("not ", "non ", "pas ", "nicht ", "un", "no ")
_BAD = {
    *("error", "erreur", "fehler", "failed", "echec", "echoue", "fehlgeschlagen", "no", "non", "nein", "inactive"),
    *("inactif", "inaktiv", "disconnected", "deconnecte", "getrennt", "false", "faux", "falsch", "0", "missing"),
    *("manquant", "fehlt", "✗", "✘", "❌", "×", "denied", "refuse", "verweigert", "warning", "attention"),
}
_PENDING = {
    *("pending", "en attente", "en cours", "ausstehend", "syncing", "in progress", "laufend", "in bearbeitung"),
    *("wird synchronisiert", "requested", "demande", "angefragt"),
}
_GOOD = {
    *("synced", "synchronised", "synchronized", "synchronise", "synchronisee", "synchronisiert", "active", "actif"),
    *("actif", "aktiv", "ok", "okay", "yes", "oui", "ja", "true", "vrai", "wahr", "1", "✓", "✔", "✅", "connected"),
    *("connecte", "connectee", "verbunden", "done", "fertig", "termine"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list, as far as it could be read."""

    number: int
    text: str
    email: str = ""
    name: str = ""
    value: str = ""
    """synced, failed, syncing; empty when the line does not say."""
    error: str = ""
    unclear: str = ""
    """What stood where the status belongs, but was not understood."""


def read_list(text: str) -> tuple[Line, ...]:
    """Every line that has words, the heading left out."""
    lines = [line for line in text.replace("\ufeff", "").splitlines() if any(map(str.isalnum, line))]
    if not lines:
        return ()
    rows = list(csv.reader(StringIO("\n".join(lines)), delimiter=_delimiter(lines), skipinitialspace=True))
    columns = _columns(rows[0])
    body = rows[1:] if columns else rows
    first = 2 if columns else 1
    return tuple(_line(number, row, columns) for number, row in enumerate(body, start=first) if any(row))


def same_name(name: str) -> frozenset[str]:
    """A name as a set of words, so that order, commas and accents do not matter."""
    return frozenset(re.findall(r"\w+", plain(name)))


def plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).strip()


def _delimiter(lines: Sequence[str]) -> str:
    """The sign that occurs in most lines; a comma alone may stand within "Okafor, Ben"."""
    sample = lines[:50]
    counts = {sign: sum(1 for line in sample if sign in line) for sign in _DELIMITERS}
    return max(_DELIMITERS, key=lambda sign: counts[sign])


def _columns(row: Sequence[str]) -> dict[int, str]:
    """What each column holds, if this row is a heading."""
    if any("@" in cell or _value(cell) == SYNCED for cell in row):
        return {}
    found = {index: kind for index, cell in enumerate(row) if (kind := _heading(cell))}
    return found if {"email", "name"} & set(found.values()) else {}


def _heading(cell: str) -> str:
    """What a column with this heading holds; every word has to be a heading's, for names are made of words too."""
    words = [word for word in re.findall(r"[^\W\d_]+", plain(cell)) if word not in _FILLERS]
    stems = [(kind, stem) for kind, known in _HEADERS.items() for stem in known]
    kinds = [next((kind for kind, stem in stems if word.startswith(stem)), "") for word in words]
    return "" if not all(kinds) else next((kind for kind in _HEADERS if kind in kinds), "")


def _line(number: int, row: Sequence[str], columns: dict[int, str]) -> Line:
    cells = [cell.strip() for cell in row]
    text = " | ".join(cell for cell in cells if cell)
    email = next((match.group().lower() for cell in cells if (match := _ADDRESS.search(cell))), "")
    status = _of_kind(cells, columns, "status")
    value = next(filter(None, map(_value, status or (cells if not columns else ()))), "")
    unclear = "" if value else " ".join(status)
    name = " ".join(_of_kind(cells, columns, "name") or _left_over(cells, columns))
    error = " ".join(_of_kind(cells, columns, "error"))
    if error and not value:
        value = NOT_SYNCED
    return Line(number, text, email, _without_address(name), value, error, unclear)


def _of_kind(cells: Sequence[str], columns: dict[int, str], kind: str) -> list[str]:
    return [cell for index, cell in enumerate(cells) if columns.get(index) == kind and cell]


def _left_over(cells: Iterable[str], columns: dict[int, str]) -> list[str]:
    """Without a heading, whatever is neither an address nor a status may be the name."""
    if "name" in columns.values():
        return []
    # A name may stand where the addresses are.
    spare = (cell for index, cell in enumerate(cells) if columns.get(index, "email") == "email")
    return [_SIGN.sub("", cell) for cell in spare if _SIGN.search(cell) or not _value(cell)]


def _without_address(name: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"[<>()]", " ", _ADDRESS.sub(" ", name))).strip(" ,;-")


def _value(cell: str) -> str:
    sign = _SIGN.search(cell)
    words = sign.group() if sign else plain(cell)
    if words in _BAD or (words.startswith(_NOT) and _is_good(words)):
        return NOT_SYNCED
    if words in _PENDING:
        return PENDING
    if words in _GOOD:
        return SYNCED
    return NOT_SYNCED if any(word in _BAD for word in words.split()) and len(words.split()) < 4 else ""


def _is_good(words: str) -> bool:
    return any(words.removeprefix(prefix).strip() in _GOOD for prefix in _NOT)
