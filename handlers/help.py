"""Greeting, menu, and what is said when nothing else fits."""

from __future__ import annotations

from handlers.messages import Button, Buttons, Event, Heading, Reply, Role, Text
from handlers.router import Router
from handlers.services import Services
from handlers.texts import languages, t

router = Router()

LANGUAGE_NAMES = {"en": "English", "fr": "Français", "de": "Deutsch"}


@router.on("greeting", "welcome")
async def greeting(event: Event, services: Services) -> Reply:
    language = event.person.language
    hello = t("Hello {name}! I get you ready for video interviews.", language, name=event.person.first_name)
    return (Text(hello), menu(event))


@router.on("help")
async def help(event: Event, services: Services) -> Reply:
    language = event.person.language
    text = t(
        "I connect your video account for interviews, and I can always tell you how far you are. "
        "Write as you would to a colleague, for example “connect my Zoom”.",
        language,
    )
    if event.person.is_admin:
        text += "\n\n" + t(
            "As an admin you can also ask about everybody: “who isn't synced”, “who hasn't connected Zoom”, "
            "“is the calendar integration active”, “why can't Ben use Zoom”.",
            language,
        )
    trust = (
        Button(t("Is this message real?", language), "is_it_real"),
        Button(t("What is stored about me?", language), "my_data"),
    )
    return (Heading(t("What I can do", language)), Text(text), menu(event), Buttons(trust))


@router.on("thanks")
async def thanks(event: Event, services: Services) -> Reply:
    return (Text(t("You're welcome, {name}!", event.person.language, name=event.person.first_name)),)


@router.on("out_of_scope")
async def out_of_scope(event: Event, services: Services) -> Reply:
    text = t(
        "I'm not able to help with that. I only know about video interviews: connecting accounts and who is ready.",
        event.person.language,
    )
    return (Text(text), menu(event))


@router.on("empty")
async def empty(event: Event, services: Services) -> Reply:
    return (Text(t("That message had no words in it. What would you like to do?", event.person.language)), menu(event))


@router.on("too_long")
async def too_long(event: Event, services: Services) -> Reply:
    text = t("That message is too long for me to read. Could you say it in a sentence or two?", event.person.language)
    return (Text(text), menu(event))


@router.on("cancel", "deny")
async def cancel(event: Event, services: Services) -> Reply:
    return (Text(t("All right, nothing was changed.", event.person.language)), menu(event))


@router.on("affirm")
async def affirm(event: Event, services: Services) -> Reply:
    """A "yes" that no question waits for."""
    text = t("I have no question open that this would answer. What would you like to do?", event.person.language)
    return (Text(text), menu(event))


@router.on("set_language")
async def set_language(event: Event, services: Services) -> Reply:
    wanted = event.values.get("language", "")
    if wanted not in languages():
        return (Text(t("Which language would you like?", event.person.language)), _language_buttons())
    await services.store.people.change(event.person.company, event.person.id, language=wanted)
    return (Text(t("From now on I speak English with you.", wanted)),)


def menu(event: Event) -> Buttons:
    """The few things that most people want, for this person's role."""
    language = event.person.language
    buttons = [
        Button(t("Connect my video account", language), "connect", primary=True),
        Button(t("How far am I?", language), "my_status"),
    ]
    if event.person.is_admin:
        buttons += [
            Button(t("Who isn't synced?", language), "list_not_synced"),
            Button(t("Who hasn't connected?", language), "list_not_connected"),
            Button(t("Is the calendar active?", language), "check_calendar"),
            Button(t("Overview", language), "progress"),
            Button(t("Reminders", language), "reminders"),
            Button(t("Set up video interviews", language), "setup_provider"),
        ]
    if event.person.role is Role.OWNER:
        buttons.append(Button(t("Roles", language), "list_roles"))
    return Buttons(tuple(buttons))


def _language_buttons() -> Buttons:
    return Buttons(
        tuple(Button(LANGUAGE_NAMES.get(code, code), "set_language", {"language": code}) for code in languages())
    )
