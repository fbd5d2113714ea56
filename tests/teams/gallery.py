"""One named reply for each thing that can be drawn."""

from handlers.messages import (
    Button,
    Buttons,
    Fact,
    Facts,
    Form,
    Heading,
    Image,
    Input,
    InputKind,
    Link,
    Note,
    Option,
    Progress,
    Reply,
    Status,
    Table,
    Text,
    Tone,
)

MARKDOWN = """**Ready** in two steps, see [the guide](https://help.example/zoom?step=1) and `Settings > Integrations`:

1. Open your settings
2. Press **Connect**

- nothing else
- *not* bold, \\*neither\\*
Last line"""

HOSTILE = "Eve *bold* [click](https://evil.example) `code` <b>x</b> {{DATE(2017-01-01)}} _it_ &amp; \\ # ~~s~~"

GALLERY: dict[str, Reply] = {
    "empty": (),
    "text": (Text(MARKDOWN),),
    "hostile data": (
        Heading(HOSTILE),
        Text("Name: " + HOSTILE.replace("\\", "\\\\").replace("*", "\\*").replace("`", "\\`").replace("[", "\\[")),
        Facts((Fact(HOSTILE, HOSTILE),)),
        Status(Tone.BAD, HOSTILE),
        Table(HOSTILE, (HOSTILE, "- list"), ((HOSTILE, "1. list"), ("# title", "> quote"), ("---", ""))),
        Buttons((Button(HOSTILE, "press"), Link("Never", "javascript:alert(1)"))),
        Text("[never](javascript:alert(1))"),
        Image("javascript:alert(1)", "Never"),
    ),
    "answer for one person": (
        Heading("You are almost ready"),
        Status(Tone.GOOD, "Zoom: connected"),
        Status(Tone.WARNING, "Google Meet: wait for IT"),
        Status(Tone.BAD, "GoTo: refused"),
        Status(Tone.NEUTRAL, "Teams: not needed"),
        Facts((Fact("Calendar", "Office 365"), Fact("Since", "3 days"))),
        Note("Seen in **Cronofy** 5 minutes ago."),
        Buttons(
            (
                Button("Connect Zoom", "connect", {"provider": "zoom"}, primary=True),
                Link("Read more", "https://help.example/zoom"),
                Button("Check again", "status", in_place=True, refreshes=True),
                Button("Forget me", "forget", danger=True),
            )
        ),
    ),
    "many buttons": (Buttons(tuple(Button(f"Choice {number}", "choose", {"n": str(number)}) for number in range(14))),),
    "dashboard": (
        Heading("Who is not ready"),
        Progress("Ready", 34, 57),
        Table(
            "People",
            ("Name", "State", "Next step"),
            (("Ben Beck", "Has to connect Zoom", "Remind"), ("Éva Nagy", "Waits for IT", "")),
            total=57,
            previous=Button("Previous page", "list", {"page": "1"}, in_place=True),
            following=Button("Next page", "list", {"page": "3"}, in_place=True),
        ),
        Form(
            "Filter",
            "list",
            (
                Input(
                    "state",
                    "State",
                    InputKind.CHOICE,
                    required=False,
                    options=(Option("All", ""), Option("Not ready", "no")),
                ),
            ),
            "Show",
        ),
    ),
    "form": (
        Form(
            "Send reminders",
            "campaign.save",
            (
                Input("name", "Name", hint="For you only"),
                Input("text", "Words", InputKind.MULTILINE, value="Hello\nyou", required=False, max_length=500),
                Input("first", "First day", InputKind.DATE, value="2026-11-23"),
                Input(
                    "pace",
                    "How often",
                    InputKind.CHOICE,
                    value="week",
                    options=tuple(Option(word.title(), word) for word in ("day", "week", "month", "quarter", "year")),
                ),
            ),
            "Start",
            {"draft": "7"},
        ),
    ),
    "form with errors": (
        Form(
            "Send reminders",
            "campaign.save",
            (Input("name", "Name", value="x" * 20, error="There is a campaign of this name."),),
            "Start",
        ),
    ),
    "progress": (Progress("Synced", 0, 10), Progress("Connected", 10, 10), Progress("Nobody yet", 0, 0)),
    "picture": (Image("https://help.example/menu.png", "The menu at the bottom left"),),
}
