"""Vendors and categories, as operators register them. Existing ones are never changed."""

from typing import Any

from pipeline.postgres.database import Cursor


def add_vendor(cursor: Cursor, *, vendor_id: str, vendor_name: str, email: str, phone: str | None) -> bool:
    """False if a vendor with this id exists already."""
    cursor.execute(
        """
        INSERT INTO vendors (vendor_id, vendor_name, email, phone)
        VALUES (%(vendor_id)s, %(vendor_name)s, %(email)s, %(phone)s) ON CONFLICT DO NOTHING
        """,
        {"vendor_id": vendor_id, "vendor_name": vendor_name, "email": email, "phone": phone},
    )
    return bool(cursor.rowcount)


def list_vendors(cursor: Cursor) -> list[dict[str, Any]]:
    cursor.execute("SELECT vendor_id, vendor_name, email, status FROM vendors ORDER BY vendor_id")
    return [row._asdict() for row in cursor]


def add_category(cursor: Cursor, *, category_name: str, description: str | None) -> bool:
    """False if a category with this name exists already, whatever its capitals: rule 5 ignores them too."""
    cursor.execute(
        """
        INSERT INTO product_categories (category_name, description) SELECT %(category_name)s, %(description)s
        WHERE NOT EXISTS (SELECT 1 FROM product_categories WHERE lower(category_name) = lower(%(category_name)s))
        ON CONFLICT DO NOTHING
        """,
        {"category_name": category_name, "description": description},
    )
    return bool(cursor.rowcount)


def list_categories(cursor: Cursor) -> list[dict[str, Any]]:
    cursor.execute("SELECT category_name, is_active FROM product_categories ORDER BY category_name")
    return [row._asdict() for row in cursor]
