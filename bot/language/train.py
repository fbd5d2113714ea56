"""Trains the model from the phrase files; run by the build, never at run time."""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.language import grammar, normalise
from bot.language.augment import variants
from bot.language.directory import NameIndex
from bot.language.entities import read_entities
from bot.language.features import BUCKETS, buckets
from bot.language.intents import LABELS, OUT_OF_SCOPE
from bot.language.meaning import Context
from bot.language.model import DETAILS, FOLDER, WEIGHTS
from bot.language.people import first_names

SHARPNESS = 3.4
"""Turns distances into probabilities such that what reaches the threshold for acting is nearly always right."""
OUTSIDE_SHIFT = 0.1
"""The phrases outside our task are many; without this they would swallow what is only worded unusually."""
PER_TEMPLATE = 28
"""Phrases of one template, however many it could make: variety counts, not volume."""


_NOT_LEARNED_FROM = frozenset(
    [
        "evaluate",
        "evaluation_sets",
        "scoring",
        "report",
        "picture",
        "review",
        "llm",
        "meaning",
        "context",
        "readings",
        "wishes",
        "negation",
        "interpreter",
    ]
)


def fingerprint() -> str:
    """Changes when the phrases or the code that learns from them change."""
    digest = hashlib.sha256()
    folder = Path(__file__).parent
    code = [path for path in folder.glob("*.py") if path.stem not in _NOT_LEARNED_FROM]
    for path in sorted([*grammar.PHRASES.iterdir(), *code]):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def _context(phrases: grammar.PhraseFile, *, known: bool) -> Context:
    names = phrases.lists.get("NAME", []) if known else []
    groups = [*phrases.lists.get("GRP", []), *phrases.lists.get("GRPA", [])] if known else []
    rows = [(name, name, name if "@" in name else "") for name in names]
    return Context(
        language=phrases.language,
        now=datetime(2026, 11, 25, 10, 20, tzinfo=UTC),
        directory=NameIndex(rows),
        groups=groups,
    )


@lru_cache(maxsize=1)
def common_words() -> frozenset[str]:
    """The words of the templates themselves, without the names of people."""
    words: set[str] = set()
    for language in grammar.languages():
        phrases = grammar.read(language)
        lists = [entry for name, entries in phrases.lists.items() if name != "NAME" for entry in entries]
        templates = [re.sub(r"\{[A-Z]+\}", " ", line) for lines in phrases.templates.values() for line in lines]
        words |= {word for line in [*lists, *templates] for word in normalise.tokens(line)}
    return frozenset(words - first_names() - {name + "s" for name in first_names()})


Example = tuple[str, list[str], float]
"""The intent, the words as the model sees them, and the weight of the example."""


def examples(language: str) -> Iterator[Example]:
    phrases = grammar.read(language)
    common = common_words()
    contexts = (_context(phrases, known=True), _context(phrases, known=False))
    for intent, template in ((intent, line) for intent, lines in phrases.templates.items() for line in lines):
        chance = random.Random(template)  # noqa: S311 - variety, not secrecy
        made = list(grammar.samples(template, phrases.lists, at_most=PER_TEMPLATE))
        for variant in (variant for phrase in made for variant in variants(phrase, phrases, chance)):
            context = contexts[0] if chance.random() < 0.75 else contexts[1]
            words = read_entities(normalise.plain(variant), context, common).words
            yield intent, words, 1.0 / len(made) ** 0.6


def _matrix(word_lists: Sequence[list[str]], importance: NDArray[np.float32] | None) -> tuple[Any, NDArray[np.float32]]:
    """The examples as a sparse matrix whose rows are what the model computes at run time."""
    from scipy.sparse import csr_matrix

    found = [buckets(words) for words in word_lists]
    if importance is None:
        counts = np.zeros(BUCKETS, np.float32)
        for pair in found:
            for part in pair:
                counts[part] += 1
        importance = np.where(counts > 0, np.log((1 + len(found)) / (1 + counts)) + 1, 0).astype(np.float32)
    rows, columns, values = [], [], []
    for row, pair in enumerate(found):
        for part in pair:
            weights = importance[part]
            rows.append(np.full(len(part), row))
            columns.append(part)
            values.append(weights / max(float(np.sqrt(weights @ weights)), 1e-6))
    shape = (len(found), BUCKETS)
    return csr_matrix((np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape), importance


def collect() -> list[Example]:
    return [example for language in grammar.languages() for example in examples(language)]


def train(folder: Path = FOLDER) -> None:
    fit(collect(), folder)


def fit(made: Sequence[Example], folder: Path, *, regularisation: float = 0.4) -> None:
    from sklearn.svm import LinearSVC

    matrix, importance = _matrix([words for _, words, _ in made], None)
    targets = np.array([LABELS.index(intent) for intent, _, _ in made])
    weight = np.array([weight for _, _, weight in made])
    classifier = LinearSVC(C=regularisation, tol=0.01, max_iter=200, random_state=0)
    classifier.fit(matrix, targets, sample_weight=weight / weight.mean())
    labels = [LABELS[index] for index in classifier.classes_]
    bias = [
        value - OUTSIDE_SHIFT * (label == OUT_OF_SCOPE)
        for label, value in zip(labels, classifier.intercept_, strict=True)
    ]
    weights = classifier.coef_.T.astype(np.float32)
    scale = np.abs(weights).max(axis=0) / 127
    folder.mkdir(exist_ok=True)
    _save(folder / WEIGHTS, np.round(weights / scale).astype(np.int8))
    _save(folder / "importance.npy", importance.astype(np.float16))
    details = {
        "labels": labels,
        "scale": scale.tolist(),
        "bias": bias,
        "sharpness": SHARPNESS,
        "fingerprint": fingerprint(),
        "vocabulary": sorted(common_words()),
        "examples": len(made),
    }
    (folder / DETAILS).write_text(json.dumps(details), encoding="utf-8")


def _save(path: Path, array: NDArray[Any]) -> None:
    """All at once: another process may be reading the file that is replaced."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    with unfinished.open("wb") as file:
        np.save(file, array)
    unfinished.replace(path)


def is_fresh(folder: Path = FOLDER) -> bool:
    try:
        details = json.loads((folder / DETAILS).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return False
    return bool(details.get("fingerprint") == fingerprint())


def ensure(folder: Path = FOLDER) -> bool:
    """Trains unless phrases and code are those that it was trained from; says whether it trained."""
    if is_fresh(folder):
        return False
    train(folder)
    return True


if __name__ == "__main__":
    ensure()
