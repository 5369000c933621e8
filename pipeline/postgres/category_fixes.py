"""Corrected categories that a vendor has remembered for its later files."""

from collections.abc import Sequence

from pipeline.checking.categories import Categories
from pipeline.domain.cells import STRIPPED, clean
from pipeline.domain.errors import ErrorType
from pipeline.postgres import category_aliases
from pipeline.postgres.correction_rows import Fix
from pipeline.postgres.database import Cursor

_LONGEST_VALUE = 200  # longer ones are stored shortened


def remember(cursor: Cursor, vendor_id: str, upload_id: str, fixes: Sequence[Fix]) -> None:
    """Keeps what was set or suggested for each wrong category as its meaning, if that is a category."""
    set_for = {
        fix.value: fix.new_value
        for fix in fixes
        if fix.error_type == ErrorType.INVALID_CATEGORY and fix.value and len(fix.value) <= _LONGEST_VALUE
    }
    suggested = _suggestions(cursor, upload_id, [value for value, new in set_for.items() if new is None])
    categories = category_aliases.active_categories(cursor)
    meanings = {value: _meaning(categories, new or suggested.get(value)) for value, new in set_for.items()}
    if known := {value: category for value, category in meanings.items() if category}:
        category_aliases.remember(cursor, vendor_id, known)


def _meaning(categories: Categories, name: str | None) -> str | None:
    return categories.official(clean(name)) if name else None


def _suggestions(cursor: Cursor, upload_id: str, values: Sequence[str]) -> dict[str, str]:
    """What is suggested for wrong categories of an upload."""
    cursor.execute(
        """
        SELECT wrong.value, min(suggestion) AS suggestion
        FROM unnest(%s::text[]) AS wrong (value)
        JOIN validation_errors e ON casefold(btrim(e.value, %s) COLLATE pg_unicode_fast)
                                  = casefold(btrim(wrong.value, %s) COLLATE pg_unicode_fast)
        WHERE e.upload_id = %s AND e.error_type = %s AND e.suggestion IS NOT NULL GROUP BY wrong.value
        """,
        (list(values), STRIPPED, STRIPPED, upload_id, ErrorType.INVALID_CATEGORY),
    )
    return dict(cursor.fetchall())
