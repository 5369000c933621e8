"""PostgreSQL's log tells that something went wrong, and quotes nothing of a vendor's file."""

import secrets
from collections.abc import Iterator
from contextlib import closing

import psycopg2
import psycopg2.extensions
import pytest

from tests.stack import Stack, csv_of, eventually, tag

INSERT = """
    INSERT INTO products (vendor_id, upload_id, row_number, vendor_product_id, product_name, category, sku, price,
                          stock_quantity)
    VALUES ('VEND001', %s, %s, %s, 'Thing', 'Electronics', %s, %s, 5)
"""


@pytest.fixture
def connected(stack: Stack) -> Iterator[psycopg2.extensions.connection]:
    with closing(psycopg2.connect(stack.description["database_url"])) as connection:
        yield connection


def log_of(stack: Stack) -> str:
    return (stack.logs / "postgres.log").read_text(encoding="utf-8", errors="replace")


def test_a_statement_that_waits_and_is_cancelled_leaves_no_cell_in_the_log(
    stack: Stack, connected: psycopg2.extensions.connection
) -> None:
    secret = f"SECRET{tag()}"
    with connected.cursor() as cursor:
        cursor.execute("LOCK TABLE products IN EXCLUSIVE MODE")
        upload = stack.send(csv_of([f"{secret}-id,{secret} name,Electronics,{secret}-sku,19.99,5"]))
        [waiting] = eventually(lambda: stack.sql(
            "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE %s"
            " AND now() - query_start > interval '2 seconds'", f"%INSERT INTO products%{secret}%"
        ), seconds=30)  # fmt: skip
        stack.sql("SELECT pg_cancel_backend(%s)", waiting["pid"])
        eventually(lambda: "canceling statement due to user request" in log_of(stack))
    connected.rollback()
    assert stack.ended(upload["upload_id"])["status"] == "completed"
    assert "still waiting for" in log_of(stack)
    assert secret not in log_of(stack)


@pytest.mark.parametrize(
    ("price", "message"),
    [
        ("1", "duplicate key value violates unique constraint"),
        ("-1", "violates check constraint"),
        ("1e99", "numeric field overflow"),
    ],
)
def test_a_row_that_is_refused_is_not_quoted(
    stack: Stack, connected: psycopg2.extensions.connection, price: str, message: str
) -> None:
    secret = f"SECRET{secrets.token_hex(5)}"
    before = len(log_of(stack))
    upload_id = stack.send(csv_of([f"{secret}-id,Thing,Electronics,{secret}-sku,1,5"]))["upload_id"]
    assert stack.ended(upload_id)["status"] == "completed"
    with connected.cursor() as cursor, pytest.raises(psycopg2.Error):
        cursor.execute(INSERT, (upload_id, 2, f"{secret}-id", f"{secret}-sku", price))
    assert message in eventually(lambda: log_of(stack)[before:])
    assert secret not in log_of(stack)
