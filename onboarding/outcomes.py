"""What became of a file, as a person reads it at the terminal: of one that was checked here, and of an upload."""

from collections.abc import Iterable
from dataclasses import asdict

from onboarding import printing
from onboarding.offline import FileCheck
from onboarding.printing import Json
from onboarding.rules_document import RulesDocument
from pipeline.domain.errors import ErrorType
from pipeline.domain.one_line import one_line
from pipeline.domain.severity import Severity
from pipeline.domain.uploads import UploadStatus
from pipeline.outcome.sentences import Result, line_note, sentence_of

_LONGEST_NAME = 200
_LONGEST_MESSAGE = 2000


def warnings(found: Iterable[Json]) -> None:
    """Those that say that something may be wrong come last, where they are seen."""
    for warning in sorted(found, key=_is_to_check):
        where = line_note(warning["message"], warning["line"])
        word, style = ("Please check", "yellow") if _is_to_check(warning) else ("Note", "")
        printing.said(f"{word}: {one_line(warning['message'], _LONGEST_MESSAGE)}{where}", style)


def _is_to_check(warning: Json) -> bool:
    return bool(warning["severity"] == Severity.WARNING)


def checked(name: str, check: FileCheck, *, shown: int) -> None:
    """What follows the errors: how many more there are, the causes, and the upshot."""
    if check.failure:
        where = line_note(check.failure.message, check.failure.line)
        printing.said(f"{check.failure.code}: {one_line(check.failure.message, _LONGEST_MESSAGE)}{where}", "red")
        return
    summary = check.summary()
    if shown:
        printing.left_out(sum(check.errors_by_type.values()) - shown)
    if check.rejected:
        printing.said("")
        printing.cause_table([asdict(cause) for cause in check.causes()])
        printing.said("")
    if check.errors_by_type[ErrorType.INVALID_CATEGORY]:
        printing.said("The marketplace's categories: " + ", ".join(check.categories))
        printing.said("")
    warnings(summary["warnings"])
    rejected, total = check.rejected, summary["total_records"]
    printing.said(f"{one_line(name, _LONGEST_NAME)}: {_upshot(rejected, total, summary['warnings'])}", "bold")


def _upshot(rejected: int, total: int, found: Iterable[Json]) -> str:
    if rejected:
        return f"{rejected:,} of {total:,} rows need a correction."
    but = ", but please check the warnings" if any(map(_is_to_check, found)) else ""
    return f"nothing to correct (rows: {total:,}){but}."


def note_limits(document: RulesDocument | None) -> None:
    if document is None:
        printing.note("Categories were not checked: fetch them with `onboarding rules`, or name a file with --rules.")
    elif not document.is_ours:
        printing.note(
            f"The service checks by rules of {document.version}, this program by others: it is time for a newer one."
        )
    else:
        printing.note(f"Categories as of {document.as_of}. Whether SKUs and ids are taken, only the service can tell.")


def upload(shown: Json) -> None:
    """What became of an upload, in a few lines."""
    total, valid, wrong = shown["total_records"], shown["valid_records"], shown["error_records"]
    printing.said(
        f"{shown['upload_id']}  {one_line(shown['file_name'], _LONGEST_NAME)}"
        + ("  (dry run)" if shown["dry_run"] else ""),
        "bold",
    )
    if shown["is_final"] and not shown["failure"]:
        printing.said(sentence_of(_result(shown)))
    warnings(shown["warnings"])
    if shown["failure"]:
        _failure(shown["failure"])
    printing.said(f"Status {shown['status']}: {total or 0:,} rows, {valid:,} accepted, {wrong:,} rejected.")
    if shown["failure"] and shown["not_processed_records"]:
        printing.said(f"{shown['not_processed_records']:,} rows were not checked.")
    if shown["corrected_records"]:
        printing.said(f"Corrected since: {shown['corrected_records']:,} of {wrong:,} rejected rows.")
    if shown["parent_upload_id"]:
        printing.said(f"It corrects upload {shown['parent_upload_id']}.")


def _result(shown: Json) -> Result:
    return Result(
        status=UploadStatus(shown["status"]),
        total=shown["total_records"],
        accepted=shown["valid_records"],
        rejected=shown["error_records"],
        dry_run=shown["dry_run"],
        failure_code=shown["failure"]["code"] if shown["failure"] else None,
        is_doubtful=any(map(_is_to_check, shown["warnings"])),
    )


def without_errors(shown: Json) -> None:
    """Why no row of an upload was rejected."""
    if shown["failure"]:
        _failure(shown["failure"])
    elif shown["status"] == UploadStatus.CANCELLED:
        printing.said("The upload was cancelled before any row was rejected.")
    else:
        printing.said("No row was rejected, so there is nothing to correct.")
        warnings(shown["warnings"])


def _failure(failure: Json) -> None:
    where = line_note(failure["message"], failure["line"])
    printing.said(f"The file was not accepted: {one_line(failure['message'], _LONGEST_MESSAGE)}{where}", "red")
