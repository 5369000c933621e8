"""The status and result of an upload in words: for its page, its mail, and terminals."""

from dataclasses import dataclass

from pipeline.domain.failures import FailureCode
from pipeline.domain.uploads import FINAL_STATUSES, UploadStatus

_DRY_RUN = "This was a dry run: nothing went into the catalogue."


@dataclass(frozen=True, slots=True)
class Result:
    """The status and numbers of an upload. `is_doubtful` means that a warning says that something may be wrong."""

    status: UploadStatus
    total: int | None
    accepted: int
    rejected: int
    dry_run: bool = False
    failure_code: str | None = None
    is_doubtful: bool = False

    @property
    def not_checked(self) -> int:
        return max(0, (self.total or 0) - self.accepted - self.rejected)

    @property
    def parts(self) -> list[tuple[str, int, str]]:
        """The rows by their result: a word, their number, and the tone of their colour."""
        rest = "not checked" if self.status in FINAL_STATUSES else "to be checked"
        return [
            ("accepted", self.accepted, "good"),
            ("rejected", self.rejected, "bad"),
            (rest, self.not_checked, "rest"),
        ]


@dataclass(frozen=True, slots=True)
class Wording:
    """One outcome at several lengths. Only outcomes that are mailed have more than a sentence.

    `sentence` says everything. A mail begins with `title` and continues with `advice`, which says what to do. Its
    subject ends with `short`, or with the title if that is short enough.
    """

    sentence: str
    title: str = ""
    advice: str = ""
    short: str = ""


def wording_of(result: Result) -> Wording:
    return _BY_STATUS[result.status](result)


def sentence_of(result: Result) -> str:
    return wording_of(result).sentence


def line_note(message: str, line: int | None) -> str:
    """(line 1,200), behind a message that names no line itself."""
    return f" (line {line:,})" if line and "line" not in message else ""


def _awaiting(_: Result) -> Wording:
    return Wording("We are waiting for the file.")


def _processing(result: Result) -> Wording:
    if result.total is None:
        return Wording("Your file has arrived. We are reading it from the first line to the last.")
    return Wording("We are checking every row. You may leave this page: the result will be here.")


def _completed(result: Result) -> Wording:
    is_one = result.accepted == 1
    rows = "The one row is" if is_one else f"All {result.accepted:,} rows are"
    title = f"{rows} accepted"
    doubt = " Something may be wrong with them, though: please check what is named below." if result.is_doubtful else ""
    if result.dry_run:
        return Wording(f"{rows} sound.{doubt} {_DRY_RUN}", title, _DRY_RUN)
    products = "The product is" if is_one else f"All {result.accepted:,} products are"
    advice = (
        "Every product is in the catalogue, but something may be wrong with them: check what is named below."
        if result.is_doubtful
        else "There is nothing left to do: every product is in the catalogue."
    )
    return Wording(f"{products} in the catalogue.{doubt}", title, advice)


def _partial(result: Result) -> Wording:
    accepted, total, rejected = f"{result.accepted:,}", f"{result.total or 0:,}", f"{result.rejected:,}"
    title = f"{accepted} of {total} rows accepted, {rejected} to correct"
    correct = "1 row needs a correction" if result.rejected == 1 else f"{rejected} rows need a correction"
    if result.dry_run:
        return Wording(f"{accepted} of {total} rows are sound; {correct}. {_DRY_RUN}", title, _DRY_RUN)
    return Wording(
        f"{accepted} of {total} products are in the catalogue; {correct}.",
        title,
        "The accepted products are in the catalogue. The fix file holds the other rows only, ready to be corrected.",
    )


def _failed(result: Result) -> Wording:
    if result.failure_code == FailureCode.PROCESSING_FAILED:
        return _not_finished(result)
    return _not_accepted(result) if result.failure_code else _rejected(result)


def _not_finished(result: Result) -> Wording:
    accepted = f" {result.accepted:,} products are in the catalogue all the same."
    rest = f" {_DRY_RUN}" if result.dry_run else accepted if result.accepted else ""
    return Wording(
        f"We could not finish this file, and that is our fault.{rest}",
        "We could not finish this file",
        "That is our fault. Please send the file again; what was accepted stays accepted.",
        "we could not finish it",
    )


def _not_accepted(result: Result) -> Wording:
    dry = f" {_DRY_RUN}" if result.dry_run else ""
    return Wording(
        f"The file could not be accepted, so none of its rows are in the catalogue.{dry}",
        "This file was not accepted",
        "Nothing of it is in the catalogue. Correct what is named below and send the file again.",
        "not accepted",
    )


def _rejected(result: Result) -> Wording:
    total = f"{result.total or 0:,}"
    if result.total == 1:
        sentence, title = "The one row needs a correction.", "The one row needs a correction"
    else:
        sentence = f"None of the {total} rows could be accepted; each needs a correction."
        title = f"None of {total} rows accepted"
    if result.dry_run:
        return Wording(f"{sentence} {_DRY_RUN}", title, _DRY_RUN)
    advice = "Nothing of it is in the catalogue. The fix file holds the rows, each with what is wrong."
    return Wording(sentence, title, advice)


def _expired(_: Result) -> Wording:
    return Wording("The file did not arrive in time, so nothing was done.")


def _cancelled(result: Result) -> Wording:
    if not (result.accepted or result.rejected):
        return Wording("This upload was cancelled before any row was checked.")
    accepted = "rows were sound" if result.dry_run else "products are in the catalogue"
    return Wording(
        f"This upload was cancelled. {result.accepted:,} {accepted}, {result.rejected:,} rows were rejected,"
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
