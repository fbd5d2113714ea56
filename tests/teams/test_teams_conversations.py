from bot.channel import Incoming


async def test_a_message_is_answered_with_a_card(ada, post, teams, desk):
    response = await post(ada.says("hello"))

    assert response.status_code == 202
    [card] = teams.said(ada.chat)
    assert card["body"][0]["text"] == "You said: hello"
    assert desk.last == Incoming(
        channel="teams",
        id=desk.last.id,
        workspace="99999999-8888-7777-6666-555555555555",
        account="aad-ada",
        conversation="a:aad-ada",
        text="hello",
        locale="en-GB",
    )


async def test_the_same_activity_delivered_twice_is_answered_once(ada, post, teams):
    activity = ada.says("hello")
    assert (await post(activity)).status_code == 202
    assert (await post(activity)).status_code == 202

    assert len(teams.said(ada.chat)) == 1
    await post(ada.says("hello"))
    assert len(teams.said(ada.chat)) == 2
