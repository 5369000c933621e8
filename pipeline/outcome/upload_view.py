"""An upload as its vendor sees it, in the REST API and in webhooks."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field, PlainSerializer

from pipeline.domain.columns import MatchedBy, listed_columns, stored_header
from pipeline.domain.decisions import BlankCells, Decisions, OptionalValues, UploadMode
from pipeline.domain.errors import ErrorType
from pipeline.domain.failures import Failure, still_withdrawn
from pipeline.domain.file_formats import FileFormat
from pipeline.domain.guards import GuardCode
from pipeline.domain.left_out import LeftOut
from pipeline.domain.numbers import NumberFormat
from pipeline.domain.reports import MOST_ROWS
from pipeline.domain.severity import Severity, severity_of
from pipeline.domain.uploads import FINAL_STATUSES, UNDO_PERIOD, UploadStatus, files_expire_at


def as_text(moment: datetime) -> str:
    """RFC 3339, UTC, milliseconds, `Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Moment = Annotated[datetime, PlainSerializer(as_text, return_type=str)]
"""A time, serialized by `as_text`."""


class Notice(BaseModel):
    """A failure: its code, what was found and what to do, and where."""

    code: str
    message: str
    line: int | None = None


class HeaderProposalView(BaseModel):
    """A header, and the column that it is probably meant for."""

    header: str
    samples: list[str] = Field(description="Up to three of its cells.")
    column: str | None
    confidence: float = Field(ge=0, le=1)
    alternatives: list[str] = Field(description="Other columns that it may be meant for, the likeliest first.")


class StandInView(BaseModel):
    """What could take the place of a missing column: a header that serves another column too, or a default."""

    column: str
    header: str | None
    default: str | None


class ColumnsProposal(BaseModel):
    """What each header is probably meant for, and what could stand in for columns that none is meant for."""

    columns: list[HeaderProposalView]
    stand_ins: list[StandInView]


class EncodingView(BaseModel):
    """A possible encoding, and the same words as in the others, as it reads them."""

    encoding: str
    words: list[str] = Field(description="Up to three. They are the same bytes of the file in each encoding.")


class EncodingsProposal(BaseModel):
    encodings: list[EncodingView]


class GuardExampleView(BaseModel):
    row_number: int
    sku: str
    before: str
    after: str


class GuardView(BaseModel):
    """What would be done to `count` products of `of`, with up to five of them."""

    code: GuardCode
    count: int
    of: int
    examples: list[GuardExampleView]


class FailureNotice(Notice):
    """Why the file was not accepted. A proposal is confirmed or corrected with `POST /v1/uploads/{id}/apply`."""

    proposal: ColumnsProposal | EncodingsProposal | None = None
    guards: list[GuardView] | None = Field(
        default=None, description="What the file would do to many products at once, and `accept` lets through."
    )


class FileNotice(Notice):
    """A warning: something about the file that its vendor should know, whether it was accepted or not."""

    severity: Severity


class FileColumn(BaseModel):
    """A header of the file. One that serves several columns is listed once for each."""

    header: str
    column: str | None = Field(description="Null if the header is not used.")
    matched_by: MatchedBy | None = Field(
        description="How its column was found. A header that is ignored by decision has this, and no column."
    )


class FileFacts(BaseModel):
    """What was found out about the file; of one that was not accepted, what was known by then."""

    format: FileFormat = Field(description="The form of the file, told by its content.")
    encoding: str | None = Field(description="Null of a workbook, or if it could not be told.")
    delimiter: str | None = Field(description="Null of a workbook, or if the header could not be read.")
    sheet: str | None = Field(description="The sheet that was read of a workbook.")
    header_row: int | None = Field(description="The sheet row of the header. Null if it could not be read.")
    number_format: NumberFormat | None = Field(
        description="How numbers with decimals are written in it. Null if none has decimals, or if they differ."
    )
    columns: list[FileColumn] = Field(description="Empty if the header could not be read, or has too many.")
    sha256: str | None = Field(description="Null if the file was not accepted.")


class Links(BaseModel):
    """Absolute URLs; null if there is nothing (yet)."""

    self: str
    errors: str
    summary: str | None
    error_report: str | None
    fix_file: str | None
    fix_workbook: str | None = Field(description="The fix file for a spreadsheet program; null for very long ones.")
    changes: str | None
    file: str | None
    portal: str | None


class MappedHeaderView(BaseModel):
    header: str
    unit: str


class DecisionsView(BaseModel):
    mode: UploadMode
    mapping: dict[str, str | MappedHeaderView] = Field(description="Column → the header that it is read from.")
    not_used: list[str] = Field(description="Headers that are ignored.")
    blank_cells: BlankCells
    defaults: dict[str, str]
    number_format: NumberFormat | None
    optional_values: OptionalValues
    encoding: str | None
    sheet: str | None
    accept: list[GuardCode] = Field(description="The guards that do not stop it.")


class UploadView(BaseModel):
    """One upload: one file, and everything that became of it."""

    upload_id: str
    vendor_id: str | None
    vendor_name: str | None
    claimed_vendor_id: str | None = Field(default=None, description="Support only: of a drop under an unknown vendor.")
    file_name: str
    file_size_bytes: int | None
    reference: str | None
    mode: UploadMode
    dry_run: bool
    decisions: DecisionsView = Field(description="What was decided for it; pinned when its processing starts.")
    effective_at: Moment = Field(
        description="Where it stands among your uploads: a later one is never overwritten by an earlier one."
    )
    created_by: str | None
    parent_upload_id: str | None
    source_upload_id: str | None = Field(description="The upload whose file was processed again as this one.")
    undo_of: str | None = Field(description="The upload that this one takes back.")
    status: UploadStatus
    is_final: bool
    progress: float
    total_records: int | None
    valid_records: int
    error_records: int
    not_processed_records: int
    created_records: int
    updated_records: int
    unchanged_records: int
    superseded_records: int = Field(description="Records whose every change was lost to a later upload.")
    removed_records: int = Field(description="Products that an undo has removed, because the upload created them.")
    already_in_catalogue_records: int = Field(
        description="Rejected records of which nothing is wrong but that you have the product already."
    )
    corrected_records: int = Field(
        description="How many of the rejected records have been corrected since, in fix files of this upload."
    )
    errors_by_type: dict[str, int]
    failure: FailureNotice | None
    warnings: list[FileNotice]
    file: FileFacts | None
    upload_timestamp: Moment
    processing_started_at: Moment | None
    last_progress_at: Moment | None
    processing_completed_at: Moment | None
    expires_at: Moment | None
    files_expire_at: Moment | None = Field(description="Until then, the file and its reports can be downloaded.")
    undo_until: Moment | None = Field(description="Until then it can be undone; null if there is nothing to undo.")
    rules_version: str | None
    links: Links


def upload_view(
    row: Mapping[str, Any], vendor_name: str | None, *, api_url: str, for_support: bool = False
) -> UploadView:
    """`row` is the row of `upload_history` by column name; it may have more columns than are needed."""
    is_final = row["status"] in FINAL_STATUSES
    return UploadView.model_validate(
        {
            **row,
            "vendor_name": vendor_name,
            "claimed_vendor_id": row["claimed_vendor_id"] if for_support else None,
            "decisions": Decisions.of(row["decisions"]).as_json(),
            "created_records": created_records(row),
            "is_final": is_final,
            "progress": _progress(row, is_final),
            "errors_by_type": {t: row["errors_by_type"][t] for t in ErrorType if t in row["errors_by_type"]},
            "failure": _failure(row["failure"]) if is_final else None,
            "warnings": [{**each, "severity": severity_of(each["code"])} for each in all_warnings(row)],
            "file": _file_facts(row),
            "expires_at": row["expires_at"] if row["status"] == UploadStatus.AWAITING_UPLOAD else None,
            "files_expire_at": files_expire_at(row["file_arrived_at"] or row["processing_started_at"]),
            "undo_until": undo_until(row),
            "links": _links(row, api_url, is_final),
        }
    )


def _failure(stored: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return Failure.of(stored).as_json() if stored else None


def created_records(row: Mapping[str, Any]) -> int:
    others = row["updated_records"] + row["unchanged_records"] + row["superseded_records"] + row["removed_records"]
    return int(row["valid_records"] - others)


def undo_until(row: Mapping[str, Any]) -> datetime | None:
    """Until when an ended upload can be taken back; None if it wrote nothing."""
    wrote = created_records(row) + row["updated_records"] + row["removed_records"]
    ended_at: datetime | None = row["processing_completed_at"]
    is_undoable = wrote and not row["dry_run"] and row["status"] in FINAL_STATUSES
    return ended_at + UNDO_PERIOD if is_undoable and ended_at else None


def has_fix_workbook(row: Mapping[str, Any]) -> bool:
    return bool(row["fix_file_s3_key"]) and row["error_records"] <= MOST_ROWS


def has_changes(row: Mapping[str, Any]) -> bool:
    """Whether any record had something to write, even if a later upload had written it already."""
    return bool(row["valid_records"] - row["unchanged_records"])


def _progress(row: Mapping[str, Any], is_final: bool) -> float:
    if is_final and row["status"] != UploadStatus.CANCELLED:
        return 1.0
    if not row["total_records"]:
        return 0.0
    return float(round((row["valid_records"] + row["error_records"]) / row["total_records"], 4))


def all_warnings(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The warnings about an upload's file, and those that its records gave rise to."""
    left_out = LeftOut.of(row["left_out"]).warning(in_workbook=row["file_format"] == FileFormat.XLSX)
    found_later = [*still_withdrawn(row["still_withdrawn_records"]), *left_out]
    return [*row["warnings"], *map(asdict, found_later)]


def _file_facts(row: Mapping[str, Any]) -> dict[str, Any] | None:
    if not (row["file_encoding"] or row["file_format"]):
        return None
    return {
        "format": row["file_format"] or FileFormat.CSV,
        "encoding": row["file_encoding"],
        "delimiter": row["file_delimiter"],
        "sheet": row["file_sheet"],
        "header_row": row["file_header_row"],
        "number_format": (row["file_numbers"] or {}).get("number_format"),
        "columns": list(listed_columns(stored_header(row["file_columns"] or []))),
        "sha256": row["file_sha256"],
    }


def _links(row: Mapping[str, Any], api_url: str, is_final: bool) -> Links:
    own = f"{api_url}/v1/uploads/{row['upload_id']}"
    return Links(
        self=own,
        errors=f"{own}/errors",
        summary=f"{own}/errors/summary",
        error_report=f"{own}/errors.csv" if row["error_file_s3_key"] else None,
        fix_file=f"{own}/fix.csv" if row["fix_file_s3_key"] else None,
        fix_workbook=f"{own}/fix.xlsx" if has_fix_workbook(row) else None,
        changes=f"{own}/changes.csv" if is_final and has_changes(row) else None,
        file=f"{own}/file" if row["file_version_id"] and is_final else None,
        portal=f"{api_url}/uploads/{row['upload_id']}",
    )
