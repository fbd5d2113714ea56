"""Understands what people write: sentence, person's language and pending question in; intent, slots, confidence out."""

from bot.language.directory import NameIndex
from bot.language.intents import ADMIN_ONLY, CONSEQUENTIAL, GREETING, INTENTS, LABELS, OUT_OF_SCOPE, THANKS
from bot.language.interpreter import Interpreter
from bot.language.meaning import Band, Candidate, Context, Directory, NobodyKnown, PendingQuestion, Understanding
from bot.language.model import ModelMissing

__all__ = [
    "ADMIN_ONLY",
    "CONSEQUENTIAL",
    "GREETING",
    "INTENTS",
    "LABELS",
    "OUT_OF_SCOPE",
    "THANKS",
    "Band",
    "Candidate",
    "Context",
    "Directory",
    "Interpreter",
    "ModelMissing",
    "NameIndex",
    "NobodyKnown",
    "PendingQuestion",
    "Understanding",
]
