import asyncio

import pytest

from bot.channel import Incoming
from bot.teams.presses import Presses
from handlers.messages import Button, Buttons, Form, Heading, Input, Text
from tests.teams.stand_in import TENANT, action, actions

GROUP = "19:group@thread.v2"


def pressed(teams, conversation):
    """The newest message of a conversation: its id and its card."""
    message, body = list(teams.messages[conversation].items())[-1]
    return message, body["attachments"][0]["content"]


async def test_a_message_is_answered_with_a_card(ada, post, teams, desk):
    response = await post(ada.says("hello"))

    assert response.status_code == 202
    [card] = teams.said(ada.chat)
    assert card["body"][0]["text"] == "You said: hello"
    assert desk.last == Incoming(
        channel="teams",
        id=desk.last.id,
        workspace=TENANT,
        account="aad-ada",
        conversation="a:aad-ada",
        text="hello",
        locale="en-GB",
    )


async def test_the_notification_of_a_card_says_what_stands_in_it(ada, post, teams):
    await post(ada.says("hello"))
    [body] = teams.messages[ada.chat].values()
    assert body["summary"] == "You said: hello"


async def test_the_same_activity_delivered_twice_is_answered_once(ada, post, teams):
    activity = ada.says("hello")
    assert (await post(activity)).status_code == 202
    assert (await post(activity)).status_code == 202
    assert len(teams.said(ada.chat)) == 1

    await post(ada.says("hello"))
    assert len(teams.said(ada.chat)) == 2


async def test_activities_of_two_conversations_may_have_the_same_number(ada, ben, post, desk):
    await post(ada.says("one") | {"id": "1"})
    await post(ben.says("two") | {"id": "1"})
    assert len(desk.received) == 2


async def test_a_mention_in_a_group_is_answered_to_the_asker_alone(ada, post, teams, desk):
    await post(ada.says("who is not ready?", conversation=GROUP))

    assert desk.last.text == "who is not ready?"
    assert desk.last.public
    assert teams.said(ada.chat)[0]["body"][0]["text"] == "You said: who is not ready?"
    assert teams.said(GROUP) == [{"text": "I wrote to you in our private chat."}]


async def test_the_short_line_speaks_the_language_of_the_asker(ada, post, teams):
    ada.locale = "fr-FR"
    await post(ada.says("salut", conversation=GROUP))
    assert teams.said(GROUP) == [{"text": "Je vous ai écrit dans notre discussion privée."}]


async def test_who_has_no_private_chat_yet_learns_how_to_get_one(ada, post, teams, desk):
    teams.not_installed.add(ada.account)
    await post(ada.says("who is not ready?", conversation=GROUP))
    assert teams.said(GROUP) == [{"text": "I cannot write to you in private yet. Please add me to your Teams."}]
    assert desk.ends[0].cause == "ForbiddenOperationException"

    teams.not_installed.clear()
    await post(ada.installs())
    await post(ada.says("who is not ready?", conversation=GROUP))
    assert teams.said(GROUP)[-1] == {"text": "I wrote to you in our private chat."}


async def test_mentions_of_others_keep_their_names(ada, post, desk):
    activity = ada.says("is <at>Ben Beck</at> ready?&nbsp;", conversation=GROUP)
    activity["entities"].append(
        {"type": "mention", "text": "<at>Ben Beck</at>", "mentioned": {"id": "29:ben", "name": "Ben Beck"}}
    )
    await post(activity)
    assert desk.last.text == "is Ben Beck ready?"


async def test_an_installation_is_welcomed_once(ada, post, teams, desk):
    added = ada.activity("conversationUpdate", membersAdded=[{"id": "28:bot"}, {"id": ada.id}])
    await asyncio.gather(post(ada.installs()), post(added))

    assert [event.intent for event in desk.received.values()] == ["welcome"]
    assert len(teams.said(ada.chat)) == 1


async def test_an_upgrade_of_the_app_is_no_reason_to_speak(ada, post, desk):
    response = await post(ada.activity("installationUpdate", action="add-upgrade"))
    assert response.status_code == 202
    assert not desk.received


async def test_a_team_that_adds_the_bot_makes_its_members_known(ada, ben, post, accounts, channel):
    team = "19:team@thread.tacv2"
    await post(ada.installs(conversation=team))
    await asyncio.sleep(0.02)
    assert accounts.linked == {"aad-ada": "ada@aurora.example", "aad-ben": "ben@aurora.example"}


