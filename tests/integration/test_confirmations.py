"""What an upload costs that is not its vendor's newest, although the catalogue was confirmed every night for months."""

from collections.abc import Sequence

from pipeline.domain.decisions import Decisions, UploadMode
from pipeline.postgres import catalogue, verdicts
from pipeline.postgres.change_ledger import with_confirmations
from pipeline.postgres.database import Cursor
from pipeline.postgres.queries.uploads import add_upload
from tests.announcing import announced_upload
from tests.integration.deciding import VENDOR, rolled_back
from tests.integration.offline import Offline
from tests.stack import tag

NIGHTS, PRODUCTS, BATCH = 60, 4_000, 100


def announce(cursor: Cursor) -> str:
    upload_id = f"UPLOAD_20260101_000000_{tag()[:8]}"
    add_upload(cursor, announced_upload(upload_id, VENDOR, upload_id, Decisions(UploadMode.UPSERT)))
    return upload_id


def add_products(cursor: Cursor, run: str) -> list[int]:
    cursor.execute(
        "INSERT INTO products (vendor_id, vendor_product_id, product_name, category, sku, price, stock_quantity)"
        " SELECT %s, %s || n, 'Thing', 'Electronics', %s || n, 1, 1 FROM generate_series(1, %s) AS n"
        " RETURNING product_id",
        (VENDOR, f"P{run}-", f"S{run}-", PRODUCTS),
    )
    return [row.product_id for row in cursor]


def confirm(cursor: Cursor, upload_ids: Sequence[str], product_ids: Sequence[int]) -> None:
    """Notes that each upload found each product unchanged, in batches."""
    cursor.execute(
        """
        INSERT INTO confirmations (upload_id, vendor_id, upload_number, is_dry_run, block, given_fields, first_row,
                                   last_row, product_ids, row_numbers, lines, sheet_rows)
        SELECT upload_id, vendor_id, upload_number, false, product_id >> 12, 1, 1, %s, array_agg(product_id),
               array_agg(n), array_agg(n), array_agg(n)
        FROM upload_history, unnest(%s::bigint[]) WITH ORDINALITY AS confirmed (product_id, n)
        WHERE upload_id = ANY (%s) GROUP BY upload_id, product_id >> 12, n / %s
        """,
        (PRODUCTS, list(product_ids), list(upload_ids), BATCH),
    )


def rows_read(cursor: Cursor) -> int:
    cursor.execute(
        "SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) AS n FROM pg_stat_xact_user_tables"
        " WHERE relname = 'confirmations'"
    )
    return int(cursor.fetchone().n)


def test_only_the_confirmations_of_later_uploads_are_read(offline: Offline) -> None:
    run = tag()
    with rolled_back(offline.services.database) as cursor:
        product_ids = add_products(cursor, run)
        *nights, own, later = (announce(cursor) for _ in range(NIGHTS + 2))
        confirm(cursor, [*nights, later], product_ids)
        cursor.execute("ANALYZE confirmations")
        cursor.execute(
            "UPDATE upload_history SET total_records = 1, file_columns = '[]', categories = '[]' WHERE upload_id = %s",
            (own,),
        )
        upload = verdicts.find_surveyed(cursor, own)
        assert upload
        ids = [f"P{run}-{n}" for n in range(1, BATCH + 1)]
        products = list(catalogue.find_own(cursor, VENDOR, ids, except_of_upload=own).values())
        before = rows_read(cursor)
        confirmed, order = with_confirmations(cursor, upload, products)
        assert rows_read(cursor) - before < 5 * PRODUCTS / BATCH
    assert {product.set_by[0] for product in confirmed} == set(order.later)
    assert len(order.later) == 1
