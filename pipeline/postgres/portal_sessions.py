"""Sessions of the portal. A session ends at sign-out, when it expires, or with its API key."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from pipeline.postgres.api_keys import WORKS, Principal
from pipeline.postgres.database import Cursor
from pipeline.postgres.token_buckets import Allowance, TokenBuckets

_ATTEMPTS = TokenBuckets("sign_in_allowances", "address")

_FIND = f"""
    SELECT api_keys.key_id, key_prefix, role, vendor_id, vendor_name
    FROM portal_sessions JOIN api_keys USING (key_id) LEFT JOIN vendors USING (vendor_id)
    WHERE session_id = %s AND portal_sessions.expires_at > now() AND {WORKS}
    """


@dataclass(frozen=True, slots=True)
class Attempts:
    """How often one network may try to sign in: `at_once` in a burst, then `a_minute`."""

    at_once: int
    a_minute: float


def begin_session(cursor: Cursor, key_id: int, *, lasts: timedelta) -> UUID:
    """Signs in the owner of a key. Also deletes expired sessions and old allowances."""
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


def take_attempt(cursor: Cursor, network: str, allowed: Attempts) -> Allowance:
    """Counts an attempt to sign in from a network; `forget_attempt` undoes it after a success."""
    # There is no limit for all networks together: with one, any address could lock out everybody. Keys are too long to
    # be guessed, from however many addresses.
    return _ATTEMPTS.take(cursor, network, rate=allowed.a_minute / 60, burst=allowed.at_once)


def forget_attempt(cursor: Cursor, network: str) -> None:
    _ATTEMPTS.give_back(cursor, network)
