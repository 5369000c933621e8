"""The ledger of changes: what became of records that name a product of the catalogue.

A creation is not in it, but for those of dry runs: it is known from the product itself.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from pipeline.checking.changes import Change, Order
from pipeline.checking.changes import Place as UploadPlace
from pipeline.domain.columns import FIELD_BITS
from pipeline.domain.identifiers import IDENTIFIERS
from pipeline.domain.records import Place, Record
from pipeline.domain.stored_products import StoredProduct, UploadNumber
from pipeline.domain.uploads import Outcome
from pipeline.postgres.database import Cursor, as_array
from pipeline.postgres.verdicts import SurveyedUpload

_BLOCK_BITS = 12
CONFIRMED_ROWS = 1_000
"""How far apart the rows of a confirmation are at most, so that a row's is found by its number. Before migration 0015
they could be further apart."""


class PlacedChange(NamedTuple):
    place: Place
    change: Change


def insert_changes(cursor: Cursor, upload: SurveyedUpload, changes: Sequence[PlacedChange]) -> None:
    """Notes the records that changed a product, and those that lost every change to a later upload."""
    rows = [
        (
            *place,
            change.product.product_id,
            change.outcome,
            change.outcome == Outcome.UPDATED and not upload.dry_run,
            json.dumps(change.changes),
            change.superseded_by,
            json.dumps(change.superseded_fields),
        )
        for place, change in changes
        if change.outcome != Outcome.UNCHANGED
    ]
    if rows:
        cursor.execute(
            """
            INSERT INTO record_changes (upload_id, vendor_id, row_number, line, sheet_row, product_id, outcome,
                                        is_written, changes, superseded_by, superseded_fields)
            SELECT %s, %s, row_number, line, sheet_row, product_id, outcome, is_written, changes, later.upload_id,
                   fields
            FROM unnest(%s::int[], %s::int[], %s::int[], %s::bigint[], %s::text[], %s::bool[], %s::jsonb[],
                        %s::bigint[], %s::jsonb[])
                 AS changed(row_number, line, sheet_row, product_id, outcome, is_written, changes, later_number, fields)
            LEFT JOIN upload_history later ON later.upload_number = changed.later_number
            """,
            (upload.upload_id, upload.vendor_id, *map(as_array, zip(*rows, strict=True))),
        )


def insert_planned_creations(cursor: Cursor, upload: SurveyedUpload, records: Sequence[Record]) -> None:
    """Notes the records of a dry run that would create a product, which is not there to tell of it."""
    if records:
        cursor.execute(
            """
            INSERT INTO record_changes (upload_id, vendor_id, outcome, is_written, changes, row_number, line, sheet_row,
                                        sku, vendor_product_id)
            SELECT %s, %s, %s, false, '{}', * FROM unnest(%s::int[], %s::int[], %s::int[], %s::text[], %s::text[])
            """,
            (
                *(upload.upload_id, upload.vendor_id, Outcome.CREATED),
                *(as_array(values) for values in zip(*(record.row.place for record in records), strict=True)),
                *(as_array([record[column] for record in records]) for column in IDENTIFIERS),
            ),
        )


def insert_confirmations(cursor: Cursor, upload: SurveyedUpload, changes: Sequence[PlacedChange]) -> None:
    """Notes the records that wrote nothing, so that uploads that stand earlier do not overwrite what they gave."""
    rows = [
        (change.product.product_id, change.given_fields, *place)
        for place, change in changes
        if change.outcome != Outcome.UPDATED
    ]
    if rows:
        cursor.execute(
            f"""
            INSERT INTO confirmations (upload_id, vendor_id, upload_number, is_dry_run, block, given_fields, first_row,
                                       last_row, product_ids, row_numbers, lines, sheet_rows)
            SELECT %s, %s, %s, %s, product_id >> {_BLOCK_BITS}, given_fields, min(row_number), max(row_number),
                   array_agg(product_id), array_agg(row_number), array_agg(line), array_agg(sheet_row)
            FROM unnest(%s::bigint[], %s::int[], %s::int[], %s::int[], %s::int[])
                 AS confirmed(product_id, given_fields, row_number, line, sheet_row)
            GROUP BY product_id >> {_BLOCK_BITS}, given_fields, row_number / {CONFIRMED_ROWS}
            """,
            (
                *(upload.upload_id, upload.vendor_id, upload.number, upload.dry_run),
                *map(as_array, zip(*rows, strict=True)),
            ),
        )


def with_confirmations(
    cursor: Cursor, upload: SurveyedUpload, products: Sequence[StoredProduct]
) -> tuple[list[StoredProduct], Order]:
    """The products with the later uploads that gave their values again, and the order of the upload among all these."""
    # A product may have been confirmed every night for months, but few uploads stand later than one that is processed.
    cursor.execute(
        """
        WITH later AS MATERIALIZED (
            SELECT upload_id FROM upload_history
            WHERE vendor_id = %(vendor_id)s AND (effective_at, effective_path) > (%(moment)s, %(path)s::bigint[])
        )
        SELECT confirmed.product_id, given_fields, upload_number
        FROM later JOIN confirmations c USING (upload_id)
        CROSS JOIN LATERAL unnest(product_ids) AS confirmed (product_id)
        WHERE c.vendor_id = %(vendor_id)s AND block = ANY(%(blocks)s::bigint[]) AND NOT is_dry_run
          AND confirmed.product_id = ANY(%(product_ids)s::bigint[])
        """,
        {
            "vendor_id": upload.vendor_id,
            "moment": upload.place[0],
            "path": upload.place[1],
            "blocks": as_array(sorted({product.product_id >> _BLOCK_BITS for product in products})),
            "product_ids": as_array([product.product_id for product in products]),
        },
    )
    confirmed: dict[int, list[tuple[int, UploadNumber]]] = defaultdict(list)
    for row in cursor:
        confirmed[row.product_id].append((row.given_fields, row.upload_number))
    numbers = {number for product in products for number in product.set_by if number is not None}
    numbers.update(number for each in confirmed.values() for _, number in each)
    order = Order(upload.number, _later_places(cursor, upload, numbers))
    return [_confirmed(product, confirmed[product.product_id], order) for product in products], order


def _later_places(
    cursor: Cursor, upload: SurveyedUpload, numbers: set[UploadNumber]
) -> dict[UploadNumber, UploadPlace]:
    cursor.execute(
        """
        SELECT upload_number, effective_at, effective_path FROM upload_history
        WHERE upload_number = ANY(%s::bigint[]) AND (effective_at, effective_path) > (%s, %s::bigint[])
        """,
        (as_array(sorted(numbers)), *upload.place),
    )
    return {row.upload_number: (row.effective_at, row.effective_path) for row in cursor}


def _confirmed(
    product: StoredProduct, confirmations: Sequence[tuple[int, UploadNumber]], order: Order
) -> StoredProduct:
    """The product with the latest upload that gave each field a value. Earlier ones than this upload do not matter."""
    later = [(fields, number) for fields, number in confirmations if number in order.later]
    if not later:
        return product
    set_by = [
        order.latest([setter, *(number for fields, number in later if fields & bit)]) or setter
        for setter, bit in zip(product.set_by, FIELD_BITS.values(), strict=True)
    ]
    return product._replace(set_by=set_by)
