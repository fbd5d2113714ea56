"""Hand-over: somebody is asked to do one thing, answers with a button, and the asker's card goes on."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.guide import confirm
from handlers.guide_check import redraw
from handlers.handover_cards import answered, asked, chosen, for_outside, over, question, with_answer
from handlers.handover_topic import Topic, read_topic
from handlers.messages import (
    Button,
    Buttons,
    Event,
    Form,
    Input,
    InputKind,
    Note,
    Person,
    Reply,
    Role,
    Status,
    Text,
    Tone,
)
from handlers.people import as_person
from handlers.router import Router
from handlers.services import Services
from handlers.texts import t
from storage import models
from storage.tasks import DONE, OPEN, REFUSED

router = Router()
MOST_CHOICES = 6


@router.on_admin("handover")
async def handover(event: Event, services: Services) -> Reply:
    """Who shall do it: the admins as buttons, anybody else by address, outsiders as a text to send."""
    language, topic = event.person.language, read_topic(event.values.get("topic", ""))
    if topic is None:
        return (Text(t("That is no longer there. Please ask again.", language)),)
    people = await _candidates(services, event.person, topic)
    choices = tuple(
        Button(person.name, "handover_to", {"topic": str(topic), "person": str(person.id)}) for person in people
    )
    email = Input("email", t("E-mail address of somebody else", language))
    form = Form(t("Somebody else", language), "handover_to", (email,), t("Ask them", language), {"topic": str(topic)})
    outside = Button(t("As a text to send", language), "handover_text", {"topic": str(topic)})
    text = t("Who shall I ask? They get one message with exactly what to do and why.", language)
    return (Text(text), Buttons((*choices, outside)), form)


@router.on_admin("handover_to")
async def handover_to(event: Event, services: Services) -> Reply:
    language, topic = event.person.language, read_topic(event.values.get("topic", ""))
    if topic is None:
        return (Text(t("That is no longer there. Please ask again.", language)),)
    person = await _named(event, services)
    if person is None:
        text = t("I don't know this address in your company. You can send them this text yourself:", language)
        return (Text(text), *await for_outside(services, event.person, topic))
    task, replaced = await services.store.tasks.create(
        event.person.company, str(topic), asker=event.person.id, assignee=person.id, now=services.now()
    )
    card = await services.outbox.send(
        person, await asked(services, task, topic, asker=event.person, assignee=person), key=f"task:{task.id}"
    )
    if not card:
        await services.store.tasks.settle(task.id, REFUSED, note="", now=services.now())
        text = t(
            "I can't reach {person} in the chat. You can send them this text yourself:", language, person=person.name
        )
        return (Text(text), *await for_outside(services, event.person, topic))
    await services.store.tasks.sent(task.id, card)
    await _tell_replaced(services, event.person.company, replaced, but=person.id)
    await redraw(services, event.person.company)
    return chosen(task, person, language)


@router.on_admin("handover_text")
async def handover_text(event: Event, services: Services) -> Reply:
    topic = read_topic(event.values.get("topic", ""))
    if topic is None:
        return (Text(t("That is no longer there. Please ask again.", event.person.language)),)
    return await for_outside(services, event.person, topic)


@router.on("task_done")
async def task_done(event: Event, services: Services) -> Reply:
    """The step is looked at before anybody is told; what nobody can look at rests on this person's word."""
    task = await _task(event, services)
    if task is None or task.state != OPEN:
        return over(event.person.language)
    topic, asker = read_topic(task.topic), await _person(services, task.company_id, task.asker_id)
    problem = await _check(services, task, topic, event) if topic else None
    if problem is not None:
        return (problem, *await asked(services, task, topic, asker=asker, assignee=event.person))
    await services.store.tasks.settle(task.id, DONE, note="", now=services.now())
    thanks = t("Thank you! I checked it and told {person}.", event.person.language, person=asker.name)
    await services.outbox.send(
        asker, answered(task, topic, event.person, asker.language, done=True), key=f"task:{task.id}:done"
    )
    await redraw(services, task.company_id)
    return (Status(Tone.GOOD, thanks),)


@router.on("task_cant")
async def task_cant(event: Event, services: Services) -> Reply:
    task = await _task(event, services)
    if task is None or task.state != OPEN:
        return over(event.person.language)
    language = event.person.language
    why = Input("reason", t("What stands in the way?", language), InputKind.MULTILINE, required=False, max_length=500)
    values = {"task": str(task.id)}
    return (Form(t("I can't do it", language), "task_refuse", (why,), t("Send", language), values),)


