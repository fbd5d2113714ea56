import json
from pathlib import Path

import pytest

from bot.language.evaluate import evaluate, evaluate_log
from bot.language.review import Heard, without_names
from tests.language.conftest import EVALUATION, PEOPLE

ITEMS = """
items:
- {id: a, lang: en, text: connect my Zoom, intent: connect, slots: {provider: zoom}}
- {id: b, lang: de, text: danke, intent: out_of_scope}
- {id: c, lang: fr, text: le lien a expiré, intent: report_problem, also: [link_problem]}
"""
EXAMPLES = """
intents:
  help: {en: [help, what can you do], fr: [aide]}
  out_of_scope: {de: [wie wird das Wetter]}
"""


@pytest.fixture
def sets(tmp_path: Path) -> list[Path]:
    (tmp_path / "items.yaml").write_text(ITEMS, encoding="utf-8")
    (tmp_path / "examples.yaml").write_text(EXAMPLES, encoding="utf-8")
    return [tmp_path / "items.yaml", tmp_path / "examples.yaml"]


def test_several_files_of_both_forms_are_one_set(interpreter, sets):
    figures = json.loads(evaluate(sets, as_json=True, interpreter=interpreter).text)
    assert figures["messages"] == 7
    assert figures["accuracy"] == 1.0
    assert set(figures["per_language"]) == {"en", "fr", "de"}
    assert figures["slots"]["provider"]["exact"] == 1.0


def test_json_has_every_promised_key(interpreter, sets):
    figures = json.loads(evaluate(sets, as_json=True, interpreter=interpreter).text)
    promised = "accuracy macro_f1 out_of_scope_recall false_accept_rate consequential_false_accepts per_language"
    assert {*promised.split(), "per_intent", "slots"} <= figures.keys()


def test_too_little_accuracy_fails_the_command(interpreter, tmp_path):
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("items: [{text: connect my Zoom, intent: help}, {text: help, intent: help}]", encoding="utf-8")
    assert evaluate([wrong], min_accuracy=0.9, interpreter=interpreter).code == 1
    assert evaluate([wrong], min_accuracy=90, interpreter=interpreter).code == 1
    assert evaluate([wrong], min_accuracy=0.5, interpreter=interpreter).code == 0
    assert evaluate([wrong], interpreter=interpreter).code == 0


@pytest.mark.parametrize("content", ["[1, 2", "just text", "items: [{intent: help}]", "intents: 3", ""])
def test_a_file_that_is_no_set_is_explained_and_the_next_one_works(interpreter, sets, tmp_path, content):
    broken = tmp_path / "broken.yaml"
    broken.write_text(content, encoding="utf-8")
    outcome = evaluate([broken], interpreter=interpreter)
    assert outcome.code == 2
    assert "broken.yaml" in outcome.text
    assert evaluate(sets, interpreter=interpreter).code == 0


def test_a_missing_file_is_named(interpreter, tmp_path):
    outcome = evaluate([tmp_path / "nowhere.yaml"], interpreter=interpreter)
    assert outcome.code == 2
    assert "nowhere.yaml" in outcome.text


def test_the_tables_name_the_worst_confusions_with_examples(interpreter, tmp_path):
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("items: [{text: connect my Zoom, intent: help}]", encoding="utf-8")
    text = evaluate([wrong], interpreter=interpreter).text
    assert "Worst confusions" in text
    assert "connect my Zoom" in text


def test_the_confusions_are_drawn(interpreter, sets, tmp_path):
    picture = tmp_path / "confusion.png"
    assert str(picture.name) in evaluate(sets, picture=picture, interpreter=interpreter).text.replace("\n", "")
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_every_committed_set_can_be_read(interpreter):
    assert evaluate(sorted(EVALUATION.glob("*.yaml")), interpreter=interpreter).code == 0


def test_what_was_heard_is_listed_most_frequent_first():
    heard = [Heard("zoom dings", "de", "connect", 0.3), Heard("hm", "en"), Heard("Hm", "en")]
    lines = evaluate_log(heard).text.splitlines()
    assert "hm" in lines[2].lower()
    assert "2 times" in lines[2]
    assert "Nothing to review" in evaluate_log([]).text
    assert json.loads(evaluate_log(heard, as_json=True).text)[0]["times"] == 2


def test_names_are_taken_out_before_a_message_is_kept(interpreter):
    from bot.language import NameIndex

    vocabulary = interpreter.model.vocabulary
    kept = without_names("ask <@U1> or tom weber, or jo@x.example", NameIndex(PEOPLE), vocabulary, "en")
    assert kept == "ask [name] or [name] , or [name]"
