"""`idempotency_keys`: stores answers for 24 hours, so that a repeated request gets the same one."""

import json
from dataclasses import dataclass
from typing import Any

from pipeline.postgres.database import Cursor

_KEEP_FOR = "24 hours"
_DEAD_AFTER = "2 minutes"  # far longer than any request may take

_RESERVE = f"""
    INSERT INTO idempotency_keys AS k (key_id, idempotency_key, request_hash) VALUES (%(key_id)s, %(name)s, %(hash)s)
    ON CONFLICT (key_id, idempotency_key) DO UPDATE
        SET request_hash = excluded.request_hash, status = NULL, body = NULL, created_at = now()
        WHERE k.created_at < now() - interval '{_KEEP_FOR}'
           OR (k.status IS NULL AND k.created_at < now() - interval '{_DEAD_AFTER}')
    RETURNING true
"""
_FIND = (
    "SELECT request_hash, status, body FROM idempotency_keys WHERE key_id = %(key_id)s AND idempotency_key = %(name)s"
)
_KEEP = """
    UPDATE idempotency_keys SET status = %(status)s, body = CAST(%(body)s AS json)
    WHERE key_id = %(key_id)s AND idempotency_key = %(name)s
"""
_FREE = "DELETE FROM idempotency_keys WHERE key_id = %(key_id)s AND idempotency_key = %(name)s AND status IS NULL"


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier request with the same key; without a status while it runs."""

    is_the_same: bool
    status: int | None
    body: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class RequestName:
    """An idempotency key, which is unique for its API key."""

    key_id: int
    name: str


def reserve(cursor: Cursor, request: RequestName, request_hash: bytes) -> Earlier | None:
    """Reserves a name for the caller's request and returns None, or returns the earlier request of that name."""
    parameters = {"key_id": request.key_id, "name": request.name}
    cursor.execute(_RESERVE, {**parameters, "hash": request_hash})
    if cursor.fetchone():
        return None
    cursor.execute(_FIND, parameters)
    row = cursor.fetchone()
    return Earlier(bytes(row.request_hash) == request_hash, row.status, row.body)


def keep(cursor: Cursor, request: RequestName, status: int, body: dict[str, Any]) -> None:
    """Stores the answer, in the same transaction as the effects that it reports."""
    values = {"key_id": request.key_id, "name": request.name, "status": status, "body": json.dumps(body)}
    cursor.execute(_KEEP, values)


def free(cursor: Cursor, request: RequestName) -> None:
    """Forgets a request that failed, so that it can be repeated."""
    cursor.execute(_FREE, {"key_id": request.key_id, "name": request.name})
