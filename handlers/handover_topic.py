"""What a hand-over is about: a step of a set-up, or what keeps one person from a provider."""

from __future__ import annotations

from dataclasses import dataclass

from handlers import causes, guide_words
from handlers.evidence import company_facts, judge, value_of
from handlers.facts import CompanyFact
from handlers.guide_state import UNKNOWN_TEAMS, survey
from handlers.guide_steps import GuideStep
from handlers.guide_words import FOR_IT
from handlers.messages import Note, Person
from handlers.people import as_person
from handlers.readiness import Owner, Path, Provider, State
from handlers.refresh import refresh_integration, refresh_person
from handlers.services import Services
from handlers.texts import t
from handlers.wording import numbered

_PROVIDERS = {
    Path.GOOGLE_MEET: Provider.GOOGLE_MEET,
    Path.ZOOM: Provider.ZOOM,
    Path.TEAMS_GRAPH: Provider.TEAMS,
    Path.TEAMS_EWS: Provider.TEAMS,
    Path.GOTO: Provider.GOTO,
    UNKNOWN_TEAMS: Provider.TEAMS,
}


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody is asked to do, in their language."""

    title: str
    why: str
    steps: str


@dataclass(frozen=True, slots=True)
class Topic:
    """Its text is what buttons and the store carry."""

    text: str
    provider: Provider
    step: str = ""
    person_id: int = 0
    case: str = ""
    owner: Owner = Owner.NOBODY

    def __str__(self) -> str:
        return self.text

    @property
    def is_step(self) -> bool:
        return bool(self.step)

    @property
    def is_for_it(self) -> bool:
        return self.owner is Owner.IT_ADMIN or self.step in FOR_IT

    @property
    def is_for_them(self) -> bool:
        """The person whom it is about has to act."""
        return self.owner is Owner.EMPLOYEE

    async def person(self, services: Services, company: int) -> Person | None:
        """Whom it is about."""
        row = await services.store.people.get(company, self.person_id) if self.person_id else None
        return as_person(row) if row else None

    async def title(self, services: Services, company: int, language: str) -> str:
        """What it is about in a few words, from what is stored."""
        if self.case:
            return causes.title(self.case, language)
        if self.is_step:
            path = self.text.split(":")[1]
            return guide_words.title(GuideStep(self.step), Path(path) if path in set(Path) else None, language)
        person = await self.person(services, company)
        name = person.name if person else ""
        return t("{person} and {provider}", language, person=name, provider=self.provider.display_name)

    async def request(self, services: Services, company: int, language: str) -> Request:
        if self.case:
            steps = numbered(causes.fix(self.case, language))
            return Request(await self.title(services, company, language), causes.cause(self.case, language), steps)
        if not self.is_step:
            return await self._about_person(services, company, language)
        found = await survey(services, company, self.provider)
        standing = found.standing(self.step)
        step = GuideStep(self.step)
        steps = guide_words.to_do(found, standing, language) if standing else ""
        title = await self.title(services, company, language)
        return Request(title, guide_words.rule(step, found.path, language), steps)

    async def still_wrong(self, services: Services, company: int, language: str) -> Note | None:
        """Looks again at what keeps that person from the provider; None when it is gone or cannot be looked at."""
        if not services.is_direct:
            return None
        cause = await self._still(services, company)
        if not cause:
            return None
        return Note(t("I looked again, and I still see: {cause}.", language, cause=causes.title(cause, language)))

    async def _still(self, services: Services, company: int) -> str:
        """The cause that is still there; empty when it is gone, or nothing can be looked at."""
        if self.case:
            await refresh_integration(services, company)
            kind = value_of(await company_facts(services, company), CompanyFact.CALENDAR)
            return self.case if kind == "ews" and self.case.startswith("ews-365") else ""
        person = await self.person(services, company)
        if person is None:
            return ""
        await refresh_person(services, person)
        verdict = await judge(services, company, person.id, self.provider)
        return "" if verdict.state is State.READY else verdict.cause

    async def _about_person(self, services: Services, company: int, language: str) -> Request:
        verdict = await judge(services, company, self.person_id, self.provider)
        title = await self.title(services, company, language)
        if not verdict.cause:
            return Request(title, causes.state_label(verdict.state, language), "")
        why = f"**{causes.title(verdict.cause, language)}.** {causes.cause(verdict.cause, language)}"
        return Request(title, why, numbered(causes.fix(verdict.cause, language)))


def topic_about(person: int, provider: Provider, owner: Owner) -> str:
    """The topic for what keeps a person from a provider."""
    return f"cause:{person}:{provider}:{owner}"


def read_topic(text: str) -> Topic | None:
    """What a button or the store carries; None when it is nothing of ours."""
    match text.split(":"):
        case ["step", path, step] if path in _PROVIDERS and step in set(GuideStep):
            return Topic(text, _PROVIDERS[path], step=step)
        case ["cause", person, provider, owner] if person.isdecimal() and provider in set(Provider):
            known = Owner(owner) if owner in set(Owner) else Owner.NOBODY
            return Topic(text, Provider(provider), person_id=int(person), owner=known)
        case ["case", id, provider] if provider in set(Provider) and id in {each.id for each in causes.cases()}:
            return Topic(text, Provider(provider), case=id, owner=causes.case(id).owners[0])
    return None
