"""Token buckets that all instances of the service share: how much somebody may still do."""

import math
from dataclasses import dataclass

from pipeline.postgres.database import Cursor


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much is left: `remaining` at once, `reset` seconds until it is `limit` again."""

    limit: int
    remaining: int
    reset: int
    retry_after: int | None
    """Seconds to wait before asking again; None if this one was granted."""


@dataclass(frozen=True, slots=True)
class TokenBuckets:
    """The buckets of one table, each named by the value of one column."""

    table: str
    column: str

    def take(self, cursor: Cursor, name: object, *, rate: float, burst: int) -> Allowance:
        """Takes one token, if there is one; `rate` of them come back a second, up to `burst`."""
        cursor.execute(self._take(), {"name": name, "rate": rate, "burst": burst})
        row = cursor.fetchone()
        retry_after = None if row.was_granted else max(1, math.ceil((1 - row.tokens) / rate))
        return Allowance(burst, int(row.tokens), math.ceil((burst - row.tokens) / rate), retry_after)

    def give_back(self, cursor: Cursor, name: object) -> None:
        """Returns the token that was taken last: it was not what is being counted."""
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
