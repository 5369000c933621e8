"""What a vendor had remembered of headers: the columns that they are meant for, or that they are not used.

All functions take the cursor of the caller's transaction.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from pipeline.domain.cells import clean
from pipeline.domain.columns import COLUMN_ORDER
from pipeline.domain.decisions import Decisions, RememberedHeader
from pipeline.domain.header_names import normalize_header
from pipeline.domain.one_line import one_line
from pipeline.domain.weights import WeightUnit
from pipeline.postgres.database import Cursor, as_json
from pipeline.postgres.order import Order, Place

MOST = 1_000
"""The headers that are remembered for a vendor; beyond, the oldest are forgotten."""
_LONGEST = 200  # characters: an address, by which a header is forgotten, takes no more
NEWEST_HEADERS = Order({"remembered_at": datetime, "name": str, "column_name": str}, descending=True)
BY_HEADER = Order({"name": str})


@dataclass(frozen=True, slots=True)
class Remembered:
    """A header with one of its columns, as it is listed."""

    remembered_at: datetime
    name: str
    header: str
    column_name: str | None
    unit: str | None


@dataclass(frozen=True, slots=True)
class NamedHeader:
    """A header with all of its columns, and its name."""

    name: str
    header: str
    columns: tuple[str, ...]
    unit: str | None


def headers_of(decisions: Decisions) -> list[RememberedHeader]:
    """What the mapping of an upload says of each header."""
    columns: dict[str, list[str]] = defaultdict(list)
    units: dict[str, WeightUnit | None] = {}
    for column, mapped in sorted(decisions.mapping.items(), key=lambda item: COLUMN_ORDER[item[0]]):
        columns[mapped.header].append(column)
        units[mapped.header] = units.get(mapped.header) or mapped.unit
    used = [RememberedHeader(header, tuple(names), units[header]) for header, names in columns.items()]
    return [*used, *(RememberedHeader(header, ()) for header in decisions.not_used if header not in columns)]


def remember(cursor: Cursor, vendor_id: str, headers: Sequence[RememberedHeader]) -> None:
    """Keeps what each header means, instead of what it meant before. Blank and overlong headers are skipped."""
    by_name = {
        name: asdict(replace(each, header=one_line(each.header, _LONGEST)))
        for each in headers
        if len(each.header) <= _LONGEST and (name := name_of(each.header))
    }
    cursor.execute(
        """
        INSERT INTO remembered_headers (vendor_id, name, header, columns, unit)
        SELECT %s, name, header, columns, unit
        FROM jsonb_to_recordset(%s) AS r (name TEXT, header TEXT, columns TEXT[], unit TEXT) ORDER BY name
        ON CONFLICT (vendor_id, name) DO UPDATE SET header = excluded.header, columns = excluded.columns,
                                                    unit = excluded.unit, remembered_at = clock_timestamp()
        """,
        (vendor_id, as_json([{"name": name, **each} for name, each in by_name.items()])),
    )
    cursor.execute(
        """
        DELETE FROM remembered_headers WHERE vendor_id = %(vendor_id)s AND name IN (
            SELECT name FROM remembered_headers WHERE vendor_id = %(vendor_id)s
            ORDER BY remembered_at DESC, name DESC OFFSET %(most)s)
        """,
        {"vendor_id": vendor_id, "most": MOST},
    )


def forget(cursor: Cursor, vendor_id: str, header: str) -> bool:
    """False if nothing is remembered of the header."""
    cursor.execute("DELETE FROM remembered_headers WHERE vendor_id = %s AND name = %s", (vendor_id, name_of(header)))
    return bool(cursor.rowcount)


def find_remembered(cursor: Cursor, vendor_id: str, *, after: Place | None, limit: int) -> list[Remembered]:
    """The newest first; a header that serves two columns is listed once for each."""
    cursor.execute(
        f"""
        SELECT remembered_at, name, header, nullif(column_name, '') AS column_name, unit FROM (
            SELECT remembered_at, name, header, coalesce(each, '') AS column_name, unit
            FROM remembered_headers LEFT JOIN LATERAL unnest(columns) AS each ON true
            WHERE vendor_id = %(vendor_id)s) AS listed
        WHERE {NEWEST_HEADERS.sql_after if after else "true"}
        ORDER BY remembered_at DESC, name DESC, listed.column_name DESC LIMIT %(limit)s
        """,
        {"vendor_id": vendor_id, "after": after, "limit": limit},
    )
    return [Remembered(*row) for row in cursor]


def find_headers(cursor: Cursor, vendor_id: str, *, after: Place | None, limit: int) -> list[NamedHeader]:
    """In order of name, each header once."""
    cursor.execute(
        f"""
        SELECT name, header, columns, unit FROM remembered_headers
        WHERE vendor_id = %(vendor_id)s AND {BY_HEADER.sql_after if after else "true"}
        ORDER BY {BY_HEADER.sql} LIMIT %(limit)s
        """,
        {"vendor_id": vendor_id, "after": after, "limit": limit},
    )
    return [NamedHeader(name, header, tuple(columns), unit) for name, header, columns, unit in cursor]


def find_header(cursor: Cursor, vendor_id: str, header: str) -> NamedHeader | None:
    """What is remembered of a header, however it is spelled."""
    cursor.execute(
        "SELECT name, header, columns, unit FROM remembered_headers WHERE vendor_id = %s AND name = %s",
        (vendor_id, name_of(header)),
    )
    row = cursor.fetchone()
    return NamedHeader(row[0], row[1], tuple(row[2]), row[3]) if row else None


def name_of(header: str) -> str:
    """The form in which headers are compared; nothing for one that cannot be remembered."""
    return normalize_header(clean(header))
