"""Reads the trained weights and says how probable each intent is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.language.features import buckets

FOLDER = Path(__file__).parent / "model"
WEIGHTS = "weights.npy"
DETAILS = "details.json"


class ModelMissing(Exception):
    """The weights were never trained here."""

    advice = "Run `make install`, or `python -m bot.language.train`: it trains the model from the phrase files."


@dataclass(frozen=True, slots=True, repr=False)
class Model:
    """One row of weights per hashed feature, one column per intent."""

    labels: tuple[str, ...]
    weights: NDArray[np.int8]
    importance: NDArray[np.float32]
    """How telling each hashed feature is (inverse document frequency)."""
    scale: NDArray[np.float32]
    bias: NDArray[np.float32]
    sharpness: float
    fingerprint: str
    vocabulary: frozenset[str]

    @classmethod
    def load(cls, folder: Path = FOLDER) -> Model:
        try:
            details = json.loads((folder / DETAILS).read_text(encoding="utf-8"))
            weights = np.load(folder / WEIGHTS)
            importance = np.load(folder / "importance.npy").astype(np.float32)
        except FileNotFoundError as error:
            raise ModelMissing(ModelMissing.advice) from error
        return cls(
            labels=tuple(details["labels"]),
            weights=weights,
            importance=importance,
            scale=np.array(details["scale"], np.float32),
            bias=np.array(details["bias"], np.float32),
            sharpness=details["sharpness"],
            fingerprint=details["fingerprint"],
            vocabulary=frozenset(details["vocabulary"]),
        )

    def probabilities(self, words: Sequence[str]) -> NDArray[np.float32]:
        scores = np.zeros(len(self.labels), np.float32)
        for found in buckets(words):
            if len(found):
                values = self.importance[found]
                values /= max(float(np.sqrt(values @ values)), 1e-6)
                scores += values @ self.weights[found].astype(np.float32)
        scores = (scores * self.scale + self.bias) * self.sharpness
        likely = np.exp(scores - scores.max())
        return np.asarray(likely / likely.sum(), np.float32)

    def ranked(self, words: Sequence[str]) -> list[tuple[str, float]]:
        probabilities = self.probabilities(words)
        order = np.argsort(-probabilities)
        return [(self.labels[index], float(probabilities[index])) for index in order]
