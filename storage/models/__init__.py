"""The tables; every row belongs to a company."""

from storage.models.access import Grant, LinkToken
from storage.models.audit import AuditEntry, AuditSubject, Erasure, make_append_only
from storage.models.base import WHERE, Base, OfCompany, UtcDateTime, make_indexes_partial, table
from storage.models.campaigns import Campaign, Enrolment, Pace
from storage.models.companies import Company, Installation, InstallState, RotatedSecret, Workspace
from storage.models.language import Phrase
from storage.models.messages import Delivery, InboxItem, Question
from storage.models.people import Account, Observation, Person, UnmatchedAccount
from storage.models.setup import Proof, SetupCard, SetupStep, Task

__all__ = [
    "WHERE",
    "Account",
    "AuditEntry",
    "AuditSubject",
    "Base",
    "Campaign",
    "Company",
    "Delivery",
    "Enrolment",
    "Erasure",
    "Grant",
    "InboxItem",
    "InstallState",
    "Installation",
    "LinkToken",
    "Observation",
    "OfCompany",
    "Pace",
    "Person",
    "Phrase",
    "Proof",
    "Question",
    "RotatedSecret",
    "SetupCard",
    "SetupStep",
    "Task",
    "UnmatchedAccount",
    "UtcDateTime",
    "Workspace",
    "make_append_only",
    "make_indexes_partial",
    "table",
]
