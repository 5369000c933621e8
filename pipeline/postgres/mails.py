"""`mails` and `mail_stops`: mails that are owed to vendors, and addresses that get none.

All functions take the cursor of the caller's transaction.
"""

from dataclasses import dataclass
from datetime import timedelta

from pipeline.domain.uploads import UploadStatus
from pipeline.outcome.mail_events import StopReason
from pipeline.postgres.database import Cursor
from pipeline.postgres.endings import Ending, ending_of

# After each attempt; the first is also the time that a worker has to send a mail. Given up after about a day.
_RETRY_DELAYS = [timedelta(minutes=2), timedelta(minutes=10), *(timedelta(hours=h) for h in (1, 4, 18))]


@dataclass(frozen=True, slots=True)
class OwedMail:
    """One attempt to send a mail, which only this worker may make now."""

    upload: Ending
    status: UploadStatus
    notification_id: str
    vendor_name: str
    address: str
    stopped_by: str | None


def owe(cursor: Cursor, upload_id: str) -> None:
    """Owes the upload's vendor one mail. Safe to repeat; does nothing for an unknown vendor."""
    cursor.execute(
        """
        INSERT INTO mails (upload_id)
        SELECT upload_id FROM upload_history WHERE upload_id = %s AND vendor_id IS NOT NULL
        ON CONFLICT DO NOTHING
        """,
        (upload_id,),
    )


def claim(cursor: Cursor, upload_id: str) -> OwedMail | None:
    """Claims a mail that is due. A claim counts as an attempt, and lasts until the next attempt is due."""
    cursor.execute(
        """
        UPDATE mails m SET attempts = m.attempts + 1, next_attempt_at = now() + (%s)[m.attempts + 1]
        FROM upload_history u JOIN vendors v USING (vendor_id)
        WHERE m.upload_id = %s AND u.upload_id = m.upload_id AND m.next_attempt_at <= now()
        RETURNING u.*, v.vendor_name, v.email,
                  (SELECT min(reason) FROM mail_stops s WHERE s.address = lower(v.email)) AS stopped_by
        """,
        (_RETRY_DELAYS, upload_id),
    )
    row = cursor.fetchone()
    if row is None:
        return None
    status, notification_id = UploadStatus(row.status), str(row.notification_id)
    return OwedMail(ending_of(row), status, notification_id, row.vendor_name, row.email, row.stopped_by)


def note_sent(cursor: Cursor, upload_id: str, message_id: str) -> None:
    cursor.execute(
        """
        UPDATE mails SET sent_at = now(), message_id = %s, fault = NULL, next_attempt_at = NULL
        WHERE upload_id = %s AND sent_at IS NULL
        """,
        (message_id, upload_id),
    )


def note_withheld(cursor: Cursor, upload_id: str, why: str) -> None:
    """Gives a mail up: its address wants none, or there is no address."""
    cursor.execute("UPDATE mails SET fault = %s, next_attempt_at = NULL WHERE upload_id = %s", (why, upload_id))


def note_failed(cursor: Cursor, upload_id: str, why: str) -> bool:
    """Notes a failed attempt. The mail is due again when the claim ends; False if this was the last attempt."""
    cursor.execute("UPDATE mails SET fault = %s WHERE upload_id = %s RETURNING next_attempt_at", (why[:100], upload_id))
    row = cursor.fetchone()
    return bool(row and row.next_attempt_at)


def due(cursor: Cursor, *, stalled_after: timedelta, limit: int) -> list[str]:
    """The uploads whose mails no worker has sent in time, the longest waiting first."""
    cursor.execute(
        "SELECT upload_id FROM mails WHERE next_attempt_at <= now() - %s ORDER BY next_attempt_at LIMIT %s",
        (stalled_after, limit),
    )
    return [row.upload_id for row in cursor]


def stop(cursor: Cursor, address: str, reason: StopReason) -> None:
    """Stops mails to an address. Notifications of the topic are not affected."""
    cursor.execute(
        "INSERT INTO mail_stops (address, reason) VALUES (lower(%s), %s) ON CONFLICT DO NOTHING",
        (address[:320], reason),
    )


def resume(cursor: Cursor, address: str) -> None:
    """Resumes mails to an address whose owner had unsubscribed. Only operators can lift a stop after a bounce."""
    cursor.execute(
        "DELETE FROM mail_stops WHERE address = lower(%s) AND reason = %s", (address, StopReason.UNSUBSCRIBED)
    )


def stops(cursor: Cursor, address: str) -> set[StopReason]:
    """The reasons why an address gets no mails; empty if it gets them."""
    cursor.execute("SELECT reason FROM mail_stops WHERE address = lower(%s)", (address,))
    return {StopReason(row.reason) for row in cursor}
