"""Connections to the database, by the secret and the template's variables."""

import re
from decimal import Decimal
from enum import StrEnum

import pytest

from pipeline.domain.keys import Role
from pipeline.domain.uploads import UploadStatus
from pipeline.outcome.mail_events import StopReason
from pipeline.postgres.database import Cursor, Database, DatabaseFault, DatabasePool, as_array
from pipeline.services import Services
from pipeline.settings import Settings
from tests.integration.offline import Offline


def services(offline: Offline, **settings: str) -> Services:
    return Services(Settings(**{"database_secret_arn": offline.services.settings.database_secret_arn, **settings}))  # type: ignore[arg-type]


def test_a_connection_that_is_not_encrypted_is_refused_where_it_must_be(offline: Offline) -> None:
    """The embedded server has no certificate, so the connection must be refused."""
    with pytest.raises(DatabaseFault), services(offline, database_sslmode="require").database.transaction():
        pass


def test_a_proxy_takes_the_place_of_the_secrets_host(offline: Offline) -> None:
    assert services(offline, database_host="proxy.example").database_credentials()["host"] == "proxy.example"
    with services(offline, database_host="localhost").database.transaction() as cursor:
        cursor.execute("SELECT 1 AS one")
        assert cursor.fetchone().one == 1


def test_nobody_waits_for_ever(offline: Offline) -> None:
    with offline.services.database.transaction() as cursor:
        for setting in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"):
            cursor.execute("SELECT setting::int AS milliseconds FROM pg_settings WHERE name = %s", (setting,))
            assert 0 < cursor.fetchone().milliseconds <= 240_000


@pytest.mark.parametrize(
    ("table", "column", "words"),
    [("upload_history", "status", UploadStatus), ("api_keys", "role", Role), ("mail_stops", "reason", StopReason)],
)
def test_the_database_allows_exactly_the_words_of_the_domain(
    offline: Offline, table: str, column: str, words: type[StrEnum]
) -> None:
    """Constraints are in old migrations; the domain says which values they must allow today."""
    query = "SELECT pg_get_constraintdef(oid) AS rule FROM pg_constraint WHERE conname = %s"
    (constraint,) = offline.stack.sql(query, f"{table}_{column}_check")
    assert re.findall(r"'(\w+)'", constraint["rule"]) == list(words)


@pytest.fixture
def pool(offline: Offline) -> DatabasePool:
    return DatabasePool(lambda: Database(offline.services.database_credentials, statement_seconds=1))


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("text", []),
        ("text", ["plain", "and, with {braces}"]),
        ("text", ['say "hi"', "back\\slash", "it's", "two\nlines\t", " blank ", "", "NULL", "null", "größe €😀", "%s"]),
        ("text", ['"']),
        ("text", list(UploadStatus)),
        ("text", ["\\"]),
        ("text", [None, "", "NULL", 'x"', None]),
        ("int", [1, -2, None, 2_000_000]),
        ("numeric", [Decimal("0.01"), None, Decimal("999999.99")]),
    ],
)
def test_an_array_arrives_as_it_was(pool: DatabasePool, kind: str, values: list[object]) -> None:
    with pool.transaction() as cursor:
        cursor.execute(f"SELECT %s::{kind}[]", (as_array(values),))
        assert cursor.fetchone()[0] == values


def connection_of(cursor: Cursor) -> int:
    cursor.execute("SELECT pg_backend_pid()")
    return int(cursor.fetchone()[0])


def test_those_who_ask_at_once_have_connections_of_their_own_which_the_next_ones_get(pool: DatabasePool) -> None:
    with pool.transaction() as one, pool.transaction() as another:
        at_once = {connection_of(one), connection_of(another)}
    assert len(at_once) == 2
    for _ in range(3):
        with pool.transaction() as later:
            assert connection_of(later) in at_once


def test_a_transaction_of_the_pool_is_undone_if_its_block_raises(pool: DatabasePool) -> None:
    with pytest.raises(DatabaseFault), pool.transaction() as cursor:
        cursor.execute("CREATE TABLE undone (a int); SELECT 1 / 0")
    with pool.transaction() as cursor:
        cursor.execute("SELECT to_regclass('undone')")
        assert cursor.fetchone()[0] is None


def test_a_connection_of_the_pool_that_was_lost_is_replaced(offline: Offline, pool: DatabasePool) -> None:
    with pool.transaction() as cursor:
        killed_connection = connection_of(cursor)
    offline.stack.sql("SELECT pg_terminate_backend(%s, 5000)", killed_connection)
    with pool.transaction() as cursor:
        assert connection_of(cursor) != killed_connection


def test_a_transaction_on_demand_needs_no_database_before_its_first_statement(offline: Offline) -> None:
    nowhere = DatabasePool(lambda: Database(lambda _: offline.services.database_credentials() | {"port": 1}))
    with nowhere.transaction_on_demand():
        pass
    with pytest.raises(DatabaseFault), nowhere.transaction_on_demand() as cursor:
        cursor.execute("SELECT 1")


def test_a_transaction_on_demand_is_committed_or_undone(pool: DatabasePool) -> None:
    with pytest.raises(DatabaseFault), pool.transaction_on_demand() as cursor:
        cursor.execute("CREATE TABLE on_demand (a int); SELECT 1 / 0")
    with pool.transaction_on_demand() as cursor:
        cursor.execute("SELECT to_regclass('on_demand')")
        assert cursor.fetchone()[0] is None
        cursor.execute("CREATE TABLE on_demand (a int)")
    with pool.transaction_on_demand() as cursor:
        cursor.execute("DROP TABLE on_demand")


def test_a_question_may_have_less_time_than_the_rest_but_never_more(pool: DatabasePool) -> None:
    for seconds, milliseconds in ((0.25, 250), (9, 1000), (None, 1000)):
        with pool.transaction(statement_seconds=seconds) as cursor:
            cursor.execute("SELECT setting::int FROM pg_settings WHERE name = 'statement_timeout'")
            assert cursor.fetchone()[0] == milliseconds


def test_a_statement_that_ran_out_of_time_is_told_apart_from_one_that_waited_for_a_lock(offline: Offline) -> None:
    hurried = Database(offline.services.database_credentials, statement_seconds=1, lock_seconds=0.2)
    with pytest.raises(DatabaseFault) as slow, hurried.transaction() as cursor:
        cursor.execute("SELECT pg_sleep(3)")
    other = Database(offline.services.database_credentials)
    with other.transaction() as holder:
        holder.execute("SELECT FROM vendors WHERE vendor_id = 'VEND001' FOR UPDATE")
        with pytest.raises(DatabaseFault) as waiting, hurried.transaction() as cursor:
            cursor.execute("SELECT FROM vendors WHERE vendor_id = 'VEND001' FOR UPDATE")
    assert [(fault.value.is_too_slow, fault.value.is_outage) for fault in (slow, waiting)] == [
        (True, True),
        (False, True),
    ]
    for each in (hurried, other):
        each.close()


@pytest.mark.parametrize(
    ("statement", "is_outage"),
    [("SELECT pg_sleep(3)", True), ("SELECT pg_terminate_backend(pg_backend_pid())", True), ("SELECT 1 / 0", False)],
)
def test_a_fault_says_whether_the_database_or_the_statement_is_to_blame(
    pool: DatabasePool, statement: str, is_outage: bool
) -> None:
    with pytest.raises(DatabaseFault) as raised, pool.transaction() as cursor:
        cursor.execute(statement)
    assert raised.value.is_outage is is_outage
