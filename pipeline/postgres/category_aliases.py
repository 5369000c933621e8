"""What a vendor had remembered of categories: its own names for them, each with the category that it means.

All functions take the cursor of the caller's transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.checking.categories import Categories
from pipeline.domain.cells import clean
from pipeline.postgres.database import Cursor, as_json
from pipeline.postgres.order import Order, Place

MOST = 2_000
"""The aliases that are kept for a vendor; beyond, the oldest are forgotten."""
BY_NAME = Order({"name": str})


@dataclass(frozen=True, slots=True)
class Alias:
    """A name as it was spelled, and the category that it means."""

    name: str
    value: str
    category: str


def remember(cursor: Cursor, vendor_id: str, categories: Mapping[str, str]) -> None:
    """Keeps the category of each value, instead of what it meant before. Blank values are skipped."""
    aliases = {
        name: {"name": name, "value": clean(value), "category": category}
        for value, category in categories.items()
        if (name := name_of(value))
    }
    cursor.execute(
        """
        INSERT INTO category_aliases (vendor_id, name, value, category)
        SELECT %s, name, value, category
        FROM jsonb_to_recordset(%s) AS a (name TEXT, value TEXT, category TEXT) ORDER BY name
        ON CONFLICT (vendor_id, name) DO UPDATE SET value = excluded.value, category = excluded.category,
                                                    remembered_at = clock_timestamp()
        """,
        (vendor_id, as_json(list(aliases.values()))),
    )
    cursor.execute(
        """
        DELETE FROM category_aliases WHERE vendor_id = %(vendor_id)s AND name IN (
            SELECT name FROM category_aliases WHERE vendor_id = %(vendor_id)s
            ORDER BY remembered_at DESC, name OFFSET %(most)s)
        """,
        {"vendor_id": vendor_id, "most": MOST},
    )


def forget(cursor: Cursor, vendor_id: str, value: str) -> bool:
    """False if nothing is remembered of the value."""
    cursor.execute("DELETE FROM category_aliases WHERE vendor_id = %s AND name = %s", (vendor_id, name_of(value)))
    return bool(cursor.rowcount)


def find_aliases(cursor: Cursor, vendor_id: str, *, after: Place | None, limit: int) -> list[Alias]:
    """In order of name."""
    cursor.execute(
        f"""
        SELECT name, value, category FROM category_aliases
        WHERE vendor_id = %(vendor_id)s {f"AND {BY_NAME.sql_after}" if after else ""}
        ORDER BY {BY_NAME.sql} LIMIT %(limit)s
        """,
        {"vendor_id": vendor_id, "after": after, "limit": limit},
    )
    return [Alias(*row) for row in cursor]


def official_category(cursor: Cursor, name: str) -> str | None:
    """The marketplace's spelling of an active category; None if there is no such category."""
    return active_categories(cursor).official(clean(name))


def active_categories(cursor: Cursor) -> Categories:
    """The marketplace's categories as they are now."""
    cursor.execute("SELECT category_name FROM product_categories WHERE is_active ORDER BY category_id")
    return Categories(row.category_name for row in cursor)


def understood_categories(cursor: Cursor, vendor_id: str) -> Categories:
    """The marketplace's categories, and what the vendor has remembered of others, as a file that arrives now finds
    them."""
    names = active_categories(cursor).names
    cursor.execute("SELECT name, category FROM category_aliases WHERE vendor_id = %s", (vendor_id,))
    return Categories(names, {row.name: row.category for row in cursor})


def name_of(value: str) -> str:
    """The form in which rule 5 compares; nothing for a blank value."""
    return clean(value).casefold()
