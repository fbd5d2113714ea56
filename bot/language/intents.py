"""The names of everything that a message can mean, who may ask for it and which of it needs a confirmation."""

from __future__ import annotations

OUT_OF_SCOPE = "out_of_scope"
GREETING = "greeting"
THANKS = "thanks"

EMPLOYEE_INTENTS = (
    "connect",
    "link_problem",
    "my_status",
    "snooze",
    "opt_out",
    "opt_in",
    "done",
    "disconnect",
    "report_problem",
    "why_privacy",
    "set_language",
    "help",
    "human",
    "affirm",
    "deny",
    "cancel",
    "supported_info",
)
ADMIN_INTENTS = (
    "list_not_synced",
    "list_not_connected",
    "check_calendar",
    "calendar_type",
    "setup_provider",
    "zoom_app",
    "nudge",
    "check_person",
    "email_template",
    "pause_reminders",
    "resume_reminders",
    "schedule_reminders",
    "progress",
    "test_interview",
    "manage_interviewers",
)
INTENTS = EMPLOYEE_INTENTS + ADMIN_INTENTS
FINER: dict[str, str] = {
    "what_changed": "progress",
    "unreachable": "list_not_connected",
    "import_sync_list": "list_not_synced",
    "my_data": "why_privacy",
    "who_saw_me": "why_privacy",
    "is_it_real": "why_privacy",
    "erase_my_data": OUT_OF_SCOPE,
    "list_roles": OUT_OF_SCOPE,
    "grant_role": OUT_OF_SCOPE,
    "revoke_role": OUT_OF_SCOPE,
}
"""Conversations beyond the 32 intents, and what each counts as where only those are judged."""
LABELS = (*INTENTS, *FINER, GREETING, THANKS, OUT_OF_SCOPE)

CONSEQUENTIAL: frozenset[str] = frozenset(
    {
        "nudge",
        "pause_reminders",
        "resume_reminders",
        "schedule_reminders",
        "manage_interviewers",
        "disconnect",
        "opt_out",
        "erase_my_data",
        "grant_role",
        "revoke_role",
    }
)
"""What is never done on a sentence alone: it is always confirmed with what will happen, and to whom."""

ADMIN_ONLY: frozenset[str] = frozenset(
    {*ADMIN_INTENTS, "what_changed", "unreachable", "import_sync_list", "list_roles", "grant_role", "revoke_role"}
)

ONLY_TELLS: frozenset[str] = frozenset(INTENTS) - (
    CONSEQUENTIAL | {"snooze", "opt_in", "set_language", "done", "cancel", "affirm", "deny", "test_interview"}
)
"""What shows or explains something and changes nothing."""

SMALL_TALK: frozenset[str] = frozenset({GREETING, THANKS})
"""What gets a human answer instead of a menu; counts as out of scope where only the 32 intents are judged."""
