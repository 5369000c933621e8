"""The row ledger: what became of every row of an upload, from PostgreSQL alone.

A row has errors, or is a product that the upload created, or is in the ledger of changes, or among the upload's
unchanged rows; otherwise it is not decided yet, or, once the upload has ended, never. Rows are found by number, so a
page deep inside 2,000,000 rows costs as much as the first one.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.domain.uploads import Outcome, RowStatus
from pipeline.postgres.database import Cursor
from pipeline.postgres.order import Order, Place

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
    would change, and `left_out` are the cells that it was accepted without, by column."""

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
    if filters.sku is None:
        if filters.outcomes >= set(Outcome):
            return [_ALL]
        by_outcome = _SOURCES | ({Outcome.CREATED: _CREATED_DRY} if dry_run else {})
    else:
        by_outcome = _SOURCES_OF_SKU | ({Outcome.CREATED: _CREATED_DRY_SKU} if dry_run else {})
    return [by_outcome[outcome] for outcome in Outcome if outcome in filters.outcomes and outcome in by_outcome]


_LEDGER = """
    WITH upload AS MATERIALIZED (
        SELECT decided, unchanged_rows FROM upload_history WHERE upload_id = %(upload_id)s
    ), numbers AS MATERIALIZED (SELECT n FROM ({numbers}) AS matching ORDER BY n LIMIT %(limit)s),
    confirmed AS (
        SELECT confirmed.* FROM confirmations c
        CROSS JOIN LATERAL unnest(product_ids, row_numbers, lines, sheet_rows)
                   AS confirmed(product_id, n, line, sheet_row)
        WHERE c.upload_id = %(upload_id)s AND c.last_row >= (SELECT min(n) FROM numbers)
          AND c.first_row <= (SELECT max(n) FROM numbers)
    )
    SELECT n AS row_number, coalesce(rejected.line, created.line, changed.line, confirmed.line) AS line,
           coalesce(rejected.sheet_row, created.sheet_row, changed.sheet_row, confirmed.sheet_row) AS sheet_row,
           CASE WHEN rejected.errors IS NOT NULL THEN %(error)s
                WHEN changed.outcome IS NOT NULL THEN changed.outcome
                WHEN (SELECT unchanged_rows @> n FROM upload) THEN %(unchanged)s
                WHEN (SELECT decided @> n FROM upload) THEN %(created)s ELSE %(pending)s END AS outcome,
           coalesce(rejected.sku, created.sku, changed.sku, named.sku) AS sku,
           coalesce(rejected.vendor_product_id, created.vendor_product_id, changed.vendor_product_id,
                    named.vendor_product_id) AS vendor_product_id,
           coalesce(created.product_id, CASE WHEN changed.is_written THEN changed.product_id END) AS product_id,
           coalesce(changed.changes, '{{}}') AS changes, changed.superseded_by,
           coalesce(changed.superseded_fields, '[]') AS superseded_fields,
           coalesce(left_out.cells, '{{}}') AS left_out, coalesce(rejected.errors, '[]') AS errors
    FROM numbers
    LEFT JOIN products created ON created.upload_id = %(upload_id)s AND created.row_number = n
    LEFT JOIN record_changes changed ON changed.upload_id = %(upload_id)s AND changed.row_number = n
    LEFT JOIN confirmed USING (n)
    LEFT JOIN left_out_values left_out ON left_out.upload_id = %(upload_id)s AND left_out.row_number = n
    LEFT JOIN LATERAL (
        SELECT sku, vendor_product_id FROM products
        WHERE product_id = coalesce(changed.product_id, confirmed.product_id) OFFSET 0  -- one by one, by the index
    ) AS named ON true
    LEFT JOIN LATERAL (
        SELECT min(line) AS line, min(sheet_row) AS sheet_row, min(sku) AS sku,
               min(vendor_product_id) AS vendor_product_id,
               jsonb_agg(jsonb_build_object('error_type', error_type, 'error_field', error_field,
                                            'error_message', error_message, 'value', value, 'suggestion', suggestion)
                         ORDER BY report_order) AS errors
        FROM validation_errors AS e WHERE e.upload_id = %(upload_id)s AND e.row_number = n
    ) AS rejected ON true
    ORDER BY n
    """

_ALL = "SELECT n FROM generate_series(%(first)s, least(%(last)s, %(first)s + %(limit)s - 1)) AS n"

