import asyncio

import pytest

from bot.channel import Doubtful, Refused, Throttled
from bot.teams import TeamsChannel
from bot.teams.limits import Limits, Rate
from bot.teams.unreachable import REASONS, reason
from handlers.messages import Text
from tests.teams.stand_in import TENANT, Fault, Writer

WORDS = (Text("A message."),)


async def test_who_never_wrote_is_written_to_first(ben, desk, channel, teams, accounts):
    accounts.linked[ben.account] = "ben@aurora.example"
    await channel.send(desk.letter(WORDS, ben.account, TENANT))

    created, sent = teams.posts()
    assert created.body["members"] == [{"id": "aad-ben"}]
    assert created.body["channelData"] == {"tenant": {"id": TENANT}}
    assert created.body["isGroup"] is False
    assert sent.path == "conversations/a:aad-ben/activities"
    assert accounts.references[ben.account]["conversation"] == "a:aad-ben"

    await channel.send(desk.letter(WORDS, ben.account, TENANT))
    assert len(teams.posts()) == 3


async def test_who_does_not_have_the_app_is_refused_with_the_reason(ben, desk, channel, teams, accounts, post):
    accounts.linked[ben.account] = "ben@aurora.example"
    teams.not_installed.add(ben.account)
    with pytest.raises(Refused, match="ForbiddenOperationException"):
        await channel.send(desk.letter(WORDS, ben.account, TENANT))
    stored = accounts.references[ben.account]
    assert stored["unreachable"] == "ForbiddenOperationException"
    assert "not added" in reason(str(stored["unreachable"]), "en")
    with pytest.raises(Refused):
        await channel.send(desk.letter(WORDS, ben.account, TENANT))
    assert len(teams.posts()) == 1

    teams.not_installed.clear()
    await post(ben.installs())
    assert await channel.send(desk.letter(WORDS, ben.account, TENANT))


async def test_a_conversation_that_is_gone_is_opened_again(ada, post, desk, channel, teams):
    await post(ada.says("hello"))
    teams.faults[f"POST conversations/{ada.chat}"] = [Fault.of(404, "ConversationNotFound")]
    assert await channel.send(desk.letter(WORDS, ada.account, TENANT))
    assert [call.path for call in teams.posts()][-2:] == ["conversations", f"conversations/{ada.chat}/activities"]


async def test_a_card_that_is_gone_is_sent_anew(ada, post, desk, channel, teams):
    await post(ada.says("hello"))
    assert await channel.send(desk.letter(WORDS, ada.account, TENANT, replaces="gone")) != "gone"
    [first] = list(teams.messages[ada.chat])[:1]
    assert await channel.send(desk.letter(WORDS, ada.account, TENANT, replaces=first)) == first


@pytest.mark.parametrize("status", [502, 503, 504])
async def test_an_update_may_be_repeated_so_it_is_never_in_doubt(status, ada, post, desk, channel, teams):
    await post(ada.says("hello"))
    [first] = teams.messages[ada.chat]
    teams.faults["PUT"] = [Fault.page(status)]
    with pytest.raises(Throttled):
        await channel.send(desk.letter(WORDS, ada.account, TENANT, replaces=first))
    assert await channel.send(desk.letter(WORDS, ada.account, TENANT, replaces=first)) == first


async def test_pauses_grow_until_a_message_gets_through(ada, post, desk, channel, teams):
    await post(ada.says("hello"))
    teams.faults["POST"] = [Fault.of(412) for _ in range(4)]
    pauses = []
    for _ in range(4):
        with pytest.raises(Throttled) as pause:
            await channel.send(desk.letter(WORDS, ada.account, TENANT))
        pauses.append(pause.value.retry_after)
    bounds = [(1, 2), (2, 4), (4, 8), (8, 16)]
    assert all(low <= seconds <= high for seconds, (low, high) in zip(pauses, bounds, strict=True))

    assert await channel.send(desk.letter(WORDS, ada.account, TENANT))
    teams.faults["POST"] = [Fault.of(429)]
    with pytest.raises(Throttled) as pause:
        await channel.send(desk.letter(WORDS, ada.account, TENANT))
    assert pause.value.retry_after <= 2


async def test_a_connection_that_breaks_leaves_a_doubt_and_nothing_is_sent_twice(ada, post, desk, channel, teams):
    await post(ada.says("hello"))
    teams.hangs_up = True
    before = len(teams.posts())
    with pytest.raises(Doubtful):
        await channel.send(desk.letter(WORDS, ada.account, TENANT))
    assert len(teams.posts()) == before + 1
    with pytest.raises(Doubtful):
        await channel.find(desk.letter(WORDS, ada.account, TENANT))

    teams.hangs_up = False
    assert await channel.send(desk.letter(WORDS, ada.account, TENANT))


async def test_when_nobody_answers_the_door_nothing_was_delivered(ada, post, desk, channel, teams):
    await post(ada.says("hello"))
    reference = dict(desk.accounts.references[ada.account])
    await teams.stop()
    await asyncio.sleep(0.01)
    with pytest.raises(Throttled):
        await channel.send(desk.letter(WORDS, ada.account, TENANT, reference=reference))


