"""Support's quick questions: what a text from a search box is, and what belongs to ids that were found."""

from collections.abc import Collection

from pipeline.postgres.database import Cursor


def is_sku(cursor: Cursor, searched: str) -> bool:
    """Whether an error or a product has this SKU."""
    return _is_there(
        cursor,
        """
        SELECT EXISTS (SELECT FROM validation_errors WHERE sku = %(searched)s)
            OR EXISTS (SELECT FROM products WHERE sku = %(searched)s)
        """,
        searched,
    )


def is_vendor_product_id(cursor: Cursor, searched: str) -> bool:
    """Whether an error is about a product that its vendor calls so."""
    return _is_there(
        cursor, "SELECT EXISTS (SELECT FROM validation_errors WHERE vendor_product_id = %(searched)s)", searched
    )


def vendor_names(cursor: Cursor, vendor_ids: Collection[str]) -> dict[str, str]:
    cursor.execute("SELECT vendor_id, vendor_name FROM vendors WHERE vendor_id = ANY(%s::text[])", (list(vendor_ids),))
    return dict(cursor.fetchall())


def _is_there(cursor: Cursor, question: str, searched: str) -> bool:
    cursor.execute(question, {"searched": searched})
    return bool(cursor.fetchone()[0])
