"""SQLModel sessions for the REST API, on a small pool of connections that are tried before use."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import cast

import psycopg2
from psycopg2.extras import NamedTupleCursor
from sqlalchemy import Engine, create_engine
from sqlmodel import Session

from pipeline.adapters.database import Credentials, Cursor, DatabaseFault, open_connection

_STATEMENT_SECONDS = 20  # nobody waits longer: API Gateway gives up after 30


def engine_for(credentials: Callable[[bool], Credentials], *, connections: int) -> Engine:
    """An engine whose connections take the secret anew, once, when its password no longer opens the door."""

    def connect() -> "psycopg2.extensions.connection":
        connection = open_connection(credentials)
        with connection, connection.cursor() as cursor:
            cursor.execute(f"SET statement_timeout = '{_STATEMENT_SECONDS}s'")
        return connection

    return create_engine(
        "postgresql+psycopg2://",
        creator=connect,
        pool_pre_ping=True,
        pool_size=connections,
        max_overflow=0,
        hide_parameters=True,  # an error that is logged must not tell cells or secrets
    )


@contextmanager
def cursor_of(session: Session) -> Iterator[Cursor]:
    """A cursor in the session's own transaction: for the steps that REST calls and the pipeline have in common."""
    session.flush()
    try:
        yield cast(Cursor, session.connection().connection.cursor(cursor_factory=NamedTupleCursor))
    except psycopg2.Error as error:
        raise DatabaseFault(error) from None
