"""The request's session, for routes that a cold start does not wait for."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends

from api.dependencies import Db
from pipeline.postgres.sessions import Session, session_on


# `async`: handing out a session does not block, and two switches to a thread would cost more than the session.
async def _session(db: Db) -> AsyncIterator[Session]:
    """In the request's own transaction: what is done through `Db` and through this is committed together."""
    with session_on(db) as session:
        yield session


DbSession = Annotated[Session, Depends(_session, scope="function")]
