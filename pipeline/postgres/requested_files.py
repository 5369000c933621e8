"""The files of uploads that are written on request: which are requested, and which are written."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.domain.columns import Column, stored_header
from pipeline.domain.uploads import FileOnRequest
from pipeline.postgres.database import Cursor

_COLUMNS = {FileOnRequest.CHANGES: "changes_file", FileOnRequest.FIX_WORKBOOK: "fix_workbook"}


@dataclass(frozen=True, slots=True)
class RequestedFile:
    """An upload whose file is requested and not written yet. `columns` are those of the file that it was made of."""

    upload_id: str
    vendor_id: str
    delimiter: str
    dry_run: bool
    total_records: int
    columns: Sequence[Column]


def request(cursor: Cursor, upload_id: str, file: FileOnRequest, *, again_after_seconds: int) -> bool:
    """True if the file must be asked for: it is not, or was so long ago that its message may be lost."""
    name = _COLUMNS[file]
    cursor.execute(
        f"""
        UPDATE upload_history SET {name}_requested_at = now()
        WHERE upload_id = %s AND {name}_s3_key IS NULL
          AND coalesce({name}_requested_at < now() - make_interval(secs => %s), true)
        """,
        (upload_id, again_after_seconds),
    )
    return bool(cursor.rowcount)


def find_requested(cursor: Cursor, upload_id: str, file: FileOnRequest) -> RequestedFile | None:
    name = _COLUMNS[file]
    cursor.execute(
        f"""
        SELECT upload_id, vendor_id, coalesce(file_delimiter, ',') AS delimiter, dry_run, total_records, file_columns
        FROM upload_history
        WHERE upload_id = %s AND {name}_requested_at IS NOT NULL AND {name}_s3_key IS NULL
          AND total_records IS NOT NULL
        """,
        (upload_id,),
    )
    row = cursor.fetchone()
    if row is None:
        return None
    columns = stored_header(row.file_columns or ())
    return RequestedFile(row.upload_id, row.vendor_id, row.delimiter, row.dry_run, row.total_records, columns)


def note_written(cursor: Cursor, upload_id: str, file: FileOnRequest, key: str) -> None:
    cursor.execute(f"UPDATE upload_history SET {_COLUMNS[file]}_s3_key = %s WHERE upload_id = %s", (key, upload_id))
