"""What the live checks add to an answer: which system could not be asked, and a plan that is worth knowing of."""

from __future__ import annotations

from datetime import timedelta

from handlers import causes
from handlers.facts import Facts, PersonFact, Seen, Source
from handlers.live_checks import failures
from handlers.messages import Note
from handlers.services import Services
from handlers.texts import t
from handlers.wording import ago, source_name

JUST_NOW = timedelta(minutes=1)


async def notes_about(services: Services, company: int, subject: int, language: str) -> tuple[Note, ...]:
    """One line for each system that did not answer about this person, or about the company."""
    failed = await failures(services, company, subject)
    return tuple(_note(source, seen, services, language) for source, seen in sorted(failed.items()))


def plan_note(facts: Facts, language: str) -> tuple[Note, ...]:
    """Basic users of Zoom can host, but not for long."""
    user = facts.get(PersonFact.ZOOM_USER)
    if user is None or user.value != "active" or user.detail.get("plan") != "basic":
        return ()
    return (Note(t("This Zoom user is on the Basic plan: meetings end after 40 minutes.", language)),)


def _note(source: Source, seen: Seen, services: Services, language: str) -> Note:
    system, case = source_name(source, language), str(seen.detail.get("error_key", ""))
    advice = t(str(seen.detail.get("advice", "")), language)
    why = f"{causes.title(case, language)}. {advice}" if case else advice
    if services.now() - seen.observed_at < JUST_NOW:
        message = t(
            "I could not ask {system} just now, so this is what I knew last. {advice}",
            language,
            system=system,
            advice=why,
        )
        return Note(message)
    age = ago(seen.observed_at, services.now(), language)
    return Note(
        t(
            "I could not ask {system} ({age}), so this is what I knew last. {advice}",
            language,
            system=system,
            age=age,
            advice=why,
        )
    )