async def test_a_token_that_teams_no_longer_takes_is_renewed_at_once(ada, post, desk, channel, teams):
    await post(ada.says("hello"))
    teams.faults["POST"] = [Fault.of(401)]
    assert await channel.send(desk.letter(WORDS, ada.account, TENANT))
    assert teams.tokens == 2

    teams.faults["POST"] = [Fault.of(401), Fault.of(401)]
    with pytest.raises(Refused, match="401"):
        await channel.send(desk.letter(WORDS, ada.account, TENANT))
    assert await channel.send(desk.letter(WORDS, ada.account, TENANT))


async def test_a_wrong_password_is_said_without_the_password(ada, post, desk, channel, teams, clock):
    await post(ada.says("hello"))
    clock.pass_time(hours=2)
    teams.token_fault = Fault.of(401, "invalid_client")
    with pytest.raises(Refused, match="InvalidCredentials") as refusal:
        await channel.send(desk.letter(WORDS, ada.account, TENANT))
    assert "made-up" not in str(refusal.value)

    teams.token_fault = Fault.page(503)
    with pytest.raises(Throttled):
        await channel.send(desk.letter(WORDS, ada.account, TENANT))
    teams.token_fault = None
    assert await channel.send(desk.letter(WORDS, ada.account, TENANT))


async def test_a_conversation_is_not_flooded(ada, ben, post, desk, channel, teams, clock):
    await post(ada.says("hello"))
    await post(ben.says("hello"))
    for _ in range(5):
        await channel.send(desk.letter(WORDS, ada.account, TENANT))
    with pytest.raises(Throttled) as pause:
        await channel.send(desk.letter(WORDS, ada.account, TENANT))
    assert await channel.send(desk.letter(WORDS, ben.account, TENANT))

    clock.pass_time(seconds=pause.value.retry_after)
    assert await channel.send(desk.letter(WORDS, ada.account, TENANT))


async def test_people_who_wait_go_before_messages_that_nobody_waits_for(
    teams, desk, accounts, settings, clock, ada, ben
):
    limits = Limits(bulk=(Rate(burst=2, each_second=1),), tenant=(Rate(burst=4, each_second=1),))
    accounts.linked |= {ada.account: "ada@aurora.example", ben.account: "ben@aurora.example"}
    channel = TeamsChannel(settings, inbox=desk, accounts=accounts, now=clock, limits=limits)
    await channel.start()
    try:
        await channel.send(desk.letter(WORDS, ada.account, TENANT, bulk=True))
        with pytest.raises(Throttled):
            await channel.send(desk.letter(WORDS, ada.account, TENANT, bulk=True))
        assert await channel.send(desk.letter(WORDS, ada.account, TENANT))
    finally:
        await channel.stop()


async def test_a_foreign_address_in_a_stored_reference_gets_no_token(ada, desk, channel, teams):
    reference = {"service_url": "https://evil.example/", "conversation": "a:1", "bot": "28:x"}
    with pytest.raises(Refused, match="ServiceUrlNotTrusted"):
        await channel.send(desk.letter(WORDS, ada.account, TENANT, reference=reference))
    assert teams.tokens == 0


async def test_redirects_are_not_followed_with_our_token(ada, post, desk, channel, teams):
    await post(ada.says("hello"))
    teams.faults["POST"] = [Fault(307, headers={"Location": f"{teams.url}/elsewhere"})]
    with pytest.raises(Refused, match="307"):
        await channel.send(desk.letter(WORDS, ada.account, TENANT))
    assert await channel.send(desk.letter(WORDS, ada.account, TENANT))


async def test_a_stranger_is_answered_in_their_chat_and_stays_a_stranger(teams, post, desk, accounts):
    guest = Writer(teams, "Guest", "ada@aurora.example", role="guest")
    await post(guest.says("hello"))
    assert len(teams.said(guest.chat)) == 1
    assert accounts.linked == {}


async def test_the_roster_is_asked_once_for_each_person(ada, post, teams, accounts, clock):
    for _ in range(3):
        await post(ada.says("hello"))
    assert len([call for call in teams.calls if call.method == "GET"]) == 1
    assert accounts.linked == {"aad-ada": "ada@aurora.example"}


async def test_who_joins_later_is_recognised_soon(ada, post, teams, accounts, clock):
    accounts.emails.clear()
    await post(ada.says("hello"))
    assert accounts.linked == {}

    accounts.emails.add("ada@aurora.example")
    clock.pass_time(minutes=2)
    await post(ada.says("hello"))
    assert accounts.linked == {"aad-ada": "ada@aurora.example"}
    assert accounts.references[ada.account]["conversation"] == ada.chat


async def test_a_roster_that_does_not_answer_keeps_nobody_waiting(ada, post, teams, desk, accounts, clock):
    teams.faults["GET"] = [Fault.page(502)]
    assert (await post(ada.says("hello"))).status_code == 202
    assert desk.last.text == "hello"
    assert accounts.linked == {}

    clock.pass_time(minutes=2)
    await post(ada.says("hello"))
    assert accounts.linked == {"aad-ada": "ada@aurora.example"}


async def test_writing_from_a_group_keeps_the_private_chat_that_is_known(ada, post, accounts):
    await post(ada.says("hello"))
    await post(ada.says("hello", conversation="19:group@thread.v2"))
    assert accounts.references[ada.account]["conversation"] == ada.chat


@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_every_reason_is_a_sentence_in_every_language(language):
    sentences = [reason(cause, language) for cause in (*REASONS, "SomethingNew")]
    assert all(sentence.endswith(".") for sentence in sentences)
    assert language == "en" or not set(sentences) & {reason(cause, "en") for cause in (*REASONS, "SomethingNew")}
