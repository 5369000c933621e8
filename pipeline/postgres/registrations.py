"""Vendors, their settings, and categories. Operators register them; existing ones are not changed by that."""

from collections.abc import Mapping
from typing import Any

from pipeline.postgres.database import Cursor, as_json


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


def change_settings(cursor: Cursor, vendor_id: str, settings: Mapping[str, str | None]) -> None:
    """`settings` are new values by column."""
    if settings:
        assignments = ", ".join(f"{column} = %({column})s" for column in settings)
        cursor.execute(
            f"UPDATE vendors SET {assignments} WHERE vendor_id = %(vendor_id)s", {**settings, "vendor_id": vendor_id}
        )


def change_guards(cursor: Cursor, vendor_id: str, thresholds: Mapping[str, int | None]) -> None:
    """`thresholds` are new ones by guard; None for that of the installation."""
    if thresholds:
        cursor.execute(
            "UPDATE vendors SET guards = jsonb_strip_nulls(guards || %s) WHERE vendor_id = %s",
            (as_json(thresholds), vendor_id),
        )


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
