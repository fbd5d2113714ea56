"""One named reply for each thing that Slack can draw, and for each of its limits."""

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

MARKDOWN = """**Ready** in two steps, read [the guide](https://help.example/zoom?step=1&of=2) and `Settings > Tools`:

1. Open your settings
2. Press **Connect**

- nothing else
- a \\*star\\* and a \\`tick\\` that are only data
Last line"""

HOSTILE = "<!channel> <@U01ADA> <https://evil.example|click> @here *bold* _slanted_ ~gone~ & `code` :tada: </script>"
LONG = "All work and no interviews makes Ada a dull host. " * 130

GALLERY: dict[str, Reply] = {
    "text": (Text(MARKDOWN),),
    "hostile data": (
        Heading(HOSTILE),
        Text(HOSTILE.replace("*", "\\*").replace("`", "\\`")),
        Facts((Fact(HOSTILE, HOSTILE),)),
        Status(Tone.BAD, HOSTILE),
        Table(HOSTILE, (HOSTILE, "State"), ((HOSTILE, ""),)),
        Buttons((Button(HOSTILE[:60], "press"), Link("Never", "javascript:alert(1)"))),
        Text("[never](javascript:alert(1)) and [always](https://a.example/?q=<b>|c)"),
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
                Button("Stop reminders", "opt_out", danger=True),
            )
        ),
        Progress("Connected", 12, 40),
        Image("https://help.example/menu.png", "Where the menu is"),
    ),
    "list of people": (
        Heading("Not synced"),
        Table(
            "Who needs what",
            ("Name", "State", "Since"),
            tuple((f"Person {number}", "waiting", "") for number in range(1, 11)),
            total=42,
            previous=Button("Previous", "list_not_synced", {"page": "1"}, in_place=True),
            following=Button("Next", "list_not_synced", {"page": "3"}, in_place=True),
        ),
    ),
    "form with an error": (
        Form(
            "When should I remind people?",
            "schedule",
            (
                Input("day", "Day", InputKind.DATE, value="2020-01-01", error="This day is over."),
                Input("who", "Who", InputKind.CHOICE, options=(Option("Everybody", "all"), Option("Berlin", "berlin"))),
                Input("words", "Your words", InputKind.MULTILINE, hint="Short is best", required=False),
            ),
            "Schedule",
        ),
    ),
    "long words": (Heading("A title that is far too long " * 8), Text(LONG), Note(LONG)),
    "long facts": (Facts((*(Fact(f"Label {number}", "value") for number in range(12)), Fact("Long", LONG))),),
    "long labels": (
        Buttons(
            (
                Button("A button that says much more than seventy-five characters can hold, alas, alas", "a"),
                Button("Much to carry", "b", {"people": "1," * 1500}),
                *(Button(f"Button {number}", "c") for number in range(30)),
            )
        ),
    ),
    "long table": (
        Table("Everybody", ("Name", "Mail"), tuple((f"Person {n}", f"p{n}@aurora.example") for n in range(250))),
    ),
    "wide table": (Table("Wide", tuple(f"Column {n}" for n in range(25)), (tuple("x" for _ in range(25)),)),),
    "two tables": (Table("One", ("A",), (("1",),)), Table("Two", ("B",), (("2",),))),
    "many blocks": tuple(Text(f"Paragraph {number}") for number in range(120)),
    "nothing in it": (Table("Nobody", ("Name",), ()), Progress("None", 0, 0), Heading("  "), Text("")),
}
