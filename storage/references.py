"""Where people stand in the tables, what becomes of each place when one of them is erased, and how long it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256


class Fate(StrEnum):
    """What erasing a person does to a place."""

    DELETED = "deleted"
    """The whole row goes."""
    FORGOTTEN = "forgotten"
    """The row belongs to the company and stays; it no longer says who it was."""
    NUMBER = "number"
    """A number that nobody else gets is left: the record of what was done must stay whole."""


class Kept(StrEnum):
    """What ends the time of a row; the periods themselves stand in storage/retention.py."""

    AS_LONG_AS_THE_PERSON = "as long as the person"
    AS_LONG_AS_THE_ACCOUNT = "as long as the account is in the chat and nobody's"
    AS_LONG_AS_THE_COMPANY = "as long as the company"
    MESSAGES_IN = "messages_in"
    MESSAGES_OUT = "messages_out"
    LINKS = "links"
    QUESTIONS = "questions"
    PHRASES = "phrases"
    CAMPAIGNS = "campaigns"
    TASKS = "tasks"
    PROOFS = "proofs"
    CARDS = "cards"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True)
class Place:
    """What is done with one reference to a person."""

    fate: Fate
    kept: Kept


_D, _F, _N = Fate.DELETED, Fate.FORGOTTEN, Fate.NUMBER
PLACES: Mapping[str, Place] = {
    "people.id": Place(_D, Kept.AS_LONG_AS_THE_PERSON),
    "accounts.person_id": Place(_D, Kept.AS_LONG_AS_THE_PERSON),
    "unmatched_accounts.email": Place(_D, Kept.AS_LONG_AS_THE_ACCOUNT),
    "observations.subject": Place(_D, Kept.AS_LONG_AS_THE_PERSON),
    "grants.person_id": Place(_D, Kept.AS_LONG_AS_THE_PERSON),
    "links.person_id": Place(_D, Kept.LINKS),
    "inbox.payload": Place(_D, Kept.MESSAGES_IN),
    "deliveries.person_id": Place(_D, Kept.MESSAGES_OUT),
    "questions.person_id": Place(_D, Kept.QUESTIONS),
    "phrases.person_id": Place(_D, Kept.PHRASES),
    "enrolments.person_id": Place(_D, Kept.CAMPAIGNS),
    "campaigns.asked_by": Place(_F, Kept.CAMPAIGNS),
    "campaigns.audience": Place(_F, Kept.CAMPAIGNS),
    "tasks.asker_id": Place(_D, Kept.TASKS),
    "tasks.assignee_id": Place(_D, Kept.TASKS),
    "tasks.topic": Place(_D, Kept.TASKS),
    "proofs.person_id": Place(_D, Kept.PROOFS),
    "proofs.asker_id": Place(_F, Kept.PROOFS),
    "setup_cards.person_id": Place(_D, Kept.CARDS),
    "setup_steps.person_id": Place(_F, Kept.AS_LONG_AS_THE_COMPANY),
    "installations.installer": Place(_F, Kept.AS_LONG_AS_THE_COMPANY),
    "audit.actor": Place(_N, Kept.AUDIT),
    "audit_subjects.person_id": Place(_N, Kept.AUDIT),
}
"""Every place; tests/trust/test_references.py finds those that are missing here."""
NOBODY: Mapping[str, str] = {
    "companies.first_owners": "hashes of addresses that the settings name; the settings are the operator's",
    "companies.domains": "of the company",
    "companies.name": "of the company",
    "companies.reminders": "the plan",
    "campaigns.days": "the plan",
    "installations.bot_id": "the bot's own",
    "installations.bot_user_id": "the bot's own",
    "installations.scopes": "what the app may do",
    "erasures.mark": "a hash that keeps somebody away who was erased",
    "setup_steps.note": "why the company skips a step",
    "rotated_secrets.name": "of a secret of the settings",
    "audit.detail": "words of our own",
}
"""What looks like a person and is none, each with the reason."""


def mark(known: str) -> str:
    """What is kept of an id or an address, to know it again and for nothing else."""
    return sha256(known.encode()).hexdigest()
