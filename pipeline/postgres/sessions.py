"""SQLAlchemy sessions in transactions that are not SQLAlchemy's: typed statements beside SQL, committed together.

`pipeline.postgres.database` opens connections, bounds statements in time, and commits. Importing this module costs most
of a second, so nothing that a cold start waits for does.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, cached_property
from typing import Any, cast

import psycopg2
import sqlmodel
from psycopg2.extensions import connection as PostgresConnection  # noqa: N812
from sqlalchemy import Connection, Engine, NullPool, create_engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg2 import PGDialect_psycopg2
from sqlalchemy.exc import DBAPIError

from pipeline.postgres.database import Cursor, DatabaseFault


class Borrowing(PGDialect_psycopg2):
    """PostgreSQL over a connection that belongs to somebody else, who alone ends its transactions and closes it."""

    supports_statement_cache = True

    def on_connect(self) -> None:
        """Nothing to prepare: `open_connection` has."""

    def do_commit(self, dbapi_connection: Any) -> None: ...
    def do_rollback(self, dbapi_connection: Any) -> None: ...
    def do_close(self, dbapi_connection: Any) -> None: ...


_lent: ContextVar[PostgresConnection] = ContextVar("lent")
"""What the engine takes for a new connection: an engine's `creator` has no arguments."""


@cache
def _engine() -> Engine:
    """One for the process: it keeps the statements that were compiled."""
    registry.register("postgresql.borrowing", __name__, Borrowing.__name__)
    return create_engine("postgresql+borrowing://", creator=_lent.get, poolclass=NullPool, use_native_hstore=False)


class Session(sqlmodel.Session):
    """In the transaction of `cursor`, through which SQL is executed beside it.

    It takes the cursor's connection for its first statement, so that a transaction on demand begins no sooner.
    """

    def __init__(self, cursor: Cursor) -> None:
        super().__init__()
        self.cursor = cursor

    def get_bind(self, *args: Any, **kwargs: Any) -> Connection:
        return self._borrowed

    def close(self) -> None:
        super().close()
        if "_borrowed" in vars(self):
            self._borrowed.close()

    @cached_property
    def _borrowed(self) -> Connection:
        token = _lent.set(self.cursor.connection)
        try:
            return _engine().connect()
        finally:
            _lent.reset(token)


@contextmanager
def session_on(cursor: Cursor) -> Iterator[Session]:
    """A session in the transaction of `cursor`. Raises DatabaseFault, as the cursor's own statements do in the end."""
    try:
        with Session(cursor) as session:
            yield session
            session.flush()
    except DBAPIError as error:
        raise DatabaseFault(cast(psycopg2.Error, error.orig)) from None
