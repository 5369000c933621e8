"""The outcome of an offline check or of an upload, for people at a terminal."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from onboarding import error_printing, printing
from onboarding.decisions import chosen
from onboarding.headers import header_table, shows_more_than_names
from onboarding.offline import FileCheck
from onboarding.plans.guards import print_guards
from onboarding.printing import Json
from onboarding.proposals import RefusedFile, print_proposal, proposal_of
from onboarding.rules_document import RulesDocument
from pipeline.domain.columns import listed_columns
from pipeline.domain.decisions import Decisions, UploadMode
from pipeline.domain.errors import ErrorType
from pipeline.domain.failures import Failure, FailureCode
from pipeline.domain.one_line import one_line
from pipeline.domain.severity import Severity, WarningCode
from pipeline.domain.uploads import UploadStatus
from pipeline.outcome.corrected import Corrected, lines_above
from pipeline.outcome.results import Result
from pipeline.outcome.sentences import line_note, sentence_of

_LONGEST_NAME = 200
_LONGEST_MESSAGE = 2000
_UNKNOWN_OFFLINE = {
    UploadMode.CREATE: "Only the service can tell whether SKUs and ids are taken.",
    UploadMode.UPSERT: "Only the service knows which products you have: each row that turns out to be a new one needs a"
    " value in every required column, and a SKU that nobody else has.",
    UploadMode.UPDATE: "Only the service knows which products you have: it rejects rows that name none of them, and"
    " rows whose SKU is not the product's.",
}


def about_file(warnings: Sequence[Json], columns: Sequence[Json], mapping: Mapping[str, Any]) -> None:
    """Which header was read as which column, unless by its name; then the warnings."""
    header_table(columns, mapping)
    in_table = {WarningCode.COLUMN_MAPPED} if shows_more_than_names(columns) else set()
    _warnings(each for each in warnings if each["code"] not in in_table)


def about_upload(upload: Json) -> None:
    """The same about the file of an upload."""
    about_file(upload["warnings"], _columns_of(upload), upload["decisions"]["mapping"])


def _warnings(of_file: Iterable[Json]) -> None:
    """Notes first; warnings that something may be wrong last, where they are read."""
    for warning in sorted(of_file, key=_is_to_check):
        where = line_note(warning["message"], warning["line"])
        word, style = ("Please check", "yellow") if _is_to_check(warning) else ("Note", "")
        printing.text(f"{word}: {one_line(warning['message'], _LONGEST_MESSAGE)}{where}", style)


def _is_to_check(warning: Json) -> bool:
    return bool(warning["severity"] == Severity.WARNING)


def check_summary(name: str, check: FileCheck, command: Sequence[str], *, errors_above: int) -> None:
    """What follows the errors printed above: the number of the rest, the causes, and the outcome in a sentence.

    `command` is the one that made this check, without decisions.
    """
    if check.failure:
        _check_failure(check, check.failure, command)
        return
    columns, mapping = list(listed_columns(check.columns)), check.decisions.as_json()["mapping"]
    summary = check.summary()
    if errors_above:
        error_printing.more_errors(sum(check.errors_by_type.values()) - errors_above)
    if check.rejected:
        printing.text("")
        error_printing.cause_list(map(asdict, check.causes()), check.sheet_rows)
        printing.text("")
    if check.errors_by_type[ErrorType.INVALID_CATEGORY]:
        printing.text("The marketplace's categories: " + ", ".join(check.categories))
        printing.text("")
    about_file(summary["warnings"], columns, mapping)
    rejected, total = check.rejected, summary["total_records"]
    printing.text(f"{one_line(name, _LONGEST_NAME)}: {_conclusion(rejected, total, summary['warnings'])}", "bold")


def _check_failure(check: FileCheck, failure: Failure, command: Sequence[str]) -> None:
    columns, decided = list(listed_columns(check.columns)), check.decisions.as_json()
    where = line_note(failure.message, failure.line)
    printing.text(f"{failure.code}: {one_line(failure.message, _LONGEST_MESSAGE)}{where}", "red")
    header_table(columns, decided["mapping"])
    names = [column["column"] for column in columns]
    if failure.proposal:
        print_proposal(failure.proposal, RefusedFile(command, names, decided, repeats=chosen(check.decisions)))
    _propose_update(failure.code, check.decisions.mode, names)


def _conclusion(rejected: int, total: int, of_file: Iterable[Json]) -> str:
    if rejected:
        return f"{rejected:,} of {total:,} rows need a correction."
    but = ", but please check the warnings" if any(map(_is_to_check, of_file)) else ""
    return f"nothing to correct (rows: {total:,}){but}."


def note_limits(document: RulesDocument | None, check: FileCheck) -> None:
    """What an offline check could not check."""
    mode = check.decisions.mode
    if document is None:
        printing.note("Categories were not checked: fetch them with `onboarding rules`, or name a file with --rules.")
    elif not document.is_ours:
        printing.note(
            f"The service checks by the rules of {document.version}, and this program by others: please update it."
        )
    lacks_columns = check.failure and check.failure.code == FailureCode.MISSING_COLUMNS
    if lacks_columns and (document is None or document.remembered is None):
        printing.note(
            "The service may remember what your headers mean: fetch that with `onboarding rules` and your key."
        )
    as_of = f"Categories as of {document.as_of}. " if document and document.is_ours else ""
    if as_of or mode != UploadMode.CREATE:
        printing.note(f"{as_of}{_UNKNOWN_OFFLINE[mode]}")


def upload_summary(upload: Json) -> None:
    """An upload in a few lines: its outcome, its warnings, its counts."""
    total, valid, wrong = upload["total_records"], upload["valid_records"], upload["error_records"]
    printing.text(
        f"{upload['upload_id']}  {one_line(upload['file_name'], _LONGEST_NAME)}"
        + ("  (dry run)" if upload["dry_run"] else ""),
        "bold",
    )
    if upload["undo_of"]:
        printing.text(f"Takes back {upload['undo_of']}.")
    if upload["is_final"] and not upload["failure"]:
        printing.text(sentence_of(_result(upload)))
    about_upload(upload)
    if upload["failure"]:
        _failure(upload)
    printing.text(f"Status {upload['status']}: {total or 0:,} rows, {valid:,} accepted, {wrong:,} rejected.")
    if upload["failure"] and upload["not_processed_records"]:
        printing.text(f"{upload['not_processed_records']:,} rows were not checked.")
    _explain(upload)
    if upload["corrected_records"]:
        printing.text(_corrected(upload).sentence)


def what_it_corrects(above: Sequence[Json], *, dry_run: bool) -> None:
    """The uploads that one corrects, its parent first, and how far they are corrected."""
    for line in lines_above([_corrected(each) for each in above if each["error_records"]], dry_run=dry_run):
        name = one_line(line.file_name, _LONGEST_NAME)
        printing.text(f"{line.verb} {name} ({line.upload_id}). {line.sentence}")


def _corrected(upload: Json) -> Corrected:
    return Corrected(upload["upload_id"], upload["file_name"], upload["error_records"], upload["corrected_records"])


def _explain(upload: Json) -> None:
    """Says what to do about rows that are rejected although nothing is wrong with them."""
    if upload["already_in_catalogue_records"] and _only_creates(upload):
        printing.text("To change the products that you have already, send the file with --mode upsert.")


def _only_creates(upload: Json) -> bool:
    return bool(upload["mode"] == UploadMode.CREATE)


def _result(upload: Json) -> Result:
    return Result(
        status=UploadStatus(upload["status"]),
        total=upload["total_records"],
        accepted=upload["valid_records"],
        rejected=upload["error_records"],
        dry_run=upload["dry_run"],
        failure_code=upload["failure"]["code"] if upload["failure"] else None,
        is_doubtful=any(map(_is_to_check, upload["warnings"])),
        mode=UploadMode(upload["mode"]),
        updated=upload["updated_records"],
        unchanged=upload["unchanged_records"],
        superseded=upload["superseded_records"],
        removed=upload["removed_records"],
        is_undo=upload["undo_of"] is not None,
        already_in_catalogue=upload["already_in_catalogue_records"],
        corrected=upload["corrected_records"],
    )


def without_errors(upload: Json) -> None:
    """Why no row of an upload was rejected."""
    if upload["failure"]:
        _failure(upload)
    elif upload["status"] == UploadStatus.CANCELLED:
        printing.text("The upload was cancelled before any row was rejected.")
    else:
        printing.text("No row was rejected, so there is nothing to correct.")
        about_upload(upload)


def _failure(upload: Json) -> None:
    failure = upload["failure"]
    where = line_note(failure["message"], failure["line"])
    printing.text(f"The file was not accepted: {one_line(failure['message'], _LONGEST_MESSAGE)}{where}", "red")
    columns = [column["column"] for column in _columns_of(upload)]
    if proposal := proposal_of(failure):
        command = ["onboarding", "apply", upload["upload_id"], *["--dry-run"] * upload["dry_run"]]
        print_proposal(proposal, RefusedFile(command, columns, upload["decisions"], remembers=not upload["dry_run"]))
    _propose_update(failure["code"], upload["mode"], columns)
    print_guards(upload)


def _columns_of(upload: Json) -> list[Json]:
    return list(upload["file"]["columns"]) if upload["file"] else []


def _propose_update(failure_code: str, mode: str, columns: Collection[str | None]) -> None:
    """Names the mode of which a file without all required columns has enough."""
    is_list = failure_code == FailureCode.MISSING_COLUMNS and mode != UploadMode.UPDATE
    if is_list and not Decisions(UploadMode.UPDATE).missing_columns(columns):
        printing.text("To change products that you have already, these columns are enough: add --mode update.")
