"""Roles: an owner sees who has one, gives one and takes one away, each time after a confirmation."""

from __future__ import annotations

from handlers.messages import (
    Button,
    Buttons,
    Event,
    Form,
    Input,
    InputKind,
    Means,
    Note,
    Option,
    Person,
    Reply,
    Role,
    Status,
    Table,
    Text,
    Tone,
)
from handlers.people import as_person
from handlers.router import Router
from handlers.services import Services
from handlers.texts import label, t
from storage.roles import RoleChange

router = Router()

OWNERS = frozenset({Role.OWNER})
NAMES = {
    Role.OWNER: label("Owner"),
    Role.HR_ADMIN: label("HR admin"),
    Role.IT_ADMIN: label("IT admin"),
    Role.RECRUITER: label("Recruiter"),
    Role.EMPLOYEE: label("Employee"),
}
MEANINGS = {
    Role.OWNER: label("Owners can ask about everybody, change everything, and give and take roles."),
    Role.HR_ADMIN: label("HR admins can ask about everybody and remind people."),
    Role.IT_ADMIN: label("IT admins can ask about everybody and see what IT has to do."),
    Role.RECRUITER: label("Recruiters can ask who is ready for interviews."),
    Role.EMPLOYEE: label("Employees can ask about themselves only."),
}


@router.on("list_roles", roles=OWNERS)
async def list_roles(event: Event, services: Services) -> Reply:
    language = event.person.language
    admins = [as_person(row) for row in await services.store.roles.admins(event.person.company)]
    services.trail.note(event, about=(each.id for each in admins))
    table = Table(
        caption=t("Who may do more than an employee", language),
        columns=(t("Name", language), t("E-mail address", language), t("Role", language)),
        rows=tuple((each.name, each.email, t(NAMES[each.role], language)) for each in admins),
        total=len(admins),
    )
    buttons = (
        Button(t("Give a role", language), "grant_role", primary=True),
        Button(t("Take a role away", language), "revoke_role"),
    )
    return (table, Buttons(buttons))


@router.on("grant_role", roles=OWNERS)
async def grant_role(event: Event, services: Services) -> Reply:
    """A form, then a question, then the change; whoever presses must be an owner each time."""
    role, people = event.values.get("role", ""), await _chosen(event, services)
    if unknown := event.values.get("person_unknown", ""):
        return (Text(_nobody_called(unknown, event.person.language)), _form(event))
    if len(people) == 1 and role not in set(Role):
        return _ask_which_role(event, people[0])
    if role not in set(Role):
        return (_form(event),)
    if not people:
        problem = t("I don't know anybody with this address in your company.", event.person.language)
        return (_form(event, problem=problem),)
    if len(people) > 1:
        return _ask_who(event, people, role)
    return await _change(event, services, people[0], Role(role))


@router.on("revoke_role", roles=OWNERS)
async def revoke_role(event: Event, services: Services) -> Reply:
    people, role = await _chosen(event, services), event.values.get("role", "")
    if unknown := event.values.get("person_unknown", ""):
        return (Text(_nobody_called(unknown, event.person.language)),)
    if len(people) > 1:
        return _ask_who(event, people, role)
    if people and role not in ("", Role.EMPLOYEE, people[0].role):
        return _has_another(people[0], event.person.language)
    if people:
        return await _change(event, services, people[0], Role.EMPLOYEE)
    admins = [as_person(row) for row in await services.store.roles.admins(event.person.company)]
    return (_choice(event, admins),)


def role_name(role: Role, language: str) -> str:
    return t(NAMES[role], language)


async def _change(event: Event, services: Services, person: Person, role: Role) -> Reply:
    if event.values.get("sure") != "yes":
        return _ask_if_sure(event, person, role)
    change = await services.store.roles.change(
        person.company, actor=event.person.id, person=person.id, role=role, now=services.now()
    )
    services.trail.note(event, about=(person.id,), outcome=change.value)
    if change is RoleChange.CHANGED:
        await _tell(services, event, person, role)
    return _outcome(event, person, role, change)


def _outcome(event: Event, person: Person, role: Role, change: RoleChange) -> Reply:
    language = event.person.language
    values = {"person": person.name, "role": t(NAMES[role], language)}
    match change:
        case RoleChange.CHANGED:
            return (Status(Tone.GOOD, t("{person} now has the role: {role}.", language, **values)),)
        case RoleChange.SAME:
            return (Status(Tone.NEUTRAL, t("{person} has this role already: {role}.", language, **values)),)
        case RoleChange.LAST_OWNER:
            text = t("{person} is the only owner. Please make somebody else an owner first.", language, **values)
            return (Status(Tone.WARNING, text),)
        case RoleChange.NOT_ALLOWED:
            return (Status(Tone.WARNING, t("Only an owner can do that. Nothing was changed.", language)),)
        case RoleChange.UNKNOWN:
            return (Status(Tone.WARNING, t("This person is not there any more. Nothing was changed.", language)),)


