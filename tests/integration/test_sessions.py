"""Sessions share the transactions of SQL: they begin, commit, roll back and time out together."""

from datetime import UTC, datetime

import pytest
from sqlmodel import Session as PlainSession
from sqlmodel import insert, select, text

from pipeline.postgres.database import Cursor, Database, DatabaseFault, DatabasePool
from pipeline.postgres.sessions import Session, session_on
from pipeline.postgres.tables import MailStop
from tests.integration.offline import Offline
from tests.stack import tag


@pytest.fixture
def pool(offline: Offline) -> DatabasePool:
    return DatabasePool(lambda: Database(offline.services.database_credentials, statement_seconds=1))


@pytest.fixture
def address() -> str:
    return f"{tag()}@example.org"


def add_stop(session: PlainSession, address: str) -> None:
    session.exec(insert(MailStop).values(address=address, reason="bounced"))


def is_stopped(cursor: Cursor, address: str) -> bool:
    with session_on(cursor) as session:
        return session.exec(select(MailStop).where(MailStop.address == address)).first() is not None


def test_a_session_and_its_cursor_share_one_transaction(pool: DatabasePool, address: str) -> None:
    with pool.transaction_on_demand() as cursor, session_on(cursor) as session:
        add_stop(session, address)
        session.cursor.execute("SELECT reason FROM mail_stops WHERE address = %s", (address,))
        assert session.cursor.fetchone().reason == "bounced"
        cursor.execute("UPDATE mail_stops SET reason = 'complained' WHERE address = %s", (address,))
        stop = session.exec(select(MailStop).where(MailStop.address == address)).one()
        assert stop.reason == "complained"
    with pool.transaction() as later:
        assert is_stopped(later, address)


def test_what_a_session_still_holds_is_written_at_its_end(pool: DatabasePool, address: str) -> None:
    with pool.transaction() as cursor, session_on(cursor) as session:
        session.add(MailStop(address=address, reason="bounced", stopped_at=datetime.now(UTC)))
    with pool.transaction() as later:
        assert is_stopped(later, address)


def add_twice(session: PlainSession, address: str) -> None:
    add_stop(session, address)
    session.commit()
    add_stop(session, address)


def test_nothing_is_kept_after_a_fault_even_if_the_session_was_committed(pool: DatabasePool, address: str) -> None:
    with pytest.raises(DatabaseFault), pool.transaction() as cursor, session_on(cursor) as session:
        add_twice(session, address)
    with pool.transaction() as later:
        assert not is_stopped(later, address)


def test_a_fault_carries_no_value(pool: DatabasePool, address: str) -> None:
    with pytest.raises(DatabaseFault) as raised, pool.transaction() as cursor, session_on(cursor) as session:
        add_twice(session, address)
    assert raised.value.constraint == "mail_stops_pkey"
    assert address not in f"{raised.value} {raised.value.__cause__}"
    assert raised.value.__suppress_context__


def test_a_statement_of_a_session_is_bounded_in_time(pool: DatabasePool) -> None:
    with (
        pytest.raises(DatabaseFault) as raised,
        pool.transaction(statement_seconds=0.2) as cursor,
        session_on(cursor) as session,
    ):
        session.connection().execute(text("SELECT pg_sleep(3)"))
    assert raised.value.is_too_slow


def test_a_session_without_a_statement_needs_no_database(offline: Offline) -> None:
    nowhere = DatabasePool(lambda: Database(lambda _: offline.services.database_credentials() | {"port": 1}))
    with nowhere.transaction_on_demand() as cursor, session_on(cursor):
        pass
    with pytest.raises(DatabaseFault), nowhere.transaction_on_demand() as cursor, session_on(cursor) as session:
        session.exec(select(MailStop))


def process_of(session: Session) -> int:
    return int(session.connection().execute(text("SELECT pg_backend_pid()")).scalar_one())


def test_sessions_use_the_connections_of_the_pool_and_replace_lost_ones(offline: Offline, pool: DatabasePool) -> None:
    processes = []
    for _ in range(3):
        with pool.transaction() as cursor, session_on(cursor) as session:
            processes.append(process_of(session))
    assert len(set(processes)) == 1
    offline.stack.sql("SELECT pg_terminate_backend(%s, 5000)", processes[0])
    with pool.transaction() as cursor, session_on(cursor) as session:
        assert process_of(session) not in processes