async def test_who_removed_the_bot_is_not_written_to_until_it_is_back(ada, post, teams, desk, channel, accounts):
    await post(ada.says("hello"))
    await post(ada.removes())
    assert accounts.references[ada.account]["unreachable"] == "AppRemoved"
    before = len(teams.posts())
    with pytest.raises(Exception, match="AppRemoved"):
        await channel.send(desk.letter((Text("Psst."),), ada.account, TENANT))
    assert len(teams.posts()) == before

    await post(ada.installs())
    assert await channel.send(desk.letter((Text("Psst."),), ada.account, TENANT))


@pytest.mark.parametrize("kind", ["messageReaction", "messageUpdate", "typing", "conversationUpdate", "event"])
async def test_other_activities_are_acknowledged_and_left_alone(kind, ada, post, desk):
    assert (await post(ada.activity(kind))).status_code == 202
    assert (await post(ada.activity("message", text=""))).status_code == 202
    assert not desk.received


async def test_a_button_becomes_the_event_that_it_stands_for(ada, post, teams, desk):
    desk.answer = lambda _: (Buttons((Button("Connect Zoom", "connect", {"provider": "zoom"}),)),)
    await post(ada.says("hello"))
    message, card = pressed(teams, ada.chat)
    await post(ada.presses(action(card, "Connect Zoom"), message=message))

    assert (desk.last.intent, desk.last.values) == ("connect", {"provider": "zoom"})
    assert desk.sent[desk.last.message] == message


async def test_an_answer_in_place_comes_with_the_press_and_stays(ada, post, teams, desk):
    desk.answer = lambda event: (
        Heading(f"After {event.intent or event.text}"),
        Buttons((Button("Next page", "page", {"page": "2"}, in_place=True),)),
    )
    await post(ada.says("list"))
    message, card = pressed(teams, ada.chat)
    answer = (await post(ada.presses(action(card, "Next page"), message=message))).json()

    assert answer["type"] == "application/vnd.microsoft.card.adaptive"
    assert answer["value"]["body"][0]["text"] == "After page"
    [shown] = teams.said(ada.chat)
    assert shown == answer["value"]


async def test_an_older_client_gets_the_same_by_its_fallback(ada, post, teams, desk):
    desk.answer = lambda event: (
        Heading(f"After {event.intent or event.text}"),
        Buttons((Button("Next page", "page", {"page": "2"}, in_place=True),)),
    )
    await post(ada.says("list"))
    message, card = pressed(teams, ada.chat)
    assert (await post(ada.submits(action(card, "Next page"), message=message))).status_code == 202

    assert (desk.last.intent, desk.last.values, desk.last.in_place) == ("page", {"page": "2"}, True)
    [shown] = teams.said(ada.chat)
    assert shown["body"][0]["text"] == "After page"


async def test_a_slow_answer_in_place_arrives_all_the_same(ada, post, teams, desk):
    desk.answer = lambda event: (Heading(event.intent or "first"), Buttons((Button("Go", "page", in_place=True),)))
    await post(ada.says("list"))
    message, card = pressed(teams, ada.chat)
    desk.gate = asyncio.Event()
    response = await post(ada.presses(action(card, "Go"), message=message), settle=False)
    assert response.json()["value"] == "I am on it."

    desk.gate.set()
    await desk.settled()
    [shown] = teams.said(ada.chat)
    assert shown["body"][0]["text"] == "page"


async def test_an_answer_that_is_no_single_card_leaves_nobody_waiting():
    presses = Presses()
    with presses.expect("message", "aad-ada", automatic=False) as press:
        presses.let_go("message", "aad-ada")
        presses.let_go("message", "aad-ada")
        assert await press.wait(60) == {}
    presses.let_go("message", "aad-ada")


async def test_a_press_delivered_twice_is_done_once(ada, post, teams, desk):
    desk.answer = lambda _: (Buttons((Button("Go", "page", in_place=True),)),)
    await post(ada.says("list"))
    message, card = pressed(teams, ada.chat)
    press = ada.presses(action(card, "Go"), message=message)
    await post(press)
    assert (await post(press)).json()["value"] == "I am on it."
    assert len(desk.received) == 2


async def test_a_form_brings_its_inputs_and_its_errors_back(ada, post, teams, desk):
    def answer(event):
        error = "There is nobody of this name." if event.intent else ""
        field = Input("name", "Who is it?", value=event.values.get("name", ""), error=error)
        return (Form("Find somebody", "find", (field,), "Find", {"kind": "person"}),)

    desk.answer = answer
    await post(ada.says("find"))
    message, card = pressed(teams, ada.chat)
    shown = (await post(ada.presses(action(card, "Find"), message=message, **{"0.name": "Bob"}))).json()["value"]

    assert desk.last.values == {"kind": "person", "name": "Bob"}
    assert desk.last.in_place
    assert "There is nobody of this name." in str(shown)
    assert "Bob" in str(shown)


