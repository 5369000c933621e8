"""Unchanged rows are found by their confirmations, whatever rows these have in common."""

import random
from collections.abc import Iterable

from pipeline.domain.uploads import Outcome
from pipeline.postgres.database import Cursor
from pipeline.postgres.row_ledger import LedgerRow, RowFilter, find_rows
from tests.integration.deciding import VENDOR, rolled_back
from tests.integration.offline import Offline
from tests.integration.test_confirmations import add_products, announce
from tests.stack import tag

ROWS, BATCH, PAGE = 4_000, 100, 7
UNCHANGED = RowFilter(outcome=(Outcome.UNCHANGED,))


def confirm_rows(cursor: Cursor, upload_id: str, rows: list[int], product_ids: list[int]) -> None:
    cursor.execute(
        """
        INSERT INTO confirmations (upload_id, vendor_id, upload_number, is_dry_run, block, given_fields, first_row,
                                   last_row, product_ids, row_numbers, lines, sheet_rows)
        VALUES (%s, %s, 1, false, 0, 1, %s, %s, %s, %s, %s, %s)
        """,
        (upload_id, VENDOR, min(rows), max(rows), [product_ids[n - 1] for n in rows], rows, rows, rows),
    )


def supersede(cursor: Cursor, upload_id: str, rows: Iterable[int]) -> None:
    cursor.execute(
        "INSERT INTO record_changes (upload_id, vendor_id, row_number, line, sheet_row, outcome, is_written, changes)"
        " SELECT %s, %s, n, n, n, 'superseded', false, '{}' FROM unnest(%s) AS n",
        (upload_id, VENDOR, list(rows)),
    )


def pages(cursor: Cursor, upload_id: str) -> list[LedgerRow]:
    found: list[LedgerRow] = []
    while page := find_rows(
        cursor,
        upload_id,
        UNCHANGED,
        dry_run=False,
        total=ROWS,
        after=(found[-1].row_number,) if found else None,
        limit=PAGE,
    ):
        found += page
    return found


def test_pages_of_unchanged_rows_miss_none_and_repeat_none(offline: Offline) -> None:
    for seed in range(5):
        chance = random.Random(seed)  # noqa: S311
        unchanged = chance.sample(range(1, ROWS + 1), 600)
        superseded = set(chance.sample(unchanged, 200))
        with rolled_back(offline.services.database) as cursor:
            upload_id, product_ids = announce(cursor), add_products(cursor, tag())
            for first in range(0, ROWS, BATCH):
                batch = [n for n in unchanged if first < n <= first + chance.choice([BATCH, 8 * BATCH, ROWS])]
                unchanged = [n for n in unchanged if n not in batch]
                for part in (batch[::2], batch[1::2]):
                    if part:
                        confirm_rows(cursor, upload_id, part, product_ids)
            supersede(cursor, upload_id, superseded)
            cursor.execute("SELECT unnest(row_numbers) AS n FROM confirmations WHERE upload_id = %s", (upload_id,))
            expected = sorted({row.n for row in cursor} - superseded)
            rows = pages(cursor, upload_id)
            assert [row.row_number for row in rows] == expected, seed
            assert {row.outcome for row in rows} == {Outcome.UNCHANGED}
            assert [row.line for row in rows] == expected
            assert all(row.sku for row in rows)
