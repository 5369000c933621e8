"""A page of changes costs the same wherever it is, however much happened before and after it."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from bench.support_question import Question
from bench.support_questions import MIGRATIONS, apply, throwaway_postgres
from pipeline.postgres.database import Cursor, transaction_at
from pipeline.postgres.order import Place
from pipeline.postgres.queries.catalogue_changes import find_catalogue_changes
from pipeline.postgres.sessions import session_on

UPLOADS, ROWS, AT_ONCE, PAGE = 40, 2_000, 500, 200
MOST_BLOCKS = 4_000
"""How often a page may read a block: some 15 for each of its items."""
_FILL = """
    INSERT INTO vendors (vendor_id, vendor_name, email) VALUES ('MANY', 'Many', 'a@example.com');
    INSERT INTO upload_history (upload_id, vendor_id, file_name, status, file_s3_key)
    SELECT 'UPLOAD_' || u, 'MANY', 'a.csv', 'completed', 'a' FROM generate_series(1, %(uploads)s) AS u;
    INSERT INTO products (vendor_id, upload_id, row_number, vendor_product_id, product_name, category, sku, price,
                          stock_quantity)
    SELECT 'MANY', 'UPLOAD_1', n, 'P-' || n, 'Thing', 'Books', 'S-' || n, 1, 1 FROM generate_series(1, %(rows)s) AS n;
    INSERT INTO record_changes (upload_id, vendor_id, row_number, line, sheet_row, product_id, outcome, is_written,
                                changes)
    SELECT 'UPLOAD_' || u, 'MANY', n, n + 1, n + 1, product_id, 'updated', true,
           '{"price": {"before": "1.00", "after": "2.00"}}'
    FROM generate_series(2, %(uploads)s) AS u CROSS JOIN generate_series(1, %(rows)s) AS n
    JOIN products ON row_number = n;
    INSERT INTO catalogue_changes (vendor_id, upload_id, row_numbers)
    SELECT 'MANY', 'UPLOAD_' || u, int4multirange(int4range(first, first + %(at_once)s))
    FROM generate_series(1, %(uploads)s) AS u CROSS JOIN generate_series(1, %(rows)s, %(at_once)s) AS first
    ORDER BY u, first;
"""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("changes")
    with throwaway_postgres(str(folder)) as url, closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        cursor = connection.cursor()
        apply(cursor, MIGRATIONS)
        cursor.execute(_FILL, {"uploads": UPLOADS, "rows": ROWS, "at_once": AT_ONCE})
        cursor.execute("VACUUM ANALYZE")
        yield url


def test_a_page_costs_the_same_wherever_it_is(url: str) -> None:
    places: dict[str, Place | None] = {"first": None, **_places(url)}
    costs = {}
    for name, after in places.items():
        with transaction_at(url) as cursor:
            costs[name] = sum(_blocks(cursor, query) for query in _page(after).queries(cursor))
    assert 0 < costs.pop("behind the end") <= 50
    assert min(costs.values()) >= PAGE
    assert max(costs.values()) <= MOST_BLOCKS, costs


def _page(after: Place | None) -> Question:
    def ask(cursor: Cursor) -> object:
        with session_on(cursor) as session:
            items, _ = find_catalogue_changes(session, "MANY", after=after, limit=PAGE)
            assert len(items) in {0, PAGE}
            return items

    return Question("changes", ask)


def _places(url: str) -> dict[str, Place]:
    with transaction_at(url) as cursor:
        cursor.execute("SELECT position FROM catalogue_changes ORDER BY position")
        positions = [row.position for row in cursor]
    middle = positions[len(positions) // 2]
    last = (positions[-1], ROWS)
    return {"middle": (middle, 700), "last": (positions[-2], ROWS), "behind the end": last}


def _blocks(cursor: Any, query: str) -> int:
    cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {query}")
    (plan,) = cursor.fetchone()
    top = (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]
    return int(top["Shared Hit Blocks"]) + int(top["Shared Read Blocks"])
