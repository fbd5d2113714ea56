import random
from pathlib import Path

import numpy as np

from bot.language import grammar, train
from bot.language.augment import slip
from bot.language.intents import LABELS
from bot.language.model import Model


def test_each_language_has_phrases_for_every_intent():
    for language in grammar.languages():
        templates = grammar.read(language).templates
        assert set(templates) == set(LABELS), language
        assert all(len(lines) >= 2 for lines in templates.values())


def test_every_template_can_be_spelt_in_full():
    for language in grammar.languages():
        phrases = grammar.read(language)
        for line in (line for lines in phrases.templates.values() for line in lines):
            made = list(grammar.samples(line, phrases.lists, at_most=3))
            assert made, line
            assert not any(letter in phrase for phrase in made for letter in "{}[]|"), line


def test_the_same_template_gives_the_same_phrases():
    lists = {"P": ["Zoom", "Teams", "GoTo"]}
    first = list(grammar.samples("(link|add) my {P} [now|please]", lists, at_most=8))
    assert first == list(grammar.samples("(link|add) my {P} [now|please]", lists, at_most=8))
    assert len(set(first)) == len(first) == 8


def test_training_is_cached_by_content(interpreter, tmp_path: Path):
    assert train.is_fresh()
    assert train.ensure() is False
    assert not train.is_fresh(tmp_path)


def test_the_same_examples_give_the_same_model(tmp_path: Path):
    words = {"help": ["help me", "what can you do"], "affirm": ["yes", "yes please"], "deny": ["no", "no thanks"]}
    made = [(intent, text.split(), 1.0) for intent, texts in words.items() for text in texts]
    models = []
    for name in ("one", "two"):
        train.fit(made, tmp_path / name)
        models.append(Model.load(tmp_path / name))
    assert np.array_equal(models[0].weights, models[1].weights)
    assert models[0].ranked(["yes"])[0][0] == "affirm"


def test_a_slip_stays_readable():
    chance = random.Random(1)
    for _ in range(50):
        wrong = slip("connect my account", chance)
        assert abs(len(wrong) - len("connect my account")) <= 1


def test_no_evaluation_message_is_in_the_phrases():
    import yaml

    from tests.language.conftest import EVALUATION

    phrases = {
        line.lower().strip(" .?!")
        for language in grammar.languages()
        for lines in grammar.read(language).templates.values()
        for line in lines
    }
    for path in EVALUATION.glob("first_heldout*.yaml"):
        for item in yaml.safe_load(path.read_text(encoding="utf-8"))["items"]:
            assert len(item["text"].split()) < 4 or item["text"].lower().strip(" .?!") not in phrases, item["text"]
