"""The messages of a hand-over: the request, the answer to it, questions, and the text for outsiders."""

from __future__ import annotations

from handlers.handover_topic import Topic
from handlers.messages import Block, Button, Buttons, Heading, Note, Person, Reply, Status, Text, Tone
from handlers.services import Services
from handlers.texts import escape, t
from handlers.wording import ago
from storage import models


async def asked(
    services: Services, task: models.Task, topic: Topic | None, *, asker: Person, assignee: Person, again: bool = False
) -> Reply:
    """The one message: what to do, why, and three ways to answer; `again` is a reminder of it."""
    language = assignee.language
    if topic is None:
        return over(language)
    request = await topic.request(services, assignee.company, language)
    title = t("{person} asks for your help", language, person=asker.name)
    if again:
        title = t("{person} is still waiting for your help", language, person=asker.name)
    blocks: list[Block] = [
        Heading(title),
        Text(f"**{request.title}**\n\n{request.why}"),
    ]
    if request.steps:
        blocks.append(Text(request.steps))
    values = {"task": str(task.id)}
    own = topic.is_for_them and topic.person_id == assignee.id
    connect = Button(
        t("Connect {provider}", language, provider=topic.provider.display_name),
        "connect",
        {"provider": topic.provider.value},
        primary=True,
    )
    answers = (
        Button(t("Done", language), "task_done", values, primary=not own, in_place=True),
        Button(t("I can't", language), "task_cant", values),
        Button(t("Ask a question", language), "task_ask", values),
    )
    why_you = t(
        "You get this message because {person} chose you. I look whether it worked as soon as you press “Done”.",
        language,
        person=asker.name,
    )
    return (*blocks, Buttons((connect, *answers) if own else answers), Note(why_you))


def chosen(task: models.Task, person: Person, language: str) -> Reply:
    text = t("I asked {person}. You hear from me as soon as there is an answer.", language, person=person.name)
    return (Status(Tone.GOOD, text), Buttons((another(task, language), remind(task, person, language))))


def another(task: models.Task, language: str, *, primary: bool = False) -> Button:
    return Button(t("Ask somebody else", language), "handover", {"topic": task.topic}, primary=primary)


def remind(task: models.Task, person: Person, language: str) -> Button:
    label = t("Remind {person}", language, person=person.first_name)
    return Button(label, "task_remind", {"task": str(task.id)})


async def silent(services: Services, task: models.Task, topic: Topic | None, who: Person, asker: Person) -> Reply:
    """What the asker gets when there was no answer to the request and its reminders."""
    language = asker.language
    text = t(
        "{person} was asked {age} and has not answered. I do not remind them any more.",
        language,
        person=who.name,
        age=ago(task.created_at, services.now(), language),
    )
    outside = Button(t("As a text to send", language), "handover_text", {"topic": task.topic})
    about = (Text((await topic.request(services, asker.company, language)).title),) if topic else ()
    return (Status(Tone.WARNING, text), *about, Buttons((another(task, language, primary=True), outside)))


def answered(
    task: models.Task, topic: Topic | None, who: Person, language: str, *, done: bool, note: str = ""
) -> Reply:
    """What the asker gets: the answer, and the way on."""
    if done:
        status = Status(Tone.GOOD, t("{person} says that it is done.", language, person=who.name))
        return (status, *_way_on(topic, language))
    status = Status(Tone.WARNING, t("{person} can't do it.", language, person=who.name))
    return (status, *((Text(escape(note)),) if note else ()), Buttons((another(task, language, primary=True),)))


def question(task: models.Task, topic: Topic | None, who: Person, language: str, *, text: str) -> Reply:
    return _said(task, t("{person} has a question", language, person=who.name), text, t("Answer", language))


def with_answer(task: models.Task, topic: Topic | None, who: Person, language: str, *, text: str) -> Reply:
    title = t("{person} answers", language, person=who.name)
    done = Button(t("Done", language), "task_done", {"task": str(task.id)}, primary=True)
    return (*_said(task, title, text, t("Ask a question", language)), Buttons((done,)))


def over(language: str) -> Reply:
    text = t("This request is settled already. There is nothing left to do.", language)
    return (Status(Tone.NEUTRAL, text),)


async def for_outside(services: Services, asker: Person, topic: Topic) -> Reply:
    """The request as a text, for people outside the chat."""
    language = asker.language
    request = await topic.request(services, asker.company, language)
    hello = t("Hello,", language)
    please = t("we are setting up video interviews and need your help: {what}", language, what=request.title)
    bye = t("Thank you!", language)
    body = "\n\n".join(part for part in (hello, please, request.why, request.steps, bye, escape(asker.name)) if part)
    return (Heading(t("To copy", language)), Text(body))


def _said(task: models.Task, title: str, text: str, label: str) -> Reply:
    return (
        Heading(title),
        Text(escape(text)),
        Buttons((Button(label, "task_ask", {"task": str(task.id)}),)),
    )


def _way_on(topic: Topic | None, language: str) -> Reply:
    if topic is None:
        return ()
    values = {"provider": topic.provider.value}
    if topic.is_step or topic.case:
        return (Buttons((Button(t("Go on with the set-up", language), "setup_provider", values, primary=True),)),)
    person = {**values, "person": str(topic.person_id)}
    return (Buttons((Button(t("Check again", language), "check_person", person, primary=True),)),)
