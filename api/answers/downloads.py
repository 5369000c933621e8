"""Downloads of an upload's files: a redirect to a short-lived address in the bucket, or a problem."""

from datetime import UTC, datetime
from typing import Literal

from fastapi.responses import RedirectResponse

from api.answers.problems import Problem, ProblemCode
from pipeline.domain.reports import MOST_ROWS
from pipeline.domain.uploads import FILE_RETENTION, FINAL_STATUSES, files_expire_at
from pipeline.outcome.attachments import file_attachment, report_attachment
from pipeline.outcome.upload_view import has_changes, has_fix_workbook
from pipeline.postgres.rows import Upload
from pipeline.services import Services

POLL_SECONDS = "2"


def report_of(upload: Upload, report: Literal["error_report", "fix_file"], services: Services) -> RedirectResponse:
    if upload.status not in FINAL_STATUSES:
        raise not_ready(f"The upload is {upload.status}; its files are ready when it has ended.")
    if not upload.error_records:
        raise Problem(ProblemCode.NO_ERRORS, "No row of this upload was rejected, so there is nothing to download.")
    check_retention(upload)
    key = upload.error_file_s3_key if report == "error_report" else upload.fix_file_s3_key
    if key is None:  # a cancelled or abandoned upload ends before its reports are written
        raise not_ready("The upload has ended, and its reports are being written. Try again in a moment.")
    return redirect_to_report(key, services)


def fix_workbook_of(upload: Upload, services: Services) -> RedirectResponse | None:
    """None if the workbook is not written yet."""
    report_of(upload, "fix_file", services)  # there is a workbook where there is a fix file, if it is not too long
    if not has_fix_workbook(dict(upload)):
        raise Problem(
            ProblemCode.NOT_FOUND,
            f"{upload.error_records:,} rows were rejected; a workbook is made of up to {MOST_ROWS:,}. Download fix.csv,"
            " which has all of them.",
        )
    return redirect_to_report(upload.fix_workbook_s3_key, services) if upload.fix_workbook_s3_key else None


def changes_of(upload: Upload, services: Services) -> RedirectResponse | None:
    """None if the file is not written yet."""
    if upload.status not in FINAL_STATUSES:
        raise not_ready(f"The upload is {upload.status}; its changes are known when it has ended.")
    if not has_changes(dict(upload)):
        raise Problem(ProblemCode.NO_ERRORS, "This upload changed nothing, so there is nothing to download.")
    check_retention(upload)
    return redirect_to_report(upload.changes_file_s3_key, services) if upload.changes_file_s3_key else None


def file_of(upload: Upload, services: Services) -> RedirectResponse:
    if upload.status not in FINAL_STATUSES:
        raise not_ready(f"The upload is {upload.status}; its file can be downloaded when it has ended.")
    if upload.file_version_id is None:
        raise Problem(
            ProblemCode.NOT_FOUND, f"The upload is {upload.status} without a file, so there is nothing to download."
        )
    check_retention(upload)
    attachment = file_attachment(upload.file_name)
    return _redirect(services.stored_files.download_url(upload.file_s3_key, attachment, upload.file_version_id))


def redirect_to_report(key: str, services: Services) -> RedirectResponse:
    return _redirect(services.stored_files.download_url(key, report_attachment(key)))


def _redirect(address: str) -> RedirectResponse:
    # No cache may store it: anyone who has the address can open the file.
    return RedirectResponse(address, 307, headers={"Cache-Control": "no-store"})


def not_ready(detail: str) -> Problem:
    """What is asked for is there when the upload has ended."""
    return Problem(ProblemCode.NOT_FINAL, detail, headers={"Retry-After": POLL_SECONDS})


def check_retention(upload: Upload) -> None:
    """Raises a Problem if the files of an upload are no longer kept."""
    until = files_expire_at(upload.file_arrived_at or upload.processing_started_at)
    if until and until < datetime.now(UTC):
        raise Problem(
            ProblemCode.GONE,
            f"Files are kept for {FILE_RETENTION.days} days; this one was kept until {until:%Y-%m-%d}.",
        )
