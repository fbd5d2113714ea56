"""The names of the states that rows go through."""

from __future__ import annotations

# Deliveries.
QUEUED, SENDING, SENT, SKIPPED, FAILED, UNKNOWN = "queued", "sending", "sent", "skipped", "failed", "unknown"
# Campaigns.
DRAFT, RUNNING, PAUSED, CANCELLED, DONE = "draft", "running", "paused", "cancelled", "done"
# Enrolments: active, then one of the ways in which they end.
ACTIVE, CONNECTED, OPTED_OUT, UNREACHABLE, STOPPED, ASKED_ENOUGH = (
    "active",
    "connected",
    "opted_out",
    "unreachable",
    "stopped",
    "asked_enough",
)
