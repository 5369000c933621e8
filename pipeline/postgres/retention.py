"""Retention: deletes expired rows from PostgreSQL, a limited number at a time, so that no other work has to wait.

All functions take the cursor of the caller's transaction and return the number of deleted rows; fewer than `limit`
means that there are no more. Uploads and products are never deleted.
"""

from pipeline.postgres.database import Cursor


def remove_old_errors(cursor: Cursor, *, days: int, limit: int) -> int:
    """Validation errors, then their counts, by whole days."""
    # Tells the trigger on validation_errors not to recount: the counts of whole days are deleted below.
    cursor.execute("SET LOCAL onboarding.removes_whole_days = 'on'")
    cursor.execute(
        f"""
        DELETE FROM validation_errors WHERE error_id IN (
            SELECT error_id FROM validation_errors WHERE created_at < ({_FIRST_DAY_KEPT}) AT TIME ZONE 'UTC'
            ORDER BY created_at LIMIT %(limit)s)
        """,
        {"days": days, "limit": limit},
    )
    removed = cursor.rowcount
    if removed < limit:
        cursor.execute(f"DELETE FROM error_counts WHERE day < ({_FIRST_DAY_KEPT})::date", {"days": days})
    return removed


def remove_old_changes(cursor: Cursor, *, days: int, limit: int) -> int:
    """What records changed in products. The products stay as they are."""
    return _remove_oldest(cursor, "record_changes", days, limit)


def remove_old_positions(cursor: Cursor, *, days: int, limit: int) -> int:
    """The order in which a vendor's products changed. The vendor keeps up to where, to tell readers who are behind."""
    cursor.execute(
        """
        WITH removed AS (
            DELETE FROM catalogue_changes WHERE (vendor_id, position) IN (
                SELECT vendor_id, position FROM catalogue_changes
                WHERE created_at < now() - make_interval(days => %s) ORDER BY created_at LIMIT %s)
            RETURNING vendor_id, position
        ), noted AS (
            UPDATE vendors v SET changes_kept_after = greatest(changes_kept_after, last)
            FROM (SELECT vendor_id, max(position) AS last FROM removed GROUP BY vendor_id) AS r
            WHERE v.vendor_id = r.vendor_id
        )
        SELECT count(*) AS removed FROM removed
        """,
        (days, limit),
    )
    return int(cursor.fetchone().removed)


def remove_old_removed_products(cursor: Cursor, *, days: int, limit: int) -> int:
    """Products that undos removed, which can no longer be created again."""
    return _remove_oldest(cursor, "removed_products", days, limit)


def remove_old_confirmations(cursor: Cursor, *, days: int, limit: int) -> int:
    """Which products records left as they were. Files that could come before them are long gone."""
    return _remove_oldest(cursor, "confirmations", days, limit)


def remove_old_left_out_values(cursor: Cursor, *, days: int, limit: int) -> int:
    """The cells that records were accepted without."""
    return _remove_oldest(cursor, "left_out_values", days, limit)


def remove_old_corrections(cursor: Cursor, *, days: int, limit: int) -> int:
    """Which rows were corrected, and how. The files that were written of them are long gone."""
    return _remove_oldest(cursor, "corrections", days, limit)


def _remove_oldest(cursor: Cursor, table: str, days: int, limit: int) -> int:
    cursor.execute(
        f"""
        DELETE FROM {table} WHERE ctid IN (
            SELECT ctid FROM {table} WHERE created_at < now() - make_interval(days => %s)
            ORDER BY created_at LIMIT %s FOR UPDATE SKIP LOCKED)
        """,
        (days, limit),
    )
    return cursor.rowcount


_FIRST_DAY_KEPT = "date_trunc('day', now() AT TIME ZONE 'UTC') - make_interval(days => %(days)s)"


def remove_old_deliveries(cursor: Cursor, *, days: int, limit: int) -> int:
    """Webhook deliveries that arrived or were given up."""
    cursor.execute(
        """
        DELETE FROM webhook_deliveries WHERE delivery_id IN (
            SELECT delivery_id FROM webhook_deliveries
            WHERE next_attempt_at IS NULL AND created_at < now() - make_interval(days => %s)
            ORDER BY created_at LIMIT %s FOR UPDATE SKIP LOCKED)
        """,
        (days, limit),
    )
    return cursor.rowcount


def remove_old_answers(cursor: Cursor, *, days: int, limit: int) -> int:
    """Stored answers to requests with an idempotency key."""
    cursor.execute(
        """
        DELETE FROM idempotency_keys WHERE (key_id, idempotency_key) IN (
            SELECT key_id, idempotency_key FROM idempotency_keys
            WHERE created_at < now() - make_interval(days => %s)
            ORDER BY created_at LIMIT %s FOR UPDATE SKIP LOCKED)
        """,
        (days, limit),
    )
    return cursor.rowcount


def remove_old_mails(cursor: Cursor, *, days: int, limit: int) -> int:
    """Records of mails that were sent, withheld or given up."""
    cursor.execute(
        """
        DELETE FROM mails WHERE upload_id IN (
            SELECT upload_id FROM mails WHERE next_attempt_at IS NULL AND created_at < now() - make_interval(days => %s)
            ORDER BY created_at LIMIT %s FOR UPDATE SKIP LOCKED)
        """,
        (days, limit),
    )
    return cursor.rowcount
