"""What the records of an upload did to products, read and taken back a batch at a time.

All functions take the cursor of the transaction that decides, in which the vendor is locked.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from pipeline.checking.undoing import LaterChange
from pipeline.domain.columns import VALUE_COLUMNS
from pipeline.domain.stored_products import StoredProduct, Value, stored_value
from pipeline.domain.uploads import Outcome
from pipeline.postgres.change_ledger import PlacedChange
from pipeline.postgres.database import Cursor, as_array
from pipeline.postgres.verdicts import SurveyedUpload


class Effect(NamedTuple):
    """What a record did to a product, and the values that it replaced, by column. `change_id` 0 is a creation that is
    known from the product itself."""

    change_id: int
    product_id: int
    outcome: Outcome
    before: Mapping[str, Value]


def effects_of(cursor: Cursor, upload_id: str, rows: Sequence[int]) -> dict[int, Effect]:
    """What the records of these rows wrote, by row number."""
    cursor.execute(
        """
        SELECT row_number, change_id, product_id, outcome, changes FROM record_changes
        WHERE upload_id = %(upload_id)s AND row_number = ANY(%(rows)s::int[]) AND is_written
        UNION ALL
        SELECT row_number, 0, product_id, %(created)s, '{}' FROM products
        WHERE upload_id = %(upload_id)s AND row_number = ANY(%(rows)s::int[])
        UNION ALL
        SELECT row_number, 0, product_id, %(created)s, '{}' FROM removed_products
        WHERE upload_id = %(upload_id)s AND row_number = ANY(%(rows)s::int[])
        """,
        {"upload_id": upload_id, "rows": as_array(rows), "created": Outcome.CREATED},
    )
    return {
        row.row_number: Effect(row.change_id, row.product_id, Outcome(row.outcome), _before(row.changes))
        for row in cursor
    }


def _before(changes: Mapping[str, Mapping[str, str | None]]) -> dict[str, Value]:
    return {column: stored_value(column, change["before"]) for column, change in changes.items()}


def later_changes(cursor: Cursor, effects: Collection[Effect]) -> dict[int, list[LaterChange]]:
    """What has changed each product since, in order, by product id."""
    # One product after the other, by the index: the planner does not know how few changes each has. The changes of one
    # product are numbered in the order of their commits, because each locks the vendor.
    cursor.execute(
        """
        SELECT product_id, upload_id, undo_of, columns
        FROM unnest(%s::bigint[], %s::bigint[]) AS effect (product_id, change_id)
        CROSS JOIN LATERAL (
            SELECT change_id AS id, upload_id, ARRAY(SELECT jsonb_object_keys(changes)) AS columns
            FROM record_changes c
            WHERE c.product_id = effect.product_id AND c.change_id > effect.change_id AND is_written OFFSET 0
        ) AS later
        JOIN upload_history USING (upload_id) ORDER BY later.id
        """,
        (as_array([each.product_id for each in effects]), as_array([each.change_id for each in effects])),
    )
    later: dict[int, list[LaterChange]] = defaultdict(list)
    for row in cursor:
        later[row.product_id].append(LaterChange(row.upload_id, row.undo_of, row.columns))
    return later


def find_removed(cursor: Cursor, upload_id: str, product_ids: Sequence[int]) -> dict[int, StoredProduct]:
    """The products that the upload removed, as they were, by product id."""
    cursor.execute(
        """
        SELECT product FROM removed_products WHERE removed_by = %s AND product_id = ANY(%s::bigint[])
        """,
        (upload_id, as_array(product_ids)),
    )
    removed = (row.product for row in cursor)
    return {product["product_id"]: _as_stored(product) for product in removed}


def _as_stored(product: Mapping[str, object]) -> StoredProduct:
    texts = {column: product["status" if column == "listing_status" else column] for column in VALUE_COLUMNS}
    return StoredProduct(
        product_id=int(str(product["product_id"])),
        vendor_id=str(product["vendor_id"]),
        vendor_product_id=str(product["vendor_product_id"]),
        sku=str(product["sku"]),
        upload_id=None,
        row_number=None,
        values={c: stored_value(c, None if text is None else str(text)) for c, text in texts.items()},
        set_by=[None] * len(VALUE_COLUMNS),
    )


def create_again(cursor: Cursor, products: Sequence[StoredProduct]) -> set[int]:
    """Puts removed products back, as they were, if their keys are free; returns the ids of those."""
    if not products:
        return set()
    # In order of SKU, as products are inserted, so that concurrent batches do not deadlock.
    cursor.execute(
        """
        WITH created AS (
            INSERT INTO products
            SELECT p.* FROM removed_products r
            CROSS JOIN LATERAL jsonb_populate_record(
                NULL::products, product || jsonb_build_object('updated_at', now())) AS p
            WHERE r.product_id = ANY(%s::bigint[]) ORDER BY p.sku
            ON CONFLICT DO NOTHING RETURNING product_id
        )
        DELETE FROM removed_products USING created WHERE removed_products.product_id = created.product_id
        RETURNING created.product_id
        """,
        (as_array([product.product_id for product in products]),),
    )
    return {row.product_id for row in cursor}


def remove_products(cursor: Cursor, upload: SurveyedUpload, changes: Sequence[PlacedChange]) -> None:
    """Removes products from the catalogue, and keeps them as they were."""
    if changes:
        cursor.execute(
            """
            WITH removed AS (
                DELETE FROM products p USING unnest(%s::bigint[], %s::int[]) AS undone (product_id, removed_row)
                WHERE p.product_id = undone.product_id
                RETURNING p.product_id, p.vendor_id, p.upload_id, p.row_number, removed_row, to_jsonb(p) AS product
            )
            INSERT INTO removed_products (product_id, vendor_id, upload_id, row_number, removed_row, product,
                                          removed_by)
            SELECT *, %s FROM removed
            """,
            (
                as_array([change.product.product_id for _, change in changes]),
                as_array([place.row_number for place, _ in changes]),
                upload.upload_id,
            ),
        )


def insert_undone(cursor: Cursor, upload: SurveyedUpload, changes: Sequence[PlacedChange]) -> None:
    """Notes what became of the records of an undo, also of those that found nothing to take back."""
    if not changes:
        return
    rows = [
        (
            *place,
            *(change.product.product_id, change.product.sku, change.product.vendor_product_id, change.outcome),
            change.outcome != Outcome.UNCHANGED and not upload.dry_run,
            json.dumps(change.changes),
            json.dumps(change.kept),
        )
        for place, change in changes
    ]
    cursor.execute(
        """
        INSERT INTO record_changes (upload_id, vendor_id, row_number, line, sheet_row, product_id, sku,
                                    vendor_product_id, outcome, is_written, changes, kept)
        SELECT %s, %s, * FROM unnest(%s::int[], %s::int[], %s::int[], %s::bigint[], %s::text[], %s::text[], %s::text[],
                                     %s::bool[], %s::jsonb[], %s::jsonb[])
        """,
        (upload.upload_id, upload.vendor_id, *map(as_array, zip(*rows, strict=True))),
    )
