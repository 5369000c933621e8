"""SQLAlchemy sessions in the transactions of `pipeline.postgres.database`: typed statements and SQL commit together.

`Database` opens the connection, limits the time of statements, and commits. Importing this module takes a quarter of a
second, so only modules that are imported on first use may import it.
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
    """PostgreSQL over the connection of a `Database`, which alone ends transactions and closes the connection."""

    supports_statement_cache = True

    def on_connect(self) -> None:
        """Nothing to do: `open_connection` has prepared the connection."""

    def do_commit(self, dbapi_connection: Any) -> None: ...
    def do_rollback(self, dbapi_connection: Any) -> None: ...
    def do_close(self, dbapi_connection: Any) -> None: ...


# How the connection reaches the engine: its `creator` takes no arguments.
_lent: ContextVar[PostgresConnection] = ContextVar("lent")


@cache
def _engine() -> Engine:
    """One per process, because it caches compiled statements."""
    registry.register("postgresql.borrowing", __name__, Borrowing.__name__)
    return create_engine("postgresql+borrowing://", creator=_lent.get, poolclass=NullPool, use_native_hstore=False)


class Session(sqlmodel.Session):
    """A session in the transaction of `cursor`, which executes SQL in the same transaction.

    It asks for the cursor's connection at its first statement, so that a transaction on demand begins no earlier.
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
    """A session in the transaction of `cursor`. It writes what is pending at the end of the block, and does not commit.

    Raises DatabaseFault.
    """
    try:
        with Session(cursor) as session:
            yield session
            session.flush()
    except DBAPIError as error:
        raise DatabaseFault(cast(psycopg2.Error, error.orig)) from None
