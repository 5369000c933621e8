"""The products that a file names, counted by what it would do to them. A few thousand rows at a time."""

from collections.abc import Iterator, Sequence
from typing import Any

from pipeline.checking.guard_evidence import GuardedRows
from pipeline.domain.columns import ListingStatus
from pipeline.domain.guards import GuardCode, GuardExample, GuardTotals
from pipeline.postgres.database import Cursor, as_array

_IS_AFFECTED = {
    GuardCode.MASS_WITHDRAWAL: f"(r.status = '{ListingStatus.WITHDRAWN}' AND p.status = '{ListingStatus.ACTIVE}')",
    GuardCode.MASS_ZERO_STOCK: "(r.stock = 0 AND p.stock_quantity > 0)",
    GuardCode.PRICE_CLIFF: "(r.price > 2 * p.price OR 2 * r.price < p.price)",
}
_BEFORE_AND_AFTER = {
    GuardCode.MASS_WITHDRAWAL: ("p.status", "r.status"),
    GuardCode.MASS_ZERO_STOCK: ("p.stock_quantity::text", "r.stock::text"),
    GuardCode.PRICE_CLIFF: ("p.price::text", "r.price::numeric(10, 2)::text"),
}
# The products come first, by their keys, and are then joined in memory: for a join of both at once, PostgreSQL descends
# the index for each row by itself, or reads all products of the vendor for each batch of rows.
_PRODUCTS = """
    WITH p AS MATERIALIZED (
        SELECT {key} AS key, sku, price, stock_quantity, status FROM products
        WHERE vendor_id = %(vendor_id)s AND {key} = ANY (%(keys)s::text[]))
    """
_ROWS = """
    FROM unnest(%(rows)s::int[], %(keys)s::text[], %(prices)s::numeric[], %(stocks)s::int[], %(statuses)s::text[])
         AS r (row_number, key, price, stock, status)
    JOIN p ON p.key = r.key
    """


def count_active(cursor: Cursor, vendor_id: str, *, at_most: int | None = None) -> int:
    """How many active products a vendor has; counts no further than `at_most`."""
    cursor.execute(
        "SELECT count(*) AS active FROM (SELECT 1 FROM products WHERE vendor_id = %s AND status = %s LIMIT %s) AS p",
        (vendor_id, ListingStatus.ACTIVE, at_most),
    )
    return int(cursor.fetchone().active)


def count_affected(cursor: Cursor, vendor_id: str, key: str, rows: GuardedRows) -> GuardTotals:
    """`key` is the column that identifies products."""
    counted = ", ".join(f"count(*) FILTER (WHERE {condition}) AS {code}" for code, condition in _IS_AFFECTED.items())
    cursor.execute(
        f"{_PRODUCTS.format(key=key)} SELECT count(*) AS named,"
        f" count(*) FILTER (WHERE p.stock_quantity > 0) AS in_stock, {counted} {_ROWS}",
        _parameters(vendor_id, rows),
    )
    return GuardTotals(*cursor.fetchone())


def find_affected(
    cursor: Cursor, vendor_id: str, key: str, rows: GuardedRows, *, code: GuardCode, limit: int
) -> Iterator[GuardExample]:
    """The first of these rows that affect a product in this way."""
    before, after = _BEFORE_AND_AFTER[code]
    cursor.execute(
        f"{_PRODUCTS.format(key=key)} SELECT r.row_number, p.sku, {before} AS before, {after} AS after {_ROWS}"
        f"WHERE {_IS_AFFECTED[code]} ORDER BY r.row_number LIMIT %(limit)s",
        _parameters(vendor_id, rows) | {"limit": limit},
    )
    return (GuardExample(*row) for row in cursor)


def _parameters(vendor_id: str, rows: GuardedRows) -> dict[str, Any]:
    return {
        "vendor_id": vendor_id,
        "rows": as_array(rows.row_numbers),
        "keys": as_array(rows.keys),
        "prices": _numbers(rows.prices),
        "stocks": _numbers(rows.stocks),
        "statuses": as_array(rows.statuses),
    }


def _numbers(texts: Sequence[str]) -> str:
    """An array of numbers. Where a row gives none, it is null."""
    return as_array(texts).replace('""', "NULL")