_IN_RANGE = "upload_id = %(upload_id)s AND row_number BETWEEN %(first)s AND %(last)s"
_CREATED = f"SELECT row_number AS n FROM products WHERE {_IN_RANGE} ORDER BY 1 LIMIT %(limit)s"
_CREATED_SKU = f"SELECT row_number AS n FROM products WHERE sku = %(sku)s AND {_IN_RANGE}"
_CREATED_DRY_SKU = f"SELECT row_number AS n FROM record_changes WHERE sku = %(sku)s AND {_IN_RANGE}"
_ERROR = f"SELECT DISTINCT row_number AS n FROM validation_errors WHERE {_IN_RANGE} ORDER BY 1 LIMIT %(limit)s"
_ERROR_SKU = f"""
    SELECT DISTINCT row_number AS n FROM validation_errors WHERE sku = %(sku)s AND {_IN_RANGE}
    ORDER BY 1 LIMIT %(limit)s
    """


def _changed(outcome: Outcome) -> str:
    return f"""
        SELECT row_number AS n FROM record_changes WHERE {_IN_RANGE} AND outcome = %({outcome.name.lower()})s
        ORDER BY 1 LIMIT %(limit)s
        """


def _changed_sku(outcome: Outcome) -> str:
    return f"""
        SELECT row_number AS n FROM record_changes
        WHERE {_IN_RANGE} AND outcome = %({outcome.name.lower()})s
          AND product_id = (SELECT product_id FROM products WHERE sku = %(sku)s)
        """


_UNCHANGED_SKU = """
    SELECT named.n FROM products p
    JOIN confirmations c ON c.vendor_id = p.vendor_id AND c.block = p.product_id >> 12 AND c.upload_id = %(upload_id)s
    CROSS JOIN LATERAL unnest(c.product_ids, c.row_numbers) AS named(product_id, n)
    JOIN upload_history u ON u.upload_id = c.upload_id AND u.unchanged_rows @> named.n
    WHERE p.sku = %(sku)s AND named.product_id = p.product_id AND named.n BETWEEN %(first)s AND %(last)s
    """

# Sets of row numbers are stored as ranges, of which a page needs at most as many as it has rows.
_FIRST_OF = """
    SELECT n FROM (
        SELECT lower(r) AS f, upper(r) - 1 AS l FROM unnest({ranges}) AS r ORDER BY 1 LIMIT %(limit)s
    ) AS ranges
    CROSS JOIN LATERAL generate_series(f, least(l, f + %(limit)s - 1)) AS n ORDER BY n LIMIT %(limit)s
    """
_WINDOW = "int4multirange(int4range(%(first)s, %(last)s + 1))"
_PENDING = _FIRST_OF.format(ranges=f"(SELECT {_WINDOW} - decided FROM upload_history WHERE upload_id = %(upload_id)s)")
_UNCHANGED = _FIRST_OF.format(
    ranges=f"(SELECT unchanged_rows * {_WINDOW} FROM upload_history WHERE upload_id = %(upload_id)s)"
)
_CREATED_DRY = _FIRST_OF.format(
    ranges=f"""(
        SELECT decided * {_WINDOW} - unchanged_rows - coalesce((
            SELECT range_agg(int4range(row_number, row_number + 1)) FROM (
                SELECT row_number FROM validation_errors WHERE {_IN_RANGE}
                UNION ALL SELECT row_number FROM record_changes WHERE {_IN_RANGE} AND outcome <> %(created)s
            ) AS others), '{{}}')
        FROM upload_history WHERE upload_id = %(upload_id)s)"""
)

_SOURCES = {
    Outcome.CREATED: _CREATED,
    Outcome.UPDATED: _changed(Outcome.UPDATED),
    Outcome.SUPERSEDED: _changed(Outcome.SUPERSEDED),
    Outcome.REMOVED: _changed(Outcome.REMOVED),
    Outcome.UNCHANGED: _UNCHANGED,
    Outcome.ERROR: _ERROR,
    Outcome.PENDING: _PENDING,
}
_SOURCES_OF_SKU = {
    Outcome.CREATED: _CREATED_SKU,
    Outcome.UPDATED: _changed_sku(Outcome.UPDATED),
    Outcome.SUPERSEDED: _changed_sku(Outcome.SUPERSEDED),
    Outcome.REMOVED: _changed_sku(Outcome.REMOVED),
    Outcome.UNCHANGED: _UNCHANGED_SKU,
    Outcome.ERROR: _ERROR_SKU,
}
