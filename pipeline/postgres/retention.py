"""Retention: what is old is removed from PostgreSQL, some rows at a time, so that nobody has to wait for it.

All functions take the cursor of the caller's transaction and return how many rows are gone; fewer than `limit` means
that nothing is left to do. Uploads and products are kept.
"""

from pipeline.postgres.database import Cursor


def remove_old_errors(cursor: Cursor, *, days: int, limit: int) -> int:
    """Errors, then their counts, by whole days: a day's errors and counts go together."""
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


_FIRST_DAY_KEPT = "date_trunc('day', now() AT TIME ZONE 'UTC') - make_interval(days => %(days)s)"


def remove_old_deliveries(cursor: Cursor, *, days: int, limit: int) -> int:
    """Deliveries to webhooks that arrived, or were given up."""
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
    """Answers kept for repeated requests."""
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
    """That a mail was sent, or why it was not."""
    cursor.execute(
        """
        DELETE FROM mails WHERE upload_id IN (
            SELECT upload_id FROM mails WHERE next_attempt_at IS NULL AND created_at < now() - make_interval(days => %s)
            ORDER BY created_at LIMIT %s FOR UPDATE SKIP LOCKED)
        """,
        (days, limit),
    )
    return cursor.rowcount