async def test_inputs_cannot_pose_as_what_the_button_carries(ada, post, teams, desk):
    desk.answer = lambda _: (Form("Title", "find", (Input("name", "Name"),), "Find"),)
    await post(ada.says("find"))
    message, card = pressed(teams, ada.chat)
    await post(ada.presses(action(card, "Find"), message=message, intent="admin.delete", name="x", **{"1.name": "y"}))
    assert (desk.last.intent, desk.last.values) == ("find", {})


@pytest.mark.parametrize(
    "data",
    [None, "x", [], {"greenroom": "x"}, {"greenroom": {"intent": 7, "values": [], "form": {}}}],
)
async def test_a_forged_press_harms_nothing(data, ada, post, desk):
    forged = {"type": "Action.Execute", "title": "Go", "verb": "status", "data": data or {}}
    press = ada.presses(forged | {"data": {}}, message="1")
    press["value"]["action"]["data"] = data
    response = await post(press)
    assert response.json()["statusCode"] in {200, 400}
    assert (await post(ada.says("hello"))).status_code == 202
    assert desk.last.text == "hello"


async def test_a_card_asks_for_the_present_state_of_its_one_reader(ada, post, teams, desk):
    desk.answer = lambda event: (
        Heading(event.intent or "first"),
        Buttons((Button("Check again", "status", in_place=True, refreshes=True),)),
    )
    await post(ada.says("status"))
    message, card = pressed(teams, ada.chat)
    assert card["refresh"]["userIds"] == [ada.id]
    before = len(teams.posts())
    looked = ada.presses(card["refresh"]["action"], message=message, trigger="automatic")
    answer = (await post(looked)).json()

    assert answer["value"]["body"][0]["text"] == "status"
    assert len(teams.posts()) == before


async def test_a_late_refresh_is_shown_to_nobody_else(ada, post, teams, desk):
    desk.answer = lambda event: (
        Heading(event.intent or "first"),
        Buttons((Button("Check again", "status", in_place=True, refreshes=True),)),
    )
    await post(ada.says("status"))
    message, card = pressed(teams, ada.chat)
    desk.gate = asyncio.Event()
    looked = ada.presses(card["refresh"]["action"], message=message, trigger="automatic")
    assert (await post(looked, settle=False)).json()["statusCode"] == 200
    desk.gate.set()
    await desk.settled()

    assert teams.said(ada.chat)[0]["body"][0]["text"] == "first"
    await post(ada.presses(action(card, "Check again"), message=message))
    assert teams.said(ada.chat)[0]["body"][0]["text"] == "status"


async def test_a_press_in_a_group_changes_nothing_that_others_see(ada, post, teams, desk, channel):
    desk.answer = lambda _: (Text("Ben is not ready."),)
    await post(ada.says("hello"))
    shared = desk.letter((Buttons((Button("Who?", "who", in_place=True),)),), ada.account, TENANT, conversation=GROUP)
    desk.sent[shared.id] = await channel.send(shared)
    message, card = pressed(teams, GROUP)
    answer = (await post(ada.presses(action(card, "Who?"), message=message, conversation=GROUP))).json()

    assert answer["value"] == "I answer you in our private chat."
    assert teams.messages[GROUP][message]["attachments"][0]["content"] == card
    assert "Ben is not ready." in str(teams.said(ada.chat))
    assert "Ben" not in str(teams.said(GROUP))


async def test_typing_is_shown_only_while_an_answer_takes_its_time(ada, post, teams, desk):
    await post(ada.says("hello"))
    await asyncio.sleep(0.03)
    assert [call.body["type"] for call in teams.posts()] == ["message"]

    desk.gate = asyncio.Event()
    await post(ada.says("think"), settle=False)
    await teams.wait_for(lambda: teams.calls[-1].body.get("type") == "typing")
    desk.gate.set()
    await desk.settled()
    assert [call.body["type"] for call in teams.posts()] == ["message", "typing", "message"]


async def test_every_button_can_be_pressed_in_an_older_client(ada, post, teams, desk):
    desk.answer = lambda _: (Buttons((Button("A", "a"), Button("B", "b"))), Form("T", "f", (), "Send"))
    await post(ada.says("hello"))
    _, card = pressed(teams, ada.chat)
    drawn = actions(card)
    assert len(drawn) == 3
    assert all(one["fallback"]["type"] == "Action.Submit" and one["verb"] for one in drawn)
