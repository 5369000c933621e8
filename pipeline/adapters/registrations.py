"""Vendors and categories as operators register them. What is there already stays as it is."""

from typing import Any

from sqlalchemy import Connection, text


def add_vendor(connection: Connection, *, vendor_id: str, vendor_name: str, email: str, phone: str | None) -> bool:
    """False if there is a vendor of this id already."""
    added = connection.execute(
        text("""
            INSERT INTO vendors (vendor_id, vendor_name, email, phone)
            VALUES (:vendor_id, :vendor_name, :email, :phone) ON CONFLICT DO NOTHING
        """),
        {"vendor_id": vendor_id, "vendor_name": vendor_name, "email": email, "phone": phone},
    )
    return bool(added.rowcount)


def list_vendors(connection: Connection) -> list[dict[str, Any]]:
    rows = connection.execute(text("SELECT vendor_id, vendor_name, email, status FROM vendors ORDER BY vendor_id"))
    return [dict(row) for row in rows.mappings()]


def add_category(connection: Connection, *, category_name: str, description: str | None) -> bool:
    """False if there is one of this name already, whatever its capitals: files are compared casefolded."""
    added = connection.execute(
        text("""
            INSERT INTO product_categories (category_name, description) SELECT :category_name, :description
            WHERE NOT EXISTS (SELECT 1 FROM product_categories WHERE lower(category_name) = lower(:category_name))
            ON CONFLICT DO NOTHING
        """),
        {"category_name": category_name, "description": description},
    )
    return bool(added.rowcount)


def list_categories(connection: Connection) -> list[dict[str, Any]]:
    rows = connection.execute(text("SELECT category_name, is_active FROM product_categories ORDER BY category_name"))
    return [dict(row) for row in rows.mappings()]
