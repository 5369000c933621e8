"""PostgreSQL connections, their credentials from Secrets Manager, opened anew when they are lost.

A function of the pipeline has one; the web service has one for each request that it works on.
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
    """PostgreSQL refused or was lost. Carries SQLSTATE and constraint only: its messages quote vendors' cells."""

    def __init__(self, error: psycopg2.Error) -> None:
        self.sqlstate: str | None = error.pgcode
        self.constraint: str | None = error.diag.constraint_name
        self.is_too_slow = self.sqlstate == errorcodes.QUERY_CANCELED
        """Whether the statement ran out of time; another, narrower one may be answered."""
        self.is_outage = isinstance(error, psycopg2.OperationalError | psycopg2.InterfaceError)
        """Whether the database is not there, or not in time; otherwise the statement or its values are to blame."""
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

    `credentials` returns the secret's content; called with True it must read it anew (after a rotation).
    No statement takes longer than `statement_seconds`, or waits for a lock for longer than `lock_seconds`.
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

        `statement_seconds` holds for this one, if it is less than what holds for all.
        """
        connection = self._ready(min(statement_seconds or self._statement_seconds, self._statement_seconds))
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

    def _ready(self, statement_seconds: float) -> extensions.connection:
        """The connection, tried with the statement that every transaction starts with; opened anew if it is gone."""
        if self._connection is not None:
            try:
                return self._begun(self._connection, statement_seconds)
            except psycopg2.Error:
                self.close()
        try:
            self._connection = open_connection(self._credentials)
            return self._begun(self._connection, statement_seconds)
        except psycopg2.Error as error:
            raise DatabaseFault(error) from None

    def _begun(self, connection: extensions.connection, statement_seconds: float) -> extensions.connection:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SET LOCAL lock_timeout = '{round(self._lock_seconds * 1000)}ms';"
                f" SET LOCAL statement_timeout = '{round(statement_seconds * 1000)}ms';"
                # A worker that vanishes in the middle of a transaction must not keep its vendor locked.
                f" SET LOCAL idle_in_transaction_session_timeout = '{_IDLE_SECONDS}s'"
            )
        return connection


class _OnDemand:
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
    """Hands out transactions to as many as ask at once: each has a connection, which is kept for the next one.

    Whoever asks is to see to it that not too many do.
    """

    def __init__(self, new: Callable[[], Database]) -> None:
        self._new = new
        self._free: list[Database] = []  # the one that was used last is taken first

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
        """A transaction that begins with its first statement: who has none to make needs no database."""
        with ExitStack() as begun:
            yield _OnDemand(lambda: begun.enter_context(self.transaction(statement_seconds=statement_seconds)))


@contextmanager
def transaction_at(database_url: str) -> Iterator[Cursor]:
    """One transaction in the database of this address, for those who know it without a secret."""
    with closing(psycopg2.connect(database_url)) as connection, connection:
        yield cast(Cursor, connection.cursor(cursor_factory=NamedTupleCursor))


def open_connection(credentials: Callable[[bool], Credentials]) -> extensions.connection:
    """A new connection. If it is refused the secret is read again, once: the password may have been rotated.

    What was wrong is not asked: libpq tells by its text alone, and a proxy in between in words of its own.
    """
    try:
        return _open(credentials(False))
    except psycopg2.OperationalError:
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
        # A server that is gone without a word, as at a failover, is noticed within a minute.
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
    """A value for `%s::text[]`, or an array of numbers: one text, as PostgreSQL writes arrays.

    Of a list psycopg2 makes `ARRAY[...]`, each element adapted by itself, and PostgreSQL an expression of as many
    parts; for the rows of a batch that was a fifth of what the validator took (docs/performance.md).
    """
    if None not in values:
        joined = '","'.join(map(str, values))
        if "\\" not in joined and joined.count('"') == 2 * (len(values) - 1):
            return '{"' + joined + '"}' if values else "{}"
    return "{" + ",".join("NULL" if value is None else _quoted(str(value)) for value in values) + "}"


def _quoted(element: str) -> str:
    return '"' + element.replace("\\", "\\\\").replace('"', '\\"') + '"'
