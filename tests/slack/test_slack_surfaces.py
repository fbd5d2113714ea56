"""The home tab, forms as modals, members, suggestions: what people see besides messages."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.channel import Refused
from bot.language import Context, Interpreter, NobodyKnown
from bot.slack.manifest import PROMPTS
from handlers.messages import Button, Buttons, Form, Heading, Input, InputKind, Option, Table, Text
from handlers.texts import t
from tests.slack.conftest import letter
from tests.slack.stand_in import Failure, buttons, user

FORM = Form(
    title="When should I remind people of their video account?",
    intent="schedule",
    inputs=(
        Input("day", "Day", InputKind.DATE, value="2026-12-01"),
        Input("who", "Who", InputKind.CHOICE, options=tuple(Option(f"Team {n}", f"team:{n}") for n in range(150))),
        Input("words", "Words", InputKind.MULTILINE, hint="Short is best", required=False),
    ),
    submit="Schedule",
    values={"campaign": "7"},
)


def scheduling(incoming):
    """Answers "remind" with a form, and refuses a day in the past."""
    if incoming.text:
        return (Text("Gladly."), FORM)
    if incoming.values["day"] < "2026-11-22":
        wrong = Input("day", "Day", InputKind.DATE, value=incoming.values["day"], error="This day is over.")
        return (Form(FORM.title, FORM.intent, (wrong, *FORM.inputs[1:]), FORM.submit, FORM.values),)
    return (Text(f"{incoming.values['who']} on {incoming.values['day']}, campaign {incoming.values['campaign']}"),)


async def opened(office):
    office.desk.answer = scheduling
    await office.says("U01ADA", "remind")
    await office.slack.presses("U01ADA", "Fill in", office.slack.messages["D01ADA"][0])
    return office.slack.modals[-1]


async def test_a_form_opens_as_a_modal_and_its_answer_comes_as_a_message(office):
    modal = await opened(office)
    assert modal["title"]["text"] == "When should I remind pe…"
    assert modal["blocks"][0]["text"]["text"] == f"*{FORM.title}*"
    response = await office.slack.submits("U01ADA", modal, {"Day": "2026-12-24", "Who": "Team 120", "Words": "x"})
    await office.settled()
    assert (response.status_code, response.text) == (200, "")
    assert office.slack.posted("D01ADA")[1:] == ["team:120 on 2026-12-24, campaign 7"]


async def test_an_error_stands_beside_its_field_and_the_corrected_form_is_taken(office):
    modal = await opened(office)
    wrong = await office.slack.submits("U01ADA", modal, {"Day": "2020-01-01", "Who": "Team 1"})
    assert wrong.json() == {"response_action": "errors", "errors": {"input0": "This day is over."}}
    right = await office.slack.submits("U01ADA", modal, {"Day": "2026-12-24", "Who": "Team 1"})
    await office.settled()
    assert right.text == ""
    assert office.slack.posted("D01ADA")[1:] == ["team:1 on 2026-12-24, campaign 7"]


async def test_a_refusal_with_more_to_say_redraws_the_modal(office):
    def explain(incoming):
        reply = scheduling(incoming)
        return (Text("Nobody works that day."), *reply) if incoming.intent and isinstance(reply[0], Form) else reply

    modal = await opened(office)
    office.desk.answer = explain
    said = (await office.slack.submits("U01ADA", modal, {"Day": "2020-01-01", "Who": "Team 1"})).json()
    assert said["response_action"] == "update"
    texts = [block["text"]["text"] for block in said["view"]["blocks"] if block["type"] == "section"]
    assert texts == [f"*{FORM.title}*", "Nobody works that day."]
    await office.slack.submits("U01ADA", {**said["view"], "id": "V9"}, {"Day": "2026-12-24", "Who": "Team 1"})
    await office.settled()
    assert office.slack.posted("D01ADA")[1:] == ["team:1 on 2026-12-24, campaign 7"]


async def test_a_slow_answer_closes_the_modal_and_comes_as_a_message_with_its_errors(office, monkeypatch):
    monkeypatch.setattr("bot.slack.listeners.LONG_WAIT", 0.01)
    modal = await opened(office)
    late = office.desk._work
    kept = []

    async def later(incoming):
        kept.append(incoming)

    monkeypatch.setattr(office.desk, "_work", later)
    response = await office.slack.submits("U01ADA", modal, {"Day": "2020-01-01", "Who": "Team 1"})
    assert response.text == ""
    await late(kept[0])
    message = office.slack.messages["D01ADA"][-1]
    assert "This day is over." in message["text"]
    await office.slack.presses("U01ADA", "Fill in", message)
    assert any("This day is over." in str(block) for block in office.slack.modals[-1]["blocks"])


async def test_a_form_that_is_stored_too_slowly_stays_open(office, monkeypatch):
    monkeypatch.setattr("bot.slack.listeners.DEADLINE", 0.02)
    monkeypatch.setattr("bot.slack.listeners.LONG_WAIT", 0.01)
    modal = await opened(office)
    free = asyncio.Event()
    office.desk.stored = free.wait
    said = (await office.slack.submits("U01ADA", modal, {"Day": "2026-12-24", "Who": "Team 1"})).json()
    assert "try again" in next(iter(said["errors"].values()))
    free.set()
    await office.slack.submits("U01ADA", modal, {"Day": "2026-12-24", "Who": "Team 1"})
    await office.settled()
    assert office.slack.posted("D01ADA")[1:] == ["team:1 on 2026-12-24, campaign 7"]


async def test_a_trigger_that_died_is_explained_and_the_next_press_opens_the_form(office):
    office.desk.answer = scheduling
    await office.says("U01ADA", "remind")
    office.slack.trigger_life = -1
    await office.slack.presses("U01ADA", "Fill in", office.slack.messages["D01ADA"][0])
    assert "press the button again" in office.slack.ephemerals[0]["text"]
    office.slack.trigger_life = 3
    await office.slack.presses("U01ADA", "Fill in", office.slack.messages["D01ADA"][0])
    assert len(office.slack.modals) == 1


async def test_a_form_that_is_gone_says_so(office):
    modal = await opened(office)
    office.desk.letters.clear()
    said = (await office.slack.submits("U01ADA", modal, {"Day": "2026-12-24", "Who": "Team 1"})).json()
    assert "too old" in next(iter(said["errors"].values()))
    await office.slack.presses("U01ADA", "Fill in", office.slack.messages["D01ADA"][0])
    assert "no longer there" in office.slack.ephemerals[-1]["text"]


async def test_a_form_is_only_for_the_person_it_was_sent_to(office):
    await opened(office)
    await office.slack.presses("U02BEN", "Fill in", {**office.slack.messages["D01ADA"][0], "channel": "D02BEN"})
    assert len(office.slack.modals) == 1


async def test_a_submitted_form_that_could_not_be_stored_stays_open(office):
    modal = await opened(office)
    office.desk.broken = True
    said = (await office.slack.submits("U01ADA", modal, {"Day": "2026-12-24", "Who": "Team 1"})).json()
    assert "try again" in next(iter(said["errors"].values()))
    office.desk.broken = False
    await office.slack.submits("U01ADA", modal, {"Day": "2026-12-24", "Who": "Team 1"})
    await office.settled()
    assert office.slack.posted("D01ADA")[1:] == ["team:1 on 2026-12-24, campaign 7"]


def dashboard(incoming):
    """A home tab with pages, filters and a table."""
    page = int(incoming.values.get("page", "1"))
    rows = tuple((f"Person {number}", "action needed") for number in range(30))
    following = Button("Next", "home", {"page": str(page + 1)}, in_place=True)
    return (Heading(f"Page {page}"), Table("Who needs what", ("Name", "State"), rows, total=90, following=following))


async def test_the_home_tab_shows_the_answer_and_its_buttons_redraw_it(office):
    office.desk.answer = dashboard
    await office.slack.opens_home("U01ADA")
    await office.settled()
    home = office.slack.homes["U01ADA"]
    assert home["blocks"][0]["text"]["text"] == "Page 1"
    await office.slack.presses("U01ADA", "Next", home, in_home=True)
    await office.settled()
    assert office.slack.homes["U01ADA"]["blocks"][0]["text"]["text"] == "Page 2"
    assert office.slack.messages == {}


async def test_a_press_in_the_home_tab_is_answered_there_with_a_way_back(office):
    office.desk.answer = lambda incoming: (
        (Buttons((Button("Connect", "connect"),)),) if incoming.intent == "home" else (Text("Here is your link."),)
    )
    await office.slack.opens_home("U01ADA")
    await office.settled()
    await office.slack.presses("U01ADA", "Connect", office.slack.homes["U01ADA"], in_home=True)
    await office.settled()
    home = office.slack.homes["U01ADA"]
    assert home["blocks"][0]["text"]["text"] == "Here is your link."
    await office.slack.presses("U01ADA", "Overview", home, in_home=True)
    await office.settled()
    assert [button["text"]["text"] for button in buttons(office.slack.homes["U01ADA"]["blocks"])] == [
        "Connect",
        "Overview",
    ]


async def test_a_home_tab_that_is_too_long_has_pages(office):
    office.desk.answer = lambda incoming: tuple(Text(f"paragraph {number}") for number in range(150))
    await office.slack.opens_home("U01ADA")
    await office.settled()
    home = office.slack.homes["U01ADA"]
    assert (len(home["blocks"]), home["blocks"][-2]["elements"][0]["text"]) == (100, "Page 1 of 2")
    await office.slack.presses("U01ADA", "More", home, in_home=True)
    await office.settled()
    last = office.slack.homes["U01ADA"]["blocks"]
    assert last[0]["text"]["text"] == "paragraph 98"
    assert [button["text"]["text"] for button in buttons(last)] == ["Back", "Overview"]


async def test_news_for_a_home_tab_are_put_together(office):
    for _ in range(3):
        await office.slack.opens_home("U01ADA")
    await office.settled()
    before = office.slack.count("views.publish")
    waiting = []

    async def hold(seconds):
        waiting.append(seconds)
        await asyncio.sleep(0)

    office.channel._homes._sleep = hold
    await asyncio.gather(*(office.desk.send(letter(f"H{n}", Text(f"news {n}"), conversation="home")) for n in range(5)))
    assert office.slack.count("views.publish") == before + 1
    assert office.slack.homes["U01ADA"]["blocks"][0]["text"]["text"] == "news 4"
    assert all(0 < seconds <= 5 for seconds in waiting)


async def test_a_home_tab_without_tables_is_drawn_as_a_list(office):
    office.slack.refuses_tables = True
    office.desk.answer = dashboard
    await office.slack.opens_home("U01ADA")
    await office.settled()
    assert "table" not in [block["type"] for block in office.slack.homes["U01ADA"]["blocks"]]


async def test_suggestions_are_set_once_and_in_the_readers_language(office):
    for _ in range(2):
        await office.slack.opens_home("U03INES", tab="messages")
        await office.settled()
    calls = [given for method, given in office.slack.calls if method == "assistant.threads.setSuggestedPrompts"]
    assert len(calls) == 1
    assert calls[0]["channel_id"] == "D03INES"
    assert calls[0]["prompts"][0] == {"title": "Suis-je prêt ?", "message": "Suis-je prêt pour les entretiens vidéo ?"}
    assert office.desk.events == []


@pytest.mark.parametrize("language", ["en", "fr", "de"])
async def test_every_suggestion_is_understood(language):
    context = Context(language=language, now=datetime.now(UTC), is_admin=False, directory=NobodyKnown(), pending=None)  # noqa: TID251 - any day
    for _, message in PROMPTS:
        [wish] = Interpreter.load().understand(t(message, language), context)
        assert wish.band == "act"


async def test_a_workspace_without_suggestions_is_asked_once(office):
    office.slack.failures["assistant.threads.setSuggestedPrompts"] = [Failure(error="unknown_method")] * 9
    for account in ("U01ADA", "U02BEN"):
        await office.slack.opens_home(account, tab="messages")
        await office.settled()
    assert office.slack.count("assistant.threads.setSuggestedPrompts") == 1
    assert await office.says("U01ADA", "hello") == ["You said: hello"]


OUTSIDERS = [
    user("U10BOT", "bot@x.example", is_bot=True),
    user("U11GUEST", "guest@x.example", is_restricted=True),
    user("U12SINGLE", "single@x.example", is_ultra_restricted=True),
    user("U13GONE", "gone@x.example", deleted=True),
    user("U14OTHER", "other@x.example", team_id="T99FOREIGN"),
    user("U15STRANGER", "stranger@x.example", is_stranger=True),
    user("USLACKBOT", "slackbot@x.example"),
    user("U16UNVERIFIED", "unverified@x.example", is_email_confirmed=False),
]


async def test_members_are_read_once_and_linked_by_their_verified_address(open_office, slack, desk):
    slack.users += OUTSIDERS
    office = await open_office()
    assert {account: member.email for account, member in desk.linked.items()} == {
        "U01ADA": "ada@aurora.example",
        "U02BEN": "ben@aurora.example",
        "U03INES": "ines@aurora.example",
    }
    assert desk.unlinked == {outsider["id"] for outsider in OUTSIDERS}
    assert slack.count("users.list") == 6
    await office.channel.stop()


async def test_nobody_but_members_is_written_to_or_answered(open_office, slack, desk):
    slack.users += OUTSIDERS
    office = await open_office()
    for outsider in OUTSIDERS:
        with pytest.raises(Refused):
            await office.channel.send(letter("L1", Text("hello"), account=outsider["id"]))
        assert (await slack.says(outsider["id"], "hello")).status_code == 200
    await slack.says("U77FOREIGN", "hello", user_team="T99FOREIGN")
    assert slack.count("chat.postMessage") == 0
    assert desk.events == []
    await office.channel.stop()


async def test_who_joins_is_linked_and_who_leaves_is_not_written_to(office):
    await office.slack.event({"type": "team_join", "user": user("U04NEW", "new@aurora.example")})
    assert office.desk.linked["U04NEW"].email == "new@aurora.example"
    await office.slack.event({"type": "user_change", "user": user("U04NEW", "new@aurora.example", deleted=True)})
    with pytest.raises(Refused):
        await office.channel.send(letter("L1", Text("hello"), account="U04NEW"))
    await office.slack.event({"type": "user_change", "user": user("U04NEW", "new@aurora.example")})
    await office.channel.send(letter("L1", Text("welcome back"), account="U04NEW"))
    assert office.slack.posted("D04NEW") == ["welcome back"]


async def test_members_that_slack_does_not_tell_at_once_are_read_later(open_office, slack, desk, monkeypatch):
    slept = []

    async def rest(pacer, seconds):
        slept.append(seconds)
        pacer._paused.clear()

    monkeypatch.setattr("bot.slack.pace.Pacer.rest", rest)
    slack.failures["users.list"] = [Failure(error="ratelimited", status=429, retry_after="30")]
    office = await open_office()
    assert slept == [30]
    assert len(desk.linked) == 3
    await office.channel.stop()


async def test_somebody_whom_the_hr_system_knew_too_late_is_linked_by_the_first_word(office):
    office.desk.linked.clear()
    assert await office.says("U02BEN", "hello") == ["You said: hello"]
    assert list(office.desk.linked) == ["U02BEN"]
    office.desk.linked.clear()
    await office.channel.relink()
    await office.settled()
    assert set(office.desk.linked) == {"U01ADA", "U02BEN", "U03INES"}


async def test_an_event_that_was_missed_is_made_up_for_within_a_day(office):
    office.slack.users = [user("U01ADA", "ada@aurora.example"), user("U05LATE", "late@aurora.example")]
    await office.channel.relink()
    await office.settled()
    assert "U05LATE" not in office.desk.linked
    office.clock[0] += timedelta(days=1)
    await office.channel.relink()
    await office.settled()
    assert office.desk.linked.keys() == {"U01ADA", "U05LATE"}
    with pytest.raises(Refused):
        await office.channel.send(letter("L1", Text("hello"), account="U02BEN"))
    await office.channel.send(letter("L2", Text("welcome"), account="U05LATE"))
    assert office.slack.posted("D05LATE") == ["welcome"]
