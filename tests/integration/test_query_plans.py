"""No query of support reads a whole table, however many errors, products and changes there are."""

import json
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from bench.support_questions import MIGRATIONS, apply, load_catalogue, load_errors, questions, throwaway_postgres
from pipeline.postgres.database import transaction_at

ERRORS, PRODUCTS, NIGHTS, LEDGER_ROWS = 300_000, 80_000, 2, 20_000
_TABLES = "validation_errors|error_counts|products|upload_history|record_changes|confirmations"
_WHOLE_TABLE = re.compile(rf"Seq Scan on (?:{_TABLES})\b.*")
CHANGES_FILE = "1,000 rows of changes.csv"
# A text of one or two characters has no trigram, and these count error by error, which is bounded to 31 days.
READ_MUCH = {
    "/v1/errors by value of one character (no trigram)",
    "/v1/errors/summary by value, from",
    "/v1/errors/summary by value, error_type, from",
    CHANGES_FILE,
    # Whether there are any changes of an upload is told by the first one, which is soon found.
    f"/v1/uploads/…/records of {LEDGER_ROWS:,} rows, changes, dry run, outcome=created",
}
_SEARCHES_TEXTS = re.compile(r"^/v1/products by .*\bq\b|^the portal's catalogue, q")
"""An index of the texts of products would cost every new product more than such a search is worth."""
MOST_BLOCKS = 8_000
"""How often a question may read a block. To walk through the products of the largest vendor takes 30,000."""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("plans")
    with throwaway_postgres(str(folder)) as url, closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        cursor = connection.cursor()
        apply(cursor, MIGRATIONS)
        load_errors(cursor, ERRORS)
        load_catalogue(cursor, PRODUCTS, nights=NIGHTS, ledger_rows=LEDGER_ROWS)
        yield url


def test_no_question_reads_a_whole_table(url: str) -> None:
    whole: dict[str, list[str]] = {}
    for question in questions(url, LEDGER_ROWS):
        with transaction_at(url) as cursor:
            for query in question.queries(cursor):
                cursor.execute(f"EXPLAIN {query}")
                plan = "\n".join(line for (line,) in cursor.fetchall())
                scans = _WHOLE_TABLE.findall(plan)
                if scans and not _SEARCHES_TEXTS.search(question.title):
                    whole[question.title] = scans
    assert whole.keys() - READ_MUCH == set(), whole


def test_no_question_about_the_catalogue_walks_through_an_index_for_few_rows(url: str) -> None:
    blocks: dict[str, int] = {}
    for question in questions(url, LEDGER_ROWS):
        if "/errors" not in question.title and question.title != CHANGES_FILE:
            with transaction_at(url) as cursor:
                blocks[question.title] = sum(_blocks(cursor, query) for query in question.queries(cursor))
    too_many = {title: count for title, count in blocks.items() if count > MOST_BLOCKS}
    assert not too_many


def _blocks(cursor: Any, query: str) -> int:
    cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {query}")
    (plan,) = cursor.fetchone()
    top = (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]
    return int(top["Shared Hit Blocks"]) + int(top["Shared Read Blocks"])


def test_a_query_without_an_index_is_noticed(url: str) -> None:
    with transaction_at(url) as cursor:
        cursor.execute("EXPLAIN SELECT * FROM validation_errors WHERE sheet_row = 7")
        assert _WHOLE_TABLE.search("\n".join(line for (line,) in cursor.fetchall()))
