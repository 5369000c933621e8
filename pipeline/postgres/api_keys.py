"""API keys: who is calling. A key is shown once, when it is made; only its SHA-256 is kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from psycopg2.errors import ForeignKeyViolation

from pipeline.domain.keys import PREFIX_LENGTH, PREFIXES, KeyState, Role, hash_of, new_key
from pipeline.postgres.database import Cursor, transaction_at
from pipeline.postgres.token_buckets import Allowance, TokenBuckets


class UnknownVendor(Exception):
    """Raised for a key of a vendor that is not there."""


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
    """Makes a key in the database of this address: `make_key` for those who have no connection."""
    with transaction_at(database_url) as cursor:
        return make_key(cursor, role=role, vendor_id=vendor_id, label=label)


def make_key(cursor: Cursor, *, role: Role, vendor_id: str | None, label: str, days: int | None = None) -> str:
    """Makes a key of 256 random bits and returns it: the only time that it can be read."""
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
    """Lets a key in that was made elsewhere and is known by its hash alone. A repeat changes nothing.

    Raises UnknownVendor.
    """
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
    """Lets a new key in with the owner and rights of an old one, which still works for `overlap`.

    False if the old one did not work any more, or if the new one's prefix is of another role. A repeat with the same
    new key changes nothing, and is True.
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
    """Ends a key at once; False if it did not work."""
    cursor.execute(f"UPDATE api_keys SET revoked_at = now() WHERE key_id = %s AND {WORKS}", (key_id,))
    return bool(cursor.rowcount)


@dataclass(frozen=True, slots=True)
class ListedKey:
    """What can be told of a key without the key."""

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
"""Whether a key opens anything, as a condition."""
_FIND = f"""
    SELECT key_id, key_prefix, role, vendor_id, vendor_name FROM api_keys LEFT JOIN vendors USING (vendor_id)
    WHERE key_hash = %s AND {WORKS}
    """
# Once a minute is often enough to see whether a key is still in use.
_NOTE_USE = """
    UPDATE api_keys SET last_used_at = now()
    WHERE key_id = %s AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')
    """
_ALLOWANCES = TokenBuckets("request_allowances", "key_id")


def find_principal(cursor: Cursor, key: str) -> Principal | None:
    """Who calls with this key; None for one that is unknown, revoked or expired.

    The look-up is by hash: how long it takes says nothing about the key.
    """
    cursor.execute(_FIND, (hash_of(key),))
    row = cursor.fetchone()
    if row is None:
        return None
    cursor.execute(_NOTE_USE, (row.key_id,))
    return Principal(*row._replace(role=Role(row.role)))


def take_allowance(cursor: Cursor, key_id: int, *, rate: float, burst: int) -> Allowance:
    """Takes one request from a key's token bucket, which all instances of the service share."""
    return _ALLOWANCES.take(cursor, key_id, rate=rate, burst=burst)
