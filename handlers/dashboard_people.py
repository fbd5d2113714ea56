"""The dashboard's list of people who need something, with its filters and its file."""

from __future__ import annotations

from collections.abc import Sequence

from handlers import causes
from handlers.discretion import SMALLEST_GROUP, hides, kept_back, sees_names
from handlers.messages import Button, Buttons, Event, Heading, Reply, Status, Table, Text, Tone
from handlers.needs import Filter, Judgements, Need, in_use, needs_of, states_in
from handlers.pages import page_of
from handlers.services import Services
from handlers.texts import n, t
from handlers.wording import evidence_note

PAGE = 6
"""So many fit into one card of Teams together with the rest."""
HOME = "home"
CHOSEN = "✓ {label}"


def people_section(event: Event, services: Services, judgements: Judgements) -> Reply:
    """Who needs what; names for those who have to act, and whoever is on the page goes on record."""
    language, chosen = event.person.language, Filter.of(event)
    if not in_use(judgements):
        return (Text(t("Nobody is connected to any provider yet.", language)),)
    found = needs_of(judgements, chosen)
    head = Heading(t("Who needs what", language))
    if not sees_names(services, event.person):
        _, why = kept_back(language)
        return (head, _how_many(services, found, language), why)
    if not found:
        return (head, _how_many(services, found, language), *_filters(judgements, chosen, language))
    page = page_of(event, found, PAGE, intent=HOME)
    services.trail.note(event, about=(need.person for need in page.items))
    columns = (t("Name", language), t("Provider", language), t("Why", language), t("Who can fix it", language))
    shown: list[tuple[str, ...]] = [columns, *(need.row(language) for need in page.items)]
    if chosen.provider:  # which one is no news then, and phones are narrow
        shown = [(name, why, who) for name, _, why, who in shown]
    table = Table(
        caption=t("Who, why, and who can fix it", language),
        columns=shown[0],
        rows=tuple(shown[1:]),
        total=len(found),
        previous=page.previous,
        following=page.following,
    )
    seen = [each for need in found for _, each in need.verdict.evidence]
    note = evidence_note(seen, services.now(), language)
    return (head, _how_many(services, found, language), *_filters(judgements, chosen, language), table, note)


def _how_many(services: Services, found: Sequence[Need], language: str) -> Status:
    count = len({need.person for need in found})
    if not count:
        return Status(Tone.GOOD, t("Nobody here needs anything.", language))
    if hides(services, count):
        return Status(Tone.WARNING, t("Fewer than {count} hosts are not ready.", language, count=SMALLEST_GROUP))
    return Status(Tone.WARNING, n("{count} host is not ready", "{count} hosts are not ready", count, language))


def _filters(judgements: Judgements, chosen: Filter, language: str) -> Reply:
    """One row for the providers and one for the states; what is chosen is marked, and a press on "all" ends it."""
    used = in_use(judgements)
    providers = [(each.display_name, chosen.with_provider(each), chosen.provider is each) for each in used]
    states = [
        (causes.state_label(each, language), chosen.with_state(each), chosen.state is each)
        for each in states_in(judgements, used)
    ]
    every = (t("All providers", language), chosen.with_provider(None), chosen.provider is None)
    any_state = (t("All states", language), chosen.with_state(None), chosen.state is None)
    rows = [[every, *providers] if len(used) > 1 else [], [any_state, *states] if len(states) > 1 else []]
    return tuple(Buttons(tuple(_choice(*one) for one in row)) for row in rows if row)


def _choice(label: str, wanted: Filter, is_chosen: bool) -> Button:
    return Button(CHOSEN.format(label=label) if is_chosen else label, HOME, wanted.to_values(), in_place=True)
