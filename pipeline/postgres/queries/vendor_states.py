"""Vendors as support manages them: who they are, their last 30 days, their keys."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, or_, select, update

from pipeline.domain.vendors import VendorStatus
from pipeline.postgres.api_keys import WORKS
from pipeline.postgres.conditions import containing
from pipeline.postgres.database import Cursor
from pipeline.postgres.order import Place
from pipeline.postgres.tables import VendorTable


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
    cursor: Cursor,
    *,
    mentioning: str | None = None,
    status: VendorStatus | None = None,
    after: Place | None = None,
    limit: int,
) -> list[VendorState]:
    """Vendors in order of their id, from the one after `after` on; `mentioning` finds ids, names and mail addresses."""
    conditions, values = ["vendor_id > %(after)s"], {"after": after[0] if after else "", "limit": limit}
    if mentioning:
        conditions.append("(vendor_id ILIKE %(text)s OR vendor_name ILIKE %(text)s OR email ILIKE %(text)s)")
        values["text"] = containing(mentioning)
    if status:
        conditions.append("status = %(status)s")
        values["status"] = status
    return _select(cursor, " AND ".join(conditions), values)


def vendor_state(cursor: Cursor, vendor_id: str) -> VendorState | None:
    states = _select(cursor, "vendor_id = %(vendor_id)s", {"vendor_id": vendor_id, "limit": 1})
    return states[0] if states else None


def vendors_called(session: Session, text_of: str, *, limit: int) -> list[tuple[str, str]]:
    """Id and name of the vendor with this id or name, ignoring case; else of those whose names contain the text."""
    searched, vendor_id, name = func.lower(text_of), col(VendorTable.vendor_id), col(VendorTable.vendor_name)
    is_id, is_name = func.lower(vendor_id) == searched, func.lower(name) == searched
    vendors = select(VendorTable.vendor_id, VendorTable.vendor_name).where(or_(is_id, name.ilike(containing(text_of))))
    matches = list(session.exec(vendors.order_by(is_id.desc(), is_name.desc(), name).limit(limit)))
    exact = [each for each in matches if text_of.lower() in {each[0].lower(), each[1].lower()}]
    return exact[:1] or matches


def set_status(session: Session, vendor_id: str, status: VendorStatus) -> bool:
    """Sets a vendor's status; False if there is no such vendor or it has this status already."""
    vendor = col(VendorTable.vendor_id) == vendor_id
    changed = update(VendorTable).where(vendor, col(VendorTable.status) != status).values(status=status)
    return session.exec(changed).rowcount > 0


def _select(cursor: Cursor, condition: str, values: dict[str, Any]) -> list[VendorState]:
    cursor.execute(
        f"""
        SELECT vendor_id, vendor_name, email, phone, status, created_at, last_upload_at, uploads, valid, rejected,
               keys, key_last_used_at
        FROM (SELECT * FROM vendors WHERE {condition} ORDER BY vendor_id LIMIT %(limit)s) AS vendors
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
        """,
        values,
    )
    return [VendorState(*row) for row in cursor]
