"""Reminds people of what they were asked to do: in their working hours, a few times, then the asker is told."""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers.evidence import judge
from handlers.guide_check import look, redraw
from handlers.guide_state import survey
from handlers.guide_steps import Stand
from handlers.handover_cards import asked, over, remind, silent
from handlers.handover_topic import Topic, read_topic
from handlers.messages import Buttons, Event, Person, Reply, Status, Text, Tone
from handlers.people import as_person
from handlers.readiness import State
from handlers.refresh import refresh_person
from handlers.reminder_plan import Place, Plan, good_moment, is_good
from handlers.router import Router
from handlers.services import Services
from handlers.texts import t
from handlers.wording import ago
from storage import models
from storage.tasks import DONE, OPEN

router = Router()
WAITS = (timedelta(days=1), timedelta(days=3), timedelta(days=3))
"""Before the first and the second reminder, and before the asker is told that nothing came."""
MOST = len(WAITS) - 1
PATIENCE = timedelta(hours=4)
"""Nobody can have somebody reminded more often than that."""


@router.on_admin("task_remind")
async def task_remind(event: Event, services: Services) -> Reply:
    """Any admin may ask for it: the set-up is everybody's."""
    language, id = event.person.language, event.values.get("task", "")
    task = await services.store.tasks.get(event.person.company, int(id)) if id.isdecimal() and len(id) < 12 else None
    if task is None or task.state != OPEN:
        return over(language)
    if await _close_if_done(services, task):
        return over(language)
    person = await _person(services, task.company_id, task.assignee_id)
    last = task.reminded_at or task.created_at
    if services.now() - last < PATIENCE:
        age = ago(last, services.now(), language)
        text = t("{person} heard of it {age}. Please give them a little time.", language, person=person.name, age=age)
        return (Text(text), Buttons((remind(task, person, language),)))
    # An admin's wish does not use up the reminders that come by themselves.
    await _remind(services, task, person, number=task.reminders, key=f"task:{task.id}:wish:{event.answer}")
    return (Status(Tone.GOOD, t("I reminded {person}.", language, person=person.name)),)


async def remind_of_tasks(services: Services) -> None:
    """Every open task whose time has come; safe to repeat, and beside other processes."""
    for company in await services.store.companies.all():
        plan = Plan.from_json(company.reminders)
        for task in await services.store.tasks.open(company.id, ""):
            row = await services.store.people.get(company.id, task.assignee_id)
            if row is not None and _is_due(task, Place(row.timezone, row.office, row.id), plan, services.now()):
                await _go_on(services, task, row)


def _is_due(task: models.Task, place: Place, plan: Plan, now: datetime) -> bool:
    if task.reminders > MOST:
        return False
    after = (task.reminded_at or task.created_at) + WAITS[task.reminders]
    return now >= good_moment(after, place, plan) and is_good(now, place, plan)


async def _go_on(services: Services, task: models.Task, row: models.Person) -> None:
    """What is done meanwhile needs no reminder, and whoever wants none gets none: the asker is told at once."""
    if await _close_if_done(services, task):
        return
    if task.reminders < MOST and row.opted_out_at is None:
        await _remind(services, task, as_person(row), number=task.reminders + 1, key=_key(task))
        return
    # In the works-council mode nobody is reported for not answering.
    if not services.works_council:
        asker = await _person(services, task.company_id, task.asker_id)
        reply = await silent(services, task, read_topic(task.topic), as_person(row), asker)
        await services.outbox.send(asker, reply, key=f"task:{task.id}:silent")
    await services.store.tasks.reminded(task.id, MOST + 1, now=services.now())


async def _remind(services: Services, task: models.Task, person: Person, *, number: int, key: str) -> None:
    asker = await _person(services, task.company_id, task.asker_id)
    reply = await asked(services, task, read_topic(task.topic), asker=asker, assignee=person, again=True)
    card = await services.outbox.send(person, reply, key=key)
    await services.store.tasks.reminded(task.id, number, now=services.now(), card=card)


async def _close_if_done(services: Services, task: models.Task) -> bool:
    """Somebody may have done it without a word: then the request says so, and the set-up goes on."""
    topic = read_topic(task.topic)
    if topic is None or not await _is_done(services, task.company_id, topic):
        return False
    if await services.store.tasks.settle(task.id, DONE, note="", now=services.now()) and task.card:
        person = await _person(services, task.company_id, task.assignee_id)
        await services.outbox.send(person, over(person.language), key=f"task:{task.id}:over", replaces=task.card)
        await redraw(services, task.company_id)
    return True


async def _is_done(services: Services, company: int, topic: Topic) -> bool:
    """Looked at now: what was known yesterday is no reason to write to somebody."""
    if topic.is_step:
        await look(services, company, topic.provider, step=topic.step)
        standing = (await survey(services, company, topic.provider)).standing(topic.step)
        return standing is not None and standing.stand is Stand.GOOD
    person = await topic.person(services, company)
    if person is None:
        return False
    await refresh_person(services, person)
    return (await judge(services, company, topic.person_id, topic.provider)).state is State.READY


def _key(task: models.Task) -> str:
    return f"task:{task.id}:reminder:{task.reminders + 1}"


async def _person(services: Services, company: int, id: int) -> Person:
    row = await services.store.people.get(company, id)
    if row is None:
        raise LookupError("Tasks go with the people whom they concern.")
    return as_person(row)
