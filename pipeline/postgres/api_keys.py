"""API keys, which identify callers. A key is shown once, when it is created; only its SHA-256 is stored."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from psycopg2.errors import ForeignKeyViolation

from pipeline.domain.keys import PREFIX_LENGTH, PREFIXES, KeyState, Role, hash_of, new_key
from pipeline.postgres.database import Cursor, transaction_at
from pipeline.postgres.token_buckets import Allowance, TokenBuckets


class UnknownVendor(Exception):
    """Raised for a key of a vendor that does not exist."""


@dataclass(frozen=True, slots=True)
class Principal:
    """The caller behind a key: one vendor, or a support agent who sees every vendor."""

    key_id: int
    key_prefix: str
    role: Role
    vendor_id: str | None
    vendor_name: str | None

    @property
    def is_support(self) -> bool:
        return self.role == Role.SUPPORT


def create_api_key(database_url: str, *, role: Role, vendor_id: str | None, label: str) -> str:
    """`make_key` in the database at a URL."""
    with transaction_at(database_url) as cursor:
        return make_key(cursor, role=role, vendor_id=vendor_id, label=label)


def make_key(cursor: Cursor, *, role: Role, vendor_id: str | None, label: str, days: int | None = None) -> str:
    """Creates a key of 256 random bits and returns it; it cannot be read again."""
    key = new_key(role)
    keep_key(
        cursor, key[:PREFIX_LENGTH], hash_of(key), role=role, vendor_id=vendor_id, label=label, days=days
    )  # fmt: skip
    return key


def keep_key(
    cursor: Cursor,
    prefix: str,
    hashed: bytes,
    *,
    role: Role,
    vendor_id: str | None,
    label: str,
    days: int | None = None,
) -> None:
    """Stores a key that was generated elsewhere, by its hash. Safe to repeat. Raises UnknownVendor."""
    try:
        cursor.execute(
            """
            INSERT INTO api_keys (key_prefix, key_hash, role, vendor_id, label, expires_at)
            VALUES (%(prefix)s, %(hash)s, %(role)s, %(vendor_id)s, %(label)s, now() + make_interval(days => %(days)s))
            ON CONFLICT (key_hash) DO NOTHING
            """,
            {"prefix": prefix, "hash": hashed, "role": role, "vendor_id": vendor_id, "label": label, "days": days},
        )
    except ForeignKeyViolation:
        raise UnknownVendor from None


def replace_key(cursor: Cursor, key_id: int, prefix: str, hashed: bytes, *, overlap: timedelta) -> bool:
    """Stores a new key with the owner and role of an old one, which expires after `overlap`.

    False if the old key no longer works, or if the new key's prefix belongs to another role. Safe to repeat with the
    same new key, as long as the old one works.
    """
    cursor.execute(
        f"""
        SELECT role, vendor_id, label, EXISTS (SELECT 1 FROM api_keys WHERE key_hash = %(hash)s) AS is_done
        FROM api_keys WHERE key_id = %(key_id)s AND {WORKS} FOR NO KEY UPDATE
        """,
        {"key_id": key_id, "hash": hashed},
    )
    row = cursor.fetchone()
    if row is None or not prefix.startswith(PREFIXES[row.role]):
        return False
    if not row.is_done:
        ends = "UPDATE api_keys SET expires_at = least(expires_at, now() + %(overlap)s) WHERE key_id = %(key_id)s"
        cursor.execute(ends, {"key_id": key_id, "overlap": overlap})
        keep_key(cursor, prefix, hashed, role=row.role, vendor_id=row.vendor_id, label=row.label)
    return True


def revoke_key(cursor: Cursor, key_id: int) -> bool:
    """Revokes a key at once; False if it no longer works."""
    cursor.execute(f"UPDATE api_keys SET revoked_at = now() WHERE key_id = %s AND {WORKS}", (key_id,))
    return bool(cursor.rowcount)


@dataclass(frozen=True, slots=True)
class ListedKey:
    """A key as lists show it, without the key itself."""

    key_id: int
    key_prefix: str
    role: Role
    vendor_id: str | None
    label: str
    state: KeyState
    created_at: datetime
    last_used_at: datetime | None


def list_keys(cursor: Cursor, *, vendor_id: str | None = None) -> list[ListedKey]:
    cursor.execute(
        """
        SELECT key_id, key_prefix, role, vendor_id, label,
               CASE WHEN revoked_at IS NOT NULL THEN %(revoked)s WHEN expires_at <= now() THEN %(expired)s
                    ELSE %(works)s END AS state, created_at, last_used_at
        FROM api_keys WHERE %(vendor_id)s IS NULL OR vendor_id = %(vendor_id)s ORDER BY key_id
        """,
        {"vendor_id": vendor_id} | {state.name.lower(): state for state in KeyState},
    )
    return [ListedKey(*row._replace(role=Role(row.role), state=KeyState(row.state))) for row in cursor]


WORKS = "api_keys.revoked_at IS NULL AND (api_keys.expires_at IS NULL OR api_keys.expires_at > now())"
"""A condition: the key is neither revoked nor expired."""
_FIND = f"""
    SELECT key_id, key_prefix, role, vendor_id, vendor_name FROM api_keys LEFT JOIN vendors USING (vendor_id)
    WHERE key_hash = %s AND {WORKS}
    """
# At most once a minute: enough to see whether a key is still in use, and few writes.
_NOTE_USE = """
    UPDATE api_keys SET last_used_at = now()
    WHERE key_id = %s AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')
    """
_ALLOWANCES = TokenBuckets("request_allowances", "key_id")


def find_principal(cursor: Cursor, key: str) -> Principal | None:
    """The caller with this key; None if the key is unknown, revoked or expired."""
    # Looked up by hash, so that the time it takes reveals nothing about existing keys.
    cursor.execute(_FIND, (hash_of(key),))
    row = cursor.fetchone()
    if row is None:
        return None
    cursor.execute(_NOTE_USE, (row.key_id,))
    return Principal(*row._replace(role=Role(row.role)))


def take_allowance(cursor: Cursor, key_id: int, *, rate: float, burst: int) -> Allowance:
    """Takes one request from a key's token bucket, which all instances of the service share."""
    return _ALLOWANCES.take(cursor, key_id, rate=rate, burst=burst)
