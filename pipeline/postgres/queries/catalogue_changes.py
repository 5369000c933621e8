"""What happened to a vendor's products, in the order of the commits, so that a reader misses none.

Every transaction that changes products locks their vendor, and takes its position behind all earlier ones of that
vendor. Whoever sees one sees all before it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, select

from pipeline.domain.uploads import Outcome
from pipeline.postgres.database import Cursor
from pipeline.postgres.order import Place
from pipeline.postgres.sessions import Session
from pipeline.postgres.tables import Product, VendorTable


@dataclass(frozen=True, slots=True)
class CatalogueItem:
    """A record that created, changed or removed a product, and the product as it is now; None if it is gone."""

    product_id: int
    sku: str
    vendor_product_id: str
    outcome: Outcome
    changes: Mapping[str, Any]
    upload_id: str
    row_number: int
    at: datetime
    product: Product | None


class ChangesForgottenError(Exception):
    """Some of what followed a place is too old to be kept."""


def end_of(position: int) -> Place:
    """The place behind all that the transaction at a position wrote."""
    return position, 2**31 - 1


def find_catalogue_changes(
    session: Session, vendor_id: str, *, after: Place | None, limit: int
) -> tuple[list[CatalogueItem], Place]:
    """The items behind a place, and the place to go on from. None: whatever is kept.

    Raises ChangesForgottenError.
    """
    rows = _find(session.cursor, vendor_id, after or (0, 0), limit)
    # After them, so that it covers what was deleted until they were read.
    vendor = select(VendorTable.changes_kept_after).where(VendorTable.vendor_id == vendor_id)
    kept_after = end_of(session.exec(vendor).one())
    if after and after < kept_after:
        raise ChangesForgottenError
    known = [row for row in rows if row.sku is not None]  # one whose ledger was deleted by hand must not stop readers
    wanted = col(Product.product_id).in_([row.product_id for row in known])
    products = {product.product_id: product for product in session.exec(select(Product).where(wanted))}
    items = [_item(row, products.get(row.product_id)) for row in known]
    if len(rows) == limit:
        return items, (rows[-1].position, rows[-1].row_number)
    return items, end_of(rows[-1].position) if rows else max(after or kept_after, kept_after)


def _item(row: Any, product: Product | None) -> CatalogueItem:
    return CatalogueItem(
        product_id=row.product_id,
        sku=row.sku,
        vendor_product_id=row.vendor_product_id,
        outcome=Outcome(row.outcome),
        changes=row.changes,
        upload_id=row.upload_id,
        row_number=row.row_number,
        at=row.created_at,
        product=product,
    )


def _find(cursor: Cursor, vendor_id: str, after: Place, limit: int) -> list[Any]:
    # The places first, so that nothing is looked up for the rest of the last transaction.
    cursor.execute(
        """
        WITH places AS MATERIALIZED (
            SELECT position, upload_id, row_number, created_at
            FROM catalogue_changes c CROSS JOIN LATERAL (
                SELECT n AS row_number
                FROM unnest(row_numbers) AS part CROSS JOIN LATERAL generate_series(lower(part), upper(part) - 1) AS n
                WHERE position > %(position)s OR n > %(row_number)s ORDER BY n LIMIT %(limit)s
            ) AS written
            WHERE vendor_id = %(vendor_id)s AND position >= %(position)s
            ORDER BY position, row_number LIMIT %(limit)s
        )
        SELECT position, places.row_number, named.product_id,
               coalesce(p.sku, r.product ->> 'sku') AS sku,
               coalesce(p.vendor_product_id, r.product ->> 'vendor_product_id') AS vendor_product_id,
               coalesce(c.outcome, %(created)s) AS outcome,
               CASE WHEN c.outcome <> %(created)s THEN c.changes ELSE '{}' END AS changes, places.upload_id,
               places.created_at
        FROM places
        LEFT JOIN record_changes c USING (upload_id, row_number)
        LEFT JOIN products made USING (upload_id, row_number)
        LEFT JOIN removed_products unmade USING (upload_id, row_number)
        CROSS JOIN LATERAL (
            SELECT coalesce(c.product_id, made.product_id, unmade.product_id) AS product_id) AS named
        LEFT JOIN products p ON p.product_id = named.product_id
        LEFT JOIN removed_products r ON r.product_id = named.product_id
        ORDER BY position, places.row_number
        """,
        {
            "vendor_id": vendor_id,
            "position": after[0],
            "row_number": after[1],
            "limit": limit,
            "created": Outcome.CREATED,
        },
    )
    return cursor.fetchall()
