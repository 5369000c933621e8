"""API keys: who is calling. A key is shown once, when it is made; only its SHA-256 is kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, String, bindparam, create_engine, text

from pipeline.adapters.token_buckets import Allowance, TokenBuckets
from pipeline.domain.keys import PREFIX_LENGTH, PREFIXES, Role, hash_of, new_key


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
        return self.role == "support"


def create_api_key(database_url: str, *, role: Role, vendor_id: str | None, label: str) -> str:
    """Makes a key in the database of this address: `make_key` for those who have no connection."""
    engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg2://", 1))
    try:
        with engine.begin() as connection:
            return make_key(connection, role=role, vendor_id=vendor_id, label=label)
    finally:
        engine.dispose()


def make_key(connection: Connection, *, role: Role, vendor_id: str | None, label: str, days: int | None = None) -> str:
    """Makes a key of 256 random bits and returns it: the only time that it can be read."""
    key = new_key(role)
    keep_key(
        connection, key[:PREFIX_LENGTH], hash_of(key), role=role, vendor_id=vendor_id, label=label, days=days
    )  # fmt: skip
    return key


def keep_key(
    connection: Connection,
    prefix: str,
    hashed: bytes,
    *,
    role: Role,
    vendor_id: str | None,
    label: str,
    days: int | None = None,
) -> None:
    """Lets a key in that was made elsewhere and is known by its hash alone. A repeat changes nothing."""
    connection.execute(
        text("""
            INSERT INTO api_keys (key_prefix, key_hash, role, vendor_id, label, expires_at)
            VALUES (:prefix, :hash, :role, :vendor_id, :label, now() + make_interval(days => :days))
            ON CONFLICT (key_hash) DO NOTHING
        """),
        {"prefix": prefix, "hash": hashed, "role": role, "vendor_id": vendor_id, "label": label, "days": days},
    )


def replace_key(connection: Connection, key_id: int, prefix: str, hashed: bytes, *, overlap: timedelta) -> bool:
    """Lets a new key in with the owner and rights of an old one, which still works for `overlap`.

    False if the old one did not work any more, or if the new one's prefix is of another role. A repeat with the same
    new key changes nothing, and is True.
    """
    row = connection.execute(
        text(f"""
            SELECT role, vendor_id, label, EXISTS (SELECT 1 FROM api_keys WHERE key_hash = :hash) AS is_done
            FROM api_keys WHERE key_id = :key_id AND {WORKS} FOR NO KEY UPDATE
        """),
        {"key_id": key_id, "hash": hashed},
    ).one_or_none()
    if row is None or not prefix.startswith(PREFIXES[row.role]):
        return False
    if not row.is_done:
        ends = text("UPDATE api_keys SET expires_at = least(expires_at, now() + :overlap) WHERE key_id = :key_id")
        connection.execute(ends, {"key_id": key_id, "overlap": overlap})
        keep_key(connection, prefix, hashed, role=row.role, vendor_id=row.vendor_id, label=row.label)
    return True


def revoke_key(connection: Connection, key_id: int) -> bool:
    """Ends a key at once; False if it did not work."""
    done = connection.execute(
        text(f"UPDATE api_keys SET revoked_at = now() WHERE key_id = :key_id AND {WORKS}"), {"key_id": key_id}
    )
    return bool(done.rowcount)


@dataclass(frozen=True, slots=True)
class ListedKey:
    """What can be told of a key without the key: `state` is `works`, `revoked` or `expired`."""

    key_id: int
    key_prefix: str
    role: str
    vendor_id: str | None
    label: str
    state: str
    created_at: datetime
    last_used_at: datetime | None


def list_keys(connection: Connection, *, vendor_id: str | None = None) -> list[ListedKey]:
    rows = connection.execute(
        text("""
            SELECT key_id, key_prefix, role, vendor_id, label,
                   CASE WHEN revoked_at IS NOT NULL THEN 'revoked' WHEN expires_at <= now() THEN 'expired'
                        ELSE 'works' END AS state, created_at, last_used_at
            FROM api_keys WHERE :vendor_id IS NULL OR vendor_id = :vendor_id ORDER BY key_id
        """).bindparams(bindparam("vendor_id", vendor_id, String)),
    )
    return [ListedKey(**row._mapping) for row in rows]


WORKS = "api_keys.revoked_at IS NULL AND (api_keys.expires_at IS NULL OR api_keys.expires_at > now())"
"""Whether a key opens anything, as a condition."""
_FIND = text(
    """
    SELECT key_id, key_prefix, role, vendor_id, vendor_name FROM api_keys LEFT JOIN vendors USING (vendor_id)
    WHERE key_hash = :hash AND """
    + WORKS
)
# Once a minute is often enough to see whether a key is still in use.
_NOTE_USE = text("""
    UPDATE api_keys SET last_used_at = now()
    WHERE key_id = :key_id AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')
""")
_ALLOWANCES = TokenBuckets("request_allowances", "key_id")


def find_principal(connection: Connection, key: str) -> Principal | None:
    """Who calls with this key; None for one that is unknown, revoked or expired.

    The look-up is by hash: how long it takes says nothing about the key.
    """
    row = connection.execute(_FIND, {"hash": hash_of(key)}).one_or_none()
    if row is None:
        return None
    connection.execute(_NOTE_USE, {"key_id": row.key_id})
    return Principal(**row._mapping)


def take_allowance(connection: Connection, key_id: int, *, rate: float, burst: int) -> Allowance:
    """Takes one request from a key's token bucket, which all instances of the service share."""
    return _ALLOWANCES.take(connection, key_id, rate=rate, burst=burst)
