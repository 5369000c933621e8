"""Vendors as support manages them: who they are, how it goes, which keys they hold."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text
from sqlmodel import Session

from pipeline.adapters.api_keys import WORKS
from pipeline.adapters.error_queries import containing

ACTIVE, INACTIVE = "active", "inactive"


@dataclass(frozen=True, slots=True)
class VendorState:
    """A vendor, its last 30 days (dry runs are uploads, but reject nothing), and its keys that work."""

    vendor_id: str
    vendor_name: str
    email: str
    phone: str | None
    status: str
    created_at: datetime
    last_upload_at: datetime | None
    uploads: int
    valid: int
    rejected: int
    keys: int
    key_last_used_at: datetime | None


def vendor_states(
    session: Session,
    *,
    mentioning: str | None = None,
    status: str | None = None,
    after: str | None = None,
    limit: int,
) -> list[VendorState]:
    """Vendors in order of their id, from the one after `after` on; `mentioning` finds ids, names and mail addresses."""
    conditions, values = ["vendor_id > :after"], {"after": after or "", "limit": limit}
    if mentioning:
        conditions.append("(vendor_id ILIKE :text OR vendor_name ILIKE :text OR email ILIKE :text)")
        values["text"] = containing(mentioning)
    if status:
        conditions.append("status = :status")
        values["status"] = status
    return _found(session, " AND ".join(conditions), values)


def vendor_state(session: Session, vendor_id: str) -> VendorState | None:
    found = _found(session, "vendor_id = :vendor_id", {"vendor_id": vendor_id, "limit": 1})
    return found[0] if found else None


def vendors_called(session: Session, text_of: str, *, limit: int) -> list[tuple[str, str]]:
    """Id and name of the vendor with this id, whatever its capitals; or else of those whose name contains the text."""
    rows = session.connection().execute(
        text("""
            SELECT vendor_id, vendor_name FROM vendors
            WHERE lower(vendor_id) = lower(:exact) OR vendor_name ILIKE :text
            ORDER BY lower(vendor_id) = lower(:exact) DESC, lower(vendor_name) = lower(:exact) DESC, vendor_name
            LIMIT :limit
        """),
        {"exact": text_of, "text": containing(text_of), "limit": limit},
    )
    found = [(str(row.vendor_id), str(row.vendor_name)) for row in rows]
    exact = [each for each in found if text_of.lower() in {each[0].lower(), each[1].lower()}]
    return exact[:1] or found


def set_status(connection: Connection, vendor_id: str, status: str) -> bool:
    """False if there is no such vendor, or if it has this status already."""
    done = connection.execute(
        text("UPDATE vendors SET status = :status WHERE vendor_id = :vendor_id AND status <> :status"),
        {"vendor_id": vendor_id, "status": status},
    )
    return bool(done.rowcount)


def _found(session: Session, condition: str, values: dict[str, Any]) -> list[VendorState]:
    rows = session.connection().execute(
        text(f"""
            SELECT vendor_id, vendor_name, email, phone, status, created_at, last_upload_at, uploads, valid, rejected,
                   keys, key_last_used_at
            FROM (SELECT * FROM vendors WHERE {condition} ORDER BY vendor_id LIMIT :limit) AS vendors
            CROSS JOIN LATERAL (
                SELECT max(upload_timestamp) AS last_upload_at FROM upload_history AS u
                WHERE u.vendor_id = vendors.vendor_id
            ) AS last
            CROSS JOIN LATERAL (
                SELECT count(*)::int AS uploads, coalesce(sum(valid_records) FILTER (WHERE NOT dry_run), 0) AS valid,
                       coalesce(sum(error_records) FILTER (WHERE NOT dry_run), 0) AS rejected
                FROM upload_history AS u
                WHERE u.vendor_id = vendors.vendor_id AND upload_timestamp > now() - interval '30 days'
            ) AS lately
            CROSS JOIN LATERAL (
                SELECT count(*) FILTER (WHERE {WORKS})::int AS keys, max(last_used_at) AS key_last_used_at
                FROM api_keys WHERE api_keys.vendor_id = vendors.vendor_id
            ) AS held
            ORDER BY vendor_id
        """),
        values,
    )
    return [VendorState(**row._mapping) for row in rows]
