"""A question that support asks, as a call that can be timed, and the SQL that answers it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Engine, event

from pipeline.postgres.database import Cursor

PAGE = 51


@dataclass(frozen=True)
class Question:
    title: str
    ask: Callable[[Cursor], object]

    def queries(self, cursor: Cursor) -> list[str]:
        """Asks, and returns the SQL that PostgreSQL received: all of sessions, and the last of the cursor."""
        _QUERIES.clear()
        self.ask(cursor)
        last = cast(Any, cursor).query
        return [bytes(query).decode() for query in (*_QUERIES, *((last,) if last else ()))]


@event.listens_for(Engine, "after_cursor_execute")
def _note_query(_connection: object, cursor: Any, *_: object) -> None:
    _QUERIES.append(cursor.query)


_QUERIES: list[bytes] = []
"""What sessions have executed, with cursors of their own."""
