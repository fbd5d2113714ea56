"""Short, honest answers: why all this, what is supported, and where a human being is."""

from __future__ import annotations

from handlers.connect import named_provider
from handlers.messages import Button, Buttons, Event, Note, Reply, Text
from handlers.people import as_person
from handlers.readiness import Provider
from handlers.router import Router
from handlers.services import Services
from handlers.texts import t

router = Router()


@router.on("why_privacy")
async def why_privacy(event: Event, services: Services) -> Reply:
    language = event.person.language
    why = t(
        "You are asked because you host interviews: with your own account connected, each interview gets its video "
        "link by itself. If you don't host interviews, tell me and I leave you alone.",
        language,
    )
    cronofy = t(
        "Cronofy is the service that Personio's calendar integration runs on. It keeps the permission that you give "
        "your video provider; neither your password nor the permission comes to me.",
        language,
    )
    sees = t(
        "I see whether your calendar and your account are connected, not what is in your calendar or your e-mails. "
        "Your admins see whether you are ready, and why not.",
        language,
    )
    legal = t(
        "For what your contract or the law says, please ask your HR admin or your data protection officer.", language
    )
    stored = Button(t("What is stored about you", language), "my_data")
    return (Text(f"{why}\n\n{cronofy}\n\n{sees}"), Note(legal), Buttons((stored,)))


@router.on("supported_info")
async def supported_info(event: Event, services: Services) -> Reply:
    language = event.person.language
    lines = (
        t("**Google Meet** needs a Google company calendar; nobody signs in.", language),
        t(
            "**Microsoft Teams** needs a Microsoft calendar; through Graph nobody signs in, through EWS every host.",
            language,
        ),
        t("**Zoom** needs a paid plan (Pro or higher), and IT allows the Cronofy app for all users.", language),
        t("**GoTo Meeting** needs a GoTo account of one's own.", language),
    )
    limits = t(
        "Others, such as Webex, are not supported. One person can connect several providers. Shared mailboxes cannot "
        "connect an account.",
        language,
    )
    return (Text("\n".join(f"- {line}" for line in lines)), Text(limits))


@router.on("human")
async def human(event: Event, services: Services) -> Reply:
    """Names the people who can help, and tells them if wanted."""
    language, person = event.person.language, event.person
    rows = await services.store.people.all(person.company)
    admins = [as_person(row) for row in rows if row.role in ("owner", "hr_admin") and row.id != person.id][:3]
    if not admins:
        return (Text(t("There is no other admin whom I know. Personio's support can help.", language)),)
    names = ", ".join(f"{each.name} ({each.email})" for each in admins)
    provider = named_provider(event) or Provider.ZOOM
    values = {"provider": provider.value, "words": event.text[:200]}
    return (
        Text(t("These people can help you: {people}.", language, people=names)),
        Buttons((Button(t("Tell them that I need help", language), "tell_admins", values, primary=True),)),
    )
