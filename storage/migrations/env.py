"""How Alembic reaches the database: over the connection that storage/migrate.py hands it."""

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import TypeDecorator

from storage.models import Base, make_indexes_partial


def plain_type(kind: str, item: Any, _: object) -> str | Literal[False]:
    """Write our own column types as what they are in the database, so that old migrations need no old code."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


for dialect in ("sqlite", "postgresql"):
    make_indexes_partial(dialect)

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
    render_item=plain_type,
)
with context.begin_transaction():
    context.run_migrations()
