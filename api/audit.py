"""Records what support does: in the database, in the same transaction, and in the log after the commit."""

from collections.abc import Callable

from fastapi import BackgroundTasks

from pipeline.postgres.api_keys import Principal
from pipeline.postgres.database import DatabasePool
from pipeline.postgres.sessions import Session, session_on
from pipeline.postgres.support_actions import Action, log_action, note_action


def act(pool: DatabasePool, agent: Principal, do: Callable[[Session], Action | None]) -> bool:
    """Does something and records it, in one transaction; False if there was nothing to do."""
    with pool.transaction() as db, session_on(db) as session:
        action = do(session)
        if action:
            note_action(session, agent, action)
    if action:
        log_action(agent, action)
    return action is not None


def note_if_support(caller: Principal, action: Action, session: Session, after_commit: BackgroundTasks) -> None:
    """Records what support does on a vendor's pages, in the request's transaction."""
    if caller.is_support:
        note_action(session, caller, action)
        after_commit.add_task(log_action, caller, action)
