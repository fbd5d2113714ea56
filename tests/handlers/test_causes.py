from __future__ import annotations

import re
import subprocess
import sys

import pytest
from babel.messages.pofile import read_po

from handlers import causes
from handlers.causes import Case, case, cases, menus
from handlers.facts import PersonFact
from handlers.findings import (
    ADDRESS_CAUSES,
    FINDINGS,
    MAILBOX_CAUSES,
    NAMEABLE,
    NOT_AUTHENTICATED,
    ZOOM_APP_CAUSES,
    named_cause,
)
from handlers.findings import SYNC_CAUSES as SYNC_VALUES
from handlers.readiness import Owner, Path, State
from handlers.texts import LOCALES

PLACEHOLDER = re.compile(r"\{\w*\}")
TRANSLATIONS = ["fr", "de"]
CONFIDENCES = {
    "documented",
    "documented_old_ui",
    "documented_cause_inferred_detail",
    "documented_elsewhere",
    "observed_by_third_party",
    "partial",
    "inferred",
}


def data_texts() -> set[str]:
    """Every string of the data files and of the labels that people read."""
    of_cases = {text for each in cases() for text in (each.title, each.cause, each.check, *each.fix)}
    of_menus = {text for each in menus() for text in (each.path, each.also)}
    labels = {*causes.STATE_LABELS.values(), *causes.OWNER_LABELS.values(), *causes.CAUTIONS.values(), causes.NEEDS_YOU}
    return (of_cases | of_menus | labels) - {""}


def catalogue(language: str) -> dict[str, str]:
    with (LOCALES / language / "knowledge.po").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file, locale=language) if message.id}


@pytest.mark.parametrize("each", cases(), ids=lambda each: each.id)
def test_every_case_is_complete(each: Case) -> None:
    assert each.title
    assert not each.title.endswith(".")
    assert each.cause.endswith(".")
    assert each.applies_to
    assert each.owners
    assert all(step.endswith(".") for step in each.fix)
    assert each.fix
    assert all(source.startswith("https://") for source in each.sources)
    assert each.sources
    assert each.confidence in CONFIDENCES


def test_all_cases_are_there_once() -> None:
    assert len(cases()) == 56
    assert len({each.title for each in cases()}) == 56


def test_every_path_has_cases() -> None:
    assert {path for each in cases() for path in each.applies_to} == set(Path)


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_every_text_is_translated_and_loses_no_placeholder(language: str) -> None:
    translated = catalogue(language)
    for text in data_texts():
        assert translated.get(text), text
        assert sorted(PLACEHOLDER.findall(translated[text])) == sorted(PLACEHOLDER.findall(text)), text


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_the_catalogue_holds_nothing_that_is_no_longer_said(language: str) -> None:
    assert set(catalogue(language)) - data_texts() == {"{path} (also: {also})"}


@pytest.mark.parametrize("language", ["en", *TRANSLATIONS])
def test_the_fix_names_the_menus_and_leaves_no_placeholder(language: str) -> None:
    for each in cases():
        assert not any("{" in step for step in causes.fix(each.id, language)), each.id
    assert causes.menu("own_integrations", language) in causes.fix("zoom-not-authenticated", language)[0]


def test_the_menus_are_those_that_personio_shows_in_each_language() -> None:
    assert "Paramètres > Intégrations > Intégration du calendrier" in causes.menu("calendar_page", "fr")
    assert "Einstellungen > Integrationen > Recruiting-Kalender" in causes.menu("calendar_page", "de")
    assert causes.menu("connect_button", "fr") == "Connecter les entretiens avec Cronofy"


def test_a_menu_with_two_names_shows_both() -> None:
    shown = causes.menu("calendar_page", "en")
    assert "Calendar integration" in shown
    assert "Recruiting calendar" in shown


@pytest.mark.parametrize("id", FINDINGS)
def test_every_cause_of_readiness_exists_and_names_one_of_its_owners(id: str) -> None:
    owner = FINDINGS[id].owner
    assert owner in case(id).owners


def test_every_value_leads_to_a_cause_of_readiness() -> None:
    by_value = {**ADDRESS_CAUSES, **MAILBOX_CAUSES, **SYNC_VALUES, **ZOOM_APP_CAUSES}
    assert set(by_value.values()) | set(NOT_AUTHENTICATED.values()) <= set(FINDINGS)
    assert {cause for named in NAMEABLE.values() for cause in named} <= set(FINDINGS)


def test_cronofys_words_are_read_and_unknown_ones_lead_nowhere() -> None:
    assert named_cause(PersonFact.SYNC, "errors.shared_mailbox") == "sync-shared-address"
    assert named_cause(PersonFact.SYNC, "errors.mailbox_disabled") == "sync-account-disabled"
    assert named_cause(PersonFact.SYNC, "errors.unheard_of") == ""
    assert named_cause(PersonFact.ZOOM, "errors.shared_mailbox") == ""


@pytest.mark.parametrize("language", ["en", *TRANSLATIONS])
def test_states_and_owners_have_a_label_of_their_own(language: str) -> None:
    states = {causes.state_label(state, language) for state in State}
    owners = {causes.owner_label(owner, language) for owner in Owner}
    assert len(states) == len(State)
    assert len(owners) == len(Owner)


def test_a_person_reads_that_it_is_their_turn() -> None:
    assert causes.state_label(State.ACTION_NEEDED, "en", own=True) == "Needs you"
    assert causes.state_label(State.READY, "en", own=True) == causes.state_label(State.READY, "en")
    assert causes.state_label(State.ACTION_NEEDED, "de", own=True) == "Ihr Schritt"


def test_an_entry_says_how_far_it_can_be_trusted() -> None:
    assert causes.caution("sync-error-other", "en").startswith("The vendor's public page")
    assert causes.caution("zoom-not-authenticated", "en") == ""
    assert causes.caution("goto-no-licence", "fr") not in ("", causes.caution("goto-no-licence", "en"))


def test_what_greenroom_can_check_is_said_where_it_can() -> None:
    assert causes.check("zoom-app-not-approved", "en") == "Zoom tells for whom the Cronofy app is approved."
    assert causes.check("find-slot-disabled", "en") == ""


def test_a_case_that_does_not_exist_is_an_error_and_the_others_stay_readable() -> None:
    with pytest.raises(KeyError, match="no-such-case"):
        case("no-such-case")
    assert case("integration-inactive").owners == (Owner.PERSONIO_ADMIN, Owner.CALENDAR_ADMIN)


def test_the_files_are_read_only_when_somebody_asks() -> None:
    program = (
        "import sys; import handlers.states; from handlers import causes; print(causes._by_id.cache_info().currsize)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"
