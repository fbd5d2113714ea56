"""Greeting, menu, language, and whatever else is not a wish: always an answer, never a crash."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.channel import Incoming
from bot.demo import Demo
from handlers.texts import t
from tests.chat import Chat, plain

Person = Callable[[str], Chat]
NOT_UNDERSTOOD = (
    "I'm not sure what you mean. This is what I can do:",
    "I'm not sure what you mean. Is it one of these?",
    "I can't do that yet. This is what I can do:",
    "I'm not able to help with that. I only know about video interviews: connecting accounts and who is ready.",
)


@pytest.mark.parametrize(
    ("who", "sentence", "words"),
    [
        ("ben", "hello", "Hello Ben! I get you ready for video interviews."),
        ("marc", "bonjour", "Bonjour Marc\u00a0! Je vous prépare aux entretiens vidéo."),
        ("dieter", "hallo", "Hallo Dieter! Ich mache Sie bereit für Videointerviews."),
    ],
)
async def test_people_are_greeted_in_their_language(person: Person, who: str, sentence: str, words: str) -> None:
    assert (await person(who).says(sentence)).startswith(words)


async def test_thanks_and_never_mind_are_answered_briefly(person: Person) -> None:
    ben = person("ben")
    assert await ben.does(intent="thanks") == "You're welcome, Ben!"
    assert (await ben.does(intent="cancel")).startswith("All right, nothing was changed.")
    assert (await ben.does(intent="out_of_scope")).startswith("I'm not able to help with that.")


async def test_the_menu_offers_what_the_role_may_do(person: Person) -> None:
    assert "Who isn't synced?" not in await person("ben").says("help")
    ada = person("ada")
    assert "Who isn't synced?" in await ada.says("help")
    assert "7 hosts are not synced" in await ada.presses("Who isn't synced?")


@pytest.mark.parametrize("text", ["", "   \n\t ", "???", "🦄", "\u200b\u2060"])
async def test_a_message_without_words_gets_the_menu(person: Person, text: str) -> None:
    answer = await person("ben").says(text)
    assert answer.startswith("That message had no words in it. What would you like to do?\nConnect my video account")


async def test_a_message_of_100_kilobytes_is_too_long(person: Person) -> None:
    ben = person("ben")
    assert (await ben.says("connect my Zoom " * 6_500)).startswith("That message is too long for me to read.")
    assert "One step left for Zoom" in await ben.says("connect my Zoom")


@pytest.mark.parametrize(
    "text",
    [
        "".join(chr(number) for number in range(1, 255)),
        "%PDF-1.7\n%âãÏÓ\n1 0 obj\x1b\x07",
        "a\u202eb\u0301\ud83d".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
        "'; DROP TABLE people; --",
        "{person} %s {0} {{}} ${x}",
        "x" * 4_000,
    ],
)
async def test_binary_and_odd_messages_get_an_answer(person: Person, text: str) -> None:
    ben = person("ben")
    assert await ben.says(text)
    assert "One step left for Zoom" in await ben.says("connect my Zoom")


async def test_the_language_is_changed_by_button_and_stays(person: Person) -> None:
    ben = person("ben")
    assert (await ben.does(intent="set_language")).startswith("Which language would you like?")
    assert await ben.presses("Français") == "Je vous parlerai désormais en français."
    assert (await ben.says("bonjour")).startswith("Bonjour Ben\u00a0!")
    await ben.does(intent="set_language", values={"language": "tlh"})
    assert await ben.presses("Deutsch") == "Ab jetzt spreche ich Deutsch mit Ihnen."
    await ben.does(intent="set_language")
    assert await ben.presses("English") == "From now on I speak English with you."


@pytest.mark.parametrize(
    ("locale", "words"),
    [("en-US", "I don't know you yet"), ("fr-FR", "Je ne vous connais pas encore"), ("de", "Ich kenne Sie noch nicht")],
)
async def test_a_stranger_learns_what_is_missing_and_nothing_else(demo: Demo, locale: str, words: str) -> None:
    stranger = Chat(demo, "mallory@elsewhere.example")
    assert (await stranger.does(text="who isn't synced", locale=locale)).startswith(words)
    assert (await stranger.does(intent="list_not_synced", locale=locale)).startswith(words)


async def test_somebody_in_an_unknown_workspace_is_not_answered(demo: Demo) -> None:
    incoming = Incoming("pigeon", "1", "another-workspace", "ada@aurora.example", "c", text="who isn't synced")
    assert not await demo.program.inbox.receive(incoming)
    assert await Chat(demo, "ada@aurora.example").says("help")


async def test_names_from_outside_are_never_markup(demo: Demo, person: Person) -> None:
    company, people = demo.program.company, demo.program.store.people
    row = (await people.with_email(company, "ben@aurora.example"))[0]
    await people.change(company, row.id, name="[Ben](https://evil.example) **Okafor**")
    ben = person("ben")
    await ben.says("hello")
    assert r"Hello \[Ben\](https://evil.example)!" in str(ben.reply[0].text)  # type: ignore[union-attr]
    assert "[Ben](https://evil.example)" in plain(ben.reply)


async def test_every_sentence_that_the_demo_suggests_is_understood(demo: Demo, person: Person) -> None:
    for name in ("ben", "marc", "dieter", "ada", "ines"):
        persona = next(each for each in demo.personas if each.email == f"{name}@aurora.example")
        chat = person(name)
        for sentence in persona.suggestions:
            answer = await chat.says(sentence)
            assert not answer.startswith(tuple(t(each, persona.language) for each in NOT_UNDERSTOOD)), sentence
