"""What the bot last asked each person in each conversation; `storage.visitors` reads it back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from storage.database import Database
from storage.live import Work
from storage.models import Question, table


class Questions:
    """Context for a bare "yes" or "Zoom"; it expires and never leaks into another conversation."""

    def __init__(self, database: Database) -> None:
        insert = database.insert(Question)
        self._ask = insert.on_conflict_do_update(
            index_elements=["person_id", "channel", "conversation"],
            set_={"payload": insert.excluded.payload, "expires_at": insert.excluded.expires_at},
            where=table(Question).c.company_id == insert.excluded.company_id,
        )

    def asking(
        self,
        company: int,
        person: int,
        *,
        channel: str,
        conversation: str,
        payload: dict[str, Any],
        until: datetime,
    ) -> Work[None]:
        """Remember a question, in the transaction of the answer that asks it; it replaces the one before."""
        row = {
            "company_id": company,
            "person_id": person,
            "channel": channel,
            "conversation": conversation,
            "payload": payload,
            "expires_at": until,
        }

        def ask(connection: Connection) -> None:
            connection.execute(self._ask, row)

        return ask
