"""The works-council mode, and the data sheet that belongs on its table."""

from __future__ import annotations

import pytest

from handlers.data_sheet import LINES, data_sheet
from handlers.discretion import hides
from handlers.messages import Progress, Table
from tests.chat import Chat, names_in
from tests.conftest import Start


async def test_recruiters_are_told_how_many_and_not_who(start: Start) -> None:
    demo = await start(greenroom_privacy="works_council")
    company, people = demo.program.company, demo.program.store.people
    ben = Chat(demo, "ben@aurora.example")
    (row,) = await people.with_email(company, "ben@aurora.example")
    await people.change(company, row.id, role="recruiter")
    answer = await ben.does(intent="list_not_synced")
    assert not any(isinstance(block, Table) for block in ben.reply)
    assert "7 hosts are not synced" in answer
    assert "names are shown only to those who can help" in answer
    for names in ("Stefan", "Hugo"):
        assert names not in answer
    await Chat(demo, "ada@aurora.example").does(intent="list_not_synced")
    ada = Chat(demo, "ada@aurora.example")
    await ada.does(intent="list_not_synced")
    assert "Stefan Maier" in names_in(ada.reply), "whoever has to act sees the names"


async def test_no_number_shows_a_small_group(start: Start) -> None:
    demo = await start(greenroom_privacy="works_council")
    ada = Chat(demo, "ada@aurora.example")
    for provider in ("zoom", "teams", "goto", "google_meet"):
        await ada.does(intent="progress", values={"provider": provider})
        for block in ada.reply:
            if isinstance(block, Progress):
                assert not 0 < block.done < 5, block
                assert not 0 < block.total - block.done < 5, block


async def test_the_standard_mode_hides_nothing(start: Start) -> None:
    demo = await start()
    assert not hides(demo.program.services, 1, 2, 3)
    works_council = await start(greenroom_privacy="works_council", greenroom_database_url="sqlite:///other.db")
    sizes = [size for size in range(8) if hides(works_council.program.services, size)]
    assert sizes == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "What for: "), ("fr", "Finalité : "), ("de", "Wofür: ")],
)
def test_the_data_sheet_says_for_each_class_what_for_who_and_how_long(language: str, words: str) -> None:
    sheet = data_sheet(language)
    assert sheet.count(words) == len(LINES) + (1 if language == "fr" else 0)
    assert "90" in sheet
    assert "365" in sheet


def test_the_data_sheets_share_no_sentence() -> None:
    english = {line for line in data_sheet("en").splitlines() if line}
    for language in ("fr", "de"):
        assert not english & {line for line in data_sheet(language).splitlines() if line}
