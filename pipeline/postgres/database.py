"""PostgreSQL connections with credentials from Secrets Manager, reopened when they are lost.

A function of the pipeline has one; the web service has one for each request in progress.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from functools import cached_property
from typing import Any, Protocol, cast

import psycopg2
from psycopg2 import errorcodes, extensions
from psycopg2.extras import Json, NamedTupleCursor, register_uuid

Credentials = dict[str, Any]


class Cursor(Protocol):
    """The cursor of one transaction; rows come as named tuples."""

    @property
    def connection(self) -> extensions.connection: ...
    @property
    def rowcount(self) -> int: ...
    def execute(self, query: str, vars: Any = None) -> None: ...  # noqa: A002
    def fetchone(self) -> Any: ...
    def fetchall(self) -> list[Any]: ...
    def __iter__(self) -> Iterator[Any]: ...


_CONNECT_SECONDS = 10
_LOCK_SECONDS = 60
_STATEMENT_SECONDS = 240
_IDLE_SECONDS = 60


class DatabaseFault(Exception):
    """PostgreSQL refused a statement, or its connection was lost."""

    def __init__(self, error: psycopg2.Error) -> None:
        self.sqlstate: str | None = error.pgcode
        self.constraint: str | None = error.diag.constraint_name
        self.is_too_slow = self.sqlstate == errorcodes.QUERY_CANCELED
        """Whether the statement ran out of time; a narrower one may succeed."""
        self.is_outage = isinstance(error, psycopg2.OperationalError | psycopg2.InterfaceError)
        """Whether the database is unreachable or too slow; otherwise the statement or its values are to blame."""
        # Not the message of PostgreSQL: it quotes vendors' cells, which do not belong in logs.
        super().__init__(f"{type(error).__name__} sqlstate={self.sqlstate} constraint={self.constraint}")

    @property
    def is_about_values(self) -> bool:
        """Whether the values that were sent are to blame (classes 22 and 23), so that a repeat cannot help."""
        return (self.sqlstate or "")[:2] in {"22", "23"}

    @property
    def is_worth_a_repeat(self) -> bool:
        return self.sqlstate in {errorcodes.DEADLOCK_DETECTED, errorcodes.SERIALIZATION_FAILURE}


class Database:
    """Hands out transactions on the process's one connection.

    `credentials` returns the secret's content; with True it reads the secret again (after a rotation).
    No statement runs longer than `statement_seconds`, or waits for a lock longer than `lock_seconds`.
    """

    def __init__(
        self,
        credentials: Callable[[bool], Credentials],
        *,
        statement_seconds: float = _STATEMENT_SECONDS,
        lock_seconds: float = _LOCK_SECONDS,
    ) -> None:
        self._credentials, self._lock_seconds = credentials, lock_seconds
        self._statement_seconds = statement_seconds
        self._connection: extensions.connection | None = None

    @contextmanager
    def transaction(self, *, statement_seconds: float | None = None) -> Iterator[Cursor]:
        """One transaction: committed at the end of the block, rolled back if it raises.

        `statement_seconds` can only lower the limit of the database.
        """
        connection = self._begin(min(statement_seconds or self._statement_seconds, self._statement_seconds))
        try:
            with connection.cursor(cursor_factory=NamedTupleCursor) as cursor:
                yield cast(Cursor, cursor)
            connection.commit()
        except BaseException as error:
            with suppress(psycopg2.Error):
                connection.rollback()
            if isinstance(error, psycopg2.Error):
                raise DatabaseFault(error) from None
            raise

    def close(self) -> None:
        if self._connection is not None:
            with suppress(psycopg2.Error):
                self._connection.close()
            self._connection = None

    def _begin(self, statement_seconds: float) -> extensions.connection:
        """The connection with a transaction begun on it; reopens the connection if it was lost."""
        if self._connection is not None:
            # The first statement of the transaction also shows whether the connection still works.
            try:
                return self._set_limits(self._connection, statement_seconds)
            except psycopg2.Error:
                self.close()
        try:
            self._connection = open_connection(self._credentials)
            return self._set_limits(self._connection, statement_seconds)
        except psycopg2.Error as error:
            raise DatabaseFault(error) from None

    def _set_limits(self, connection: extensions.connection, statement_seconds: float) -> extensions.connection:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SET LOCAL lock_timeout = '{round(self._lock_seconds * 1000)}ms';"
                f" SET LOCAL statement_timeout = '{round(statement_seconds * 1000)}ms';"
                # A worker that vanishes in the middle of a transaction must not keep its vendor locked.
                f" SET LOCAL idle_in_transaction_session_timeout = '{_IDLE_SECONDS}s'"
            )
        return connection


class _LazyCursor:
    """A cursor of a transaction that begins with its first statement."""

    def __init__(self, begin: Callable[[], Cursor]) -> None:
        self._begin = begin

    @cached_property
    def _cursor(self) -> Cursor:
        return self._begin()

    @property
    def connection(self) -> extensions.connection:
        return self._cursor.connection

    @property
    def rowcount(self) -> int:
        return self._cursor.rowcount

    def execute(self, query: str, vars: Any = None) -> None:  # noqa: A002
        self._cursor.execute(query, vars)

    def fetchone(self) -> Any:
        return self._cursor.fetchone()

    def fetchall(self) -> list[Any]:
        return self._cursor.fetchall()

    def __iter__(self) -> Iterator[Any]:
        return iter(self._cursor)


class DatabasePool:
    """Hands out concurrent transactions, each on a connection of its own, which is reused afterwards.

    Sets no limit: callers must not ask for more transactions at once than PostgreSQL has connections.
    """

    def __init__(self, new: Callable[[], Database]) -> None:
        self._new = new
        self._free: list[Database] = []  # a stack, so that few connections stay in use when traffic is low

    @contextmanager
    def transaction(self, *, statement_seconds: float | None = None) -> Iterator[Cursor]:
        try:
            database = self._free.pop()
        except IndexError:
            database = self._new()
        try:
            with database.transaction(statement_seconds=statement_seconds) as cursor:
                yield cursor
        finally:
            self._free.append(database)

    @contextmanager
    def transaction_on_demand(self, *, statement_seconds: float | None = None) -> Iterator[Cursor]:
        """A transaction that begins with its first statement; a request without any needs no database."""
        with ExitStack() as stack:
            yield _LazyCursor(lambda: stack.enter_context(self.transaction(statement_seconds=statement_seconds)))


@contextmanager
def transaction_at(database_url: str) -> Iterator[Cursor]:
    """One transaction in the database at a URL, where credentials come without a secret."""
    with closing(psycopg2.connect(database_url)) as connection, connection:
        yield cast(Cursor, connection.cursor(cursor_factory=NamedTupleCursor))


@contextmanager
def savepoint(cursor: Cursor) -> Iterator[None]:
    """A part of a transaction that is taken back alone, if it raises."""
    cursor.execute("SAVEPOINT part")
    try:
        yield
    except BaseException:
        cursor.execute("ROLLBACK TO SAVEPOINT part")
        raise


def open_connection(credentials: Callable[[bool], Credentials]) -> extensions.connection:
    """A new connection. If it fails, reads the secret again, once: the password may have been rotated."""
    try:
        return _open(credentials(False))
    except psycopg2.OperationalError:
        # For any reason: libpq reports a wrong password only as text, and proxies word it differently.
        return _open(credentials(True))


def _open(credentials: Credentials) -> extensions.connection:
    connection = psycopg2.connect(
        host=credentials["host"],
        port=credentials["port"],
        dbname=credentials["dbname"],
        user=credentials["username"],
        password=credentials["password"],
        sslmode=credentials["sslmode"],
        connect_timeout=_CONNECT_SECONDS,
        # Notices within a minute that a server has gone silent, as in a failover.
        keepalives_idle=30,
        keepalives_interval=10,
        keepalives_count=3,
        tcp_user_timeout=60_000,
        application_name="product-onboarding",
    )
    register_uuid(conn_or_curs=connection)  # type: ignore[no-untyped-call]
    return connection


def as_json(value: object) -> Json:
    """A value for a JSONB column."""
    return Json(value)


def as_array(values: Sequence[object]) -> str:
    """A value for `%s::text[]`, or for an array of numbers: one text in PostgreSQL's notation of arrays."""
    # A list would become `ARRAY[...]`, which psycopg2 writes and PostgreSQL parses element by element: for the rows of
    # a batch, that was a fifth of the validator's time (docs/performance.md).
    if None not in values:
        joined = '","'.join(map(str, values))
        if "\\" not in joined and joined.count('"') == 2 * (len(values) - 1):
            return '{"' + joined + '"}' if values else "{}"
    return "{" + ",".join("NULL" if value is None else _quoted(str(value)) for value in values) + "}"


def _quoted(element: str) -> str:
    return '"' + element.replace("\\", "\\\\").replace('"', '\\"') + '"'
