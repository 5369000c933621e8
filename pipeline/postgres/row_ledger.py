"""The row ledger: the state of every row of an upload, from PostgreSQL alone.

A row is `error` if it has errors, `validated` if it is a product (in a dry run: if it was decided and has no
errors), else `pending`: not decided yet, or, once the upload has ended, never. Rows are found by number, so a page deep
inside 2,000,000 rows costs as much as the first one.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.domain.uploads import RowStatus
from pipeline.postgres.database import Cursor
from pipeline.postgres.order import Order, Place

BY_ROW = Order({"row_number": int})


@dataclass(frozen=True, slots=True)
class RowFilter:
    """Which rows of an upload to list; no status means any."""

    status: Collection[RowStatus] = ()
    row_number: int | None = None
    sku: str | None = None


@dataclass(frozen=True, slots=True)
class LedgerRow:
    row_number: int
    line: int | None
    status: RowStatus
    sku: str | None
    product_id: int | None
    errors: Sequence[dict[str, Any]]


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
    values |= {status.name.lower(): status for status in RowStatus}
    numbers = " UNION ".join(f"({source})" for source in sources)
    cursor.execute(_LEDGER.format(numbers=numbers), values)
    return [LedgerRow(*row._replace(status=RowStatus(row.status))) for row in cursor]


def _sources(filters: RowFilter, dry_run: bool) -> list[str]:
    """A query for row numbers per status."""
    # Pending rows have no SKU yet, nor have the valid rows of a dry run: only products and errors store one.
    if filters.sku is None:
        if not filters.status or set(filters.status) == set(RowStatus):
            return [_ALL]
        by_status = {
            RowStatus.PENDING: _PENDING,
            RowStatus.VALIDATED: _VALIDATED_DRY if dry_run else _VALIDATED,
            RowStatus.ERROR: _ERROR,
        }
        return [by_status[status] for status in sorted(set(filters.status))]
    of_sku = {RowStatus.ERROR: _ERROR_SKU}
    if not dry_run:
        of_sku[RowStatus.VALIDATED] = _VALIDATED_SKU
    return [source for status, source in of_sku.items() if not filters.status or status in filters.status]


_LEDGER = """
    WITH upload AS MATERIALIZED (SELECT decided FROM upload_history WHERE upload_id = %(upload_id)s),
    numbers AS (SELECT n FROM ({numbers}) AS matching ORDER BY n LIMIT %(limit)s)
    SELECT n AS row_number, coalesce(rejected.line, products.line) AS line,
           CASE WHEN rejected.errors IS NOT NULL THEN %(error)s
                WHEN product_id IS NOT NULL THEN %(validated)s
                WHEN (SELECT decided @> n FROM upload) THEN %(validated)s ELSE %(pending)s END AS status,
           coalesce(rejected.sku, products.sku) AS sku, product_id, coalesce(rejected.errors, '[]') AS errors
    FROM numbers
    LEFT JOIN products ON products.upload_id = %(upload_id)s AND products.row_number = n
    LEFT JOIN LATERAL (
        SELECT min(line) AS line, min(sku) AS sku,
               jsonb_agg(jsonb_build_object('error_type', error_type, 'error_field', error_field,
                                            'error_message', error_message, 'value', value, 'suggestion', suggestion)
                         ORDER BY report_order) AS errors
        FROM validation_errors AS e WHERE e.upload_id = %(upload_id)s AND e.row_number = n
    ) AS rejected ON true
    ORDER BY n
    """

_ALL = "SELECT n FROM generate_series(%(first)s, least(%(last)s, %(first)s + %(limit)s - 1)) AS n"

_VALIDATED = """
    SELECT row_number AS n FROM products
    WHERE upload_id = %(upload_id)s AND row_number BETWEEN %(first)s AND %(last)s ORDER BY 1 LIMIT %(limit)s
    """
_VALIDATED_SKU = """
    SELECT row_number AS n FROM products
    WHERE sku = %(sku)s AND upload_id = %(upload_id)s AND row_number BETWEEN %(first)s AND %(last)s
    """
_ERROR = """
    SELECT DISTINCT row_number AS n FROM validation_errors
    WHERE upload_id = %(upload_id)s AND row_number BETWEEN %(first)s AND %(last)s ORDER BY 1 LIMIT %(limit)s
    """
_ERROR_SKU = """
    SELECT DISTINCT row_number AS n FROM validation_errors
    WHERE sku = %(sku)s AND upload_id = %(upload_id)s AND row_number BETWEEN %(first)s AND %(last)s
    ORDER BY 1 LIMIT %(limit)s
    """

# Sets of row numbers are stored as ranges, of which a page needs at most as many as it has rows.
_FIRST_OF = """
    SELECT n FROM (
        SELECT lower(r) AS f, upper(r) - 1 AS l FROM unnest({ranges}) AS r ORDER BY 1 LIMIT %(limit)s
    ) AS ranges
    CROSS JOIN LATERAL generate_series(f, least(l, f + %(limit)s - 1)) AS n ORDER BY n LIMIT %(limit)s
    """
_PENDING = _FIRST_OF.format(
    ranges="(SELECT int4multirange(int4range(%(first)s, %(last)s + 1)) - decided FROM upload_history"
    " WHERE upload_id = %(upload_id)s)"
)
_VALIDATED_DRY = _FIRST_OF.format(
    ranges="""(
        SELECT decided * int4multirange(int4range(%(first)s, %(last)s + 1)) - coalesce((
            SELECT range_agg(int4range(row_number, row_number + 1)) FROM validation_errors
            WHERE upload_id = %(upload_id)s AND row_number BETWEEN %(first)s AND %(last)s), '{}')
        FROM upload_history WHERE upload_id = %(upload_id)s)"""
)
