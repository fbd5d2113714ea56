"""What is said when the bot is not sure what was meant: two or three buttons instead of a guess."""

from __future__ import annotations

from collections.abc import Mapping

from handlers import help
from handlers.messages import Button, Buttons, Event, Person, Reply, Text
from handlers.router import Router
from handlers.services import Services
from handlers.texts import label, t

router = Router()

LABELS = {
    "connect": label("Connect my video account"),
    "done": label("I've done it"),
    "my_status": label("How far am I?"),
    "list_not_synced": label("Who isn't synced?"),
    "list_not_connected": label("Who hasn't connected?"),
    "check_calendar": label("Is the calendar active?"),
    "calendar_type": label("Which calendar do we use?"),
    "progress": label("Overview"),
    "setup_provider": label("Set up video interviews"),
    "zoom_app": label("Allow the Cronofy app in Zoom"),
    "test_interview": label("Make a test interview"),
    "email_template": label("E-mail for the hosts"),
    "link_problem": label("My link or e-mail does not work"),
    "report_problem": label("Something does not work for me"),
    "why_privacy": label("Why is this needed, and what do you see?"),
    "supported_info": label("What is supported?"),
    "human": label("Talk to a person"),
    "check_person": label("How far is somebody?"),
    "set_language": label("Change the language"),
    "nudge": label("Remind people to connect"),
    "pause_reminders": label("Pause the reminders"),
    "resume_reminders": label("Let the reminders go on"),
    "schedule_reminders": label("When do reminders go out?"),
    "manage_interviewers": label("Who hosts no interviews?"),
    "snooze": label("Remind me later"),
    "opt_out": label("I don't host interviews"),
    "opt_in": label("I do host interviews"),
    "what_changed": label("What changed since yesterday"),
    "unreachable": label("Who can't you reach?"),
    "import_sync_list": label("Paste the list"),
    "my_data": label("What is stored about me?"),
    "who_saw_me": label("Who has seen my status?"),
    "erase_my_data": label("Delete my data"),
    "is_it_real": label("Is this message real?"),
    "list_roles": label("Roles"),
    "grant_role": label("Give a role"),
    "revoke_role": label("Take a role away"),
    "disconnect": label("Disconnect my video account"),
    "help": label("What can you do?"),
}
"""What a button for an intent says; others are nothing that people would choose from a list."""


def ask_which(event: Event, guesses: Mapping[str, Mapping[str, str]]) -> Reply:
    """Up to three readings as buttons, each with the values that it would use, and the way out."""
    language = event.person.language
    offered = [intent for intent in guesses if intent in LABELS][:3]
    buttons = tuple(Button(t(LABELS[intent], language), intent, dict(guesses[intent])) for intent in offered)
    if not buttons:
        return (Text(t("I'm not sure what you mean. This is what I can do:", language)), help.menu(event))
    something_else = Button(t("Something else", language), "help")
    return (Text(t("I'm not sure what you mean. Is it one of these?", language)), Buttons((*buttons, something_else)))


def not_meant_button(event: Event, doubt: Mapping[str, str]) -> Buttons:
    """One press away from every other reading."""
    return Buttons((Button(t("I meant something else", event.person.language), "not_meant", doubt),))


@router.on("not_meant")
async def not_meant(event: Event, services: Services) -> Reply:
    """The other readings; whether the person may have them is checked when they press, as for every button."""
    found = {name: value for name, value in event.values.items() if name != "guesses"}
    return ask_which(event, {intent: found for intent in event.values.get("guesses", "").split(",")})


def stranger(language: str, contact: str) -> Reply:
    """Somebody whose account belongs to nobody in the company."""
    text = t(
        "I don't know you yet: your account's e-mail address is not among the people of your company's HR system. "
        "Please ask {contact} to check it.",
        language,
        contact=contact,
    )
    return (Text(text),)


def apology(person: Person | None, language: str) -> Reply:
    """A fault of ours."""
    text = t(
        "Sorry, something went wrong on my side, and nothing was changed. It is noted for the person who runs me. "
        "Please try again in a few minutes.",
        person.language if person else language,
    )
    return (Text(text),)
