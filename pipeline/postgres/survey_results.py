"""What the parser found: the result of its survey, or the failure of the file, and that every record is staged.

All functions take the cursor of the caller's transaction. Each is a conditional UPDATE under the parser's claim: after
the claim has passed to another worker, it changes nothing.
"""

from dataclasses import asdict
from datetime import timedelta
from uuid import UUID

from pipeline.checking.survey import Survey
from pipeline.domain.decisions import UploadMode
from pipeline.domain.failures import UnacceptableFile
from pipeline.domain.severity import WarningCode
from pipeline.domain.uploads import UploadStatus
from pipeline.postgres.corrections import leading_zeros_warnings
from pipeline.postgres.database import Cursor, as_json


def store_survey(cursor: Cursor, upload_id: str, *, token: UUID, lease: timedelta, survey: Survey) -> bool:
    """Stores the result of the survey; False if the upload has ended or belongs to another worker."""
    warnings = [*survey.warnings, *leading_zeros_warnings(cursor, upload_id, survey.fix_file_rows)]
    cursor.execute(
        """
        UPDATE upload_history u SET
            total_records = %(total)s, file_sha256 = %(sha256)s, file_format = %(format)s, file_sheet = %(sheet)s,
            file_encoding = %(encoding)s, file_delimiter = %(delimiter)s, file_header_row = %(header_row)s,
            file_columns = %(columns)s, file_numbers = %(numbers)s, last_progress_at = now(),
            lease_until = now() + %(lease)s,
            warnings = CASE WHEN u.undo_of IS NULL THEN %(warnings)s::jsonb ELSE '[]' END || (
                SELECT coalesce(jsonb_agg(jsonb_build_object('code', %(same_file)s, 'line', NULL, 'message',
                    'The same file was accepted before, as upload ' || earlier.upload_id || '.')), '[]')
                FROM (SELECT e.upload_id FROM upload_history e
                      WHERE u.mode = %(create)s AND e.vendor_id = u.vendor_id AND e.upload_id <> u.upload_id
                        AND e.file_sha256 = %(sha256)s AND e.file_sheet IS NOT DISTINCT FROM %(sheet)s
                        AND e.status IN (%(completed)s, %(partial)s) AND NOT e.dry_run
                        AND NOT EXISTS (SELECT FROM upload_history undo WHERE undo.undo_of = e.upload_id
                                        AND NOT undo.dry_run AND undo.status IN (%(completed)s, %(partial)s))
                      ORDER BY e.upload_timestamp DESC LIMIT 1) AS earlier)
        WHERE upload_id = %(upload_id)s AND lease_token = %(token)s AND status = %(processing)s
        """,
        {
            "upload_id": upload_id,
            "token": token,
            "lease": lease,
            "same_file": WarningCode.SAME_FILE,
            "create": UploadMode.CREATE,
            "processing": UploadStatus.PROCESSING,
            "completed": UploadStatus.COMPLETED,
            "partial": UploadStatus.PARTIAL,
            "total": survey.total_records,
            "sha256": survey.sha256,
            "format": survey.format.file_format,
            "sheet": survey.format.sheet,
            "encoding": survey.format.encoding_name,
            "delimiter": survey.format.delimiter,
            "header_row": survey.format.head.sheet_row,
            "columns": as_json([asdict(column) for column in survey.format.columns]),
            "numbers": as_json(survey.format.layout.numbers.as_json()),
            "warnings": as_json([asdict(warning) for warning in warnings]),
        },
    )
    return bool(cursor.rowcount)


def store_failure(cursor: Cursor, upload_id: str, *, token: UUID, error: UnacceptableFile) -> bool:
    """Stores why a file cannot be accepted, and what is known of its format; False as for `store_survey`.

    The upload is then ended and its vendor notified as usual.
    """
    detected = error.detected_format
    cursor.execute(
        """
        UPDATE upload_history SET
            failure = %(failure)s, file_format = %(format)s, file_sheet = %(sheet)s, file_encoding = %(encoding)s,
            file_delimiter = %(delimiter)s, file_header_row = %(header_row)s, file_columns = %(columns)s,
            warnings = %(warnings)s, last_progress_at = now(), lease_token = NULL, lease_until = NULL
        WHERE upload_id = %(upload_id)s AND lease_token = %(token)s AND status = %(processing)s
          AND total_records IS NULL
        """,
        {
            "upload_id": upload_id,
            "token": token,
            "processing": UploadStatus.PROCESSING,
            "failure": as_json(asdict(error.failure)),
            "format": detected.file_format,
            "sheet": detected.sheet,
            "encoding": detected.encoding,
            "delimiter": detected.delimiter,
            "header_row": detected.header_row,
            "columns": as_json([asdict(column) for column in detected.columns]),
            "warnings": as_json([asdict(warning) for warning in detected.warnings]),
        },
    )
    return bool(cursor.rowcount)


def finish_staging(cursor: Cursor, upload_id: str, *, token: UUID) -> None:
    """Notes that every record is staged, and ends the parser's claim."""
    cursor.execute(
        """
        UPDATE upload_history SET staged_at = now(), lease_token = NULL, lease_until = NULL, last_progress_at = now()
        WHERE upload_id = %s AND lease_token = %s
        """,
        (upload_id, token),
    )
