"""The status and result of an upload in words: for its page, its mail, and terminals."""

import re

from pipeline.domain.failures import FailureCode
from pipeline.domain.uploads import UploadStatus
from pipeline.outcome.change_sentences import all_applied, already_there, applied_until_cancelled, some_applied
from pipeline.outcome.results import Result
from pipeline.outcome.undo_sentences import taken_back
from pipeline.outcome.wording import (
    Wording,
    all_rows_are,
    doubt,
    dry_run_note,
    dry_run_wording,
    need_correction,
    nothing_left,
)

_NAMES_PLACE = re.compile(r"\bline\b|\blines\b|\bExcel row", re.IGNORECASE)


def wording_of(result: Result) -> Wording:
    return _BY_STATUS[result.status](result)


def sentence_of(result: Result) -> str:
    return wording_of(result).sentence


def line_note(message: str, line: int | None) -> str:
    """(line 1,200), behind a message that names no line itself."""
    return f" (line {line:,})" if line and not _NAMES_PLACE.search(message) else ""


def _awaiting(_: Result) -> Wording:
    return Wording("We are waiting for the file.")


def _processing(result: Result) -> Wording:
    if result.total is None:
        return Wording("Your file has arrived. We are reading it from the first line to the last.")
    return Wording("We are checking every row. You may leave this page: the result will be here.")


def _completed(result: Result) -> Wording:
    if result.is_undo:
        return taken_back(result)
    if not result.only_creates:
        return all_applied(result)
    title = f"{all_rows_are(result)} accepted"
    if result.dry_run:
        return dry_run_wording(result, f"{all_rows_are(result)} sound.{doubt(result)}", title)
    products = "The product is" if result.accepted == 1 else f"All {result.accepted:,} products are"
    advice = (
        "Every product is in the catalogue, but something may be wrong with them: check what is named below."
        if result.is_doubtful
        else nothing_left(result, "every product is in the catalogue")
    )
    return Wording(f"{products} in the catalogue.{doubt(result)}", title, advice)


def _partial(result: Result) -> Wording:
    if result.is_undo:
        return taken_back(result)
    if not result.only_creates:
        return some_applied(result)
    if result.already_in_catalogue:
        return already_there(result)
    accepted, total, rejected = f"{result.accepted:,}", f"{result.total or 0:,}", f"{result.rejected:,}"
    title = f"{accepted} of {total} rows accepted, {rejected} to correct"
    correct = need_correction(result)
    if result.dry_run:
        return dry_run_wording(result, f"{accepted} of {total} rows are sound; {correct}.", title)
    return Wording(
        f"{accepted} of {total} products are in the catalogue; {correct}.",
        title,
        "The accepted products are in the catalogue. The fix file holds the other rows only, ready to be corrected.",
    )


def _failed(result: Result) -> Wording:
    if result.failure_code == FailureCode.PROCESSING_FAILED:
        return _not_finished(result)
    if result.failure_code == FailureCode.CONFIRMATION_NEEDED:
        return _needs_confirmation(result)
    if result.failure_code:
        return _not_accepted(result)
    if result.is_undo:
        return taken_back(result)
    return already_there(result) if result.already_in_catalogue else _rejected(result)


def _not_finished(result: Result) -> Wording:
    accepted = f" {result.accepted:,} products are in the catalogue all the same."
    if not result.only_creates:
        accepted = f" What was done until then stays: {result.outcomes_in_words}."
    rest = f" {dry_run_note(result)}" if result.dry_run else accepted if result.accepted else ""
    return Wording(
        f"We could not finish this file, and that is our fault.{rest}",
        "We could not finish this file",
        "That is our fault. Please send the file again; what was accepted stays accepted.",
        "we could not finish it",
    )


def _needs_confirmation(result: Result) -> Wording:
    return Wording(
        f"This file needs your confirmation. {_nothing_done(result)}",
        "This file needs your confirmation",
        f"{_nothing_done(result)} If what it would do is meant, confirm it in the portal: you need not send the file"
        " again. If not, correct the file and send it.",
        "needs your confirmation",
    )


def _not_accepted(result: Result) -> Wording:
    none = "none of its rows are in the catalogue" if result.only_creates else "nothing in the catalogue has changed"
    dry = f" {dry_run_note(result)}" if result.dry_run else ""
    return Wording(
        f"The file could not be accepted, so {none}.{dry}",
        "This file was not accepted",
        f"{_nothing_done(result)} Correct what is named below and send the file again.",
        "not accepted",
    )


def _rejected(result: Result) -> Wording:
    total, needs = f"{result.total or 0:,}", "needed" if result.is_corrected else "needs"
    if result.total == 1:
        sentence, title = f"The one row {needs} a correction.", "The one row needs a correction"
    else:
        sentence = f"None of the {total} rows could be accepted; each {needs} a correction."
        title = f"None of {total} rows accepted"
    if result.dry_run:
        return dry_run_wording(result, sentence, title)
    return Wording(sentence, title, f"{_nothing_done(result)} The fix file holds the rows, each with what is wrong.")


def _nothing_done(result: Result) -> str:
    return "Nothing of it is in the catalogue." if result.only_creates else "Nothing in the catalogue has changed."


def _expired(_: Result) -> Wording:
    return Wording("The file did not arrive in time, so nothing was done.")


def _cancelled(result: Result) -> Wording:
    if not (result.accepted or result.rejected):
        return Wording("This upload was cancelled before any row was checked.")
    accepted = f"{result.accepted:,} {'rows were sound' if result.dry_run else 'products are in the catalogue'}"
    if not result.only_creates:
        accepted = applied_until_cancelled(result)
    return Wording(
        f"This upload was cancelled. {accepted}, {result.rejected:,} rows were rejected,"
        f" {result.not_checked:,} were not checked."
    )


_BY_STATUS = {
    UploadStatus.AWAITING_UPLOAD: _awaiting,
    UploadStatus.PROCESSING: _processing,
    UploadStatus.COMPLETED: _completed,
    UploadStatus.PARTIAL: _partial,
    UploadStatus.FAILED: _failed,
    UploadStatus.EXPIRED: _expired,
    UploadStatus.CANCELLED: _cancelled,
}
