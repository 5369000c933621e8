"""Where the row ledger finds the numbers of rows with one outcome: a query for each, in order, for one page.

Each reads about as many rows as the page has, whatever the upload's other rows became.
"""

from pipeline.domain.uploads import Outcome
from pipeline.postgres.change_ledger import CONFIRMED_ROWS


def numbers_by_outcome(dry_run: bool) -> dict[Outcome, str]:
    return {
        Outcome.CREATED: f"({_changed(Outcome.CREATED)}) UNION ({_CREATED_BEFORE_LEDGER})" if dry_run else _CREATED,
        Outcome.UPDATED: _changed(Outcome.UPDATED, is_written=not dry_run),
        Outcome.SUPERSEDED: _changed(Outcome.SUPERSEDED),
        Outcome.REMOVED: _changed(Outcome.REMOVED, is_written=not dry_run),
        Outcome.UNCHANGED: f"({_UNCHANGED}) UNION ({_changed(Outcome.UNCHANGED)})",
        Outcome.ERROR: _ERROR,
        Outcome.PENDING: _PENDING,
    }


def numbers_by_sku(dry_run: bool) -> dict[Outcome, str]:
    """The same for one SKU, which no pending row is known by."""
    return {
        Outcome.CREATED: _CREATED_DRY_SKU if dry_run else _CREATED_SKU,
        Outcome.UPDATED: _changed_sku(Outcome.UPDATED),
        Outcome.SUPERSEDED: _changed_sku(Outcome.SUPERSEDED),
        Outcome.REMOVED: _changed_sku(Outcome.REMOVED),
        Outcome.UNCHANGED: f"({_UNCHANGED_SKU}) UNION ({_changed_sku(Outcome.UNCHANGED)})",
        Outcome.ERROR: _ERROR_SKU,
    }


_OF_SKU = """(
    SELECT product_id, vendor_id FROM products WHERE sku = %(sku)s
    UNION ALL SELECT product_id, vendor_id FROM removed_products WHERE product ->> 'sku' = %(sku)s)"""
"""The products that have the SKU, or had it when they were removed."""

_IN_RANGE = "upload_id = %(upload_id)s AND row_number BETWEEN %(first)s AND %(last)s"
# A created product may have been removed since, and created again by the undo of an undo.
_CREATED = f"""
    (SELECT row_number AS n FROM products WHERE {_IN_RANGE} ORDER BY 1 LIMIT %(limit)s)
    UNION (SELECT row_number FROM removed_products WHERE {_IN_RANGE} ORDER BY 1 LIMIT %(limit)s)
    UNION (SELECT row_number FROM record_changes
           WHERE {_IN_RANGE} AND outcome = %(created)s AND is_written ORDER BY 1 LIMIT %(limit)s)
    """
_CREATED_SKU = f"""
    SELECT row_number AS n FROM products WHERE sku = %(sku)s AND {_IN_RANGE}
    UNION SELECT row_number FROM removed_products WHERE product ->> 'sku' = %(sku)s AND {_IN_RANGE}
    UNION SELECT row_number FROM record_changes
    WHERE sku = %(sku)s AND {_IN_RANGE} AND outcome = %(created)s AND is_written
    """
_CREATED_DRY_SKU = f"""
    SELECT row_number AS n FROM record_changes WHERE sku = %(sku)s AND {_IN_RANGE} AND outcome = %(created)s
    """
_ERROR = f"SELECT DISTINCT row_number AS n FROM validation_errors WHERE {_IN_RANGE} ORDER BY 1 LIMIT %(limit)s"
_ERROR_SKU = f"""
    SELECT DISTINCT row_number AS n FROM validation_errors WHERE sku = %(sku)s AND {_IN_RANGE}
    ORDER BY 1 LIMIT %(limit)s
    """


def _changed(outcome: Outcome, *, is_written: bool = False) -> str:
    written = "is_written" if is_written else "NOT is_written"
    return f"""
        SELECT row_number AS n FROM record_changes
        WHERE {_IN_RANGE} AND outcome = %({outcome.name.lower()})s AND {written} ORDER BY 1 LIMIT %(limit)s
        """


def _changed_sku(outcome: Outcome) -> str:
    return f"""
        SELECT row_number AS n FROM record_changes
        WHERE {_IN_RANGE} AND outcome = %({outcome.name.lower()})s
          AND product_id = ANY(ARRAY(SELECT product_id FROM {_OF_SKU} AS of_sku))
        """


# A superseded record is confirmed, too.
_IS_UNCHANGED = """
    NOT EXISTS (SELECT FROM record_changes WHERE upload_id = %(upload_id)s AND row_number = n OFFSET 0)
    """
_NEAR, _WIDE = f"last_row < {{n}} + {CONFIRMED_ROWS}", f"last_row - first_row >= {CONFIRMED_ROWS}"
CONFIRMATION_OF_ROW = " UNION ALL ".join(
    f"""
    SELECT product_ids[i] AS product_id, lines[i] AS line, sheet_rows[i] AS sheet_row
    FROM confirmations CROSS JOIN LATERAL array_position(row_numbers, n) AS i
    WHERE upload_id = %(upload_id)s AND first_row <= n AND last_row >= n AND {condition} AND i IS NOT NULL
    """
    for condition in (_NEAR.format(n="n"), f"{_WIDE} AND NOT {_NEAR.format(n='n')}")
)
"""The confirmation of row `n`."""

_CONFIRMED = f"""
    FROM confirmations CROSS JOIN LATERAL unnest(row_numbers) AS n
    WHERE upload_id = %(upload_id)s AND last_row >= %(first)s AND n BETWEEN %(first)s AND %(last)s AND {_IS_UNCHANGED}
    """
# The first confirmations with enough rows for the page limit how far it reaches; within that, others have rows, too.
_UNCHANGED = f"""
    WITH enough AS MATERIALIZED (
        SELECT max(last_row) AS row FROM (SELECT last_row {_CONFIRMED} ORDER BY last_row LIMIT %(limit)s) AS confirmed
    )
    SELECT n {_CONFIRMED} AND first_row <= (SELECT row FROM enough) AND {_NEAR.format(n="(SELECT row FROM enough)")}
    UNION SELECT n {_CONFIRMED} AND first_row <= (SELECT row FROM enough) AND {_WIDE}
    ORDER BY 1 LIMIT %(limit)s
    """
_UNCHANGED_SKU = f"""
    SELECT n FROM {_OF_SKU} AS p
    JOIN confirmations c ON c.vendor_id = p.vendor_id AND c.block = p.product_id >> 12 AND c.upload_id = %(upload_id)s
    CROSS JOIN LATERAL (SELECT row_numbers[array_position(c.product_ids, p.product_id)] AS n OFFSET 0) AS confirmed
    WHERE n BETWEEN %(first)s AND %(last)s AND {_IS_UNCHANGED}
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
# Before migration 0014 there was no ledger: what a dry run would have created is what it did not reject.
_CREATED_BEFORE_LEDGER = _FIRST_OF.format(
    ranges=f"""(
        SELECT decided * {_WINDOW} - coalesce((
            SELECT range_agg(int4range(row_number, row_number + 1)) FROM validation_errors WHERE {_IN_RANGE}), '{{}}')
        FROM upload_history u WHERE upload_id = %(upload_id)s AND valid_records > 0
          AND NOT EXISTS (SELECT FROM record_changes WHERE upload_id = %(upload_id)s)
          AND NOT EXISTS (SELECT FROM confirmations WHERE upload_id = %(upload_id)s))"""
)
