"""Looks at how a set-up stands: facts, what people said, who was asked, what was tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from handlers.evidence import company_facts, judge_everybody
from handlers.facts import Facts
from handlers.guide_rules import hosts_among, reachable, standings
from handlers.guide_steps import Given, GuideStep, Known, Mark, Stand, Standing, Tried
from handlers.readiness import Path, Provider, path_for
from handlers.services import Services
from storage import models
from storage.setups import DONE, GOOD, REOPENED

UNKNOWN_TEAMS = "teams"
"""What stands for the path in the store while nobody knows which Teams it is."""


@dataclass(frozen=True, slots=True)
class Survey:
    """One provider's set-up in one company, as it stands."""

    company: int
    provider: Provider
    path: Path | None
    facts: Facts
    steps: tuple[Standing, ...]
    hosts: int
    direct: bool
    tried: Tried | None = None
    reopened: tuple[GuideStep, ...] = ()
    """Steps that turned bad since the last look."""
    works_council: bool = False

    @property
    def path_name(self) -> str:
        return path_name(self.path)

    def standing(self, step: str) -> Standing | None:
        return next((one for one in self.steps if one.step == step), None)

    def offers(self, step: str) -> bool:
        """Whether this is a step of the path whose prerequisites are met."""
        found = self.standing(step)
        return found is not None and reachable(self.steps, found.step)

    @property
    def is_proven(self) -> bool:
        return bool(self.steps) and self.steps[-1].step is GuideStep.PROOF and self.steps[-1].stand is Stand.GOOD


def path_name(path: Path | None) -> str:
    return path.value if path else UNKNOWN_TEAMS


def topic_of(path: str, step: str) -> str:
    """What a task about a step is about."""
    return f"step:{path}:{step}"


async def survey(services: Services, company: int, provider: Provider) -> Survey:
    """How it stands now; steps that became good, or bad again, are remembered as such."""
    facts = await company_facts(services, company)
    path = path_for(provider, facts)
    known = Known(
        path=path,
        company=facts,
        hosts=hosts_among(await judge_everybody(services, company, provider)),
        now=services.now(),
        marks=await _marks(services, company, path_name(path)),
        given=await _given(services, company, path_name(path)),
        tried=await _tried(services, company, path_name(path)),
    )
    steps = standings(known)
    changed, reopened = await _remember(services, company, path_name(path), steps)
    if changed:
        steps = standings(replace(known, marks=await _marks(services, company, path_name(path))))
    return Survey(
        company,
        provider,
        path,
        facts,
        steps,
        len(known.hosts),
        services.is_direct,
        known.tried,
        reopened,
        services.works_council,
    )


async def _remember(
    services: Services, company: int, path: str, steps: Sequence[Standing]
) -> tuple[bool, tuple[GuideStep, ...]]:
    """Whether anything new was written down, and which steps turned bad again."""
    marked: dict[GuideStep, str] = {}
    for one in steps:
        was = one.mark.status if one.mark else ""
        status = _status(one, was)
        version = one.mark.version if one.mark else 0
        if status != was and await services.store.setups.mark(
            company, path, one.step, status=status, now=services.now(), version=version
        ):
            marked[one.step] = status
    return bool(marked), tuple(step for step, status in marked.items() if status == REOPENED)


def _status(one: Standing, was: str) -> str:
    """What is to be remembered of a step."""
    if one.stand is Stand.GOOD:
        return was if was == DONE else GOOD
    return REOPENED if one.reopened else was


async def _marks(services: Services, company: int, path: str) -> dict[str, Mark]:
    rows = await services.store.setups.marks(company, path)
    names = await _names(services, company, [row.person_id for row in rows.values()])
    return {step: _mark(row, names) for step, row in rows.items()}


def _mark(row: models.SetupStep, names: Mapping[int, str]) -> Mark:
    return Mark(row.status, names.get(row.person_id or 0, ""), row.note, row.changed_at, row.version)


async def _given(services: Services, company: int, path: str) -> dict[str, Given]:
    tasks = await services.store.tasks.open(company, topic_of(path, ""))
    names = await _names(services, company, [task.assignee_id for task in tasks])
    return {
        task.topic.rpartition(":")[2]: Given(task.id, names.get(task.assignee_id, ""), task.created_at)
        for task in tasks
    }


async def _tried(services: Services, company: int, path: str) -> Tried | None:
    """A newer failure does not undo a proof: it is shown where the host is looked at."""
    proofs = services.store.proofs
    row = await proofs.newest_proven(company, path) or await proofs.newest(company, path)
    if row is None:
        return None
    names = await _names(services, company, [row.person_id])
    seconds = int((row.finished_at - row.begun_at).total_seconds()) if row.finished_at and row.begun_at else 0
    return Tried(
        state=row.state,
        host=names.get(row.person_id, ""),
        at=row.finished_at or row.created_at,
        seconds=seconds,
        link_host=str(row.detail.get("host", "")),
        cause=str(row.detail.get("cause", "")),
        reason=str(row.detail.get("reason", "")),
    )


async def _names(services: Services, company: int, ids: Sequence[int | None]) -> dict[int, str]:
    rows = [await services.store.people.get(company, id) for id in {id for id in ids if id}]
    return {row.id: row.name or row.email for row in rows if row}
