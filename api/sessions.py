"""The request's session, for routes that a cold start does not wait for."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends

from api.dependencies import Db
from pipeline.postgres.sessions import Session, session_on


def _session(db: Db) -> Iterator[Session]:
    """In the request's own transaction: what is done through `Db` and through this is committed together."""
    with session_on(db) as session:
        yield session


DbSession = Annotated[Session, Depends(_session, scope="function")]
