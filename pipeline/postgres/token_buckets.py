"""Token buckets, shared by all instances of the service: they limit how often a client may do something."""

import math
from dataclasses import dataclass

from pipeline.postgres.database import Cursor


@dataclass(frozen=True, slots=True)
class Allowance:
    """The state of a bucket: `remaining` tokens, and `reset` seconds until there are `limit` again."""

    limit: int
    remaining: int
    reset: int
    retry_after: int | None
    """Seconds to wait before the next attempt; None if this one was granted."""


@dataclass(frozen=True, slots=True)
class TokenBuckets:
    """The buckets in one table, each identified by the value of one column."""

    table: str
    column: str

    def take(self, cursor: Cursor, name: object, *, rate: float, burst: int) -> Allowance:
        """Takes one token, if there is one. Tokens are refilled at `rate` per second, up to `burst`."""
        cursor.execute(self._take(), {"name": name, "rate": rate, "burst": burst})
        row = cursor.fetchone()
        retry_after = None if row.was_granted else max(1, math.ceil((1 - row.tokens) / rate))
        return Allowance(burst, int(row.tokens), math.ceil((burst - row.tokens) / rate), retry_after)

    def give_back(self, cursor: Cursor, name: object) -> None:
        """Returns a token whose use should not count after all."""
        cursor.execute(f"UPDATE {self.table} SET tokens = tokens + 1 WHERE {self.column} = %s", (name,))

    def _take(self) -> str:
        return f"""
            INSERT INTO {self.table} AS a ({self.column}, tokens, was_granted, refilled_at)
            VALUES (%(name)s, %(burst)s - 1, true, clock_timestamp())
            ON CONFLICT ({self.column}) DO UPDATE SET (tokens, was_granted, refilled_at) = (
                SELECT CASE WHEN full_ >= 1 THEN full_ - 1 ELSE full_ END, full_ >= 1, clock_timestamp()
                FROM (SELECT least(%(burst)s, a.tokens + greatest(
                                 0, %(rate)s * extract(epoch FROM clock_timestamp() - a.refilled_at))
                             )::double precision AS full_) AS refilled)
            RETURNING tokens, was_granted
        """
