"""The row ledger: what became of every row of an upload, from PostgreSQL alone.

A row has errors, or is a product that the upload created, or is in the ledger of changes, or is confirmed there as
unchanged; otherwise it is not decided yet, or, once the upload has ended, never. Rows are found by number, so a page
deep inside 2,000,000 rows costs as much as the first one.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.domain.uploads import Outcome, RowStatus
from pipeline.postgres.database import Cursor
from pipeline.postgres.order import Order, Place
from pipeline.postgres.row_sources import CONFIRMATION_OF_ROW, numbers_by_outcome, numbers_by_sku

BY_ROW = Order({"row_number": int})

_OUTCOMES = {
    RowStatus.PENDING: {Outcome.PENDING},
    RowStatus.ERROR: {Outcome.ERROR},
    RowStatus.VALIDATED: {Outcome.CREATED, Outcome.UPDATED, Outcome.UNCHANGED, Outcome.SUPERSEDED, Outcome.REMOVED},
}


@dataclass(frozen=True, slots=True)
class RowFilter:
    """Which rows of an upload to list; no status and no outcome means any."""

    status: Collection[RowStatus] = ()
    outcome: Collection[Outcome] = ()
    row_number: int | None = None
    sku: str | None = None

    @property
    def outcomes(self) -> set[Outcome]:
        by_status = set[Outcome]().union(*(_OUTCOMES[status] for status in self.status or RowStatus))
        return by_status.intersection(self.outcome) if self.outcome else by_status


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """`product_id` is that of a product which the row has written, `changes` what it has changed in it, or in a dry run
    would change, and `left_out` are the cells that it was accepted without, by column. `kept` are the fields that an
    undo has not restored, and the uploads that changed them since."""

    row_number: int
    line: int | None
    sheet_row: int | None
    outcome: Outcome
    sku: str | None
    vendor_product_id: str | None
    product_id: int | None
    changes: dict[str, Any]
    superseded_by: str | None
    superseded_fields: Sequence[str]
    kept: dict[str, str]
    left_out: dict[str, str]
    errors: Sequence[dict[str, Any]]

    @property
    def status(self) -> RowStatus:
        return next(status for status, outcomes in _OUTCOMES.items() if self.outcome in outcomes)


def find_rows(
    cursor: Cursor, upload_id: str, filters: RowFilter, *, dry_run: bool, total: int, after: Place | None, limit: int
) -> list[LedgerRow]:
    """Rows in order of row number, from the one after `after` on. The caller has checked the scope."""
    first, last = (after[0] if after else 0) + 1, total
    if filters.row_number is not None:
        first, last = max(first, filters.row_number), min(last, filters.row_number)
    sources = _sources(filters, dry_run)
    if first > last or not sources:
        return []
    values = {"upload_id": upload_id, "first": first, "last": last, "limit": limit, "sku": filters.sku}
    values |= {outcome.name.lower(): outcome for outcome in Outcome}
    numbers = " UNION ".join(f"({source})" for source in sources)
    cursor.execute(_LEDGER.format(numbers=numbers), values)
    return [LedgerRow(*row._replace(outcome=Outcome(row.outcome))) for row in cursor]


def _sources(filters: RowFilter, dry_run: bool) -> list[str]:
    """A query for row numbers per outcome."""
    if filters.sku is None and filters.outcomes >= set(Outcome):
        return [_ALL]
    by_outcome = numbers_by_sku(dry_run) if filters.sku else numbers_by_outcome(dry_run)
    return [by_outcome[outcome] for outcome in Outcome if outcome in filters.outcomes and outcome in by_outcome]


_ALL = "SELECT n FROM generate_series(%(first)s, least(%(last)s, %(first)s + %(limit)s - 1)) AS n"

_LEDGER = f"""
    WITH upload AS MATERIALIZED (SELECT decided FROM upload_history WHERE upload_id = %(upload_id)s),
    numbers AS MATERIALIZED (SELECT n FROM ({{numbers}}) AS matching ORDER BY n LIMIT %(limit)s)
    SELECT n AS row_number, coalesce(rejected.line, created.line, changed.line, confirmed.line) AS line,
           coalesce(rejected.sheet_row, created.sheet_row, changed.sheet_row, confirmed.sheet_row) AS sheet_row,
           CASE WHEN rejected.errors IS NOT NULL THEN %(error)s
                WHEN changed.outcome IS NOT NULL THEN changed.outcome
                WHEN confirmed.product_id IS NOT NULL THEN %(unchanged)s
                WHEN (SELECT decided @> n FROM upload) THEN %(created)s ELSE %(pending)s END AS outcome,
           coalesce(rejected.sku, created.sku, changed.sku, named.sku) AS sku,
           coalesce(rejected.vendor_product_id, created.vendor_product_id, changed.vendor_product_id,
                    named.vendor_product_id) AS vendor_product_id,
           coalesce(created.product_id, CASE WHEN changed.is_written THEN changed.product_id END) AS product_id,
           CASE WHEN changed.outcome <> %(created)s THEN changed.changes ELSE '{{{{}}}}' END AS changes,
           changed.superseded_by,
           coalesce(changed.superseded_fields, '[]') AS superseded_fields, coalesce(changed.kept, '{{{{}}}}') AS kept,
           coalesce(left_out.cells, '{{{{}}}}') AS left_out, coalesce(rejected.errors, '[]') AS errors
    FROM numbers
    LEFT JOIN left_out_values left_out ON left_out.upload_id = %(upload_id)s AND left_out.row_number = n
    LEFT JOIN LATERAL (
        SELECT min(line) AS line, min(sheet_row) AS sheet_row, min(sku) AS sku,
               min(vendor_product_id) AS vendor_product_id,
               jsonb_agg(jsonb_build_object('error_type', error_type, 'error_field', error_field,
                                            'error_message', error_message, 'value', value, 'suggestion', suggestion)
                         ORDER BY report_order) AS errors
        FROM validation_errors AS e WHERE e.upload_id = %(upload_id)s AND e.row_number = n
    ) AS rejected ON true
    LEFT JOIN LATERAL (
        SELECT product_id, sku, vendor_product_id, line, sheet_row FROM products
        WHERE upload_id = %(upload_id)s AND row_number = n
        UNION ALL
        SELECT product_id, product ->> 'sku', product ->> 'vendor_product_id', (product -> 'line')::int,
               (product -> 'sheet_row')::int
        FROM removed_products WHERE upload_id = %(upload_id)s AND row_number = n
    ) AS created ON true
    LEFT JOIN record_changes changed ON changed.upload_id = %(upload_id)s AND changed.row_number = n
    LEFT JOIN LATERAL (
        SELECT * FROM ({CONFIRMATION_OF_ROW}) AS confirmation
        WHERE rejected.errors IS NULL AND created.product_id IS NULL AND changed.outcome IS NULL
    ) AS confirmed ON true
    LEFT JOIN LATERAL (
        SELECT sku, vendor_product_id FROM products
        WHERE product_id = coalesce(changed.product_id, confirmed.product_id)
        UNION ALL
        SELECT product ->> 'sku', product ->> 'vendor_product_id' FROM removed_products
        WHERE product_id = coalesce(changed.product_id, confirmed.product_id) OFFSET 0  -- one by one, by the index
    ) AS named ON true
    ORDER BY n
    """