async def _tell(services: Services, event: Event, person: Person, role: Role) -> None:
    """Nobody gets or loses a role behind their back."""
    if person.id == event.person.id:
        return
    language = person.language
    text = t("{owner} changed your role to: {role}.", language, owner=event.person.name, role=t(NAMES[role], language))
    await services.outbox.send(person, (Text(text), Note(t(MEANINGS[role], language))), key=f"role:{event.answer}")


def _ask_if_sure(event: Event, person: Person, role: Role) -> Reply:
    language = event.person.language
    values = {"person": person.name, "email": person.email, "role": t(NAMES[role], language)}
    text = t("Give {person} ({email}) the role: {role}?", language, **values)
    agreed = {"person": str(person.id), "role": role.value, "sure": "yes"}
    intent = "revoke_role" if role is Role.EMPLOYEE else "grant_role"
    buttons = (
        Button(t("Yes, change the role", language), intent, agreed, primary=True, in_place=True, means=Means.YES),
        Button(t("No, leave it as it is", language), "cancel", in_place=True, means=Means.NO),
    )
    return (Text(text), Note(t(MEANINGS[role], language)), Buttons(buttons))


def _form(event: Event, problem: str = "") -> Form:
    language = event.person.language
    roles = tuple(Option(t(name, language), role.value) for role, name in NAMES.items() if role is not Role.EMPLOYEE)
    email = Input(
        "email",
        t("E-mail address", language),
        value=event.values.get("email", "")[:200],
        error=problem,
        max_length=200,
    )
    role = Input("role", t("Role", language), InputKind.CHOICE, value=event.values.get("role", ""), options=roles)
    return Form(t("Give a role", language), "grant_role", (email, role), t("Continue", language))


def _choice(event: Event, admins: list[Person]) -> Form:
    language = event.person.language
    options = tuple(Option(f"{each.name} ({t(NAMES[each.role], language)})", str(each.id)) for each in admins[:100])
    person = Input("person", t("Who?", language), InputKind.CHOICE, options=options)
    return Form(t("Take a role away", language), "revoke_role", (person,), t("Continue", language))


def _ask_which_role(event: Event, person: Person) -> Reply:
    language = event.person.language
    buttons = tuple(
        Button(t(name, language), "grant_role", {"person": str(person.id), "role": role.value})
        for role, name in NAMES.items()
        if role is not Role.EMPLOYEE
    )
    return (Text(t("Which role shall {person} have?", language, person=person.name)), Buttons(buttons))


def _has_another(person: Person, language: str) -> Reply:
    """Taking a role that somebody does not have would take another one."""
    name = t(NAMES[person.role], language)
    text = t("{person} does not have that role. Theirs is: {role}.", language, person=person.name, role=name)
    take = Button(t("Take a role away", language), "revoke_role", {"person": str(person.id)})
    return (Status(Tone.NEUTRAL, text), Buttons((take,) if person.role is not Role.EMPLOYEE else ()))


def _nobody_called(name: str, language: str) -> str:
    return t("I don't know anybody called “{name}” in your company.", language, name=name)


def _ask_who(event: Event, people: list[Person], role: str) -> Reply:
    values = {"role": role} if role else {}
    buttons = tuple(
        Button(f"{each.name} ({each.email})", event.intent, {"person": str(each.id), **values}) for each in people[:10]
    )
    return (Text(t("There is more than one. Who do you mean?", event.person.language)), Buttons(buttons))


async def _chosen(event: Event, services: Services) -> list[Person]:
    """People of the owner's own company only, whatever an id or an address says."""
    company, people = event.person.company, services.store.people
    wanted = event.values.get("person", "") or event.values.get("person_candidates", "")
    email = event.values.get("email", "").strip() or wanted
    parts = [part.strip() for part in wanted.split(",")[:10]]
    ids = {int(part) for part in parts if part.isascii() and part.isdecimal() and len(part) < 16}
    if ids:
        rows = [await people.get(company, id) for id in sorted(ids)]
        return [as_person(row) for row in rows if row]
    return [as_person(row) for row in await people.with_email(company, email)] if "@" in email else []
