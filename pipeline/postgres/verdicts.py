"""The decided records of an upload and its counters, updated in the transaction that decides."""

from dataclasses import dataclass, fields

from pipeline.checking.changes import Place
from pipeline.checking.rules import Categories
from pipeline.domain.columns import stored_header
from pipeline.domain.decisions import Decisions
from pipeline.domain.layout import Layout
from pipeline.domain.left_out import LeftOut
from pipeline.domain.numbers import PLAIN_NUMBERS, NumberReadings
from pipeline.domain.uploads import UploadStatus
from pipeline.postgres.database import Cursor, as_array, as_json


@dataclass(frozen=True, slots=True)
class SurveyedUpload:
    """What validators need of an upload. It does not change once the first record is staged."""

    upload_id: str
    vendor_id: str
    number: int
    place: Place
    dry_run: bool
    parent_upload_id: str | None
    layout: Layout
    categories: Categories
    plan_upload_id: str | None = None
    omitted_rows: frozenset[int] = frozenset()
    undo_of: str | None = None


@dataclass(frozen=True, slots=True)
class LockedUpload:
    """An upload's counters while its row is locked.

    `is_open` if records of it may still be decided, `is_newest` if no upload of the vendor stands later.
    """

    is_open: bool
    is_newest: bool
    is_decided: bool
    decided_rows: frozenset[int]
    errors_by_type: dict[str, int]
    left_out: LeftOut


def find_surveyed(cursor: Cursor, upload_id: str) -> SurveyedUpload | None:
    """None if the upload has no survey, or no longer exists."""
    cursor.execute(
        """
        SELECT vendor_id, upload_number, effective_at, effective_path, decisions, dry_run, parent_upload_id,
               file_columns, file_numbers, categories, aliases, plan_upload_id, omitted_rows, undo_of
        FROM upload_history
        WHERE upload_id = %s AND total_records IS NOT NULL AND vendor_id IS NOT NULL
        """,
        (upload_id,),
    )
    row = cursor.fetchone()
    if row is None:
        return None
    return SurveyedUpload(
        upload_id=upload_id,
        vendor_id=row.vendor_id,
        number=row.upload_number,
        place=(row.effective_at, row.effective_path),
        dry_run=row.dry_run,
        parent_upload_id=row.parent_upload_id,
        layout=Layout(
            stored_header(row.file_columns),
            Decisions.of(row.decisions),
            NumberReadings.of(row.file_numbers) if row.file_numbers else PLAIN_NUMBERS,
        ),
        categories=Categories(row.categories, row.aliases),
        plan_upload_id=row.plan_upload_id,
        omitted_rows=frozenset(row.omitted_rows or ()),
        undo_of=row.undo_of,
    )


def lock_for_decision(cursor: Cursor, upload_id: str, vendor_id: str, row_numbers: list[int]) -> LockedUpload:
    """Locks an upload for a decision. `decided_rows` are those of `row_numbers` that were decided before."""
    # The vendor before the upload: every writer locks in this order, so that there are no deadlocks.
    cursor.execute("SELECT 1 FROM vendors WHERE vendor_id = %s FOR NO KEY UPDATE", (vendor_id,))
    cursor.execute(
        """
        SELECT status = %s AND failure IS NULL AS is_open, errors_by_type, left_out,
               NOT EXISTS (SELECT FROM upload_history other WHERE other.vendor_id = u.vendor_id
                           AND (other.effective_at, other.effective_path) > (u.effective_at, u.effective_path))
               AS is_newest,
               coalesce(total_records = valid_records + error_records, false) AS is_decided,
               ARRAY(SELECT n FROM unnest(%s::int[]) AS n WHERE decided @> n) AS decided_rows
        FROM upload_history u WHERE upload_id = %s FOR UPDATE
        """,
        (UploadStatus.PROCESSING, as_array(row_numbers), upload_id),
    )
    row = cursor.fetchone()
    return LockedUpload(
        row.is_open,
        row.is_newest,
        row.is_decided,
        frozenset(row.decided_rows),
        row.errors_by_type,
        LeftOut.of(row.left_out),
    )


@dataclass(frozen=True, slots=True)
class Counts:
    """How many records of a batch became what. The names are those of the columns."""

    valid_records: int
    error_records: int
    updated_records: int
    unchanged_records: int
    superseded_records: int
    removed_records: int
    already_in_catalogue_records: int
    differing_records: int
    still_withdrawn_records: int


_ADDITIONS = ", ".join(f"{count.name} = {count.name} + %({count.name})s" for count in fields(Counts))


def add_verdicts(
    cursor: Cursor,
    upload_id: str,
    *,
    row_numbers: list[int],
    written_rows: list[int],
    counts: Counts,
    errors_by_type: dict[str, int],
    left_out: LeftOut,
) -> bool:
    """Counts records that this transaction decides; True if all records of the upload are decided now.

    `written_rows` are those that created, changed or removed products.
    """
    cursor.execute(
        f"""
        WITH noted AS (
            INSERT INTO catalogue_changes (vendor_id, upload_id, row_numbers)
            SELECT vendor_id, upload_id, (SELECT range_agg(int4range(n, n + 1)) FROM unnest(%(written)s::int[]) AS n)
            FROM upload_history WHERE upload_id = %(upload_id)s AND %(written)s <> '{{}}'
        )
        UPDATE upload_history SET
            decided = decided + (SELECT range_agg(int4range(n, n + 1)) FROM unnest(%(rows)s::int[]) AS n),
            {_ADDITIONS}, errors_by_type = %(errors_by_type)s, left_out = %(left_out)s, last_progress_at = now()
        WHERE upload_id = %(upload_id)s
        RETURNING coalesce(total_records = valid_records + error_records, false)
        """,
        {count.name: getattr(counts, count.name) for count in fields(Counts)}
        | {
            "upload_id": upload_id,
            "rows": as_array(row_numbers),
            "written": as_array(written_rows),
            "errors_by_type": as_json(errors_by_type),
            "left_out": as_json(left_out.as_json()),
        },
    )
    return bool(cursor.fetchone()[0])


def undecided_rows(cursor: Cursor, upload_id: str) -> list[tuple[int, int]]:
    """The row numbers without a decision, as ranges (first, last)."""
    cursor.execute(
        """
        SELECT lower(gap) AS first, upper(gap) - 1 AS last
        FROM upload_history, unnest(int4multirange(int4range(1, total_records + 1)) - decided) AS gap
        WHERE upload_id = %s AND status = %s ORDER BY 1
        """,
        (upload_id, UploadStatus.PROCESSING),
    )
    return [(row.first, row.last) for row in cursor]
