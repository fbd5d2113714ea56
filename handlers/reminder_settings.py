"""An admin holds reminders, lets them go on, and sets when they go out; each is confirmed."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

from handlers.campaign_cards import listed_days, title_of
from handlers.campaign_control import progress_of, start_of
from handlers.messages import (
    Button,
    Buttons,
    Event,
    Form,
    Input,
    InputKind,
    Means,
    Option,
    Reply,
    Status,
    Text,
    Tone,
)
from handlers.moments import moment_text
from handlers.reminder_plan import Plan
from handlers.router import Router
from handlers.services import Services
from handlers.texts import label, t
from storage.models import Campaign
from storage.states import PAUSED, RUNNING

router = Router()
TELLS = label("After the last one I tell whoever asked for them who has not connected; the last one announces it.")
TELLS_NOBODY = label("After the last one I tell nobody by myself who has not connected.")
MOST_REMINDERS, LAST_DAY, MOST_A_WEEK = 4, 60, 5


@router.on_admin("pause_reminders")
async def pause_reminders(event: Event, services: Services) -> Reply:
    language = event.person.language
    running = await services.store.campaigns.in_state(event.person.company, RUNNING)
    if not running:
        return (Text(t("No reminders are running.", language)),)
    text = t("Which reminders shall I pause? Nobody gets a message until they are resumed.", language)
    if event.values.get("when") and (until := start_of(event, services.now())):
        moment = moment_text(until, event.person.timezone, language)
        text = t("Which reminders shall I pause until {moment}?", language, moment=moment)
    return (Text(text), _choice(event, running, "campaign_pause", t("No, go on", language)))


@router.on_admin("resume_reminders")
async def resume_reminders(event: Event, services: Services) -> Reply:
    language = event.person.language
    paused = await services.store.campaigns.in_state(event.person.company, PAUSED)
    if not paused:
        return (Text(t("No reminders are paused.", language)),)
    return (
        Text(t("Which reminders shall go on?", language)),
        _choice(event, paused, "campaign_resume", t("No, keep them paused", language)),
    )


@router.on_admin("reminders")
async def reminders(event: Event, services: Services) -> Reply:
    """The newest campaign, whatever its state."""
    newest = await services.store.campaigns.newest(event.person.company)
    if newest is None:
        return (Text(t("No reminders have been sent yet.", event.person.language)),)
    return await progress_of(services, newest, event.person)


@router.on_admin("schedule_reminders")
async def schedule_reminders(event: Event, services: Services) -> Reply:
    """The plan as it is, and a form to change it."""
    plan = await _plan(event, services)
    return (Text(_in_words(plan, event.person.language)), _form(event, services, plan))


@router.on_admin("reminder_plan")
async def reminder_plan(event: Event, services: Services) -> Reply:
    language = event.person.language
    wanted, errors = _read(event)
    if wanted is None:
        return (_form(event, services, await _plan(event, services), errors),)
    if services.works_council:
        wanted = replace(wanted, tells_hr=False)
    await services.store.companies.set_reminders(event.person.company, wanted.to_json())
    return (
        Status(Tone.GOOD, t("The plan is saved. It holds for campaigns from now on.", language)),
        Text(_in_words(wanted, language)),
    )


async def _plan(event: Event, services: Services) -> Plan:
    return Plan.from_json((await services.store.companies.get(event.person.company)).reminders)


def _choice(event: Event, campaigns: Sequence[Campaign], intent: str, no: str) -> Buttons:
    kept = {key: value for key, value in event.values.items() if key == "when"}
    means = Means.YES if len(campaigns) == 1 else Means.NOTHING
    buttons = [
        Button(title_of(each, event.person.language), intent, {**kept, "campaign": str(each.id)}, means=means)
        for each in campaigns[:10]
    ]
    return Buttons((*buttons, Button(no, "deny", means=Means.NO)))


def _in_words(plan: Plan, language: str) -> str:
    words = t(
        "Reminders go out on days {days}, between {begin}:00 and {end}:00 of each person's own time, on working days "
        "only. Nobody gets more than one a day and {count} in a week, over all campaigns.",
        language,
        days=listed_days(plan.days, language),
        begin=plan.begin,
        end=plan.end,
        count=plan.a_week,
    )
    return f"{words} {t(TELLS if plan.tells_hr else TELLS_NOBODY, language)}"


def _form(event: Event, services: Services, plan: Plan, errors: dict[str, str] | None = None) -> Form:
    language, wrong, given = event.person.language, errors or {}, event.values
    days = ", ".join(str(day + 1) for day in plan.days)
    fields = (
        ("days", t("Days (1 is the first message)", language), days, t("At most four, such as 1, 3, 7, 14.", language)),
        ("begin", t("Not before (hour)", language), str(plan.begin), t("A whole hour from 0 to 23.", language)),
        ("end", t("Not after (hour)", language), str(plan.end), t("A whole hour, later than the first.", language)),
        ("a_week", t("At most so many a week", language), str(plan.a_week), t("From 1 to 5.", language)),
    )
    inputs = tuple(
        Input(name, words, value=given.get(name, value), hint=hint, error=wrong.get(name, ""), max_length=40)
        for name, words, value, hint in fields
    )
    if not services.works_council:
        inputs = (*inputs, _who_is_told(event, plan))
    return Form(t("When reminders go out", language), "reminder_plan", inputs, t("Save the plan", language))


def _who_is_told(event: Event, plan: Plan) -> Input:
    language = event.person.language
    return Input(
        "tells_hr",
        t("After the last reminder", language),
        InputKind.CHOICE,
        event.values.get("tells_hr", "yes" if plan.tells_hr else "no"),
        hint=t("The last reminder announces it to the person.", language),
        options=(
            Option(t("Tell nobody", language), "no"),
            Option(t("Tell whoever asked for the reminders", language), "yes"),
        ),
    )


def _read(event: Event) -> tuple[Plan | None, dict[str, str]]:
    """The plan that was filled in, or what is wrong with it, by field."""
    language, values = event.person.language, event.values
    numbers = {name: _number(values.get(name, "")) for name in ("begin", "end", "a_week")}
    days = [_number(part) for part in values.get("days", "").replace(";", ",").split(",")]
    errors: dict[str, str] = {}
    if not _are_days(days):
        errors["days"] = t("Please write up to four days in a row, the first one 1, such as 1, 3, 7, 14.", language)
    if not 0 <= numbers["begin"] <= 23:
        errors["begin"] = t("Please write a whole hour from 0 to 23.", language)
    if not numbers["begin"] < numbers["end"] <= 24:
        errors["end"] = t("Please write a whole hour that is later than the first one.", language)
    if not 1 <= numbers["a_week"] <= MOST_A_WEEK:
        errors["a_week"] = t("Please write a number from 1 to 5.", language)
    if errors:
        return None, errors
    told = values.get("tells_hr") == "yes"
    return Plan(tuple(day - 1 for day in days), numbers["begin"], numbers["end"], numbers["a_week"], told), {}


def _are_days(days: list[int]) -> bool:
    rising = all(earlier < later for earlier, later in itertools.pairwise(days))
    return rising and len(days) <= MOST_REMINDERS and days[0] == 1 and days[-1] <= LAST_DAY


def _number(text: str) -> int:
    stripped = text.strip()
    return int(stripped) if stripped.isdecimal() and len(stripped) < 4 else -1
