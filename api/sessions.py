"""The SQLAlchemy session of a request, for routes that are imported late: a cold start does not import SQLAlchemy."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends

from api.dependencies import Db
from pipeline.postgres.sessions import Session, session_on


# `async`: handing out a session does not block, and two switches to a thread would cost more than the session.
async def _session(db: Db) -> AsyncIterator[Session]:
    """In the request's transaction: statements through `Db` and through the session are committed together."""
    with session_on(db) as session:
        yield session


DbSession = Annotated[Session, Depends(_session, scope="function")]