@router.on("task_refuse")
async def task_refuse(event: Event, services: Services) -> Reply:
    task = await _task(event, services)
    if task is None or task.state != OPEN:
        return over(event.person.language)
    note = event.values.get("reason", "").strip()[:500]
    await services.store.tasks.settle(task.id, REFUSED, note=note, now=services.now())
    topic, asker = read_topic(task.topic), await _person(services, task.company_id, task.asker_id)
    reply = answered(task, topic, event.person, asker.language, done=False, note=note)
    await services.outbox.send(asker, reply, key=f"task:{task.id}:refused")
    await redraw(services, task.company_id)
    return (Status(Tone.NEUTRAL, t("I told {person}.", event.person.language, person=asker.name)),)


@router.on("task_ask")
async def task_ask(event: Event, services: Services) -> Reply:
    """A question to the asker, or the asker's answer: whoever writes, the other one gets it."""
    task = await _task(event, services)
    if task is None or task.state != OPEN:
        return over(event.person.language)
    language = event.person.language
    words = Input("text", t("Your message", language), InputKind.MULTILINE, max_length=1000)
    return (Form(t("Write a message", language), "task_say", (words,), t("Send", language), {"task": str(task.id)}),)


@router.on("task_say")
async def task_say(event: Event, services: Services) -> Reply:
    task, text = await _task(event, services), event.values.get("text", "").strip()[:1000]
    if task is None or task.state != OPEN or not text:
        return over(event.person.language)
    topic = read_topic(task.topic)
    by_assignee = event.person.id == task.assignee_id
    other = await _person(services, task.company_id, task.asker_id if by_assignee else task.assignee_id)
    draw = question if by_assignee else with_answer
    key = f"task:{task.id}:said:{event.answer}"
    await services.outbox.send(other, draw(task, topic, event.person, other.language, text=text), key=key)
    return (Status(Tone.NEUTRAL, t("I passed it on to {person}.", event.person.language, person=other.name)),)


async def _check(services: Services, task: models.Task, topic: Topic, event: Event) -> Note | None:
    if topic.is_step:
        return await confirm(services, task.company_id, topic.provider, topic.step, event=event)
    return await topic.still_wrong(services, task.company_id, event.person.language)


async def _task(event: Event, services: Services) -> models.Task | None:
    """The task of the button; only the two people whom it concerns may touch it."""
    id = event.values.get("task", "")
    task = await services.store.tasks.get(event.person.company, int(id)) if id.isdecimal() and len(id) < 12 else None
    return task if task and event.person.id in (task.assignee_id, task.asker_id) else None


async def _tell_replaced(services: Services, company: int, tasks: Sequence[models.Task], *, but: int) -> None:
    """Whoever was asked before is told that somebody else does it now."""
    for task in tasks:
        if task.assignee_id == but or not task.card:
            continue
        person = await _person(services, company, task.assignee_id)
        await services.outbox.send(person, over(person.language), key=f"task:{task.id}:over", replaces=task.card)


async def _candidates(services: Services, asker: Person, topic: Topic) -> list[Person]:
    """Admins other than the asker; those of IT first where it is a matter of IT."""
    rows = [as_person(row) for row in await services.store.people.all(asker.company) if row.role != Role.EMPLOYEE]
    first = Role.IT_ADMIN if topic.is_for_it else Role.HR_ADMIN
    others = sorted((one for one in rows if one.id != asker.id), key=lambda one: (one.role is not first, one.name))
    about = await topic.person(services, asker.company)
    return [*([about] if about and topic.is_for_them and about.id != asker.id else []), *others][:MOST_CHOICES]


async def _named(event: Event, services: Services) -> Person | None:
    people, company = services.store.people, event.person.company
    if email := event.values.get("email", "").strip():
        rows = await people.with_email(company, email)
        return as_person(rows[0]) if rows else None
    id = event.values.get("person", "")
    row = await people.get(company, int(id)) if id.isdecimal() and len(id) < 12 else None
    return as_person(row) if row else None


async def _person(services: Services, company: int, id: int) -> Person:
    row = await services.store.people.get(company, id)
    if row is None:
        raise LookupError("Tasks go with the people whom they concern.")
    return as_person(row)
