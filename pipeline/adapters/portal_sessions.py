"""Who is signed in to the portal. A session ends when it is signed out of, after its time, or with its API key."""

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, ip_address
from uuid import UUID

from pipeline.adapters.api_keys import WORKS, Principal
from pipeline.adapters.database import Cursor
from pipeline.adapters.token_buckets import Allowance, TokenBuckets

_ATTEMPTS = TokenBuckets("sign_in_allowances", "address")
_EVERYONE = "everyone"
# What all addresses together may try: far above what people do, far below what would keep the database busy.
_EVERYONES_RATE, _EVERYONES_BURST = 10.0, 300

_FIND = f"""
    SELECT api_keys.key_id, key_prefix, role, vendor_id, vendor_name
    FROM portal_sessions JOIN api_keys USING (key_id) LEFT JOIN vendors USING (vendor_id)
    WHERE session_id = %s AND portal_sessions.expires_at > now() AND {WORKS}
    """


@dataclass(frozen=True, slots=True)
class Attempts:
    """How often one address may try to sign in: so often at once, and then so often a minute."""

    at_once: int
    a_minute: float


def begin_session(cursor: Cursor, key_id: int, *, lasts: timedelta) -> UUID:
    """Signs a key's holder in; what is long over is forgotten on the way."""
    cursor.execute("DELETE FROM portal_sessions WHERE expires_at < now()")
    cursor.execute("DELETE FROM sign_in_allowances WHERE refilled_at < now() - interval '1 day'")
    cursor.execute(
        "INSERT INTO portal_sessions (key_id, expires_at) VALUES (%s, now() + %s) RETURNING session_id",
        (key_id, lasts),
    )
    session_id: UUID = cursor.fetchone()[0]
    return session_id


def find_visitor(cursor: Cursor, session_id: UUID) -> Principal | None:
    """Who is signed in; None if the session, or the key behind it, has ended."""
    cursor.execute(_FIND, (session_id,))
    row = cursor.fetchone()
    return Principal(*row) if row else None


def end_session(cursor: Cursor, session_id: UUID) -> None:
    cursor.execute("DELETE FROM portal_sessions WHERE session_id = %s", (session_id,))


def take_attempt(cursor: Cursor, address: str, allowed: Attempts) -> Allowance:
    """Counts an attempt to sign in, by address and altogether; `forget_attempt` takes a successful one back."""
    everyone = _ATTEMPTS.take(cursor, _EVERYONE, rate=_EVERYONES_RATE, burst=_EVERYONES_BURST)
    if everyone.retry_after:
        return everyone
    return _ATTEMPTS.take(cursor, _network(address), rate=allowed.a_minute / 60, burst=allowed.at_once)


def forget_attempt(cursor: Cursor, address: str) -> None:
    for name in (_EVERYONE, _network(address)):
        _ATTEMPTS.give_back(cursor, name)


def _network(address: str) -> str:
    """One subscriber has a whole /64 of IPv6 addresses; they count as one."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    return str(IPv6Address(int(parsed) >> 64 << 64)) if isinstance(parsed, IPv6Address) else str(parsed)
