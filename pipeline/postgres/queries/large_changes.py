"""How many large changes a plan has. The caller has checked that the upload is in scope."""

from dataclasses import dataclass
from decimal import Decimal

from pipeline.postgres.database import Cursor

_MOST_COUNTED = 5_000
"""The most rows, those with the largest changes of any field, that are counted: the page of a plan waits for it, for
about 50 ms. Behind so many stocks that fall to 0, prices may not be seen."""


@dataclass(frozen=True, slots=True)
class LargeChanges:
    """Prices that fall below half or more than double, products that go off sale, and stocks that fall to 0.

    `lowest_share` is what is left of the price that falls most; `is_whole` says that all rows were counted.
    """

    price_falls: int
    lowest_share: Decimal
    price_rises: int
    withdrawals: int
    sold_out: int
    is_whole: bool


def count_large_changes(cursor: Cursor, upload_id: str) -> LargeChanges:
    cursor.execute(_QUERY, {"upload_id": upload_id, "most": _MOST_COUNTED})
    (row,) = cursor.fetchall()
    return LargeChanges(*row)


# All of them have the rank of a change to the half, or one that is larger: ln(2), in millionths.
_QUERY = """
    SELECT count(*) FILTER (WHERE share < 0.5) AS price_falls, coalesce(min(share), 0) AS lowest_share,
           count(*) FILTER (WHERE share > 2) AS price_rises,
           count(*) FILTER (WHERE status = 'withdrawn') AS withdrawals,
           count(*) FILTER (WHERE stock = '0') AS sold_out, count(*) < %(most)s AS is_whole
    FROM (
        SELECT (changes #>> '{price,after}')::numeric / nullif((changes #>> '{price,before}')::numeric, 0) AS share,
               changes #>> '{listing_status,after}' AS status, changes #>> '{stock_quantity,after}' AS stock
        FROM (
            SELECT changes FROM record_changes
            WHERE upload_id = %(upload_id)s AND NOT is_written AND change_rank(changes) <= -693147
            ORDER BY change_rank(changes), row_number LIMIT %(most)s
        ) AS largest
    ) AS sizes
    """
